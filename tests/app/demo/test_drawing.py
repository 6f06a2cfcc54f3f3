"""Each option draws what it says, and nothing when it is not ticked."""

import numpy as np
import pytest

from playground.app.demo.drawing import OPTIONS, Drawing, draw_targets, read_drawing
from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.overlay import COLOURS, Trail

GREY = np.full((120, 160, 3), 90, np.uint8)
EVENTS = [
    TrackEvent(index=1, time_s=0, box=Box(20, 40, 20, 20), search=Box(5, 25, 50, 50)),
    TrackEvent(index=1, time_s=0, box=Box(100, 40, 20, 20), search=Box(85, 25, 50, 50)),
]
RED = np.full((2, 16, 16, 3), (200, 0, 0), np.uint8)


def _drawn(**options) -> np.ndarray:
    drawing = Drawing(**({"trail": False, "search": False} | options))
    trails = [Trail(), Trail()]
    for trail in trails:
        trail.centres.append((30.0, 5.0))
    return draw_targets(GREY, EVENTS, trails, [RED, RED[:1]], drawing)


def _has(image: np.ndarray, colour) -> bool:
    return bool((image == colour).all(-1).any())


def test_every_target_has_its_box_in_its_colour_and_the_frame_stays():
    image = _drawn()
    assert tuple(image[40, 30]) == COLOURS[0] and tuple(image[40, 110]) == COLOURS[1]
    assert (GREY == 90).all()
    plain = image.copy()
    plain[38:62, 18:42] = plain[38:62, 98:122] = 90
    assert (plain == 90).all()


def test_options_add_what_they_name():
    plain = _drawn()
    assert not np.array_equal(_drawn(search=True)[25, 10:50], plain[25, 10:50])
    assert (_drawn(trail=True)[5:40, 28:33] != 90).any() and (plain[5:38, 28:33] == 90).all()
    side = round(120 * 0.16)
    with_templates = _drawn(templates=True)
    lower, upper = 120 - 2 - side // 2, 120 - 6 - side - side // 2
    assert tuple(with_templates[lower, 4 + side // 2]) == (200, 0, 0) == tuple(with_templates[lower, 8 + side * 3 // 2])
    assert tuple(with_templates[upper, 4 + side // 2]) == (200, 0, 0)  # the second target has one template
    assert tuple(with_templates[upper, 8 + side * 3 // 2]) == (90, 90, 90)
    assert not _has(plain, (200, 0, 0))


def test_ticked_options_are_read():
    assert read_drawing(["trail", "templates"]) == Drawing(trail=True, search=False, templates=True)
    assert read_drawing(list(OPTIONS.values())) == Drawing(trail=True, search=True, templates=True)
    with pytest.raises(ValueError, match="^draw: choose from trail, search, templates; got 'glow'"):
        read_drawing(["glow"])
