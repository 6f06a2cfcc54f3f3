"""The HTML of the page's right side: an invitation, the running job, and the numbers of a finished one."""

import html

from playground.app.job import Finished, Progress
from playground.app.picker import jpeg_url

EMPTY = """
<div class="stage stage-empty">
  <svg viewBox="0 0 64 64" width="56" height="56" fill="none" stroke="currentColor" stroke-width="3"
       stroke-linecap="round"><path d="M6 18V6h12M46 6h12v12M58 46v12H46M18 58H6V46"/><circle cx="32" cy="32" r="9"/>
       <path d="M32 17v6M32 41v6M17 32h6M41 32h6"/></svg>
  <p class="stage-title">Your tracked video will play here</p>
  <p>The examples come with a box already drawn: press <b>Track</b>, or drag your own.</p>
</div>
"""

WAITING = """
<div class="stage stage-empty"><div class="stage-pulse"></div><p class="stage-title">Getting ready</p>
<p>Loading the model, or waiting for a track before yours.</p></div>
"""


def progress_html(progress: Progress) -> str:
    """The newest frame, a bar, and how far and how fast it goes."""
    share = 100 * progress.done / max(progress.total, 1)
    return (
        f'<div class="stage"><img src="{jpeg_url(progress.image)}" alt="The frame being tracked">'
        f'<div class="stage-bar"><div style="width: {share:.1f}%"></div></div>'
        f'<p class="stage-status">Frame {progress.done} of {progress.total} · {progress.fps:.1f} FPS</p></div>'
    )


def summary_html(finished: Finished, model: str) -> str:
    """Frames, speed, lost spans and model of a finished track, and what went wrong on the way."""
    events, spans = finished.events, finished.summary.lost
    lost = sum(last - first + 1 for first, last in spans)
    shown = ", ".join(f"{first}–{last}" if last > first else f"{first}" for first, last in spans[:4])
    where = f"frames lost: {shown}{' …' if len(spans) > 4 else ''}" if spans else "frames lost"
    scores = [event.score for event in events if event.score is not None]
    cells = [
        (str(len(events)), "frames tracked"),
        (f"{finished.fps:.1f}", "frames a second"),
        (f"{sum(scores) / len(scores):.2f}" if scores else "–", "mean score"),
        (str(lost), where),
    ]
    body = "".join(f"<div><b>{html.escape(value)}</b><span>{html.escape(name)}</span></div>" for value, name in cells)
    notes = [note for note in (finished.note, *finished.summary.problems[:3]) if note]
    below = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return f'<div class="summary" title="{html.escape(model)}">{body}</div><div class="notes">{below}</div>'
