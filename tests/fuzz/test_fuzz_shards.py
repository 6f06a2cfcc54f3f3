"""Archives of shards, damaged or made to harm: what lies before the damage comes as it was, the rest is told of;
nothing is written, and no header is given the memory that it asks for."""

import io
import json
import tarfile
import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_input import DAMAGE, PLACES, changed, damaged, only_below

from playground.data.formats import read_location
from playground.data.members import MOST_HEADER
from playground.data.shards import read_shards
from playground.data.skipped import Skipped

PICTURE = cv2.imencode(".png", np.full((30, 40, 3), 90, np.uint8))[1].tobytes()
STILL = {"source": "cats", "boxes": [[1, 2, 10, 12], [3.5, 4, 20, 11]], "polygons": [[1, 2, 9, 2, 5, 9], []]}
FILES = {
    "a.png": PICTURE, "a.json": json.dumps(STILL).encode(), "b.png": PICTURE, "b.json": json.dumps(STILL).encode(),
    **{f"cup_1/000{i}.png": PICTURE for i in range(3)},
    "cup_1/groundtruth_rect.txt": b"1,2,10,12\nnan,nan,nan,nan\n3,4,10,12\n",
    "c.png": PICTURE,
    "c.json": json.dumps(STILL).encode(),
}  # fmt: skip
KINDS = [
    tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE,
    tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE, tarfile.GNUTYPE_SPARSE, tarfile.GNUTYPE_LONGNAME,
    tarfile.XHDTYPE, tarfile.XGLTYPE, b"V", b"\0",
]  # fmt: skip
SIZES = st.sampled_from([None, None, None, 0, 1, 511, 2**20 + 1, 2**33 - 1, 2**40, -512])
NUMBER = st.sampled_from(["1", "0", "-1", "-512", "x", "", "9" * 30, str(2**40), "1.0"])
ATTRIBUTES = st.dictionaries(
    st.sampled_from(
        ["size", "path", "linkpath", "mtime", "GNU.sparse.major", "GNU.sparse.minor", "GNU.sparse.map",
         "GNU.sparse.size", "GNU.sparse.realsize", "GNU.sparse.numblocks", "GNU.sparse.name", "hdrcharset"]
    ),
    NUMBER | st.sampled_from(PLACES) | st.just("0,1,2,3"), max_size=4,
)  # fmt: skip
MEMBERS = st.lists(
    st.tuples(
        st.sampled_from([*FILES, *PLACES, "../a.png", "/a.json", "x.tar", "a.__bad__", "a.__key__", "../../x/y.json"]),
        st.sampled_from(KINDS) | st.just(tarfile.REGTYPE), SIZES, ATTRIBUTES | st.just({}),
    ),
    max_size=6,
)  # fmt: skip


def archive(files) -> bytes:
    """A tar of names with their content."""
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode="w") as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return store.getvalue()


def forged(members) -> bytes:
    """A tar whose headers say of ``members`` what they like, with a whole still before and one behind them."""
    parts = [_member(name, FILES[name]) for name in ("a.png", "a.json")]
    for name, kind, size, attributes in members:
        parts.append(_member(name, FILES.get(name, b"content"), kind, size, attributes))
    return b"".join([*parts, *(_member(name, FILES[name]) for name in ("b.png", "b.json")), bytes(1024)])


def _member(name, data, kind=tarfile.REGTYPE, size=None, attributes=None) -> bytes:
    info = tarfile.TarInfo(name.replace("\0", "0"))
    info.size, info.type, info.linkname = len(data), kind, "../../out"
    head = b""
    if attributes:
        head = tarfile.TarInfo._create_pax_generic_header(
            {key: value.replace("\0", "0") for key, value in attributes.items()}, tarfile.XHDTYPE, "utf-8"
        )
    if size is not None:
        info.size = size
    return head + info.tobuf(tarfile.GNU_FORMAT, errors="replace") + data + bytes(-len(data) % 512)


