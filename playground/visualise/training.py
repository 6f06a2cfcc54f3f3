"""Training runs as a plotly figure: their events read from disk, and a view of them that follows in a notebook."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure
from plotly.subplots import make_subplots

from playground.events import TrainEvent
from playground.visualise.looks import CLEAR, COLOURS, GRID, HOVER, TEXT
from playground.visualise.training_panels import Panel, Value, panels

EVENTS, SETTINGS = "events.jsonl", "run.json"
COLUMNS, ROW_PX, GAP_PX, HEAD_PX, FOOT_PX = 3, 190, 76, 70, 50
MOST_POINTS = 600  # in a curve: more cannot be told apart, and a page draws them all again and again


def read_events(run: Path) -> list[TrainEvent]:
    """The events of the run in a folder so far, oldest first.

    The last line is left out where it is half written, for the run may be going on. Raises ``ValueError`` naming
    ``run`` when there is no ``events.jsonl``, or when a whole line of it is no event.
    """
    path = run / EVENTS
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except OSError as error:
        raise ValueError(f"run: {run} holds no readable {EVENTS}; name the folder of a training run.") from error
    events = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(TrainEvent.from_json(line))
        except (ValueError, TypeError) as error:
            if line.endswith("\n"):
                raise ValueError(f"run: line {number} of {path} is no event of this version; take it away.") from error
    return events


def read_runs(place: Path) -> dict[str, list[TrainEvent]]:
    """Events by name for the folder of one run, or for a folder of runs in the order in which they were begun.

    A folder of such folders will do too, as an ablation leaves them. Raises ``ValueError`` naming ``run`` when there
    is no run, or when a file cannot be read.
    """
    if (place / EVENTS).is_file():
        return {place.resolve().name: read_events(place)}
    found = [path.parent for pattern in ("*", "*/*") for path in place.glob(f"{pattern}/{EVENTS}")]
    if not found:
        raise ValueError(f"run: {place} holds no {EVENTS}, nor does a folder in it; name a run or a folder of runs.")
    return {run.relative_to(place).as_posix(): read_events(run) for run in sorted(found, key=_begun)}


def training_figure(events_by_run: Mapping[str, Sequence[TrainEvent]]) -> go.Figure:
    """Losses, IoU, validation, learning rate and speed against the step, a panel each (`training_panels`).

    Every run has one colour in all panels and one entry in the legend, which hides it everywhere. Long runs are drawn
    as means of neighbouring events.
    """
    runs = {name: events for name, events in events_by_run.items() if events}
    shown = list(panels(event for events in runs.values() for event in events))
    if not shown:
        return go.Figure(layout=_layout(ROW_PX)).add_annotation(text="No event yet.", showarrow=False, font_size=16)
    rows = math.ceil(len(shown) / COLUMNS)
    filled = [[row * COLUMNS + column < len(shown) for column in range(COLUMNS)] for row in range(rows)]
    inside = rows * ROW_PX + (rows - 1) * GAP_PX
    figure = make_subplots(
        rows,
        COLUMNS,
        specs=[[{} if there else None for there in row] for row in filled],
        subplot_titles=[panel.title for panel in shown],
        vertical_spacing=GAP_PX / inside,
        horizontal_spacing=0.055,
    )
    figure.update_annotations(font={"size": 13})
    for i, panel in enumerate(shown):
        place: dict[str, Any] = {"row": i // COLUMNS + 1, "col": i % COLUMNS + 1}
        traces = list(_traces(panel, runs))
        figure.add_traces(traces, rows=[place["row"]] * len(traces), cols=[place["col"]] * len(traces))
        figure.update_yaxes(_scale(panel, traces), **place)
    figure.update_layout(_layout(inside))
    step = {"text": "step", "standoff": 4, "font": {"size": 12}}
    figure.update_xaxes(
        title=step, range=[0, None], matches="x", gridcolor=GRID, zeroline=False, nticks=6, hoverformat=",d"
    )
    figure.update_yaxes(gridcolor=GRID, zeroline=False, nticks=6, exponentformat="power")
    return _with_legend(figure)


def live_figure(run: Path) -> go.FigureWidget:
    """A notebook's figure of one run or of a folder of runs, which `refresh` brings up to date.

    Raises ``ValueError`` as `read_runs` does, and naming the extra that is missing.
    """
    figure = training_figure(read_runs(run))
    try:
        return go.FigureWidget(figure)
    except ImportError as error:
        raise ValueError(
            "live_figure: anywidget or ipywidgets is missing; install them with: "
            "pip install 'mixformer-playground[notebooks]'."
        ) from error


def refresh(shown: BaseFigure, run: Path) -> None:
    """Bring a figure of `live_figure` up to what the run, or the folder of runs, has reached.

    Zoom and hidden runs stay, unless there is a new curve. Raises ``ValueError`` as `read_runs` does.
    """
    figure = training_figure(read_runs(run))
    with shown.batch_update():
        if [(t.name, t.xaxis) for t in shown.data] == [(t.name, t.xaxis) for t in figure.data]:
            for old, new in zip(shown.data, figure.data, strict=True):
                old.update(x=new.x, y=new.y, mode=new.mode)
            for old, new in zip(shown.select_yaxes(), figure.select_yaxes(), strict=True):
                old.update(type=new.type, range=new.range, dtick=new.dtick, tickformat=new.tickformat)
        else:
            shown.data = ()
            shown.layout = figure.layout
            shown.add_traces(figure.data)


def _begun(run: Path) -> tuple[float, str]:
    """Settings are written when a run begins; events are for as long as it goes on."""
    settings = run / SETTINGS
    return (settings.stat().st_mtime if settings.is_file() else 0.0, run.name)


def _traces(panel: Panel, runs: Mapping[str, Sequence[TrainEvent]]) -> Iterator[go.Scatter]:
    for (run, events), colour in zip(runs.items(), cycle(COLOURS), strict=False):
        for (label, value), dash in zip(panel.curves.items(), ("solid", "dot"), strict=False):
            steps, values = _curve(events, value)
            if not steps:
                continue
            name = run if len(panel.curves) == 1 else f"{run}, {label}"
            yield go.Scatter(
                x=steps,
                y=values,
                name=name,
                legendgroup=run,
                showlegend=False,
                mode="lines" if len(steps) > 20 else "lines+markers",
                line={"color": colour, "width": 1.8, "dash": dash},
                marker={"size": 5},
                hovertemplate=f"%{{y:{panel.number}}}",
            )


def _curve(events: Sequence[TrainEvent], value: Value) -> tuple[list[int], list[float]]:
    """Steps and values where there are any, averaged over as many neighbours as bring them under `MOST_POINTS`."""
    points = [(event.step, number) for event in events if (number := value(event)) is not None]
    size = math.ceil(len(points) / MOST_POINTS)
    parts = [points[i : i + size] for i in range(0, len(points), max(size, 1))]
    return [part[-1][0] for part in parts], [sum(number for _, number in part) / len(part) for part in parts]


def _scale(panel: Panel, traces: Sequence[go.Scatter]) -> dict[str, Any]:
    """Kind, range and ticks of the upright axis."""
    values = [value for trace in traces for value in trace.y]
    peaks = [max(trace.y) for trace in traces]
    judged = {"values": values, "peaks": peaks, "never": [1]}[panel.log]
    low, high = min(judged), max(judged)
    if low <= 0 or high < 10 * low:
        return {"type": "linear", "range": panel.limits}
    # A learning rate that goes down to zero would leave no room for what comes before.
    ends = [math.log10(low / 100), math.log10(high * 1.5)] if panel.log == "peaks" else None
    if ends is None and high < 100 * low:
        return {"type": "log", "dtick": "D2", "tickformat": "~g"}  # 1, 2 and 5 of each decade
    return {"type": "log", "range": ends, "dtick": 1}


def _with_legend(figure: go.Figure) -> go.Figure:
    """One entry for each run, where there are several."""
    firsts = {trace.legendgroup: trace for trace in reversed(figure.data)}
    if len(firsts) > 1:
        for run, trace in firsts.items():
            trace.update(showlegend=True, name=run)
    return figure


def _layout(inside_px: int) -> dict[str, Any]:
    return {
        "template": "none",
        "height": HEAD_PX + inside_px + FOOT_PX,
        "margin": {"l": 56, "r": 16, "t": HEAD_PX, "b": FOOT_PX},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": TEXT},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yref": "container", "yanchor": "top"},
        "modebar": {"bgcolor": CLEAR, "color": TEXT},
        "hovermode": "x unified",
        "hoverlabel": HOVER,
    }
