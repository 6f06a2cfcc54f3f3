"""The six notebooks: each runs from a clean kernel in fast mode, and what is saved of it can be read on a code host."""

import ast
import importlib.util
import json
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

from playground.chromium import find_browser

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
NAMES = (
    "01_track",
    "02_train_the_teacher",
    "03_dense_to_sparse",
    "04_deep_to_shallow",
    "05_look_inside",
    "06_export_and_share",
)
MOST_KIB, MOST_LINES = 700, 10
PICTURES = {"image/png", "image/jpeg", "image/svg+xml"}
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|work|tmp|private|mnt|var)/\w+")

each = pytest.mark.parametrize("name", NAMES)


def _make():
    spec = importlib.util.spec_from_file_location("notebooks_make", NOTEBOOKS / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _saved(name: str):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def _words(notebook) -> str:
    """All text that the outputs hold, pictures left out."""
    parts = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        parts += [
            output.get("text", ""),
            *(output.get("data", {}).get(f"text/{kind}", "") for kind in ("plain", "markdown")),
        ]
        html = output.get("data", {}).get("text/html", "")
        parts.append(re.sub(r"data:[\w/+-]+;base64,[\w+/=]+", "", html))
    return "\n".join(parts)


def test_the_six_are_the_ones_that_are_built():
    assert sorted(NAMES) == _make().LESSONS


@each
@pytest.mark.timeout(900)
def test_it_runs_from_a_clean_kernel(name, tmp_path):
    notebook = _make().run(name, tmp_path)
    assert f"Run time of `{name}`" in _words(notebook)
    assert "Fast mode" in _words(notebook)
    _check_outputs(notebook, pictures=3 if find_browser() else 0)


@each
def test_what_is_saved_can_be_read_on_a_code_host(name):
    path = NOTEBOOKS / f"{name}.ipynb"
    assert path.stat().st_size < MOST_KIB * 1024
    notebook = _saved(name)
    _check_outputs(notebook, pictures=3)
    assert f"Run time of `{name}`" in _words(notebook)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == list(range(1, len(codes) + 1)), "not run in one go"


def _check_outputs(notebook, pictures: int) -> None:
    assert "widgets" not in notebook.metadata
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    kinds = [set(output.get("data", {})) for output in outputs]
    assert all(output.output_type != "error" for output in outputs)
    assert not any("widget" in kind or "javascript" in kind or "plotly" in kind for some in kinds for kind in some)
    assert sum(bool(some & PICTURES) for some in kinds) >= pictures
    if found := MACHINE_PATH.search(_words(notebook)):
        pytest.fail(f"an output names a place of one machine: {found[0]}")


@each
def test_source_and_notebook_are_the_same(name):
    source, notebook = jupytext.read(NOTEBOOKS / f"{name}.py"), _saved(name)
    assert [(cell.cell_type, cell.source) for cell in source.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]
    assert notebook.metadata.jupytext.formats == "ipynb,py:percent"


@each
def test_it_has_the_form_of_the_series(name):
    notebook = _saved(name)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    codes = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    longest = max(codes, key=lambda source: source.count("\n"))
    assert longest.count("\n") < MOST_LINES, longest
    title = texts[0]
    assert title.startswith(f"# {int(name[:2])}. ") and "**You will**" in title
    assert f"blob/main/notebooks/{name}.ipynb" in title, "the Colab badge leads to another notebook"
    assert f'begin("{name}", fast=FAST)' in "\n".join(codes)
    whole = "\n".join(texts)
    exercises = re.findall(r"^### Exercise (\d)$", whole, re.MULTILINE)
    assert exercises == [str(number) for number in range(1, len(exercises) + 1)] and 2 <= len(exercises) <= 3
    assert whole.count("<details><summary>Solution</summary>") == len(exercises)
    assert sum(text.startswith("## ") for text in texts) >= 3
    assert codes[-1] == "run_time(lesson)"


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("03_dense_to_sparse", "end < start / 5"),
        ("04_deep_to_shallow", "faded.kl < at_once.kl and faded.iou > at_once.iou"),
        ("06_export_and_share", "apart < LIMIT_PX"),
    ],
)
def test_what_a_notebook_claims_it_asserts(name, claim):
    code = "\n".join(cell.source for cell in _saved(name).cells if cell.cell_type == "code")
    asserted = [ast.unparse(node.test) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert)]
    assert claim in asserted


@each
def test_its_links_lead_somewhere(name):
    for text in (cell.source for cell in _saved(name).cells if cell.cell_type == "markdown"):
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            assert link.startswith("https://") or (NOTEBOOKS / link).is_file(), link


def test_widgets_and_their_scripts_are_left_out():
    plain = nbformat.v4.new_output("execute_result", {"text/plain": "1", "application/javascript": "1"})
    widget = nbformat.v4.new_output("display_data", {"text/plain": "w", "application/vnd.jupyter.widget-view+json": {}})
    warning = nbformat.v4.new_output("stream", name="stderr", text="warning")
    cell = nbformat.v4.new_code_cell("1", outputs=[plain, widget, warning])
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {"state": {}}})
    kept = json.loads(nbformat.writes(_make().without_widgets(notebook)))
    assert kept["metadata"] == {}
    assert [output["data"] for output in kept["cells"][0]["outputs"]] == [{"text/plain": ["1"]}]
