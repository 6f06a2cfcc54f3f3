"""The soak of benchmarks/soak.py, short: real traffic and every mode, each answer looked at."""

import sys
from pathlib import Path

import pytest

from playground.config import PRESETS

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="what a process holds is read from /proc"
)


@pytest.fixture
def soak(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import soak

    yield soak
    for name in ("soak", "browsing", "endurance", "process", "serving", "traffic"):
        sys.modules.pop(name, None)


def test_eight_visitors_get_right_answers_or_clean_refusals(soak, tmp_path):
    soaked = soak.soak("mini-small", 8, 8, tmp_path)
    assert soaked.wrong() == [] and len(soaked.done) >= 8
    assert any(not one.refused for one in soaked.done if one.action in ("track", "models", "oversized"))
    told = soak.report(soaked, "short")
    assert f"{len(soaked.done)} actions, 0 wrong answers" in told and "| open files |" in told


@pytest.mark.parametrize(("mode", "count"), [("frames", 700), ("cycles", 30), ("switches", 24)])
def test_each_mode_ends_right_and_leaves_no_file_open(soak, tmp_path, mode, count):
    ended = soak.MODES[mode](count, "mini-small", tmp_path)
    assert ended.wrong == [] and f"{count} " in ended.told
    assert len({sample.files for sample in ended.samples[len(ended.samples) // 2 :]}) == 1
    assert f"{count} " in ended.report("short") and "0 wrong" in ended.report("short")


def test_what_grows_is_seen(soak):
    held = sys.modules["process"].Held
    steady = [held(i, 100.0, 10, 4) for i in range(30)]
    growing = [held(i, 100.0 + i, 10 + i, 4) for i in range(30)]
    grown = sys.modules["process"].growth
    assert grown(steady)[1:] == (0, 0, 0) and grown(growing)[1:] == (10, 10, 0)
    for samples, grew in ((steady, False), (growing, True), ([held(i, 100 + 3 * i, 10, 4) for i in range(30)], True)):
        assert soak.Soaked(done=[], samples=samples, after=samples[-1]).grew() is grew


def test_the_other_models_are_a_preset_that_there_is(soak):
    assert sys.modules["endurance"].OTHERS in PRESETS
