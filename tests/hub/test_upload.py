"""The real client publishes to a server on this machine, and what it published is loaded back."""

from pathlib import Path

import pytest
from exported import toy_export, toy_source
from hub_client import crowded_model, run_playground, run_python
from hub_server import OWNER, TOKEN, running_hub

from playground.hub import model_files

NAME = f"{OWNER}/toy"
SAME = """
import sys
import torch
from pathlib import Path
from playground.hub import load_model, load_tracker_config, resolve
here, there = Path(sys.argv[1]), resolve(sys.argv[2])
first, second = load_model(here).state_dict(), load_model(there).state_dict()
assert load_tracker_config(here) == load_tracker_config(there)
print(first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first))
"""


@pytest.fixture
def hub():
    with running_hub() as hub:
        yield hub


@pytest.fixture
def folder(tmp_path, tmp_path_factory) -> Path:
    return crowded_model(tmp_path / "toy", toy_source(tmp_path_factory))


def published(hub, branch: str = "main") -> dict[str, bytes]:
    """The files on a branch, as the server has them."""
    repo = hub.repos[NAME]
    return {name: data for name, data in repo.commits[repo.branches[branch]].items() if name != ".gitattributes"}


def test_what_is_published_is_loaded_back_by_name_and_by_commit(hub, tmp_path, folder):
    done = run_playground(hub, tmp_path, "publish", "toy", NAME, HF_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    files = published(hub)
    assert sorted(files) == ["README.md", "config.json", "model.safetensors", "tracker.json"]
    assert all(files[name] == (folder / name).read_bytes() for name in files if name != "README.md")
    assert f'pg.load("{NAME}")' in files["README.md"].decode()
    commit = hub.repos[NAME].branches["main"]
    assert done.stdout.splitlines()[-1] == f'load it with: pg.load("{NAME}@{commit}")'
    assert TOKEN not in done.stdout + done.stderr

    for name in (NAME, f"{NAME}@{commit}"):  # without a token: it is public
        again = run_python(hub, tmp_path, SAME, "toy", name)
        assert again.stdout.strip() == "True", again.stderr
    offline = run_python(hub, tmp_path, SAME, "toy", NAME, HF_HUB_OFFLINE="1")
    assert offline.stdout.strip() == "True", offline.stderr


def test_a_second_version_on_a_branch_leaves_the_first_and_stays_private(hub, tmp_path, folder, tmp_path_factory):
    assert run_playground(hub, tmp_path, "publish", "toy", NAME, "--private", HF_TOKEN=TOKEN).returncode == 0
    assert hub.repos[NAME].private
    first = published(hub)
    (folder / "onnx").mkdir()
    for path in toy_export(tmp_path_factory).iterdir():
        (folder / "onnx" / path.name).write_bytes(path.read_bytes())
    done = run_playground(hub, tmp_path, "publish", "toy", NAME, "--revision", "with-onnx", HF_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert published(hub) == first and hub.repos[NAME].private
    second = published(hub, "with-onnx")
    assert {name for name in second if name.startswith("onnx/")} == {
        f"onnx/{path.name}" for path in (folder / "onnx").iterdir()
    }
    assert 'backend="onnx"' in second["README.md"].decode()
    code = "import sys; from playground.hub import resolve_export; print(resolve_export(sys.argv[1]))"
    found = run_python(hub, tmp_path, code, f"{NAME}@with-onnx", HF_TOKEN=TOKEN)
    assert found.stdout.strip().endswith("onnx"), found.stderr


def test_a_broken_folder_is_not_published(hub, tmp_path, folder):
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    done = run_playground(hub, tmp_path, "publish", "toy", NAME, HF_TOKEN=TOKEN)
    assert done.returncode == 2 and "is not a readable safetensors file" in done.stderr and hub.asked == []
    with pytest.raises(ValueError, match="not a readable safetensors file"):
        model_files(folder, "")


PUSH_SPACE = """
from pathlib import Path
from playground.hub import push_space
from playground.hub.names import Repository
for files in ({"app.py": b"1", "old.py": b"2"}, {"app.py": b"3", "clip.mp4": Path("toy/model.safetensors")}):
    print(push_space(files, Repository("someone/page")).address)
"""


def test_a_space_is_published_anew_without_what_is_no_longer_in_it(hub, tmp_path, folder):
    done = run_python(hub, tmp_path, PUSH_SPACE, HF_TOKEN=TOKEN)
    assert done.stdout.split() == [f"{hub.endpoint}/spaces/someone/page"] * 2, done.stderr
    repo = hub.repos["someone/page"]
    assert (repo.kind, len(repo.commits)) == ("space", 3)  # the first is the Hub's own
    files = repo.commits[repo.branches["main"]]
    assert files == {".gitattributes": b"", "app.py": b"3", "clip.mp4": (folder / "model.safetensors").read_bytes()}


def test_those_models_that_are_there_are_told_from_those_that_are_not(hub, tmp_path):
    hub.add("someone/one", {"config.json": b"{}"})
    hub.add("someone/secret", {"config.json": b"{}"}, private=True)
    code = (
        "from playground.hub.upload import existing; print(existing(('someone/one', 'someone/two', 'someone/secret')))"
    )
    assert run_python(hub, tmp_path, code).stdout.strip() == "('someone/one',)"
    assert run_python(hub, tmp_path, code, HF_TOKEN=TOKEN).stdout.strip() == "('someone/one', 'someone/secret')"
