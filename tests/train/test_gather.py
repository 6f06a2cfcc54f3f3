"""Everything a run trains on: sources are named, unusable boxes left out, and nothing to train on is an error."""

import io
import json
import tarfile

import cv2
import numpy as np
import pytest

from playground.train import gather as module
from playground.train.gather import gather
from playground.video.synthetic import WorldConfig


@pytest.fixture
def small_world(monkeypatch):
    world = WorldConfig(width=64, height=48, frames=6, photographs=False, leave_frame=0, occlusion=0)
    monkeypatch.setattr(module, "TRAINING_WORLD", world)


def _photos(path, boxes_by_source) -> None:
    with tarfile.open(path, "w") as archive:
        for i, (source, boxes) in enumerate(boxes_by_source):
            image = cv2.imencode(".jpg", np.full((100, 100, 3), 90, np.uint8))[1].tobytes()
            text = json.dumps({"source": source, "boxes": boxes}).encode()
            for name, data in ((f"{i}.jpg", image), (f"{i}.json", text)):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))


def test_the_synthetic_world_alone_is_enough(small_world):
    store = gather(None, synthetic_clips=3, seed=0)
    (source,) = store.sources
    assert source.name == "synthetic" and len(source.tracks) == 3
    assert all(len(track.frames) == 2 for track in source.tracks)  # every third of six frames
    again = gather(None, synthetic_clips=3, seed=0)
    assert (store.frames == again.frames).all()


def test_stills_are_named_by_source_and_boxes_that_fill_them_are_left_out(tmp_path):
    _photos(tmp_path / "photos.tar", [("cats", [[10, 10, 20, 20], [0, 0, 95, 95]]), ("imagenet", [])])
    sources = {source.name: source for source in gather(tmp_path, 0, seed=0).sources}
    assert [track.boxes.tolist() for track in sources["cats"].tracks] == [[[10, 10, 20, 20]]]
    assert len(sources["imagenet"].tracks) == module.RANDOM_BOXES


def test_a_folder_without_data_and_no_data_at_all_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"^data: .* holds neither photos\.tar nor clips\.tar"):
        gather(tmp_path, 0, seed=0)
    with pytest.raises(ValueError, match="^data: no training track"):
        gather(None, 0, seed=0)
