"""Box, crop, tracker and update in JavaScript give what they give in Python; so do the page's other modules."""

import importlib.util
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from playground.app.page.example import WEB

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
PACKAGE = WEB.parent
TWINS = {"box": "box.py", "crop": "crop.py", "tracker": "tracker/tracker.py", "update": "tracker/update.py"}
ONLY_JAVASCRIPT = {"round"}  # a built-in of Python
# Types that are plain objects in JavaScript, and arrays of boxes, which only training and evaluation use.
ONLY_PYTHON = {"Image", "Template", "TrackState", "boxes_to_array", "iou"}


@pytest.mark.parametrize(("script", "least"), [("twins.test.mjs", 9), ("modules.test.mjs", 9), ("session.test.mjs", 2)])
def test_node_finds_no_difference(node_path, script, least):
    command = ["node", "--test", "--test-reporter=tap", str(HERE / script)]
    environment = {**os.environ, "PATH": node_path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed and int(passed[1]) >= least


def test_the_golden_values_are_what_python_gives_today():
    spec = importlib.util.spec_from_file_location("make_twins", GOLDEN / "make_twins.py")
    make_twins = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_twins)
    assert json.loads(json.dumps(make_twins.make())) == json.loads((GOLDEN / "twins.json").read_text())


@pytest.mark.parametrize(("script", "module"), TWINS.items())
def test_twins_have_the_same_names(script, module):
    here = set(re.findall(r"^export (?:function|class|const) (\w+)", (WEB / f"{script}.js").read_text(), re.MULTILINE))
    there = re.findall(
        r"^(?:def |class )?([a-z]\w+|[A-Z]\w+)(?= = |\(|:)", (PACKAGE / module).read_text(), re.MULTILINE
    )
    assert here and here - ONLY_JAVASCRIPT <= set(there)
    assert {name for name in there if name not in ONLY_PYTHON} <= here
