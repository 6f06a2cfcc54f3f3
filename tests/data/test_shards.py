"""Tar shards of stills and clips, read back from ones written here: local, by HTTP and by any other protocol."""

import functools
import io
import json
import tarfile
import threading
import tracemalloc
from collections import Counter
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import cv2
import fsspec
import numpy as np
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.registry import _registry, known_implementations

from playground.data.clip import read_image, read_mask
from playground.data.formats import read_location
from playground.data.shards import read_shards
from playground.data.skipped import Skipped

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "train"


def _jpeg(colour=(90, 90, 90), size=(40, 30)) -> bytes:
    return cv2.imencode(".jpg", np.full((size[1], size[0], 3), colour[::-1], np.uint8))[1].tobytes()


def _json(source: str, boxes, **more) -> bytes:
    return json.dumps({"source": source, "boxes": boxes, **more}).encode()


def _tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return store.getvalue()


def _still(key: str) -> dict[str, bytes]:
    return {f"{key}.jpg": _jpeg(), f"{key}.json": _json("cats", [[1, 2, 10, 12]])}


def _read(place, files=None):
    """Clips and faults of what is at ``place``, after writing ``files`` there."""
    if files is not None:
        Path(place).write_bytes(_tar(files))
    faults = []
    return list(read_shards(str(place), faults.append)), [(fault.where, fault.reason) for fault in faults]


def test_stills_in_any_order_of_their_files_with_masks_and_outlines(tmp_path):
    mask = cv2.imencode(".png", np.full((30, 40), 7, np.uint8))[1].tobytes()
    outline = [[1.5, 2], [11, 2], [6, 14], [2, 9]]
    files = {
        "./a.json": _json("cats", [[1, 2, 10, 12]], polygons=[outline]),
        "./a.jpg": _jpeg((255, 0, 0)),
        "part/b.mask.png": mask,
        "part/b.JPG": _jpeg((0, 255, 0)),
        "part/b.json": _json("people", [[1, 2, 3, 4], [5, 6, 7, 8]], mask_ids=[7, 9]),
        "README.md": b"how it was made",
        "c.png": cv2.imencode(".png", np.zeros((30, 40, 3), np.uint8))[1].tobytes(),
        "c.json": _json("imagenet", []),
    }
    (a, b, c), faults = _read(tmp_path / "photos.tar", files)
    assert not faults and [(x.source, x.name) for x in (a, b, c)] == [
        ("cats", "a"), ("people", "part/b"), ("imagenet", "c"),
    ]  # fmt: skip
    assert a.boxes.tolist() == [[[1, 2, 10, 12]]] and a.polygons[0].tolist() == outline and a.masks == ()
    assert read_image(a.frames[0]).shape == (30, 40, 3) and read_image(a.frames[0])[5, 5, 0] > 240  # red first: RGB
    assert b.mask_ids == (7, 9) and (read_mask(b.masks[0]) == 7).all() and b.boxes.shape == (1, 2, 4)
    assert c.boxes.shape == (1, 0, 4) and c.mask_ids == c.masks == ()


def test_clips_in_order_with_masks_where_there_are_some(tmp_path):
    files = {f"davis_cow/{i:04d}.jpg": _jpeg((i * 80, 0, 0)) for i in (2, 1, 3)}
    files["davis_cow/0003.mask.png"] = cv2.imencode(".png", np.eye(30, 40, dtype=np.uint8))[1].tobytes()
    files["davis_cow/groundtruth_rect.txt"] = b"1,2,10,10\nNaN,NaN,NaN,NaN\n3,2,10,10\n"
    files |= {"uav_1/groundtruth_rect.txt": b"1,2,3,4\n", "uav_1/0001.jpg": _jpeg()}
    (cow, uav), faults = _read(tmp_path / "clips.tar", files)
    assert not faults and (cow.source, cow.name, uav.source) == ("davis", "davis_cow", "uav")
    assert cow.boxes[[0, 2], 0, 0].tolist() == [1, 3] and np.isnan(cow.boxes[1]).all()
    reds = [read_image(frame)[0, 0, 0] for frame in cow.frames]
    assert reds == sorted(reds) and len(set(reds)) == 3
    assert cow.mask_ids == (1,) and cow.masks[:2] == (None, None) and read_mask(cow.masks[2]).sum() == 30
    assert uav.masks == () and uav.mask_ids == ()


