"""The Space: what it consists of, that its requirements are the package's, and that it starts as the platform does."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import SpaceCardData, metadata_load
from space_visit import visit

from playground.app import space_files as module
from playground.app.demo import layout
from playground.app.demo.clip import Clip
from playground.app.demo.examples import example_clip
from playground.app.space_files import space_files, write_space
from playground.video.synthetic import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
TITLE, NAME = "MixFormer Playground", "someone/page"


@pytest.fixture
def short_examples(monkeypatch):
    """One clip of a few frames in place of the examples."""
    name, (seed, config) = next(iter(EXAMPLES.items()))
    examples = {name: (seed, replace(config, frames=3))}
    monkeypatch.setattr(module, "EXAMPLES", examples)
    monkeypatch.setattr("playground.app.demo.examples.EXAMPLES", examples)
    return [name]


@contextmanager
def served(python: str, app: Path, home: Path, **settings: str) -> Iterator[tuple[str, Path]]:
    """``python app.py`` from its own folder, on a port that the environment gives: its address, and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "PYTHON", "GRADIO"))}
    own = {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    log = home / "log.txt"
    with log.open("w") as out:
        process = subprocess.Popen(
            [python, app.name],
            cwd=app.parent,
            env=clean | own | {"OMP_NUM_THREADS": "1", "HOME": str(home)} | settings,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _await(f"http://127.0.0.1:{port}/", process, log), log
        finally:
            process.terminate()
            process.wait(30)


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 240
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return address
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    raise AssertionError(f"the Space did not come up: {log.read_text()[-3000:]}")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())


def test_the_space_has_all_it_needs_and_nothing_else(short_examples):
    files = space_files(NAME)
    assert {"README.md", "app.py", "requirements.txt", "LICENSE", "playground/__init__.py"} <= set(files)
    card = (ROOT / "space" / "README.md").read_text()  # not that of the repository
    assert (
        files["README.md"].decode() == card[: card.index("## From the clone")].strip().replace("USER/REPO", NAME) + "\n"
    )
    assert "checkpoints/mini-small/model.safetensors" in files and "playground/app/demo/page.css" in files
    assert [name for name in files if name.startswith("examples/")] == [
        f"examples/{name}.mp4" for name in short_examples
    ]
    assert not [name for name in files if "__pycache__" in name or name.startswith(("tests", "runs", "space"))]
    assert sum(len(f) if isinstance(f, bytes) else f.stat().st_size for f in files.values()) < 100e6


def test_it_is_written_whole_into_a_new_folder_only(short_examples, tmp_path):
    write_space(tmp_path / "space", NAME)
    written = {
        path.relative_to(tmp_path / "space").as_posix() for path in (tmp_path / "space").rglob("*") if path.is_file()
    }
    assert written == set(space_files(NAME))
    assert (tmp_path / "space" / "app.py").read_bytes() == (ROOT / "space" / "app.py").read_bytes()
    with pytest.raises(ValueError, match=r"^out: .* already holds something"):
        write_space(tmp_path / "space", NAME)


def test_its_card_names_the_space_and_calls_it(short_examples):
    card = space_files(NAME)["README.md"].decode()
    assert f'client = Client("{NAME}")' in card and "USER/REPO" not in card and "clone" not in card
    assert card.startswith("---\ntitle: ")


def test_the_browser_page_is_written_into_app_py(short_examples, monkeypatch):
    """The Space's own setting still comes first."""
    app, served = space_files(NAME, 'https://a.hf.space/?b="c"')["app.py"], []
    monkeypatch.setattr("playground.app.demo.serve.launch", lambda **given: served.append(given["browser_page"]))
    monkeypatch.delenv("BROWSER_PAGE", raising=False)
    for _ in range(2):
        exec(compile(app, "app.py", "exec"), {"__name__": "__main__", "__file__": "app.py"})
        monkeypatch.setenv("BROWSER_PAGE", "https://other.example/")
    assert served == ['https://a.hf.space/?b="c"', "https://other.example/"]
    with pytest.raises(ValueError, match=r"^browser_page: must begin with http:// or https://; got 'a.hf.space'"):
        space_files(NAME, "a.hf.space")


def test_without_a_clone_it_says_so(short_examples, monkeypatch, tmp_path):
    monkeypatch.setattr(module.playground, "__file__", str(tmp_path / "playground" / "__init__.py"))
    with pytest.raises(ValueError, match=r"^space: .* has no README\.md and no app\.py .*; run this from a clone"):
        space_files(NAME)


def test_clips_that_are_rendered_already_are_taken(short_examples, monkeypatch, tmp_path):
    (name,) = short_examples
    example_clip(name, tmp_path)
    found = []

    def look(example: str, folder: Path) -> Clip:
        found.append((folder / f"{example}.mp4").read_bytes())
        return example_clip(example, folder)

    monkeypatch.setattr(layout, "EXAMPLES", module.EXAMPLES)
    monkeypatch.setattr(layout, "example_clip", look)
    layout.build("mini-small", tmp_path)
    assert found == [(tmp_path / f"{name}.mp4").read_bytes()]


def _by_name(lines: list[str]) -> dict[str, str]:
    return {re.match(r"[\w-]+", line)[0]: line for line in lines if line and not line.startswith("#")}


def test_the_requirements_are_those_of_the_package_and_the_page():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = _by_name([*project["dependencies"], *project["optional-dependencies"]["demo"]])
    found = _by_name((ROOT / "space" / "requirements.txt").read_text().splitlines())
    assert found.pop("torch") == wanted.pop("torch") + ",<2.12"  # the newest that ZeroGPU lists is 2.11
    assert found == wanted


def test_the_front_matter_is_what_the_platform_reads():
    values = metadata_load(ROOT / "space" / "README.md")
    card = SpaceCardData(**values)
    assert (card.sdk, card.app_file, card.license) == ("gradio", "app.py", "mit")
    assert (ROOT / "space" / card.app_file).is_file() and len(values["short_description"]) <= 60
    requirements = (ROOT / "space" / "requirements.txt").read_text()
    low, high = re.search(r"^gradio>=([\d.]+),<([\d.]+)$", requirements, re.M).groups()
    version = tuple(map(int, card.sdk_version.split(".")))
    assert tuple(map(int, low.split("."))) <= version < tuple(map(int, high.split(".")))


def test_app_py_serves_the_page(tmp_path):
    """In the environment at hand, the package being that of the clone."""
    with served(sys.executable, ROOT / "space" / "app.py", tmp_path, PYTHONPATH=str(ROOT)) as (address, _):
        assert json.loads(read(f"{address}config"))["title"] == TITLE
        assert json.loads(read(f"{address}gradio_api/info"))["named_endpoints"]


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("PLAYGROUND_SLOW") != "1",
    reason="installs all requirements anew, from a package index, in 8 minutes; PLAYGROUND_SLOW=1 runs it",
)
@pytest.mark.timeout(2400)
def test_the_published_folder_starts_in_a_fresh_environment_and_is_visited(tmp_path, chromium_path):
    """As the platform does it: new environment, requirements.txt, ``python app.py``, nothing of the clone in sight.

    Torch alone is the build installed here: the ranges of requirements.txt lead to CUDA builds of several GB.
    """
    space = tmp_path / "space"
    write_space(space, NAME)
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    import torch

    installed = torch.__version__.partition("+")[0]
    lines = [
        f"torch=={installed}" if line.startswith("torch") else line
        for line in (space / "requirements.txt").read_text().splitlines()
    ]
    (tmp_path / "requirements.txt").write_text("\n".join(lines) + "\n")
    install = [python, "-m", "pip", "install", "--quiet", "-r", str(tmp_path / "requirements.txt")]
    done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=1500)
    assert done.returncode == 0, done.stderr[-3000:]
    # The platform says to every Space which one it is; folders are closed then.
    with served(python, space / "app.py", tmp_path, SPACE_ID=NAME) as (address, _):
        assert json.loads(read(f"{address}config"))["title"] == TITLE
        place = Path(os.environ.get("PLAYGROUND_SCREENSHOTS", tmp_path))
        with ThreadPoolExecutor(1) as pool:  # Playwright allows one browser a thread
            asked = pool.submit(visit, address, chromium_path, place).result()
    assert asked == {address.split("/")[2]}
    shutil.rmtree(tmp_path / "venv")
