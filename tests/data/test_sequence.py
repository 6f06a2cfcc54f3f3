"""The text of true boxes, with the separators that occur in the wild."""

import numpy as np
import pytest

from playground.data.sequence import parse_boxes


def test_commas_tabs_blanks_and_absent_targets():
    boxes = parse_boxes("1,2,3,4\n5\t6\t7\t8\n\n9.5 10 11 12\r\nNaN,NaN,NaN,NaN\n", "a")
    assert boxes[:3].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8], [9.5, 10, 11, 12]]
    assert np.isnan(boxes[3]).all() and parse_boxes("", "a").shape == (0, 4)


@pytest.mark.parametrize("text", ["1,2,3", "1,2,3,4\n1,2,3,4,5", "1,2,3,x"])
def test_a_wrong_line_names_the_sequence(text):
    with pytest.raises(ValueError, match="^data: the boxes of cup must be four numbers"):
        parse_boxes(text, "cup")
