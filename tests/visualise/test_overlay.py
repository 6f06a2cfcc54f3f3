"""What is drawn, where, and that the frame itself is left alone."""

import numpy as np

from playground.box import Box
from playground.events import TrackEvent
from playground.visualise.overlay import COLOURS, FOUND, LOST, TRAIL, Trail, colour_of, draw, draw_all

GREY = np.full((120, 160, 3), 90, np.uint8)
BOX = Box(40.0, 30.0, 50.0, 40.0)


def _event(**changes) -> TrackEvent:
    return TrackEvent(**({"index": 1, "time_s": 0.0, "box": BOX} | changes))


def _is(canvas: np.ndarray, colour) -> np.ndarray:
    return (canvas == np.array(colour, np.uint8)).all(-1)


def test_the_box_is_drawn_on_a_copy():
    canvas = draw(GREY, _event())
    assert (GREY == 90).all()
    rows, columns = np.nonzero(_is(canvas, FOUND))
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (40, 90, 30, 70)
    assert (canvas[32:69, 42:89] == 90).all() and (canvas[:29] == 90).all()


def test_a_lost_frame_is_dashed_in_another_colour():
    found, lost = draw(GREY, _event()), draw(GREY, _event(lost=True))
    assert not _is(lost, FOUND).any() and not _is(found, LOST).any()
    assert _is(found, FOUND)[70, 40:91].all()
    assert 0.3 < _is(lost, LOST)[70, 40:91].mean() < 0.8


def test_the_search_region_is_drawn_even_where_it_leaves_the_frame():
    canvas = draw(GREY, _event(search=Box(-30.0, 10.0, 100.0, 500.0)))
    assert (canvas[10, 5:65] != 90).all() and (canvas[20:110, 70] != 90).any(-1).all()


def test_the_score_stands_above_the_box_or_inside_the_frame():
    above = draw(GREY, _event(score=0.5)) != draw(GREY, _event())
    assert above[:30].any() and not above[45:].any()
    at_top = draw(GREY, _event(score=0.5, box=Box(150.0, 0.0, 9.0, 100.0)))
    assert _is(at_top, FOUND)[:20].sum() > 200  # a filled label, pushed back into the frame


def test_the_trail_joins_centres_and_breaks_where_the_target_was_lost():
    boxes = [Box(x, 30.0, 10.0, 10.0) for x in (20.0, 50.0, 80.0, 110.0)]
    trail = Trail()
    for box in boxes[:2]:
        canvas = draw(GREY, _event(box=box), trail)
    changed = (canvas != 90).any(-1)
    assert changed[35, 31:50].all()
    draw(GREY, _event(box=boxes[2], lost=True), trail)
    changed = (draw(GREY, _event(box=boxes[3]), trail) != 90).any(-1)
    assert changed[35, 31:50].all() and not changed[35, 65:105].any()


def test_the_trail_keeps_only_the_last_centres_and_tiny_frames_can_be_drawn():
    trail = Trail()
    for i in range(TRAIL + 10):
        draw(np.zeros((1, 1, 3), np.uint8), _event(box=Box(float(i), 0.0, 2.0, 2.0), score=1.0), trail)
    assert len(trail.centres) == TRAIL and trail.centres[-1] == (TRAIL + 10, 1.0)


def test_several_targets_are_drawn_as_one_after_the_other_each_in_its_colour():
    events = [_event(score=0.5), _event(box=Box(100.0, 60.0, 30.0, 30.0), search=Box(80.0, 40.0, 70.0, 70.0))]
    trails, others = [Trail(), Trail()], [Trail(), Trail()]
    for _ in range(2):
        together, expected = draw_all(GREY, events, trails), GREY
        for event, trail, colour in zip(events, others, COLOURS, strict=False):
            expected = draw(expected, event, trail, colour)
        assert np.array_equal(together, expected) and (GREY == 90).all()
    assert np.array_equal(draw_all(GREY, events[:1]), draw(GREY, events[0])) and np.array_equal(
        draw_all(GREY, []), GREY
    )


def test_a_number_stands_with_the_score_and_when_lost():
    for changes in ({"score": 0.5}, {"lost": True, "score": 0.1}, {}):
        events = [_event(**changes), _event(box=Box(100.0, 60.0, 30.0, 30.0))]
        plain, numbered = draw_all(GREY, events), draw_all(GREY, events, numbered=True)
        changed = (plain != numbered).any(-1)
        assert changed[:31, 38:].any() and changed[36:61, 98:].any()
        changed[:31, 38:] = changed[36:61, 98:] = False
        assert not changed.any()


def test_any_number_of_targets_have_colours_of_their_own():
    colours = [colour_of(place) for place in range(40)]
    assert tuple(colours[: len(COLOURS)]) == COLOURS and colours[0] == FOUND
    assert len(set(colours)) == 40 and LOST not in colours
    assert all(0 <= value <= 255 and max(colour) > 150 for colour in colours for value in colour)
