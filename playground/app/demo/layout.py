"""The page: what is chosen on the left, and a tab for each thing to do with it on the right."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo import limits
from playground.app.demo.chooser import QUIET, Chooser, make_chooser
from playground.app.demo.choosing import open_link, tell_model
from playground.app.demo.compare_tab import make_compare_tab
from playground.app.demo.distil_tab import make_distil_tab
from playground.app.demo.endpoints import make_endpoints
from playground.app.demo.examples import example_clip, example_start
from playground.app.demo.inside_tab import make_inside_tab
from playground.app.demo.link import TABS
from playground.app.demo.models import find_model
from playground.app.demo.toggle import default_device, get_tracker, paired_model
from playground.app.demo.track_tab import make_track_tab
from playground.app.demo.webcam_tab import make_webcam_tab
from playground.app.demo.zero_gpu import gpus_are_lent
from playground.config import TrackerConfig
from playground.hub import embedded_models, load_tracker_config
from playground.video.synthetic import EXAMPLES

TITLE = "MixFormer Playground"
HEAD = (
    f"<h1>{TITLE}</h1><p>Draw a box around something in a video and see a small transformer follow it, on this machine."
    "</p>"
)
# Runs in the browser when what the address asks for is there.
OPENED = "() => { window.playgroundIsOpen = true; window.playgroundOpened?.(); return []; }"


def build(model: str | None = None, examples: Path | None = None, browser_page: str = "") -> gr.Blocks:
    """The page, with the first example chosen and a box on it.

    ``model`` is the one it starts with; when left out, the one that goes with the device, as the paper pairs them.
    ``examples`` is a folder with example clips that are rendered already, where there is one; ``browser_page`` the
    address of the page that tracks in the browser, which the tab *Webcam* links to.
    Raises ``ValueError`` naming ``model``.
    """
    device = default_device()
    model = model or paired_model(device)
    config = _tracker_config(model, device)
    folder = tempfile.TemporaryDirectory(prefix="playground-page-")
    if examples is not None and examples.is_dir():
        shutil.copytree(examples, folder.name, dirs_exist_ok=True)
    first = next(iter(EXAMPLES))
    image, box = example_start(first)
    clip = example_clip(first, Path(folder.name))
    tab_makers: dict[str, Callable[[Chooser, TrackerConfig], None]] = {
        "track": make_track_tab,
        "compare": make_compare_tab,
        "inside": make_inside_tab,
        "distil": make_distil_tab,
        "webcam": partial(make_webcam_tab, browser_page=browser_page),
    }
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.HTML(HEAD, elem_id="header")
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=340, elem_id="left"):
                chooser = make_chooser(Path(folder.name), clip, image, box, model, device)
            with gr.Column(scale=9, min_width=340, elem_id="right"), gr.Tabs(selected="track", elem_id="tabs") as tabs:
                for name, make in tab_makers.items():
                    with gr.Tab(TABS[name], id=name) as tab:
                        make(chooser, config)
                    tab.select(None, None, None, js=_remember_tab(name), **QUIET)
        gr.HTML(f"<p>Limits: {'; '.join(limits.in_words())}.</p>", elem_id="limits")
        make_endpoints(model)
        opened = [*chooser.loaded(), chooser.model, chooser.device, tabs]

        def open_page(request: gr.Request) -> list[Any]:
            query = dict(request.query_params)
            return open_link(Path(folder.name), query) if query else [gr.skip()] * len(opened)

        def describe_linked(model: str, request: gr.Request) -> Iterator[Any]:
            yield from tell_model(model) if "model" in request.query_params else [gr.skip()]

        loaded = page.load(open_page, None, opened, **QUIET)
        loaded.then(None, None, None, js=OPENED, **QUIET)
        loaded.failure(None, None, None, js=OPENED, **QUIET)  # the page works as it is, and is linked to
        loaded.then(describe_linked, chooser.model, chooser.about, **QUIET)
    return page.queue(max_size=limits.WAITING_PLACES, default_concurrency_limit=4)


def _tracker_config(model: str, device: str) -> TrackerConfig:
    """How the model tracks. An embedded one is known to be whole and is loaded once the page is up; with any other
    what is wrong is told before. Where GPUs are lent, what they are to find has to be there when the page goes up."""
    if model in embedded_models() and not gpus_are_lent():
        return load_tracker_config(find_model(model))
    return get_tracker(model, device).config


def _remember_tab(name: str) -> str:
    """A script for the browser: the tab in the page's address, and what the left side has to show for it.

    A plot that was hidden while the window changed does not know yet.
    """
    said = "" if name == "track" else name
    return (
        f"() => {{ document.body.dataset.tab = '{name}'; if (window.playgroundLink) "
        f"window.playgroundLink({{ tab: '{said}' }}); "
        "requestAnimationFrame(() => window.dispatchEvent(new Event('resize'))); return []; }"
    )
