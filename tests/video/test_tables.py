"""Files that state more samples than they have bytes are refused before FFmpeg counts them; honest ones are not."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest
from quicktime import FTYP, box, header, write_bomb

from playground.video import tables
from playground.video.read import describe
from playground.video.tables import check_tables

LIES = r"^video: .*a\.mov states (\d+) pictures or sounds, but a file of \d+ bytes can have \d+ here"


def _written(folder: Path, *boxes: bytes) -> Path:
    (folder / "a.mov").write_bytes(b"".join((FTYP, *boxes)))
    return folder / "a.mov"


def _stated(path: Path) -> int:
    with pytest.raises(ValueError, match=LIES) as refused:
        check_tables(path)
    return int(str(refused.value).split(" states ")[1].split()[0])


def test_frames_that_share_their_bytes_are_counted(tmp_path):
    path = write_bomb(tmp_path / "a.mov", 20, 100, 25, stored=2000)
    check_tables(path)
    with av.open(str(path)) as container:  # FFmpeg counts as many
        assert container.streams.video[0].frames == 2000
    assert _stated(write_bomb(tmp_path / "a.mov", 1000, 20000, 25)) == 20_000_000
    assert path.stat().st_size < 90_000
    with pytest.raises(ValueError, match=LIES):
        describe(path)


def test_a_limit_holds_for_files_that_are_large_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_SAMPLES", 1999)
    assert _stated(write_bomb(tmp_path / "a.mov", 20, 100, 25, stored=3000)) == 2000


@pytest.mark.parametrize("place", ["moov", "hoov", "free", "deep", "long", "last"])
def test_a_header_is_found_where_ffmpeg_finds_it(tmp_path, place):
    inner = header(1000, 1000, 25, at=36)[8:]
    boxes = {
        "deep": box(b"moov", box(b"udta", inner)),
        "long": struct.pack(">I4sQ", 1, b"moov", 16 + len(inner)) + inner,
        "last": struct.pack(">I4s", 0, b"moov") + inner,
    }
    data = box(b"mdat", bytes(4000))
    assert _stated(_written(tmp_path, data, boxes.get(place) or box(place.encode(), inner))) == 1_000_000


def test_pictures_that_look_like_tables_are_not_looked_at(tmp_path):
    check_tables(_written(tmp_path, box(b"mdat", header(1000, 1000, 25, at=36)), header(1, 4, 25, at=36)))
    (tmp_path / "a.mkv").write_bytes(b"\x1aE\xdf\xa3" + header(1000, 1000, 25, at=36))
    check_tables(tmp_path / "a.mkv")


def test_fragments_add_up(tmp_path):
    def run(count: int) -> bytes:
        return box(b"moof", box(b"traf", box(b"trun", bytes(4), struct.pack(">I", count))))

    check_tables(_written(tmp_path, run(30), run(30), bytes(8)))
    assert _stated(_written(tmp_path, run(30), run(2**31), bytes(8))) == 2**31 + 30


def test_plain_sound_is_counted_in_blocks(tmp_path):
    """A minute of sound, packed so that a sample takes less than a byte, is honest; as many pictures are not."""
    sound = {"at": 36, "size": 1, "codec": b"ima4"}
    data = box(b"mdat", bytes(90_000))
    check_tables(_written(tmp_path, data, header(60, 48_000, 48_000, kind=b"soun", **sound)))
    assert _stated(_written(tmp_path, data, header(60, 48_000, 48_000, kind=b"vide", **sound))) == 60 * 48_000
    assert _stated(_written(tmp_path, data, header(1000, 48_000, 48_000, kind=b"soun", **sound))) == 1000 * 300


@pytest.mark.parametrize("layout", ["faststart", "frag_keyframe+empty_moov", "frag_every_frame+empty_moov", ""])
def test_what_ffmpeg_writes_is_let_through(tmp_path, layout):
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w", options={"movflags": layout} if layout else {}) as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        sound = container.add_stream("aac", rate=48_000, layout="mono")
        for i in range(50):
            image = np.full((32, 32, 3), 5 * i, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 96_000), np.float32), format="fltp", layout="mono")
        silence.rate = 48_000
        container.mux(sound.encode(silence))
        container.mux([*stream.encode(), *sound.encode()])
    check_tables(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])  # what is cut is told when it is read
    check_tables(path)


def test_packed_headers_and_files_in_too_many_pieces_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"^video: the header of .*a\.mov is packed or in too many pieces; convert it"):
        check_tables(_written(tmp_path, box(b"moov", box(b"cmov", bytes(40)))))
    monkeypatch.setattr(tables, "MAX_PIECES", 100)
    check_tables(_written(tmp_path, *[box(b"skip")] * 90))
    for pieces in ([box(b"skip")] * 200, [box(b"moov", b"stsc" * 200)]):
        with pytest.raises(ValueError, match="too many pieces"):
            check_tables(_written(tmp_path, *pieces))


def test_any_bytes_are_read_without_harm(tmp_path):
    whole = FTYP + header(20, 100, 25, at=36)
    for length in range(len(whole)):
        (tmp_path / "a.mov").write_bytes(whole[:length])
        try:
            check_tables(tmp_path / "a.mov")
        except ValueError as error:
            assert str(error).startswith("video: ")
