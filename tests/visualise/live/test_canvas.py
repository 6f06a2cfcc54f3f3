"""The canvas carries its figure and the library as texts of their own, and the library once for all of them."""

import json

import pytest
from plotly.offline import get_plotlyjs

canvas = pytest.importorskip("playground.visualise.live.canvas").canvas


def test_all_canvases_share_one_library_out_of_the_installed_package():
    one, other = canvas("{}"), canvas("{}")
    assert one.library is other.library and one.shown is not other.shown
    assert one.library.value == get_plotlyjs()


def test_a_canvas_itself_is_small():
    state = canvas(json.dumps({"data": ["x" * 100_000]})).get_state()
    assert state["shown"].startswith("IPY_MODEL_") and state["library"].startswith("IPY_MODEL_")
    assert sum(len(str(value)) for value in state.values()) < 10_000


def test_its_script_names_no_address():
    script = canvas("{}")._esm
    assert "http" not in script and "import(address)" in script
