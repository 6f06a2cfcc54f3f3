"""Events come back from disk at any moment of the writing, and the figure holds their numbers."""

import math
import os
from pathlib import Path

import plotly.graph_objects as go
import pytest
from plotly.missing_anywidget import FigureWidget as WithoutAnywidget

from playground.events import TrainEvent
from playground.visualise.training import (
    MOST_POINTS,
    live_figure,
    read_events,
    read_runs,
    refresh,
    training_figure,
)


def _run(count: int, lr: float = 1e-3, every: int = 50, **losses) -> list[TrainEvent]:
    named = losses or {"total": 1.0}
    return [
        TrainEvent(
            step=every * i,
            steps=every * count,
            losses={name: value / i for name, value in named.items()},
            lr=lr / i,
            samples_s=100.0 + i,
        )
        for i in range(1, count + 1)
    ]


def _write(run: Path, events: list[TrainEvent], begun: float | None = None) -> None:
    run.mkdir(parents=True, exist_ok=True)
    (run / "events.jsonl").write_text("".join(event.to_json() + "\n" for event in events))
    if begun is not None:
        (run / "run.json").write_text("{}")
        os.utime(run / "run.json", (begun, begun))


def _curves(figure: go.Figure, title: str) -> dict[str, go.Scatter]:
    """Traces by run in the panel of this title, found through the place of the title above its axes."""
    (note,) = (note for note in figure.layout.annotations if note.text == title)
    for axis in figure.select_xaxes():
        upright = figure.layout[axis.anchor.replace("y", "yaxis")]
        if math.isclose(sum(axis.domain) / 2, note.x) and math.isclose(upright.domain[1], note.y):
            return {trace.legendgroup: trace for trace in figure.data if trace.yaxis == axis.anchor}
    raise AssertionError(title)


def _upright(figure: go.Figure, title: str) -> go.layout.YAxis:
    trace = next(iter(_curves(figure, title).values()))
    return figure.layout[trace.yaxis.replace("y", "yaxis")]


