"""The table says where the box is, by the numbers from which the tracker makes it."""

import numpy as np

from playground.lesson.spoken import spoken


def test_the_edges_are_those_of_the_box(students):
    inside = students[10]
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in spoken(inside).text.splitlines()[2:]]
    box = inside.crops.place.to_frame(inside.box)
    places = {"left": box.x, "top": box.y, "right": box.x2, "bottom": box.y2}
    assert [row[0] for row in rows] == list(places)
    np.testing.assert_allclose([float(row[1]) for row in rows], inside.box, atol=6e-4)
    np.testing.assert_allclose([float(row[2]) for row in rows], list(places.values()), atol=0.51)
    assert all(0 < float(row[3]) <= np.log2(inside.config.bins) for row in rows)
