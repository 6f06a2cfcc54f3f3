"""The wheel and the sdist hold all that a user needs, and work where no checkout is."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = {".py", ".js", ".css", ".html", ".json", ".svg", ".webp"}


def _build(kind: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


def _tracked(folder: str) -> set[str]:
    """Files that a user gets, as git knows them; git is asked because a checkout holds more than belongs to it."""
    listed = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git checkout, so nothing says which files belong to the package")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return _build("wheel", tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_every_file_of_the_package_and_the_models(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    package = {name for name in _tracked("playground") if Path(name).suffix in SHIPPED}
    assert package <= inside
    assert {f"playground/{name}" for name in _tracked("checkpoints")} <= inside
    strays = {name for name in inside if not name.startswith(("playground/", "mixformer_playground-"))}
    assert strays == set() and not any("node_modules" in name for name in inside)


def test_an_unpacked_wheel_tracks_without_a_checkout(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = """
import playground
from playground.video.synthetic import WorldConfig, render_clip
clip = render_clip(0, WorldConfig(width=96, height=64, frames=3))
events = list(playground.track(playground.load("mini-small"), clip.frames, playground.Box(*clip.boxes[0])))
print(playground.__file__, len(events))
"""
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": "", "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(tmp_path / "site" / "playground" / "__init__.py"), "3"]


def test_the_sdist_holds_what_the_wheel_is_built_from(tmp_path):
    with tarfile.open(_build("sdist", tmp_path)) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert _tracked("playground") | _tracked("checkpoints") | {"pyproject.toml", "README.md", "LICENSE"} <= inside
    assert not any("shared/" in name or "runs/" in name for name in inside)
