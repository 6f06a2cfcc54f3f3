"""The size that a header states, beside the size of the decoded picture; and what is no such header."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from playground.picture_header import PNG, may_be_turned, stated_size

RNG = np.random.default_rng(0)


KINDS = {
    "png": (".png", ()),
    "jpeg": (".jpg", ()),
    "progressive": (".jpg", (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)),
    "restarts": (".jpg", (cv2.IMWRITE_JPEG_RST_INTERVAL, 2)),
}


@pytest.mark.parametrize(("suffix", "options"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (701, 2)])
def test_it_is_that_of_the_decoded_picture(suffix, options, shape):
    data = cv2.imencode(suffix, RNG.integers(0, 255, (*shape, 3), np.uint8), list(options))[1].tobytes()
    height, width = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape[:2]
    assert stated_size(data) == (width, height)
    assert not may_be_turned(data)


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_that_a_camera_held_sideways_states_its_size_as_stored(tmp_path, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (40, 30)).save(tmp_path / kind, kind, exif=exif)
    data = (tmp_path / kind).read_bytes()
    assert stated_size(data) == (40, 30)
    assert may_be_turned(data)


@pytest.mark.parametrize("data", [b"", PNG, b"\xff\xd8\xff", b"\xff\xd8\xff\xe0\0\x02", b"BM" + bytes(60)])
def test_other_kinds_and_unfinished_headers_state_nothing(data):
    assert stated_size(data) is None


@given(st.sampled_from([PNG, b"\xff\xd8\xff"]), st.binary(max_size=200))
def test_any_bytes_end_in_a_size_or_none(start, rest):
    found = stated_size(start + rest)
    assert found is None or min(found) >= 0
