"""The HTML of a job on the page: an invitation, the running job, and the numbers of a finished one."""

import html

from playground.app.demo.picker import jpeg_url
from playground.app.demo.steps import Finished, Followed, Progress
from playground.visualise.overlay import COLOURS

WAITING = """
<div class="stage stage-empty" role="status"><div class="stage-pulse"></div><p class="stage-title">Getting ready</p>
<p>Loading the model, or waiting for a job before yours.</p></div>
"""
# Stages as a visitor reads them, in the order of a frame, each with its own shade.
STAGES = {
    "decode": ("decode", "#94a3b8"),
    "crop": ("crop", "#fbbf24"),
    "locate": ("network", "#0d9488"),
    "update": ("template choice", "#a78bfa"),
    "encode": ("first template", "#7c3aed"),
    "draw": ("draw", "#fb923c"),
    "write": ("encode the video", "#64748b"),
}


def empty_html(title: str, words: str) -> str:
    """An invitation to begin; ``words`` may hold HTML."""
    return f"""
<div class="stage stage-empty">
  <svg viewBox="0 0 64 64" width="56" height="56" fill="none" stroke="currentColor" stroke-width="3" aria-hidden="true"
       stroke-linecap="round"><path d="M6 18V6h12M46 6h12v12M58 46v12H46M18 58H6V46"/><circle cx="32" cy="32" r="9"/>
       <path d="M32 17v6M32 41v6M17 32h6M41 32h6"/></svg>
  <p class="stage-title">{title}</p><p>{words}</p>
</div>"""


def progress_html(progress: Progress, what: str = "") -> str:
    """The newest frame, a bar, and how far, how fast and for how long; ``what`` says of which of several jobs."""
    share = 100 * progress.done / max(progress.total, 1)
    told = f"{html.escape(what)}: frame" if what else "Frame"
    return (
        f'<div class="stage"><img src="{jpeg_url(progress.image)}" alt="The frame being tracked">'
        f'<div class="stage-bar" role="progressbar" aria-label="Progress" aria-valuenow="{share:.0f}">'
        f'<div style="width: {share:.1f}%"></div></div>'
        f'<p class="stage-status">{told} {progress.done} of {progress.total} · {progress.fps:.1f} FPS · '
        f"{_duration(progress.eta_s)} left</p></div>"
    )


def summary_html(finished: Finished, model: str, device: str) -> str:
    """Frames, speed, score and lost spans of a finished track, milliseconds by stage, and what went wrong."""
    targets = finished.targets
    cells = [(str(len(targets[0].events)), "frames tracked"), (f"{finished.fps:.1f}", "frames a second, all in all")]
    cells += _quality(targets[0]) if len(targets) == 1 else [(str(len(targets)), "targets")]
    body = "".join(f"<div><b>{html.escape(value)}</b><span>{html.escape(name)}</span></div>" for value, name in cells)
    rows = "".join(_row(i, target) for i, target in enumerate(targets)) if len(targets) > 1 else ""
    problems = [problem for target in targets for problem in target.summary.problems]
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in (finished.note, *problems[:3]) if note)
    return (
        f'<div class="summary">{body}</div>{rows and f"<table class=targets>{rows}</table>"}'
        f'{stages_html(finished.stages_ms)}<div class="notes">{notes}<p>{html.escape(model)} on the '
        f"{html.escape(device.upper())}</p></div>"
    )


def stages_html(stages_ms: dict[str, float]) -> str:
    """Milliseconds a frame by stage, as one bar with its legend."""
    there = [(STAGES[name], stages_ms[name]) for name in STAGES if stages_ms.get(name, 0) >= 0.005]
    whole = sum(ms for _, ms in there)
    bar = "".join(f'<i style="width: {100 * ms / whole:.2f}%; background: {colour}"></i>' for (_, colour), ms in there)
    words = "".join(f'<li><i style="background: {colour}"></i>{name} {ms:.2f}</li>' for (name, colour), ms in there)
    return (
        f'<div class="stages"><div class="stages-bar" aria-hidden="true">{bar}</div>'
        f"<ul><li>{whole:.1f} ms a frame:</li>{words}</ul></div>"
    )


def _quality(target: Followed) -> list[tuple[str, str]]:
    spans = target.summary.lost
    lost = sum(last - first + 1 for first, last in spans)
    shown = ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in spans[:4])
    where = f"frames lost: {shown}{' …' if len(spans) > 4 else ''}" if spans else "frames lost"
    scores = [event.score for event in target.events if event.score is not None]
    return [(f"{sum(scores) / len(scores):.2f}" if scores else "–", "mean score"), (str(lost), where)]


def _row(place: int, target: Followed) -> str:
    (score, _), (lost, where) = _quality(target)
    colour = f"rgb{COLOURS[place % len(COLOURS)]}"
    return (
        f'<tr><th><i style="background: {colour}"></i>target {place + 1}</th><td>mean score {score}</td>'
        f"<td>{lost} {html.escape(where)}</td></tr>"
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} min"
