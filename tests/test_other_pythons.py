"""What needs no PyTorch, from the wheel and under each other Python that is supported and found here.

It downloads packages, so it runs where ``PLAYGROUND_OTHER_PYTHONS`` is set.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.11", "3.12", "3.13")
THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
LIBRARIES = ("av", "jaxtyping", "numpy", "onnxruntime", "opencv-contrib-python-headless")
TOOLS = ["pytest", "pytest-timeout", "hypothesis", "beartype", "psutil"]
TESTS = [
    "tests/test_box.py", "tests/test_config.py", "tests/test_crop.py", "tests/test_events.py", "tests/test_settings.py",
    "tests/test_plain_files.py", "tests/test_prefetch.py", "tests/tracker/test_update.py",
    *(f"tests/video/test_{name}.py" for name in ("decode", "packets", "seek", "tables", "write")),
]  # fmt: skip
NEAR_PX = 0.01  # docs/reliability.md
TRACK = """
import json, sys
import playground as pg
from playground.video.synthetic import WorldConfig, render_clip
clip = render_clip(3, WorldConfig(width=96, height=64, frames=6, photographs=False))
tracker = pg.load("mini-small", backend="onnx", threads=1)
events = pg.track(tracker, clip.frames, pg.Box(*clip.boxes[0]))
boxes = [[event.box.x, event.box.y, event.box.w, event.box.h] for event in events]
print(json.dumps({"boxes": boxes, "home": pg.__file__, "torch": "torch" in sys.modules}))
"""


def _python(version: str) -> str | None:
    """An interpreter of that version, on the path or kept by pyenv."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in (shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))):
        if path and subprocess.run([path, "-c", ask], capture_output=True, text=True).stdout.strip() == version:
            return path
    return None


def _wanted() -> list[str]:
    """`LIBRARIES` in the versions that the package asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["export"]]
    return [line for line in lines if line.partition(">")[0] in LIBRARIES]


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that goes at once: each environment is half a gigabyte."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.skipif("PLAYGROUND_OTHER_PYTHONS" not in os.environ, reason="PLAYGROUND_OTHER_PYTHONS is not set")
@pytest.mark.parametrize("version", [version for version in SUPPORTED if version != THIS])
def test_what_needs_no_torch_works_from_the_wheel(version, room):
    found = _python(version)
    if found is None:
        pytest.skip(f"no Python {version} here")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    # CI: Hypothesis then looks at no clock.
    environment |= {"HOME": str(room), "HF_HUB_OFFLINE": "1", "CI": "1"}

    def run(*words: object, cwd: Path = room) -> subprocess.CompletedProcess[str]:
        return subprocess.run(list(map(str, words)), cwd=cwd, env=environment, capture_output=True, text=True)

    assert run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", room, cwd=ROOT).returncode == 0
    (wheel,) = room.glob("*.whl")
    assert run(found, "-m", "venv", room / "venv").returncode == 0
    folder = room / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = (folder / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    had = subprocess.run([*install, "--only-binary", ":all:", *_wanted(), *TOOLS], capture_output=True, text=True)
    if had.returncode:
        pytest.skip(f"packages for Python {version} cannot be had: {(had.stderr.splitlines() or ['?'])[-1]}")
    assert run(*install, "--no-deps", "--no-index", wheel).returncode == 0

    tested = run(folder / "pytest", "-p", "no:cacheprovider", "-o", "filterwarnings=", *TESTS, cwd=ROOT)
    assert tested.returncode == 0, tested.stdout[-4000:] + tested.stderr
    there, here = (json.loads(run(python, "-c", TRACK).stdout) for python in (folder / "python", sys.executable))
    assert Path(there["home"]).is_relative_to(room / "venv") and not there["torch"]
    assert len(there["boxes"]) == 6
    for one, other in zip(there["boxes"], here["boxes"], strict=True):
        assert one == pytest.approx(other, abs=NEAR_PX)


def test_the_supported_pythons_begin_with_the_one_that_the_package_asks_for():
    assert metadata("mixformer-playground")["Requires-Python"] == f">={SUPPORTED[0]}"
