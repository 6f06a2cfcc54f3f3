"""What a visitor of the page chose, made for a test."""

from dataclasses import replace

import pytest
import torch

from playground.app.demo.chosen import Chosen
from playground.app.demo.clip import open_clip
from playground.app.demo.steps import Order
from playground.box import Box
from playground.config import PRESETS, TrackerConfig
from playground.hub import save_model
from playground.model import MixFormer

LOOK_MS = 120_000  # other work may share this machine
SQUARE = Box(20.0, 30.0, 24.0, 24.0)


@pytest.fixture
def choose(square_clip, toy_model):
    """A function from changes to a choice: the square's box on frame 0 of its clip, with the tiny model."""

    def make(**changes) -> Chosen:
        values = {
            "clip": open_clip(square_clip), "boxes": (SQUARE,), "start": 0, "end": 11, "model": toy_model,
            "device": "cpu",
        }  # fmt: skip
        return Chosen(**(values | changes))

    return make


@pytest.fixture(scope="session")
def dense_model(tmp_path_factory) -> str:
    """A model folder with a corner head and random weights, which sees what `toy_model` does."""
    folder = tmp_path_factory.mktemp("dense") / "toy-teacher"
    torch.manual_seed(1)
    save_model(MixFormer(PRESETS["toy-teacher"]), TrackerConfig(), folder)
    return str(folder)


@pytest.fixture(scope="session")
def wide_model(tmp_path_factory) -> str:
    """As `toy_model`, with larger crops of as many patches."""
    folder, config = tmp_path_factory.mktemp("wide") / "toy-wide", PRESETS["toy-small"]
    larger = {name: 2 * getattr(config, name) for name in ("template_size", "search_size", "patch")}
    torch.manual_seed(2)
    save_model(MixFormer(replace(config, **larger)), TrackerConfig(), folder)
    return str(folder)


@pytest.fixture
def order(choose, tmp_path):
    """A function from changes of the choice to an order whose folder is empty."""

    def make(drawing=None, settings=None, **changes) -> Order:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        more = {"drawing": drawing} if drawing else {}
        return Order(chosen=choose(**changes), folder=folder, settings=settings or {}, **more)

    return make


@pytest.fixture
def page(visit, demo_server):
    """The page in a browser, with its first example."""
    with visit(demo_server.url) as page:
        page.set_default_timeout(LOOK_MS)
        page.wait_for_selector(".picker-box")
        yield page


@pytest.fixture(scope="session")
def upload():
    """A function that gives a visited page a file, and returns when the page shows its first frame."""

    def give(page, path) -> None:
        page.set_input_files("#upload input[type=file]", path)
        page.wait_for_function(
            "name => document.querySelector('.picker-caption').textContent.includes(name)", arg=path.name
        )

    return give


@pytest.fixture(scope="session")
def type_box():
    """A function that types a box, x, y, w, h in frame pixels, and returns when it is drawn."""

    def give(page, box) -> None:
        for name, value in zip("xywh", box, strict=True):
            page.fill(f"#box-{name} input", str(value))
        size = f"{box[2]} × {box[3]}"
        page.wait_for_function("size => document.querySelector('.picker-box')?.dataset.size.endsWith(size)", arg=size)

    return give
