"""Cells hold their values, numbers stand in small tables only, and gaps stay gaps."""

import numpy as np

from playground.visualise.inside.matrix import put_matrix
from playground.visualise.inside.sheet import Sheet, finish


def _matrix(values: np.ndarray, **more):
    sheet = Sheet()
    names = [[str(i) for i in range(size)] for size in values.shape]
    told = [[f"{i}/{j}" for j in names[1]] for i in names[0]]
    put_matrix(
        sheet, (0, 1), (0, 1), values, columns=("c", names[1]), rows=("r", names[0]), told=told, number=".1f", **more
    )
    return finish(sheet, "t", "s", 100)


def test_numbers_stand_in_their_cells():
    figure = _matrix(np.array([[0.0, 2.0, np.nan], [1.0, 0.04, 2.0]]))
    heat, numbers = figure.data
    assert [list(row) for row in heat.z] == [[0, 2, None], [1, 0.04, 2]] and heat.zmax == 2
    found = {(y, x): text for x, y, text in zip(numbers.x, numbers.y, numbers.text, strict=True)}
    assert found == {(0, 0): "0.0", (0, 1): "2.0", (1, 0): "1.0", (1, 1): "0.0", (1, 2): "2.0"}
    assert numbers.textfont.color[1] == "#ffffff" != numbers.textfont.color[0]
    assert heat.customdata[1][2] == "1/2" and figure.layout.yaxis.range == (1.5, -0.5)


def test_a_large_table_has_none():
    assert len(_matrix(np.ones((3, 30))).data) == 1


def test_a_given_ceiling():
    assert _matrix(np.zeros((2, 2))).data[0].zmax == 1
    assert _matrix(np.full((2, 2), 0.5), most=4.0).data[0].zmax == 4
