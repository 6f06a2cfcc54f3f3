"""Everything a run trains on: sources are named, unusable pictures left out and reported, nothing is an error."""

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from playground.data.clip import read_image
from playground.train import gather as module
from playground.train.gather import gather
from playground.train_config import DataConfig
from playground.video.synthetic import WorldConfig

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "train"
JPEG = cv2.imencode(".jpg", np.full((100, 100, 3), 90, np.uint8))[1].tobytes()
MASK = cv2.imencode(".png", np.full((100, 100), 1, np.uint8))[1].tobytes()

both_stores = pytest.mark.parametrize("store", ["packed", "encoded"])


@pytest.fixture
def small_world(monkeypatch):
    world = WorldConfig(photographs=False, leave_frame=0, occlusion=0)
    monkeypatch.setattr(module, "WORLDS", {"full": world})
    for name, value in (("WIDTH", 64), ("HEIGHT", 48), ("FRAMES", 6)):
        monkeypatch.setattr(module, name, value)
    return replace(world, width=64, height=48, frames=6)


def _tar(path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


def _photos(path, *stills: tuple[str, list, bytes]) -> None:
    files = {}
    for i, (source, boxes, image) in enumerate(stills):
        files |= {f"{i}.jpg": image, f"{i}.json": json.dumps({"source": source, "boxes": boxes}).encode()}
    _tar(path, files)


def _config(*locations, **more) -> DataConfig:
    return DataConfig(locations=tuple(str(x) for x in locations), **{"synthetic_clips": 0, **more})


def _sources(frames) -> dict[str, list[list[list[float]]]]:
    return {source.name: [track.boxes.tolist() for track in source.tracks] for source in frames.sources}


@both_stores
def test_the_synthetic_world_alone_is_enough(small_world, store):
    frames, skipped = gather(_config(synthetic_clips=3, store=store), seed=2)
    (source,) = frames.sources
    assert source.name == "synthetic" and len(source.tracks) == 3 and skipped.lines() == ()
    assert len({track.name for track in source.tracks}) == 3
    for i, track in enumerate(source.tracks):
        # The whole of the promise: clip i of seed s is rendered from s * 1,000,003 + i, every third frame kept.
        clip = module.render_clip(2 * 1_000_003 + i, small_world)
        assert np.allclose(track.boxes, clip.boxes[::3][clip.visible[::3]])
        first = int(track.frames[0])
        assert frames.extent(first).tolist() == [64, 48]
        if store == "encoded":
            assert np.array_equal(read_image(frames.pictures[first]), clip.frames[0])


@both_stores
def test_stills_are_named_by_source_and_boxes_that_fill_them_are_left_out(tmp_path, store):
    photos = (
        ("cats", [[10, 10, 20, 20], [0, 0, 95, 95]], JPEG),
        ("imagenet", [], JPEG),
        ("dogs", [[0, 0, 99, 99]], JPEG),
    )
    _photos(tmp_path / "photos.tar", *photos)
    frames, skipped = gather(_config(tmp_path, store=store), seed=0)
    sources = _sources(frames)
    assert list(sources) == ["cats", "imagenet"] and sources["cats"] == [[[10, 10, 20, 20]]]
    boxes = np.array(sources["imagenet"])[:, 0]
    assert len(boxes) == module.RANDOM_BOXES and (boxes[:, :2] + boxes[:, 2:] <= 100).all()
    assert skipped.lines() == (f"{tmp_path}: pictures that their objects fill: 1 left out (first: 2)",)
    assert _sources(gather(_config(tmp_path, store=store), seed=0)[0]) == sources
    assert _sources(gather(_config(tmp_path, store=store), seed=1)[0])["imagenet"] != sources["imagenet"]


def test_all_locations_come_together_with_the_synthetic_world(small_world, tmp_path):
    _photos(tmp_path / "photos.tar", ("cats", [[10, 10, 20, 20]], JPEG))
    clip = tmp_path / "otb" / "cup"
    (clip / "img").mkdir(parents=True)
    for i in range(2):
        (clip / "img" / f"{i}.jpg").write_bytes(JPEG)
    (clip / "groundtruth_rect.txt").write_text("11,11,20,20\n" * 2)
    config = _config(f"shards:{tmp_path}/photos.tar", f"otb:{tmp_path}/otb", synthetic_clips=1)
    frames, _ = gather(config, seed=0)
    assert {source.name for source in frames.sources} == {"cats", "otb", "synthetic"}


def test_a_broken_picture_costs_its_frame_alone_and_a_broken_mask_nothing(tmp_path):
    files = {"uav_1/0.jpg": JPEG, "uav_1/1.jpg": JPEG[: len(JPEG) // 2]}
    files |= {"uav_1/2.jpg": JPEG, "uav_1/2.mask.png": b"no mask", "uav_1/3.jpg": JPEG, "uav_1/3.mask.png": MASK}
    files["uav_1/groundtruth_rect.txt"] = "".join(f"{i},5,20,20\n" for i in range(4)).encode()
    files |= {"uav_2/0.jpg": JPEG, "uav_2/1.jpg": JPEG[:-9], "uav_2/groundtruth_rect.txt": b"5,5,20,20\n" * 2}
    _tar(tmp_path / "x.tar", files)
    frames, skipped = gather(_config(tmp_path), seed=0)
    ((track,),) = [source.tracks for source in frames.sources]
    assert track.boxes[:, 0].tolist() == [0, 2, 3] and track.frames.tolist() == [0, 1, 2]
    assert skipped.lines() == (
        f"{tmp_path}: pictures or masks that cannot be read: 3 left out (first: uav_1, frame 1)",
        f"{tmp_path}: clips without two pictures that can be read, or stills without one: 1 left out (first: uav_2)",
    )


def test_a_location_of_which_nothing_is_left_is_named_with_the_reasons(tmp_path):
    _photos(tmp_path / "photos.tar", ("cats", [[10, 10, 20, 20]], b"no picture"), ("cats", [[0, 0, 99, 99]], JPEG))
    reasons = "pictures that cannot be read: 1 .*; pictures that their objects fill: 1 "
    with pytest.raises(ValueError, match=f"^data: {tmp_path} has nothing to train on \\({reasons}"):
        gather(_config(tmp_path), seed=0)


def test_slips_are_named_before_anything_is_read(tmp_path):
    with pytest.raises(ValueError, match="^data: there is nothing to train on; give locations"):
        gather(_config(), seed=0)
    _photos(tmp_path / "photos.tar", ("cats", [], b"no picture"))
    with pytest.raises(ValueError, match="^data: expected FORMAT:PLACE .* got 'tape:x'"):
        gather(_config(tmp_path, "tape:x"), seed=0)


@pytest.mark.skipif(not REAL.is_dir(), reason="needs the real training data in ../shared")
def test_the_real_clips_become_tracks():
    frames, skipped = gather(_config(f"shards:{REAL}/clips.tar", store="encoded"), seed=0)
    assert sum(len(source.tracks) for source in frames.sources) >= 440
    assert {"foda", "sky", "uav", "davis"} <= {source.name for source in frames.sources}
    assert all("boxes" in line or "clips" in line for line in skipped.lines())
