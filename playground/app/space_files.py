"""What a Gradio Space of the demo consists of: ``space/`` of the clone, the package, its models, example clips."""

import json
import tempfile
from pathlib import Path

import playground
from playground.app.demo.examples import example_clip
from playground.export.folder import write_folder
from playground.hub.upload import File
from playground.settings import require
from playground.video.synthetic import EXAMPLES

CARD, APP = "README.md", "app.py"
SPACE = (CARD, APP, "requirements.txt")
# In the card: what stands for the Space's name, and where begins what is said to readers of the clone alone.
PLACEHOLDER, FROM_CLONE = "USER/REPO", "## From the clone"
NO_PAGE = 'get("BROWSER_PAGE", "")'  # in app.py
EXAMPLES_FOLDER = "examples"  # where app.py looks for them
LEFT_OUT = {"__pycache__", ".DS_Store", "node_modules"}


def space_files(repository: str, browser_page: str = "") -> dict[str, File]:
    """The files of the Space ``repository`` by their names in it; the example clips are rendered here, so a visitor
    need not wait.

    Its card names it, and is silent about the clone; ``browser_page`` is the address that the tab *Webcam* links to
    unless the Space's settings say another one. Raises ``ValueError`` naming ``space`` when the package does not lie in
    a clone of the repository, or ``browser_page``.
    """
    linked = browser_page.startswith(("http://", "https://"))
    require(linked or not browser_page, f"browser_page: must begin with http:// or https://; got {browser_page!r}.")
    clone = Path(playground.__file__).resolve().parents[1]
    missing = [name for name in SPACE if not (clone / "space" / name).is_file()]
    require(not missing, f"space: {clone / 'space'} has no {' and no '.join(missing)}; run this from a clone.")
    files: dict[str, File] = {name: clone / "space" / name for name in SPACE}
    card = (clone / "space" / CARD).read_text(encoding="utf-8").partition(FROM_CLONE)[0]
    files[CARD] = card.replace(PLACEHOLDER, repository).rstrip().encode() + b"\n"
    if browser_page:
        app = (clone / "space" / APP).read_text(encoding="utf-8")
        files[APP] = app.replace(NO_PAGE, NO_PAGE.replace('""', json.dumps(browser_page))).encode()
    files |= {path.relative_to(clone).as_posix(): path for path in (clone / "LICENSE", *_below(clone / "playground"))}
    files |= {path.relative_to(clone).as_posix(): path for path in _below(clone / "checkpoints")}
    with tempfile.TemporaryDirectory() as folder:
        for name in EXAMPLES:
            example_clip(name, Path(folder))
            files[f"{EXAMPLES_FOLDER}/{name}.mp4"] = (Path(folder) / f"{name}.mp4").read_bytes()
    return files


def write_space(out: Path, repository: str, browser_page: str = "") -> None:
    """Put the Space ``repository`` into the new folder ``out``, which appears only when it is whole.

    Raises ``ValueError`` naming ``out``, or as `space_files` does.
    """
    require(not out.exists() or not any(out.iterdir()), f"out: {out} already holds something; choose a new folder.")
    write_folder(out, space_files(repository, browser_page))


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts))
