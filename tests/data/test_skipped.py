"""The report of what was left out."""

import pytest

from playground.data.skipped import Fault, Skipped


def test_faults_are_counted_by_place_and_reason_with_the_first_of_each():
    skipped = Skipped()
    for location, where in (("coco:/a", "000123"), ("coco:/a", "000124"), ("otb:/b", "cup"), ("coco:/a", "000125")):
        skipped.add(location, Fault(where, "pictures without a usable box"))
    skipped.add("coco:/a", Fault("7", "boxes outside the picture"))
    assert skipped.lines() == (
        "coco:/a: pictures without a usable box: 3 left out (first: 000123)",
        "otb:/b: pictures without a usable box: 1 left out (first: cup)",
        "coco:/a: boxes outside the picture: 1 left out (first: 7)",
    )
    assert skipped.lines("otb:/b") == skipped.lines()[1:2] and Skipped().lines() == ()


def test_where_nothing_may_be_left_out_a_fault_is_an_error_that_names_the_place():
    with pytest.raises(ValueError, match="^data: cup: boxes outside the picture; mend it or take it out"):
        raise Fault("cup", "boxes outside the picture")
