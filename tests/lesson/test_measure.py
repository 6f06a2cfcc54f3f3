"""What is said of a network is what can be counted by hand from its answers."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_training import TINY, TINY_DENSE, TINY_RUN, random_batch, tiny
from torch.nn import functional as F

from playground.box import Box
from playground.events import TrackEvent
from playground.lesson.measure import (
    agreement,
    answers,
    blind_iou,
    blind_kl,
    held_out_crops,
    in_the_middle,
    iou_on,
    known_crops,
    overlaps,
    overlaps_on,
    tracks_of,
    unseen_clip,
)
from playground.train.distill import locate_groups
from playground.visualise.inside import look_inside


def _iou(a, b):
    wide, high = (min(a[i + 2], b[i + 2]) - max(a[i], b[i]) for i in (0, 1))
    shared = max(0, wide) * max(0, high)
    return shared / (sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)) - shared)


@pytest.fixture
def batch():
    return random_batch(groups=3, per_group=2)


def test_agreement_of_teacher_and_student(batch):
    teacher, student = tiny(TINY_DENSE).eval(), tiny(replace(TINY, depth=2)).eval()
    with torch.no_grad():
        told, said = locate_groups(teacher, batch), locate_groups(student, batch)
    expected = F.kl_div(said.edges, told.edges, log_target=True, reduction="none").sum(-1).mean()
    found = agreement(answers(teacher, batch), student, batch)
    assert found.kl == pytest.approx(expected.item(), rel=1e-5)
    truth = batch.boxes_rel.clamp(0, 1).tolist()
    by_hand = np.mean([_iou(a, b) for a, b in zip(said.box.tolist(), truth, strict=True)])
    assert found.iou == pytest.approx(by_hand, abs=1e-5) and iou_on(student, batch) == pytest.approx(by_hand, abs=1e-5)
    assert agreement(answers(teacher, batch), teacher, batch).kl == pytest.approx(0, abs=1e-6)


def test_no_constant_answer_is_nearer_than_the_blind_one(batch):
    teacher = tiny(TINY_DENSE).eval()
    with torch.no_grad():
        told = locate_groups(teacher, batch).edges.exp()
    blind = blind_kl(answers(teacher, batch))
    for other in (told[0], told[1:3].mean(0), torch.full_like(told[0], 1 / told.shape[-1])):
        kl = (told * (told.log() - other.log())).sum(-1).mean()
        assert blind <= kl + 1e-6


def test_the_blind_box_is_the_mean_box(batch):
    boxes = batch.boxes_rel.clamp(0, 1).numpy()
    assert blind_iou(batch) == pytest.approx(np.mean([_iou(boxes.mean(0), box) for box in boxes]), abs=1e-5)


def test_held_out_crops_are_the_same_ones_and_none_that_a_run_sees():
    config = replace(TINY_RUN, data=replace(TINY_RUN.data, world="plain"))
    one, other = held_out_crops(config), held_out_crops(config)
    assert torch.equal(one.search, other.search)
    names = {key.partition("/")[2] for key in one.keys}
    rendered = {f"{config.seed * 1_000_003 + i:08d}" for i in range(10_000)}
    assert len(names) > 3 and not names & rendered


def test_known_crops_are_of_several_clips_and_have_true_boxes():
    config = replace(TINY_RUN, data=replace(TINY_RUN.data, world="plain"))
    known = known_crops(config, clips=2, each=3)
    assert len(known) == 6 and all(one.truth_rel is not None for one in known)
    assert known[0].search.shape == (TINY.search_size, TINY.search_size, 3)
    assert np.array_equal(known[0].templates[0], known[2].templates[0])
    assert not np.array_equal(known[0].templates[0], known[3].templates[0])


def test_the_region_in_the_middle_has_as_many_nearer_as_further_ones(crops):
    teacher, student = tiny(TINY_DENSE).eval(), tiny(replace(TINY, depth=2)).eval()

    def apart(one):
        q, p = (torch.from_numpy(look_inside(model, one).edges[-1]) for model in (teacher, student))
        return F.kl_div(p.log(), q, reduction="none").sum(-1).mean().item()

    found = in_the_middle(teacher, student, crops)
    assert apart(found) == pytest.approx(np.median([apart(one) for one in crops]), rel=1e-5)


def test_overlaps_leave_out_the_first_frame_and_what_is_hidden():
    clip = unseen_clip()
    clip = replace(clip, visible=np.array([True, True, False, *([True] * (len(clip.frames) - 3))]))
    right = [TrackEvent(index=i, time_s=0, box=Box(*box)) for i, box in enumerate(clip.boxes.tolist())]
    wrong = [replace(event, box=Box(0, 0, 1, 1)) if event.index in (0, 2) else event for event in right]
    rows = overlaps({"right": right, "wrong": wrong}, clip).text.splitlines()[2:]
    assert rows == ["| right | 1.000 | 1.000 |", "| wrong | 1.000 | 1.000 |"]


def test_overlaps_on_several_clips_with_their_mean(monkeypatch):
    monkeypatch.setattr("playground.lesson.measure.load", lambda name, device: name)
    monkeypatch.setattr(
        "playground.lesson.measure.mean_iou", lambda name, clip: 0.5 if name == "x" else clip.boxes[0, 0]
    )
    lines = overlaps_on({"a": "x", "b": "y"}, 2).text.splitlines()
    first, second = (unseen_clip(number).boxes[0, 0] for number in (0, 1))
    assert lines[0] == "| tracker | clip 0 | clip 1 | mean |"
    assert lines[2] == "| a | 0.500 | 0.500 | 0.500 |"
    assert lines[3] == f"| b | {first:.3f} | {second:.3f} | {(first + second) / 2:.3f} |"


def test_models_track_the_same_clip():
    clip = unseen_clip(1)
    short = replace(clip, frames=clip.frames[:4], boxes=clip.boxes[:4], visible=clip.visible[:4])
    tracks = tracks_of({"a": "mini-small", "b": "mini-small"}, short)
    assert [event.index for event in tracks["a"]] == [0, 1, 2, 3]
    assert [event.box for event in tracks["a"]] == [event.box for event in tracks["b"]]
    assert tracks["a"][0].box == Box(*clip.boxes[0].tolist())
