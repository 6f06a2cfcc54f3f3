"""Gradio imported without its stub files is Gradio: the same components with the same events."""

import json
import subprocess
import sys

import pytest

LOOK = """
import json, sys
from contextlib import nullcontext
from playground.app.demo.no_stubs import no_stubs
with no_stubs() if sys.argv[1] == "without" else nullcontext():
    import gradio as gr
    from gradio import component_meta
known = {name: value for name, value in vars(gr).items() if isinstance(value, component_meta.ComponentMeta)}
print(json.dumps({
    "events": {name: sorted(map(str, value.EVENTS)) for name, value in known.items()},
    "methods": {name: sorted(item for item in dir(value) if not item.startswith("_")) for name, value in known.items()},
    "writes": component_meta.create_or_modify_pyi.__module__ == "gradio.component_meta",
    "finders": sum("no_stubs" in type(finder).__module__ for finder in sys.meta_path),
}))
"""


@pytest.fixture(scope="module")
def looked():
    def run(way: str) -> dict:
        done = subprocess.run([sys.executable, "-c", LOOK, way], capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return run("with"), run("without")


def test_components_and_their_events_are_the_same(looked):
    usual, quick = looked
    assert usual["writes"] and not quick["writes"]
    assert quick["events"] == usual["events"] and "click" in quick["events"]["Button"]
    assert quick["methods"] == usual["methods"]


def test_nothing_is_left_behind_in_the_import_system(looked):
    assert looked[1]["finders"] == 0