def test_what_is_broken_is_noted_and_the_rest_comes(tmp_path):
    files = {
        "a.jpg": _jpeg(), "a.json": b"{",
        "b.jpg": _jpeg(), "b.json": _json("cats", [[1, 2, 3]]),
        "c.jpg": _jpeg(), "c.json": _json("cats", [[1, 2, 3, 4]], polygons=[[[0, 0]], [[1, 1]]]),
        "d.jpg": _jpeg(), "d.json": b"[1]",
        "e.json": _json("cats", []),
        "f.jpg": _jpeg(),
        "uav_1/0001.jpg": _jpeg(), "uav_1/groundtruth_rect.txt": b"1,2,3,4\n1,2,3,4\n",
        "uav_2/0001.jpg": _jpeg(), "uav_2/groundtruth_rect.txt": b"\xff\xfe",
        "uav_3/0001.jpg": _jpeg(),
        **_still("good"),
    }  # fmt: skip
    clips, faults = _read(tmp_path / "x.tar", files)
    assert [clip.name for clip in clips] == ["good"]
    assert [where for where, _ in faults] == [
        "a", "b", "c", "d", "e", "f", "uav_1 (1 frames, 2 boxes)", "uav_2", "uav_3/0001",
    ]  # fmt: skip


def test_a_shard_that_ends_early_gives_what_lies_before_the_end(tmp_path):
    files = _still("a") | _still("b") | {"c.jpg": bytes(5000)}
    whole = _tar(files)
    (tmp_path / "cut.tar").write_bytes(whole[: whole.index(b"c.jpg") + 600])
    (tmp_path / "none.tar").write_bytes(b"nothing of the kind" * 100)
    clips, faults = _read(tmp_path)
    assert [clip.name for clip in clips] == ["a", "b"]
    ends = "shards that cannot be read to the end"
    assert faults == [(str(tmp_path / "cut.tar"), ends), (str(tmp_path / "none.tar"), ends)]


def test_compressed_shards_and_files_that_are_twice_in_one(tmp_path):
    (tmp_path / "x.tar").write_bytes(_tar(_still("a"), "w:gz"))
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode="w") as archive:
        for name, data in [*_still("b").items(), ("b.jpg", b"another")]:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    (tmp_path / "y.tar").write_bytes(store.getvalue())
    clips, ((where, reason),) = _read(tmp_path)
    assert [clip.name for clip in clips] == ["a", "b"] and read_image(clips[1].frames[0]).shape == (30, 40, 3)
    assert "y.tar" in where and "b.jpg" in where and reason == "files that are twice in a shard"


def test_folders_braces_and_shards_that_are_missing(tmp_path):
    for i in range(3):
        (tmp_path / f"x-{i:03d}.tar").write_bytes(_tar(_still(f"k{i}")))
    assert [clip.name for clip in _read(tmp_path)[0]] == ["k0", "k1", "k2"]
    clips, faults = _read(f"{tmp_path}/x-{{001..003}}.tar")
    assert [clip.name for clip in clips] == ["k1", "k2"]
    assert faults == [(f"{tmp_path}/x-003.tar", "shards that are not there")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="^data: .*empty holds no tar files"):
        _read(tmp_path / "empty")
    with pytest.raises(ValueError, match="^data: .* names no tar files"):
        _read("x-{001..")


