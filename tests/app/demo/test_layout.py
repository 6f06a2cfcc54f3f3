"""The page as Gradio describes it: every tab, every control with a name, nothing public that is not meant to be."""

import subprocess
import sys

import pytest

from playground.app.demo import layout, limits
from playground.app.demo.layout import build
from playground.app.demo.link import TABS
from playground.app.demo.toggle import get_tracker


@pytest.fixture(scope="module")
def page(toy_model):
    return build(toy_model)


def test_there_is_a_tab_for_everything_that_a_link_can_name(page):
    tabs = [block for block in page.blocks.values() if block.get_block_name() == "tabitem"]
    assert [(tab.id, tab.label) for tab in tabs] == list(TABS.items())


def test_every_control_has_a_name_for_those_who_cannot_see_it(page):
    kinds = {"textbox", "slider", "number", "dropdown", "radio", "checkboxgroup", "file", "image", "video", "plot"}
    unnamed = [block for block in page.blocks.values() if block.get_block_name() in kinds and not block.label]
    assert unnamed == []


def test_only_the_endpoints_are_public(page):
    public = {fn.api_name for fn in page.fns.values() if fn.api_visibility == "public"}
    assert public == {"models", "track", "compare", "look_inside", "distil"}


def test_jobs_share_a_queue_and_nothing_is_reported(page):
    jobs = [fn for fn in page.fns.values() if fn.concurrency_id == "jobs"]
    assert len(jobs) >= 8 and {fn.concurrency_limit for fn in jobs} == {limits.JOBS_AT_ONCE}
    assert page._queue.max_size == limits.WAITING_PLACES
    assert not page.analytics_enabled


def test_the_first_model_is_loaded_before_anybody_comes(toy_model, monkeypatch):
    kept = get_tracker(toy_model, "cpu")
    monkeypatch.setattr("playground.app.demo.toggle.load", lambda *a, **k: pytest.fail("loaded again"))
    assert get_tracker(toy_model, "cpu") is kept
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        monkeypatch.undo()
        build("nosuch")


def test_a_page_with_an_embedded_model_is_there_before_pytorch_is():
    """Where PyTorch could have a GPU it has to be asked, and only there."""
    code = (
        "import sys; from playground.app.demo.layout import build; from playground.app.demo import toggle; build(); "
        "sys.exit('torch' in sys.modules and not toggle._built_for_gpu())"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("lent", [False, True])
def test_where_gpus_are_lent_an_embedded_model_is_loaded_before_the_page_goes_up(monkeypatch, lent):
    loaded = []

    def seen(model, device):
        loaded.append(model)
        return get_tracker(model, device)

    monkeypatch.setattr(layout, "gpus_are_lent", lambda: lent)
    monkeypatch.setattr(layout, "get_tracker", seen)
    build("mini-small")
    assert loaded == ["mini-small"] * lent
