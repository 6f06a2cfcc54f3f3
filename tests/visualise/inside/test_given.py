"""NumPy's numbers are numbers; words, halves and nothing are a sentence."""

import numpy as np
import pytest

from playground.visualise.inside.given import as_number, as_several, as_whole


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_come_out_as_python_s(value):
    assert as_whole("layer", value) == 3 and type(as_whole("layer", value)) is int


@pytest.mark.parametrize("value", ["3", 1.5, None, np.float32(2), [1]])
def test_what_is_not_whole(value):
    with pytest.raises(ValueError, match="^layer: must be a whole number; got "):
        as_whole("layer", value)


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.5), np.int64(1)])
def test_numbers_come_out_as_python_s(value):
    assert as_number("mass", value) == value and type(as_number("mass", value)) is float


@pytest.mark.parametrize("value", ["50%", None, [1.0], 1j])
def test_what_is_no_number(value):
    with pytest.raises(ValueError, match="^mass: must be a number; got "):
        as_number("mass", value)


def test_several_numbers():
    assert as_several("blocks", np.array([2, 0])) == (2, 0) == as_several("blocks", [2, 0])
    assert as_several("blocks", ()) == ()
    with pytest.raises(
        ValueError, match=r"^blocks: give several numbers, such as \[1, 2\], or \[1\] for one; got 1\.$"
    ):
        as_several("blocks", 1)
    with pytest.raises(ValueError, match="^blocks: give several numbers.* got '12'"):
        as_several("blocks", "12")
    with pytest.raises(ValueError, match="^blocks: must be a whole number; got 0.5"):
        as_several("blocks", [1, 0.5])
