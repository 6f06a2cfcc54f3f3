"""The rules of CONTRIBUTING.md that a machine can check: mirror, length, first lines, light import, no traps."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import playground

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "playground"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 300

# Thin doors: what they do is tried as a person would, through the command line.
TESTED_ELSEWHERE = {f"app/{name}_command.py": "tests/app/test_cli.py" for name in ("convert", "track")} | {
    "lesson/inside_answers.py": "tests/lesson/test_answers.py",  # all exercises are asked in one place
    "visualise/inside/captured.py": "tests/visualise/inside/test_capture.py",  # values are tested as they are made
    "visualise/inside/cost.py": "tests/visualise/inside/test_costs.py",
}

# Calls that run what a file says, or that write where only an event or a log line should go.
FORBIDDEN_CALLS = {"eval", "exec", "print", "pickle.load", "pickle.loads", "torch.load", "os.system", "os.popen"}
HEAVY = {"av", "cv2", "gradio", "huggingface_hub", "onnxruntime", "plotly", "skimage", "torch"}

MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|root|Users|work)/\w+")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E)\b|^(?:<{7}|>{7}) ", re.MULTILINE)

every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _calls(tree: ast.Module) -> set[str]:
    """Dotted names of everything that is called by name."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@every_module
def test_a_module_with_logic_has_its_own_test(path):
    name = path.relative_to(PACKAGE)
    has_logic = any(isinstance(node, ast.FunctionDef) for node in ast.walk(_tree(path)))
    mirror = ROOT / "tests" / name.parent / f"test_{name.name}"
    if path.name == "__init__.py" or not has_logic:
        return
    if elsewhere := TESTED_ELSEWHERE.get(name.as_posix()):
        assert not mirror.exists(), f"{name} has its own test now; take it out of TESTED_ELSEWHERE"
        mirror = ROOT / elsewhere
    assert mirror.is_file(), f"write {mirror.relative_to(ROOT)} for playground/{name}"
    assert any(node.name.startswith("test_") for node in _tree(mirror).body if isinstance(node, ast.FunctionDef))


def test_every_exception_names_a_module_that_exists():
    assert all((PACKAGE / name).is_file() for name in TESTED_ELSEWHERE)


@every_module
def test_a_module_is_short_and_begins_with_what_it_is(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= MOST_LINES, f"{len(lines)} lines; find the second idea in it and give it a file of its own"
    tree = _tree(path)
    if tree.body:
        first = (ast.get_docstring(tree) or "").partition("\n")[0]
        assert first.endswith((".", ":")), f"the first line must say in a sentence what is here; got {first!r}"
    assert path.name not in ("utils.py", "helpers.py", "misc.py"), "name the file after its idea"


@every_module
def test_a_module_has_no_traps(path):
    tree = _tree(path)
    assert not _calls(tree) & FORBIDDEN_CALLS
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"bare except in line {node.lineno}"
        assert not (isinstance(node, ast.keyword) and node.arg == "allow_pickle"), f"pickle in line {node.lineno}"
        assert not (isinstance(node, ast.Global)), f"global in line {node.lineno}"


def test_public_names_are_sorted_and_there():
    # Constants, then classes, then functions: the order that ruff's RUF022 keeps.
    def rank(name: str) -> tuple[int, str]:
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    names = playground.__all__
    assert names == sorted(names, key=rank) and len(names) == len(set(names))
    assert dir(playground) == sorted(names)
    for name in names:
        assert getattr(playground, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = playground.nothing_of_the_kind


def test_importing_the_package_is_light():
    code = "import json, sys, playground; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(json.loads(done.stdout))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def test_versions_agree_with_the_changelog():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert playground.__version__ == version
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:]]
    assert all(released), "a release is headed: ## [1.2.3] - 2026-01-31"
    versions = [_version(match[1]) for match in released]
    assert versions == sorted(set(versions), reverse=True)
    assert _version(version) >= max(versions, default=(0, 0, 1)), "the changelog tells of a newer version"


def test_tracked_files_name_no_machine_and_leave_nothing_open():
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository here, so there is no list of tracked files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):  # binary, or deleted but not yet committed
            continue
        found += [f"{name}: {match[0]}" for rule in (MACHINE_PATH, UNFINISHED) for match in rule.finditer(text)]
    assert found == []


def _told_modules() -> set[str]:
    """Every module that the tree in docs/architecture.md has a line for, as a path below ``playground/``."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    tree = text.partition("```text\n")[2].partition("```")[0]
    folders: list[str] = []
    told = set()
    for line in tree.splitlines():
        match = re.match(r"( *)(\S+)", line)
        if not match:
            continue
        depth, name = len(match[1]) // 2, match[2]
        folders[depth:] = [name.rstrip("/")]
        if name.endswith(".py"):
            told.add("/".join(folders))
    return {name.removeprefix("playground/") for name in told if name.startswith("playground/")}


def test_the_architecture_page_has_a_line_for_every_module():
    there = {path.relative_to(PACKAGE).as_posix() for path in MODULES if path.stat().st_size}
    there = {name for name in there if not name.endswith("/__init__.py")}
    assert _told_modules() == there
