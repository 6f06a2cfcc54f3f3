"""Objects of a clip as tracks: where they are seen, where they are absent, and what is too small to be either."""

import numpy as np
import pytest

from playground.data.clip import Clip
from playground.data.tracks import clip_tracks, sources_of

GONE = [np.nan] * 4


def test_frames_where_an_object_is_seen_absent_or_too_small():
    there, small, never = [100.0, 50.0, 40.0, 20.0], [10.0, 10.0, 3.0, 30.0], GONE
    boxes = np.array([[there, never, there], [GONE, never, there], [small, never, GONE]])
    clip = Clip(source="zoo", name="ape", frames=(np.zeros((8, 8, 3), np.uint8),) * 3, boxes=boxes)
    (j, first), (k, second) = clip_tracks(clip, 7, np.array([0.5, 1.0, 0.5]))
    assert (j, k) == (0, 2) and first.name == second.name == "zoo/ape"
    assert first.frames.tolist() == [7] and first.absent.tolist() == [8]  # the small box of frame 9 is neither
    assert first.boxes.tolist() == [[50, 25, 20, 10]]
    assert second.frames.tolist() == [7, 8] and second.absent.tolist() == [9]
    assert second.boxes.tolist() == [[50, 25, 20, 10], there]


def test_no_track_at_all_is_refused():
    with pytest.raises(ValueError, match="^data: no object"):
        sources_of({})
