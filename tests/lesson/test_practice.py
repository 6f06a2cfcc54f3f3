"""A run of a notebook leaves a folder that can be loaded, and the next notebook finds it."""

from dataclasses import replace

import pytest
import torch
from tiny_training import TINY_RUN

from playground.hub import load_model, save_model
from playground.lesson.practice import before, earlier_or_now, practise, world
from playground.model import MixFormer
from playground.train.run import read_run, train

RUN = replace(TINY_RUN, optim=replace(TINY_RUN.optim, steps=5), report_every=1, save_every=2)


@pytest.fixture(scope="module")
def frames():
    return world(RUN)


def _first(model):
    return next(model.parameters()).detach()


def test_it_is_measured_from_before_the_first_step_to_the_end(lesson, frames):
    seen = []

    def measure(model):
        seen.append(model)
        return float(len(seen))

    run = practise(lesson, "tiny", RUN, frames, measure)
    assert run.measured == {0: 1.0, 2: 2.0, 4: 3.0, 5: 4.0} and list(run.snapshots) == [0, 2, 4, 5]
    assert all(isinstance(model, MixFormer) and not model.training for model in seen)
    assert torch.equal(_first(run.snapshots[0]), _first(before(RUN)))
    assert not torch.equal(_first(run.snapshots[0]), _first(run.snapshots[2]))
    assert torch.equal(_first(run.snapshots[5]), _first(run.model))
    assert run.folder == lesson.runs / "tiny" and read_run(run.folder) == RUN
    assert "5 steps of 4 search regions, 20 in all" in repr(run)


def test_its_curves_can_be_given_away(lesson, frames, tmp_path):
    run = practise(lesson, "tiny", RUN, frames)
    (page,) = run.curves.to_static(tmp_path / "curves", png=False)
    figure = run.curves.figure()
    assert page.is_file() and figure.layout.title.text == "Training: tiny"
    assert list(figure.data[0].x) == [1, 2, 3, 4, 5]


def test_again_takes_the_place_of_the_one_before(lesson, frames):
    first = practise(lesson, "tiny", RUN, frames)
    again = practise(lesson, "tiny", replace(RUN, seed=1), frames)
    assert again.folder == first.folder and read_run(again.folder).seed == 1
    assert not first.measured and not first.snapshots


def test_a_folder_of_something_else_is_left_alone(lesson, frames):
    precious = lesson.runs / "tiny" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("mine")
    with pytest.raises(ValueError, match=r"^stage: .*tiny holds something that is no run; move it away\.$"):
        practise(lesson, "tiny", RUN, frames)
    assert precious.read_text() == "mine"


def test_before_does_not_touch_the_global_generator():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    before(RUN)
    assert torch.equal(torch.rand(2), expected)


def test_what_an_earlier_notebook_left_is_taken(lesson, frames):
    made = practise(lesson, "b", RUN, frames)
    found = earlier_or_now(lesson, ("a", "b"), replace(RUN, seed=5), frames)
    assert found.folder == made.folder and found.config == RUN


def test_without_one_the_last_stage_is_trained_now(lesson, frames):
    made = earlier_or_now(lesson, ("a", "b"), RUN, frames)
    assert made.folder.name == "b" and load_model(made.folder).config == RUN.model


@pytest.mark.parametrize("what", ["another network", "half a run", "no run"])
def test_what_does_not_fit_is_not_taken(lesson, frames, what):
    other = replace(RUN, model=replace(RUN.model, depth=2)) if what == "another network" else RUN
    if what == "no run":
        (lesson.runs / "a").mkdir(parents=True)
        save_model(before(RUN), RUN.tracker, lesson.runs / "a")
    elif what == "half a run":
        *_, last = train(other, lesson.runs / "a", frames=frames, stop=lambda: True)
        assert last.stopped
    else:
        practise(lesson, "a", other, frames)
    assert earlier_or_now(lesson, ("a", "b"), RUN, frames).folder.name == "b"