@contextmanager
def _server(folder, broken: bool = False):
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def copyfile(self, source, outputfile):
            data = source.read()
            outputfile.write(data[: len(data) * 2 // 3] if broken else data)

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_shards_come_over_http_and_a_lost_connection_is_noted(tmp_path):
    noise = {
        "png": cv2.imencode(".png", np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8))[1].tobytes()
    }
    for i in range(2):
        files = {}
        for k in range(20):  # large enough that a part of it is read before the end is lost
            files |= {f"{i}-{k:02d}.{suffix}": data for suffix, data in (noise | {"json": _json("cats", [])}).items()}
        (tmp_path / f"x-{i}.tar").write_bytes(_tar(files))
    with _server(tmp_path) as address:
        clips, faults = _read(f"{address}/x-{{0..2}}.tar")
    assert [clip.name for clip in clips] == [f"{i}-{k:02d}" for i in range(2) for k in range(20)]
    assert [reason for _, reason in faults] == ["shards that are not there"]
    with _server(tmp_path, broken=True) as address:
        clips, faults = _read(f"{address}/x-0.tar")
    names = [clip.name for clip in clips]
    assert 0 < len(names) < 20 and names == [f"0-{k:02d}" for k in range(len(names))]
    assert ("shards that cannot be read to the end" in dict(faults).values()) and len(faults) <= 2


@pytest.mark.parametrize("protocol", ["hf", "s3"])
def test_other_protocols_go_through_the_file_system_that_is_registered(protocol, monkeypatch):
    class Remote(MemoryFileSystem):
        @classmethod
        def _strip_protocol(cls, path):
            return "/" + path.removeprefix(f"{protocol}://").strip("/")

    monkeypatch.setitem(_registry, protocol, Remote)
    with fsspec.open(f"{protocol}://datasets/user/name/x-0.tar", "wb") as file:
        file.write(_tar(_still("a")))
    clips, faults = _read(f"{protocol}://datasets/user/name/x-{{0..1}}.tar")
    assert [clip.name for clip in clips] == ["a"]
    assert faults == [(f"{protocol}://datasets/user/name/x-1.tar", "shards that are not there")]


def test_a_package_that_is_missing_and_an_unknown_protocol_are_named(monkeypatch):
    monkeypatch.delitem(_registry, "s3", raising=False)
    monkeypatch.setitem(known_implementations, "s3", {"class": "no_s3fs.S3"})
    with pytest.raises(ValueError, match="^data: s3://bucket/x.tar needs .* pip install no_s3fs$"):
        _read("s3://bucket/x.tar")
    with pytest.raises(ValueError, match="^data: carrier://bucket/x.tar cannot be opened .*carrier"):
        _read("carrier://bucket/x.tar")


def test_a_protocol_s_own_error_is_told_in_a_sentence(monkeypatch):
    class Refusing(MemoryFileSystem):
        def _open(self, *_, **__):
            raise RuntimeError("no credentials")

    monkeypatch.setitem(_registry, "s3", Refusing)
    with pytest.raises(ValueError, match=r"^data: s3://bucket/x.tar cannot be opened \(no credentials\)"):
        _read("s3://bucket/x.tar")


def test_an_address_may_be_longer_than_a_file_name():
    place = f"memory://{'a' * 300}.tar"  # as signed addresses are
    fsspec.filesystem("memory").pipe(place, _tar(_still("a")))
    assert [clip.name for clip in _read(place)[0]] == ["a"]
    assert [clip.name for clip in read_location(f"shards:{place}", Skipped())] == ["a"]


def test_one_clip_is_in_memory_at_a_time(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    frame = cv2.imencode(".png", noise)[1].tobytes()
    files = {}
    for clip in range(20):
        files |= {f"c{clip}/{i}.png": frame for i in range(4)} | {f"c{clip}/groundtruth_rect.txt": b"1,1,9,9\n" * 4}
    (tmp_path / "x.tar").write_bytes(_tar(files))
    tracemalloc.start()
    count = sum(1 for _ in read_shards(str(tmp_path), pytest.fail))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20 and most < 20 * 4 * len(frame) / 3


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real training data in ../shared")
def test_the_real_shards_are_read_as_they_are():
    photos = list(islice(read_shards(str(REAL / "photos.tar"), pytest.fail), 300))
    clips = list(islice(read_shards(str(REAL / "clips.tar"), pytest.fail), 200))
    assert len(photos) == 300 and Counter(clip.source for clip in photos).keys() >= {"cats", "coco", "people"}
    assert len(clips) == 200 and all(len(clip.frames) == len(clip.boxes) >= 4 for clip in clips)
    for clip in [*photos, *clips]:
        height, width = read_image(clip.frames[0]).shape[:2]
        seen = clip.boxes[np.isfinite(clip.boxes).all(2)]
        assert (seen[:, :2] <= [width, height]).all()  # some reach beyond the edge
        for mask in filter(None, clip.masks[:1]):
            assert read_mask(mask).shape == (height, width)
