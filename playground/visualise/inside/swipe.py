"""Two pictures of one frame, one over the other, to swipe between: HTML that needs nothing else."""

from html import escape

import numpy as np
from jaxtyping import UInt8

from playground.events import TrackEvent
from playground.visualise.inside.pictures import address
from playground.visualise.overlay import FOUND, Colour, draw

WIDTH_PX = 560  # at most, on the page

_PAGE = """<figure style="margin:0;max-width:{width}px;font:13px system-ui,sans-serif;color:#7b8794">
<div style="position:relative;--at:50%;line-height:0">
<img alt="{right}" src="{over}" style="width:100%">
<img alt="{left}" src="{under}" style="width:100%;position:absolute;inset:0;\
clip-path:inset(0 calc(100% - var(--at)) 0 0)">
<div style="position:absolute;top:0;bottom:0;left:var(--at);width:2px;margin-left:-1px;background:#fff;\
box-shadow:0 0 4px #000;pointer-events:none"></div>
<input type="range" min="0" max="100" step="0.5" value="50" aria-label="swipe from {left} to {right}"
 style="position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize"
 oninput="this.parentElement.style.setProperty('--at', this.value + '%')">
</div>
<figcaption style="display:flex;justify-content:space-between;padding:6px 2px">\
<b>&#9664; {left}</b><span>frame {frame}</span><b>{right} &#9654;</b></figcaption>
</figure>"""


def swipe_html(
    image: UInt8[np.ndarray, "height width 3"],
    left: TrackEvent,
    right: TrackEvent,
    names: tuple[str, str] = ("teacher", "student"),
    colours: tuple[Colour, Colour] = (FOUND, FOUND),
) -> str:
    """An HTML element with the frame as ``left`` and as ``right`` say, swiped by mouse, finger or arrow keys.

    ``colours`` are those of the two boxes, RGB 0..255. Raises ``ValueError`` naming ``events`` when the two
    are of different frames.
    """
    if left.index != right.index:
        raise ValueError(f"events: both must be of the same frame; got {left.index} and {right.index}.")
    sides = zip((left, right), colours, strict=True)
    under, over = (address(draw(image, event, colour=colour)) for event, colour in sides)
    told = [escape(name) for name in names]
    return _PAGE.format(width=WIDTH_PX, left=told[0], right=told[1], under=under, over=over, frame=left.index)