def test_a_file_cut_at_any_byte_gives_every_whole_event(tmp_path):
    events = _run(3, total=2.5, student_iou=0.5)
    _write(tmp_path, events)
    path = tmp_path / "events.jsonl"
    whole = path.read_bytes()
    ends = [i for i, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        assert read_events(tmp_path) == events[: sum(end <= cut for end in ends)]


def test_no_file_and_a_damaged_line_are_told(tmp_path):
    with pytest.raises(ValueError, match=r"^run: .* holds no readable events.jsonl"):
        read_events(tmp_path)
    _write(tmp_path, _run(2))
    path = tmp_path / "events.jsonl"
    for damage in ("{half\n", '{"step": 1}\n', "5\n", "\n", "\xff\n"):
        first, second = path.read_text().splitlines(keepends=True)[:1], path.read_text().splitlines(keepends=True)[-1:]
        damaged = tmp_path / "damaged"
        damaged.mkdir(exist_ok=True)
        (damaged / "events.jsonl").write_text("".join(first) + damage + "".join(second), encoding="latin-1")
        with pytest.raises(ValueError, match="^run: line 2 of .*events.jsonl"):
            read_events(damaged)


def test_runs_come_in_the_order_in_which_they_were_begun(tmp_path):
    _write(tmp_path / "c", _run(1), begun=10)
    _write(tmp_path / "a", [], begun=30)
    _write(tmp_path / "seed-0" / "b", _run(2), begun=20)
    (tmp_path / "no-run").mkdir()
    assert {name: len(events) for name, events in read_runs(tmp_path).items()} == {"c": 1, "seed-0/b": 2, "a": 0}
    assert list(read_runs(tmp_path)) == ["c", "seed-0/b", "a"]
    assert list(read_runs(tmp_path / "c")) == ["c"]
    for place in (tmp_path / "no-run", tmp_path / "nowhere"):
        with pytest.raises(ValueError, match="^run: .* holds no events.jsonl"):
            read_runs(place)


def test_runs_keep_their_colour_and_their_place_in_the_legend():
    first, second = _run(30, total=1.0, student_iou=0.25, teacher_iou=0.5), _run(3, total=2.0, features=3.0)
    figure = training_figure({"first": first, "empty": [], "second": second})
    total = _curves(figure, "Total loss")
    assert list(total) == ["first", "second"]
    assert list(total["first"].x) == [event.step for event in first]
    assert list(total["second"].y) == [2.0, 1.0, 2 / 3]
    assert list(_curves(figure, "Block outputs, squared error")) == ["second"]
    assert list(_curves(figure, "Speed (samples/s)")["second"].y) == [101.0, 102.0, 103.0]
    colours = {(trace.legendgroup, trace.line.color) for trace in figure.data}
    assert len(colours) == 2
    assert sorted(trace.name for trace in figure.data if trace.showlegend) == ["first", "second"]
    ious = [trace for trace in figure.data if trace.name.startswith("first, ")]
    assert [(trace.name, trace.line.dash) for trace in ious] == [("first, student", "solid"), ("first, teacher", "dot")]
    assert {axis.matches for axis in figure.select_xaxes()} == {"x"}  # the same steps above one another


def test_one_run_needs_no_legend():
    assert not any(trace.showlegend for trace in training_figure({"run": _run(3)}).data)


def test_axes_are_logarithmic_where_a_factor_of_ten_is_to_be_seen():
    def kinds(*runs: list[TrainEvent]) -> tuple[str, str]:
        figure = training_figure({str(i): run for i, run in enumerate(runs)})
        return _upright(figure, "Total loss").type, _upright(figure, "Learning rate (per step)").type

    assert kinds(_run(9)) == ("linear", "linear")
    assert kinds(_run(11)) == ("log", "linear")  # a rate is judged by its peak: it always goes down
    assert kinds(_run(2, lr=1e-3), _run(2, lr=5e-5)) == ("linear", "log")
    assert kinds(_run(11), _run(2, total=0.0)) == ("linear", "linear")  # nought has no logarithm
    figure = training_figure({"a": _run(5, lr=1e-2), "b": _run(5, lr=1e-4)})
    low, high = _upright(figure, "Learning rate (per step)").range
    assert low < math.log10(1e-4) - 1 and high > -2


def test_long_runs_are_thinned_to_means():
    count = 3 * MOST_POINTS - 1
    events = _run(count)
    curve = _curves(training_figure({"run": events}), "Speed (samples/s)")["run"]
    assert len(curve.x) == MOST_POINTS and curve.x[0] == 150 and curve.x[-1] == events[-1].step
    assert curve.y[0] == pytest.approx((101 + 102 + 103) / 3)
    assert curve.y[-1] == pytest.approx((100 + count - 1 + 100 + count) / 2)


def test_a_run_that_only_begins_says_so():
    figure = training_figure({"run": []})
    assert not figure.data and figure.layout.annotations[0].text == "No event yet."


@pytest.mark.parametrize("make", [go.Figure, None], ids=["figure", "widget"])
def test_a_view_is_brought_up_to_date(make, tmp_path):
    _write(tmp_path / "a", _run(1), begun=1)
    if make is None:
        pytest.importorskip("anywidget", reason="the extra notebooks is not installed")
        view = live_figure(tmp_path)
    else:
        view = make(training_figure(read_runs(tmp_path)))
    _write(tmp_path / "a", _run(40))
    kept = view.data
    refresh(view, tmp_path)
    assert view.data == kept  # the same curves, grown
    _assert_alike(view, training_figure(read_runs(tmp_path)))
    _write(tmp_path / "b", _run(2, total=1.0, l1=1.0), begun=2)
    refresh(view, tmp_path)
    _assert_alike(view, training_figure(read_runs(tmp_path)))


def _assert_alike(view: go.Figure, expected: go.Figure) -> None:
    shown, wanted = view.to_plotly_json(), expected.to_plotly_json()
    for trace in (*shown["data"], *wanted["data"]):
        trace.pop("uid", None)  # a widget's own
    assert [{**t, "x": list(t["x"]), "y": list(t["y"])} for t in shown["data"]] == [
        {**t, "x": list(t["x"]), "y": list(t["y"])} for t in wanted["data"]
    ]
    assert shown["layout"] == wanted["layout"]


def test_a_missing_extra_is_named(monkeypatch, tmp_path):
    _write(tmp_path, _run(1))
    monkeypatch.setattr(go, "FigureWidget", WithoutAnywidget, raising=False)
    with pytest.raises(ValueError, match=r"live_figure: .*mixformer-playground\[notebooks\]"):
        live_figure(tmp_path)
    with pytest.raises(ValueError, match="^run: "):
        live_figure(tmp_path / "nowhere")
