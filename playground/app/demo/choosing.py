"""What happens on the page's left side: values of components in, values of components out."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo.chosen import check_kept, read_number
from playground.app.demo.clip import Clip, open_clip
from playground.app.demo.examples import example_clip, example_start, read_name
from playground.app.demo.fetch import fetch
from playground.app.demo.link import read_link
from playground.app.demo.models import is_fetched
from playground.app.demo.picker import picker_value
from playground.app.demo.targets import Targets, read_targets, with_numbers
from playground.app.demo.toasts import toasts
from playground.app.demo.toggle import GPU, describe_model, follow_device, why_no_gpu
from playground.box import Box
from playground.video.synthetic import EXAMPLES

CHOSEN = 10  # components that a clip fills: clip, its key, targets, picker, start, end, four numbers


def show_clip(clip: Clip, box: Box | None, start: int = 0) -> list[Any]:
    """`CHOSEN` values for a clip that was just chosen, at frame ``start``."""
    frame = clip.frame(start)
    last = max(clip.frames - 1, 1)
    sliders = (
        gr.Slider(minimum=0, maximum=last, value=value, interactive=clip.frames > 1)
        for value in (start, clip.frames - 1)
    )
    targets = Targets(boxes=(box,))
    picture = picker_value(frame.image, targets, clip.caption(), clip.link)
    return [clip, clip.key, targets, picture, *sliders, *targets.numbers()]


def show_upload(path: str) -> list[Any]:
    """As `show_clip`, for an uploaded file. The box is left to the visitor."""
    with toasts():
        return show_clip(open_clip(Path(path)), None)


def show_address(folder: Path, address: str) -> list[Any]:
    """As `show_clip`, for the address of a video, which is fetched into ``folder``."""
    with toasts():
        return show_clip(open_clip(fetch(address, folder), link=address.strip()), None)


def show_example(folder: Path, name: object) -> list[Any]:
    """As `show_clip`, for an example, which is rendered into ``folder`` at first; with the box of its target."""
    with toasts():
        known = read_name(name)
        return show_clip(example_clip(known, folder), example_start(known)[1])


def show_frame(clip: Clip, key: str, targets: Targets, start: float, *numbers: float | None) -> dict[str, Any]:
    """The picker with another frame and the same boxes."""
    with toasts():
        check_kept(clip, key)
        image = clip.frame(read_number(start, "start")).image
        return picker_value(image, with_numbers(targets, numbers), clip.caption(), clip.link)


def take_targets(data: gr.EventData) -> list[Any]:
    """Targets, and the numbers of the active one, after something was drawn."""
    with toasts():
        targets = read_targets(data._data)
        return [targets, *(None if value is None else round(value) for value in targets.numbers())]


def switch_device(device: str, model: str) -> list[str]:
    """Model, and what is said of it, after another device was chosen."""
    with toasts():
        if device == GPU and why_no_gpu():
            raise ValueError(f"device: {why_no_gpu()}")
        model = follow_device(device, model)
        return [model, about_model(model)]


def about_model(model: str) -> str:
    """A line under the model: its size, or what is wrong with its name."""
    try:
        return f"<p>{escape(describe_model(model))}</p>" if model else ""
    except ValueError as error:
        return f'<p class="wrong" role="alert">{escape(str(error))}</p>'


def tell_model(model: str) -> Iterator[str]:
    """As `about_model`; before that, what keeps a visitor waiting."""
    if is_fetched(model):
        yield f"<p role='status'>Fetching {escape(model)} from the Hub…</p>"
    yield about_model(model)


def open_link(folder: Path, query: dict[str, str]) -> list[Any]:
    """`CHOSEN` values, model, device and tab, as an address says; what it does not say stays as it is."""
    with toasts():
        link = read_link(query)
        chosen: list[Any] = [gr.skip()] * CHOSEN
        if link.clip:
            example = link.clip in EXAMPLES
            clip = example_clip(link.clip, folder) if example else open_clip(fetch(link.clip, folder), link=link.clip)
            box = link.box or (example_start(link.clip)[1] if example and link.start == 0 else None)
            chosen = show_clip(clip, box, link.start)
        model = link.model or gr.skip()
        device = link.device if link.device and not (link.device == GPU and why_no_gpu()) else gr.skip()
        return [*chosen, model, device, gr.Tabs(selected=link.tab) if link.tab else gr.skip()]
