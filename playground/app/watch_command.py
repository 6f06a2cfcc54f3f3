"""``playground watch``: a page on this machine that draws a training run, or a folder of runs, while it goes on."""

from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.event_words import numbers, standing
from playground.events import TrainEvent
from playground.visualise.training import read_runs, training_figure

EVERY_S = 3
CSS = """
.gradio-container { width: 100%; max-width: 1500px !important; margin: 0 auto !important; }
#runs table { font-size: 14px; font-variant-numeric: tabular-nums; white-space: pre-wrap; }
#runs :is(table, tr, th, td) { border: none !important; padding: 2px 24px 2px 0; text-align: left; }
#runs .waiting { color: var(--body-text-color-subdued); }
"""
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Seen = dict[str, TrainEvent | None]


def build(run: Path) -> gr.Blocks:
    """The page for one run or a folder of runs. Raises ``ValueError`` naming ``run`` when there are no events."""
    read_runs(run)
    name = run.resolve().name

    def draw(seen: Seen | None) -> list[Any]:
        """Status, figure and what was seen. An unchanged figure is not sent again, nor one that cannot be read."""
        try:
            runs = read_runs(run)
        except ValueError as error:
            return [f'<p class="waiting">{escape(str(error))}</p>', gr.skip(), seen]
        latest = {name: events[-1] if events else None for name, events in runs.items()}
        figure = gr.skip() if latest == seen else training_figure(runs)
        return [status(latest), figure, latest]

    with gr.Blocks(title=f"{name} – training", analytics_enabled=False) as page:
        seen, timer = gr.State(), gr.Timer(EVERY_S)
        gr.HTML(f"<h2>Training: {escape(name)}</h2>")
        shown = gr.HTML(elem_id="runs")
        # A new figure forgets what was zoomed or hidden in the old one, so a person may hold it.
        follow = gr.Checkbox(True, label="Follow (untick to zoom in)", container=False, elem_id="follow")
        plot = gr.Plot(show_label=False, elem_id="plot")
        page.load(draw, seen, [shown, plot, seen], **QUIET)
        timer.tick(draw, seen, [shown, plot, seen], **QUIET)
        follow.change(lambda on: gr.Timer(active=on), follow, timer, **QUIET)
    return page


def status(latest: Seen) -> str:
    """A table row of HTML for each run: step, IoU, speed and time left, or that it has no event yet."""
    return f"<table>{''.join(_row(name, event) for name, event in latest.items())}</table>"


def _row(name: str, event: TrainEvent | None) -> str:
    if event is None:
        return f'<tr class="waiting"><th>{escape(name)}</th><td colspan="4">waits for its first event</td></tr>'
    told = numbers(event)
    cells = (f"step {event.step:,} of {event.steps:,}", told.get("IoU", ""), told["speed"], standing(event))
    return f"<tr><th>{escape(name)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def serve(run: Path, port: int | None = None) -> None:
    """Serve the page to this machine alone until it is interrupted, on ``port`` or the first free one from 7860.

    Raises ``ValueError`` naming ``run`` or ``port``.
    """
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"port: must be from 1 to 65535; got {port}.")
    page = build(run)
    try:
        page.launch(
            server_name="127.0.0.1",
            server_port=port,
            share=False,
            theme=gr.themes.Default(primary_hue="teal", neutral_hue="slate", font=["system-ui", "sans-serif"]),
            css=CSS,
            footer_links=["settings"],
        )
    except OSError as error:
        raise ValueError(f"port: {port or 'every one from 7860'} cannot be used ({error}); choose another.") from error
