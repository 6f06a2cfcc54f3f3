"""The wheel and the sdist hold all that a user needs, and work where no checkout is."""

import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = {".py", ".js", ".css", ".html", ".json", ".svg", ".webp", ".typed"}


def _build(kind: str, folder: Path, source: Path = ROOT) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
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


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    return _build("sdist", tmp_path_factory.mktemp("sdist"))


def test_the_sdist_holds_what_the_wheel_is_built_from(sdist):
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert _tracked("playground") | _tracked("checkpoints") | {"pyproject.toml", "README.md", "LICENSE"} <= inside
    assert not any("shared/" in name or "runs/" in name for name in inside)


def test_a_wheel_built_from_the_sdist_is_installed_and_works_elsewhere(sdist, wheel, tmp_path):
    """Its commands, with the libraries of this environment but without the checkout."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "source", filter="data")
    (unpacked,) = (tmp_path / "source").iterdir()
    built = _build("wheel", tmp_path / "built", unpacked)
    assert sorted(zipfile.ZipFile(built).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())
    venv.create(tmp_path / "venv")
    python = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    environment = {"PATH": "", "HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"}

    def run(*command: object) -> str:
        words = list(map(str, command))
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", built)
    paths = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))  # whose own .pth, to the checkout, is not read
    playground = python.with_name("playground")
    assert "playground demo has what it needs." in run(playground, "doctor", "--offline")
    clip = "from playground.video import synthetic as s; from playground.video.write import write_video as w; "
    clip += "w('a.mp4', s.render_clip(0, s.WorldConfig(width=96, height=64, frames=3)).frames, 25); print(s.__file__)"
    assert run(python, "-c", clip).startswith(str(site))
    run(playground, "track", "a.mp4", "--box", "20,15,24,18", "--boxes", "b.csv")
    assert len((tmp_path / "b.csv").read_text().splitlines()) == 4
