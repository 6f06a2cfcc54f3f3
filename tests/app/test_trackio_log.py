"""Events reach trackio with calls that its signatures take, and pass by untouched where it is not installed."""

import sys
from types import ModuleType

import pytest

from playground.app.trackio_log import log_to_trackio
from playground.events import TrainEvent

EVENTS = [
    TrainEvent(step=50, steps=100, losses={"total": 2.0, "l1": 0.5}, lr=1e-3, samples_s=10.0, data_wait=0.25),
    TrainEvent(step=100, steps=100, losses={"total": 1.0}, lr=0.0, samples_s=12.0, checked={"auc": 0.5}),
]


@pytest.fixture
def calls(monkeypatch) -> list[tuple]:
    """A stand-in for trackio whose functions have the parameters of trackio 0.43."""
    noted: list[tuple] = []

    def init(
        project,
        name=None,
        group=None,
        space_id=None,
        server_url=None,
        dataset_id=None,
        bucket_id=None,
        config=None,
        resume="never",
        settings=None,
        private=None,
        embed=True,
        auto_log_gpu=None,
        gpu_log_interval=10.0,
        auto_log_cpu=None,
        cpu_log_interval=10.0,
        webhook_url=None,
        webhook_min_level=None,
    ):
        assert resume in ("must", "allow", "never")
        noted.append(("init", project, name, config, resume))

    def log(metrics, step=None):
        assert not {"project", "run", "timestamp", "step", "time", "metrics"} & set(metrics)  # trackio renames these
        noted.append(("log", step, metrics))

    def finish():
        noted.append(("finish",))

    module = ModuleType("trackio")
    module.init, module.log, module.finish = init, log, finish
    monkeypatch.setitem(sys.modules, "trackio", module)
    return noted


def test_every_event_is_logged_and_passed_on(calls):
    passed = list(log_to_trackio(iter(EVENTS), "tracker", "runs/a", {"seed": 3}))
    assert passed == EVENTS
    assert calls[0] == ("init", "tracker", "runs/a", {"seed": 3}, "allow")
    speed = {"lr": 1e-3, "speed/samples_s": 10.0, "speed/data_wait": 0.25}
    assert calls[1] == ("log", 50, {"losses/total": 2.0, "losses/l1": 0.5, **speed})
    assert calls[2][1] == 100 and calls[2][2]["checked/auc"] == 0.5
    assert calls[3:] == [("finish",)]


def test_the_run_is_finished_when_training_fails_or_is_left(calls):
    def failing():
        yield EVENTS[0]
        raise FloatingPointError

    with pytest.raises(FloatingPointError):
        list(log_to_trackio(failing(), "tracker", "a", {}))
    assert [call[0] for call in calls] == ["init", "log", "finish"]
    events = log_to_trackio(iter(EVENTS), "tracker", "b", {})
    next(events)
    events.close()
    assert [call[0] for call in calls[3:]] == ["init", "log", "finish"]


def test_without_trackio_events_pass_by(monkeypatch):
    monkeypatch.setitem(sys.modules, "trackio", None)
    assert list(log_to_trackio(iter(EVENTS), "tracker", "a", {})) == EVENTS


def test_a_broken_trackio_is_told(monkeypatch, tmp_path):
    (tmp_path / "trackio.py").write_text("import a_part_of_it_that_is_missing\n")
    monkeypatch.delitem(sys.modules, "trackio", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="a_part_of_it_that_is_missing"):
        list(log_to_trackio(iter(EVENTS), "tracker", "a", {}))
