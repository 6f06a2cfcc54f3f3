"""Boxes, annotations and settings as any text: a right answer, or an error in words, never another exception."""

import json
import math
import string
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odd_input import JSON, LINES, TEXTS, changed

from playground.box import Box
from playground.config import PRESETS, ModelConfig, TrackerConfig
from playground.data import nfs, regions, sequence, videos, vot
from playground.data.skipped import Fault
from playground.hub.names import read_repository
from playground.settings import from_json, to_json


@given(TEXTS)
def test_a_box_is_four_numbers_or_refused(text):
    try:
        box = Box.parse(text)
    except ValueError as error:
        assert str(error).startswith("box: ")
        return
    parts = text.replace(";", ",").split(",")
    assert len(parts) == 4 and all(math.isnan(a) or a == float(b) for a, b in zip(box.as_tuple(), parts, strict=True))
    with suppress(ValueError):
        box.check_start(640, 480)
        assert all(map(math.isfinite, box.as_tuple())) and box.w > 0 and box.h > 0


@pytest.mark.parametrize("parse", [sequence.parse_boxes, vot._parse, nfs._parse, sequence.parse_flags, videos._parse])
@given(text=TEXTS)
def test_annotations_are_numbers_or_a_fault_of_the_sequence(parse, text):
    try:
        found = parse(text, "clip")
    except Fault as fault:
        assert fault.where == "clip" and str(fault).startswith("data: clip: ")
        return
    if parse in (sequence.parse_boxes, vot._parse):
        whole = found[~np.isnan(found).any(1)]
        assert np.isfinite(whole).all() and (whole[:, 2:] > 0).all()  # unknown, or a box


@given(LINES, st.booleans())
def test_a_region_is_a_box_or_refused(line, mask):
    try:
        found = regions.parse_region("m" * mask + line)
    except ValueError:
        return
    assert found.shape == (4,)


@pytest.mark.parametrize("start", [PRESETS["toy-small"], TrackerConfig()], ids=["model", "tracker"])
@given(data=st.data())
def test_settings_with_anything_in_place_of_a_field_are_settings_or_refused(start, data):
    values, (*groups, last) = data.draw(changed(json.loads(to_json(start))))
    try:
        made = from_json(type(start), json.dumps(values), "settings")
    except ValueError as error:
        said = str(error).removeprefix("settings")
        assert any(str(name) in said for name in (last, *groups)), said
        return
    assert from_json(type(start), to_json(made), "settings") == made


@given(st.text(max_size=60) | JSON.map(json.dumps))
def test_any_text_as_settings(text):
    for cls in (ModelConfig, TrackerConfig):
        with suppress(ValueError):
            assert isinstance(from_json(cls, text, "settings"), cls)


@given(st.text(string.ascii_letters + string.digits + "/.@-_~ \\\0:é", max_size=40))
def test_a_repository_is_two_plain_names_or_refused(name):
    try:
        found = read_repository(name)
    except ValueError as error:
        assert str(error).startswith("repository: ")
        return
    user, _, repository = found.name.partition("/")
    assert user and repository and ".." not in (user, repository) and not set(found.name) & set("\\\0: ~")
