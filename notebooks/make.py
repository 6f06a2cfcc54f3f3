"""Run the notebooks and save them as they are committed: `python notebooks/make.py [01_track ...]`.

Each .py file here is the source (jupytext's percent format). It is run from a clean kernel in an empty folder, and its
twin .ipynb keeps what it showed: text and pictures, but no widgets, which no code host could show.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
LESSONS = sorted(path.stem for path in HERE.glob("[0-9]*.py"))
LIMIT_S = 600  # for one cell, on a machine that has other things to do
SHOWN = {"text/plain", "text/markdown", "text/html", "image/png", "image/jpeg", "image/svg+xml"}


def run(name: str, folder: Path, *, fast: bool = True) -> NotebookNode:
    """The notebook ``name`` made from its .py file and run in ``folder``; raises nbclient's error of a failing cell."""
    notebook = jupytext.read(HERE / f"{name}.py")
    client = NotebookClient(
        notebook,
        timeout=LIMIT_S,
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=os.environ | {"PLAYGROUND_FAST": str(int(fast))})
    return without_widgets(notebook)


def without_widgets(notebook: NotebookNode) -> NotebookNode:
    """The same notebook with what any page can show, and with cell names that do not change from run to run."""
    notebook.metadata.pop("widgets", None)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02}"
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(_plain, cell.outputs) if output is not None]
    return notebook


def save(notebook: NotebookNode, name: str) -> Path:
    """Write the .ipynb beside its .py file."""
    path = HERE / f"{name}.ipynb"
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    return path


def _plain(output: NotebookNode) -> NotebookNode | None:
    """Without widgets and their scripts; None for what is then empty, and for words to a terminal."""
    if output.output_type == "stream":
        return None if output.name == "stderr" else output
    if "data" in output:
        output.data = {kind: content for kind, content in output.data.items() if kind in SHOWN}
        output.metadata = {}
        return output if set(output.data) - {"text/plain"} or output.output_type == "execute_result" else None
    return output


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the notebooks and save them as they are committed.")
    parser.add_argument("names", nargs="*", default=LESSONS, help="such as 01_track; all of them when left out")
    parser.add_argument("--full", action="store_true", help="not in fast mode: minutes instead of seconds")
    asked = parser.parse_args()
    if unknown := sorted(set(asked.names) - set(LESSONS)):
        parser.error(f"there is no {unknown[0]}; choose from {', '.join(LESSONS)}")
    for name in asked.names:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            path = save(run(name, Path(folder), fast=not asked.full), name)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB in {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
