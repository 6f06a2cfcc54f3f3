"""The documents are true: their Python runs, their commands and options exist, their links and names lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from playground.video.write import write_video

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

# A block may be kept from running by `<!-- not run: reason -->` in the line before it.
BLOCK = re.compile(r"(?:<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PLACE = re.compile(r"`((?:playground|tests|docs|benchmarks)/[\w./-]+\.\w+)(?:::(\w+))?`")


class Block(NamedTuple):
    """A fenced block of a page, where it begins, and why it is not to be run."""

    place: str
    kind: str
    text: str
    reason: str | None


def _blocks(page: Path, *kinds: str) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("kind")) + 1
        found.append(Block(f"{page.name}:{line}", match["kind"], match["text"], match["reason"]))
    return [block for block in found if block.kind in kinds]


def _run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    # One thread, no network, and lines wide enough that no option is broken in two.
    quiet = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=os.environ | quiet, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder with the clip that the README speaks of: a square that moves to the right."""
    background = np.random.default_rng(0).integers(0, 90, (240, 320, 3), dtype=np.uint8)
    frames = []
    for i in range(8):
        frame = background.copy()
        frame[80:128, 120 + 2 * i : 184 + 2 * i] = (210, 70, 40)
        frames.append(frame)
    write_video(tmp_path / "clip.mp4", frames, 25)
    return tmp_path


@pytest.mark.parametrize("block", _blocks(README, "python"), ids=lambda block: block.place)
def test_python_of_the_readme_runs(block, folder):
    if block.reason:
        pytest.skip(block.reason)
    done = _run("-c", block.text, cwd=folder)
    assert done.returncode == 0, done.stderr


def _commands(page: Path) -> list[tuple[str, list[str]]]:
    """Every shell line of a page, with its place, as words without the comment."""
    found = []
    for block in _blocks(page, "sh", "bash", "console"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words:
                found.append((block.place, words))
    return found


COMMANDS = [command for page in PAGES[:2] for command in _commands(page)]
PLAYGROUND = [(place, words) for place, words in COMMANDS if words[0].endswith("playground")]


@cache
def _help(*subcommand: str) -> str:
    done = _run("-m", "playground.app.cli", *subcommand, "--help", cwd=ROOT)
    assert done.returncode == 0, f"playground {' '.join(subcommand)}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize(("place", "words"), PLAYGROUND, ids=[" ".join(words[:3]) for _, words in PLAYGROUND])
def test_commands_and_options_exist(place, words):
    subcommands = re.search(r"\{([\w,-]+)\}", _help())[1].split(",")
    assert words[1] in subcommands, f"{place}: there is no playground {words[1]}"
    recipe = words[2:3] if words[1] == "train" else []  # the options of a run depend on its recipe
    known = re.findall(r"(?<![\w-])--?[a-z][\w.-]*", _help(words[1], *recipe))
    for word in words[2:]:
        if word.startswith("-"):
            assert word.partition("=")[0] in known, f"{place}: playground {words[1]} has no {word}"


def test_make_targets_exist():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M))
    used = {words[1] for _, words in COMMANDS if words[0] == "make"}
    assert {"demo", "test"} <= used <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    missing = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target) and not (page.parent / target.partition("#")[0]).exists():
            missing.append(target)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_places_in_the_code_exist(page):
    """`path/file.py` must be there, and of `path/file.py::name` the name must be defined in it."""
    missing = []
    for path, name in PLACE.findall(page.read_text(encoding="utf-8")):
        file = ROOT / path
        defined = rf"^\s*(?:(?:def|class) {name}\b|{name}\b(?:: [^=]+)? = )"
        if not file.exists() or (name and not re.search(defined, file.read_text(encoding="utf-8"), re.M)):
            missing.append(f"{path}::{name}" if name else path)
    assert missing == []
