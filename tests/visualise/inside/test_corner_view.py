"""The marginals drawn are the maps summed by hand, and the KL written is the one of the loss."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.corner_view import check_same_region, corners_figure


def test_marginals_are_sums_of_the_maps(looked_dense, looked_deep):
    figure = corners_figure(looked_dense, looked_deep)
    maps = [np.array(trace.z) for trace in figure.data if trace.type == "heatmap"]
    drawn = {trace.name: trace for trace in figure.data if trace.name}
    for name, map_, axis, along in (
        ("left", maps[0], 0, "y"),
        ("top", maps[0], 1, "x"),
        ("right", maps[1], 0, "y"),
        ("bottom", maps[1], 1, "x"),
    ):
        np.testing.assert_allclose(drawn[f"{name}, teacher"][along], map_.sum(axis), rtol=5e-3)


def test_the_students_curves_and_the_divergence(looked_dense, looked_deep):
    figure = corners_figure(looked_dense, looked_deep)
    drawn = {trace.name: trace for trace in figure.data if trace.name}
    np.testing.assert_allclose(drawn["left, student"].y, looked_deep.edges[-1, 0], rtol=1e-3)
    np.testing.assert_allclose(drawn["bottom, student"].x, looked_deep.edges[-1, 3], rtol=1e-3)
    teacher, student = (torch.from_numpy(one.edges[-1]).double() for one in (looked_dense, looked_deep))
    kl = F.kl_div(student.log(), teacher, reduction="none").sum(-1).tolist()
    words = [note.text for note in figure.layout.annotations]
    for name, value in zip(("left", "top", "right", "bottom"), kl, strict=True):
        assert f"<b>{name}</b><br>KL {value:.2f}" in words
    assert f"mean {np.mean(kl):.2f}" in figure.layout.title.subtitle.text


def test_a_teacher_by_itself_has_marginals_and_no_divergence(looked_dense, looked_deep):
    alone, both = corners_figure(looked_dense), corners_figure(looked_dense, looked_deep)
    drawn, told = ({trace.name: trace for trace in figure.data if trace.name} for figure in (alone, both))
    assert not [name for name in drawn if "student" in name]
    np.testing.assert_array_equal(drawn["top, teacher"].x, told["top, teacher"].x)
    assert "<b>right</b>" in [note.text for note in alone.layout.annotations]


def test_wrong_pairs_are_told_so(looked_dense, looked_deep, looked):
    with pytest.raises(ValueError, match="teacher: has no corner head"):
        corners_figure(looked_deep, looked_dense)
    with pytest.raises(ValueError, match="crops: both models must look at the same search region"):
        corners_figure(looked_dense, looked)
    moved = replace(looked_deep, crops=replace(looked_deep.crops, place=replace(looked_deep.crops.place, x0=-99)))
    with pytest.raises(ValueError, match="crops:"):
        check_same_region(looked_dense, moved)


def test_other_bins_are_told_so(looked_dense, small, crops_for):
    other = look_inside(small, crops_for(small))  # with the teacher's rules of cutting
    with pytest.raises(ValueError, match="bins: .* got 32 and 56"):
        corners_figure(looked_dense, other)
