"""An address that opens the page as it stands: which clip, frame, box, model, device and tab."""

from collections.abc import Mapping
from dataclasses import dataclass

from playground.app.demo.targets import read_box
from playground.app.demo.toggle import DEVICES
from playground.box import Box

TABS = {"track": "Track", "compare": "Compare", "inside": "Look inside", "distil": "Distil", "webcam": "Webcam"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What an address says; None or empty where it says nothing. ``clip``: an example's name or a video's address."""

    clip: str = ""
    start: int = 0
    box: Box | None = None
    model: str = ""
    device: str = ""
    tab: str = ""


def read_link(query: Mapping[str, str]) -> Link:
    """The link in an address's query. Raises ``ValueError`` naming what cannot be read."""
    start, box, device, tab = (query.get(name, "") for name in ("start", "box", "device", "tab"))
    if not (start == "" or (start.isascii() and start.isdigit())):
        raise ValueError(f"start: the address must say the number of a frame; got {start!r}.")
    for name, value, known in (("device", device, DEVICES.values()), ("tab", tab, TABS)):
        if value and value not in known:
            raise ValueError(f"{name}: the address must say one of {', '.join(known)}; got {value!r}.")
    return Link(
        clip=query.get("clip", ""),
        start=int(start or 0),
        box=_box(box) if box else None,
        model=query.get("model", ""),
        device=device,
        tab=tab,
    )


def _box(text: str) -> Box:
    try:
        return read_box([float(part) for part in text.split(",")])
    except ValueError as error:
        raise ValueError(f"box: the address must say x,y,w,h in pixels; got {text!r}.") from error
