"""What a Gradio Space of the demo consists of: ``space/`` of the clone, the package, its models, example clips."""

import tempfile
from pathlib import Path

import playground
from playground.app.demo.examples import example_clip
from playground.export.folder import write_folder
from playground.hub.upload import File
from playground.settings import require
from playground.video.synthetic import EXAMPLES

SPACE = ("README.md", "app.py", "requirements.txt")
EXAMPLES_FOLDER = "examples"  # where app.py looks for them
LEFT_OUT = {"__pycache__", ".DS_Store", "node_modules"}


def space_files() -> dict[str, File]:
    """The files of the Space by their names in it; the example clips are rendered here, so a visitor need not wait.

    Raises ``ValueError`` naming ``space`` when the package does not lie in a clone of the repository.
    """
    clone = Path(playground.__file__).resolve().parents[1]
    missing = [name for name in SPACE if not (clone / "space" / name).is_file()]
    require(not missing, f"space: {clone / 'space'} has no {' and no '.join(missing)}; run this from a clone.")
    files: dict[str, File] = {name: clone / "space" / name for name in SPACE}
    files |= {path.relative_to(clone).as_posix(): path for path in (clone / "LICENSE", *_below(clone / "playground"))}
    files |= {path.relative_to(clone).as_posix(): path for path in _below(clone / "checkpoints")}
    with tempfile.TemporaryDirectory() as folder:
        for name in EXAMPLES:
            example_clip(name, Path(folder))
            files[f"{EXAMPLES_FOLDER}/{name}.mp4"] = (Path(folder) / f"{name}.mp4").read_bytes()
    return files


def write_space(out: Path) -> None:
    """Put the Space into the new folder ``out``, which appears only when it is whole. Raises ``ValueError`` naming
    ``out`` or ``space``."""
    require(not out.exists() or not any(out.iterdir()), f"out: {out} already holds something; choose a new folder.")
    write_folder(out, space_files())


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not LEFT_OUT & set(path.parts))
