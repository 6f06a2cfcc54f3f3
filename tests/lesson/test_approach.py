"""The student's rows beside the teacher's: every curve and every KL is that of its step and its edge."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground.config import EDGE_ORDER
from playground.lesson.approach import approach_figure


def test_each_column_is_a_step_and_each_row_an_edge(dense, students):
    figure = approach_figure(dense, students)
    drawn = [trace for trace in figure.data if trace.name.endswith("student")]
    assert len(drawn) == 8
    for i, trace in enumerate(drawn):
        step, edge = (0, 10)[i // 4], i % 4
        assert trace.name == f"{EDGE_ORDER[edge]}, student"
        np.testing.assert_allclose(trace.y, students[step].edges[-1, edge], rtol=1e-3)
        teacher = next(other for other in figure.data if other.xaxis == trace.xaxis and "teacher" in other.name)
        np.testing.assert_allclose(teacher.y, dense.edges[-1, edge], rtol=1e-3)


def test_the_divergence_is_that_of_the_loss(dense, students):
    words = [note.text for note in approach_figure(dense, students).layout.annotations]
    told = [word for word in words if word.startswith("KL")]
    teacher = torch.from_numpy(dense.edges[-1]).double()
    expected = []
    for student in students.values():
        said = torch.from_numpy(student.edges[-1]).double()
        expected += F.kl_div(said.log(), teacher, reduction="none").sum(-1).tolist()
    assert told == [f"KL {value:.2f}" for value in expected]
    assert [word for word in words if "step" in word] == ["<b>step 0</b>", "<b>step 10</b>"]


def test_without_a_student_there_is_nothing_to_see(dense):
    with pytest.raises(ValueError, match=r"^students: give at least one\.$"):
        approach_figure(dense, {})