def read(path):
    """Clips and faults of one shard. Fails when anything else is opened, or more memory is taken than it needs."""
    faults = []
    tracemalloc.start()
    try:
        with only_below(path):
            clips = list(read_shards(str(path), faults.append))
        assert tracemalloc.get_traced_memory()[1] < 16 * MOST_HEADER  # the dictionary of xz is 8 MiB
    finally:
        tracemalloc.stop()
    return {clip.name: clip for clip in clips}, faults


def same(one, other) -> bool:
    return one.frames == other.frames and np.array_equal(one.boxes, other.boxes, equal_nan=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A shard to write over, and the clips of one that is whole."""
    path = tmp_path_factory.mktemp("shards") / "x.tar"
    path.write_bytes(archive(FILES.items()))
    clips, faults = read(path)
    assert list(clips) == ["a", "b", "cup_1", "c"] and not faults
    return path, clips


@pytest.mark.parametrize("packed", ["", "gz", "xz"])
@given(steps=DAMAGE)
def test_a_damaged_shard_gives_clips_or_faults(place, packed, steps):
    path, _ = place
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode=f"w:{packed}") as tar:
        for name, data in FILES.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    path.write_bytes(damaged(store.getvalue(), steps))
    clips, _ = read(path)
    skipped = Skipped()
    for clip in [*clips.values(), *read_location(f"shards:{path}", skipped)]:
        assert clip.boxes.shape == (len(clip.frames), clip.boxes.shape[1], 4)


@given(st.integers(0, len(FILES) - 1), st.integers(0, 511), st.integers(0, 7))
def test_a_bit_of_a_header_changes_nothing_or_is_told(place, number, at, bit):
    path, whole = place
    content = bytearray(archive(FILES.items()))
    heads = [archive(list(FILES.items())[: i + 1]).index(name.encode()) for i, name in enumerate(FILES)]
    content[heads[number] + at] ^= 1 << bit
    path.write_bytes(content)
    clips, faults = read(path)
    assert all(name in whole and same(clip, whole[name]) for name, clip in clips.items())
    assert faults or list(clips) == list(whole)


@given(st.integers(0, len(archive(FILES.items())) - 1))
def test_a_shard_that_is_cut_says_so(place, length):
    path, whole = place
    content = archive(FILES.items())
    path.write_bytes(content[:length])
    clips, faults = read(path)
    assert all(same(clip, whole[name]) for name, clip in clips.items())
    assert faults or not any(content[length:])  # what is cut from the zeros at the end is not missed


@given(MEMBERS)
def test_headers_of_any_kind_open_and_write_nothing(place, members):
    path, whole = place
    path.write_bytes(forged(members))
    clips, faults = read(path)
    assert all(clip.frames for clip in clips.values())
    assert "a" in clips or faults or any(name.startswith("a.") for name, *_ in members)
    assert faults or "b" in clips
    if "a" in clips and not any(name.endswith(("a.png", "a.json")) for name, *_ in members):
        assert same(clips["a"], whole["a"])


@given(data=st.data())
def test_a_still_with_anything_in_place_of_a_field_is_that_still_or_a_fault(place, data):
    path, _ = place
    values, _ = data.draw(changed(STILL | {"mask_ids": [1, 2]}))
    files = {"a.png": PICTURE, "a.mask.png": PICTURE, "a.json": json.dumps(values).encode()}
    path.write_bytes(archive(files.items()))
    skipped = Skipped()
    clips = list(read_location(f"shards:{path}", skipped))
    assert clips or skipped.lines()
    for clip in clips:
        given_boxes = np.array(values["boxes"], np.float64).reshape(-1, 4)
        assert clip.source == values["source"] and all(box in given_boxes for box in clip.boxes[0])


LONG = '{"source": "a", "boxes": [[1, 2, 3, %s]]}' % ("9" * 400)


@pytest.mark.parametrize("text", ["[" * 100_000, LONG, "{}", "[]", ""], ids=["deep", "long", "object", "list", "empty"])
def test_what_is_no_still_is_a_fault(place, text):
    path, _ = place
    path.write_bytes(archive((FILES | {"a.json": text.encode()}).items()))
    clips, faults = read(path)
    assert list(clips) == ["b", "cup_1", "c"] and [fault.where for fault in faults] == ["a"]
