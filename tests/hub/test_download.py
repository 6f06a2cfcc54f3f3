"""The real client of the Hub against a server on this machine: what is loaded, what is refused, and in which words."""

import shutil
from pathlib import Path

import pytest
from exported import toy_export, toy_source
from hub_client import run_playground, run_python
from hub_server import OWNER, TOKEN, Repo, running_hub

NAME = f"{OWNER}/toy"
# Gives 'found FOLDER' or the error's words. The client's waits between its tries are left out.
ASK = """
import time
from playground.hub import resolve, resolve_export
time.sleep = lambda seconds: None
try:
    print("found", {}({!r}))
except ValueError as error:
    print(error)
"""


@pytest.fixture
def hub():
    with running_hub() as hub:
        yield hub


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, bytes]:
    source = toy_source(tmp_path_factory)
    return {name: (source / name).read_bytes() for name in ("config.json", "tracker.json", "model.safetensors")}


def ask(hub, home: Path, name: str, find: str = "resolve", **settings: str) -> str:
    """What ``resolve(name)`` says in a process of its own, which must not fail otherwise."""
    done = run_python(hub, home, ASK.format(find, name), **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def whole(folder: str, files: dict[str, bytes]) -> bool:
    """The folder holds these files, byte by byte."""
    found = Path(folder.removeprefix("found "))
    return {path.name: path.read_bytes() for path in found.iterdir()} == files


def test_a_model_is_loaded_by_name_branch_and_commit_and_offline_from_the_cache(hub, tmp_path, files):
    old = hub.add(NAME, {**files, "config.json": b"{}", "pytorch_model.bin": b"a pickle"})
    assert ask(hub, tmp_path, NAME).endswith(old)
    hub.repos[NAME].commit("main", {**files, "pytorch_model.bin": b"a pickle", "run.py": b"exit()"})
    new = hub.repos[NAME].branches["main"]
    first = ask(hub, tmp_path, f"{NAME}@main")
    assert first.endswith(new) and whole(first, files)
    assert not [line for line in hub.asked if "pytorch_model" in line or "run.py" in line]

    hub.asked.clear()
    pinned = ask(hub, tmp_path, f"{NAME}@{new}")
    assert pinned == first and hub.asked == []  # a commit in the cache asks nothing
    assert ask(hub, tmp_path, f"{NAME}@{old}").endswith(old) and hub.asked == []
    for name in (NAME, f"{NAME}@{new}"):
        assert ask(hub, tmp_path, name, HF_HUB_OFFLINE="1") == first
    assert hub.asked == []


@pytest.mark.parametrize(("status", "reason"), [(503, "the Hub has trouble (status 503)"), (0, "could not be reached")])
def test_without_the_hub_the_copy_in_the_cache_serves_and_that_is_said(hub, tmp_path, files, status, reason):
    sha = hub.add(NAME, files)
    first = ask(hub, tmp_path, NAME)
    hub.refuse, hub.endpoint = status, hub.endpoint if status else "http://127.0.0.1:9"
    done = run_python(hub, tmp_path, ASK.format("resolve", NAME))
    assert done.stdout.strip() == first and reason in done.stderr
    assert done.stderr.strip().endswith(f"The copy in the cache is used, commit {sha}.")
    for name, settings in ((f"{NAME}@{sha}", {}), (NAME, {"HF_HUB_OFFLINE": "1"})):  # where nobody was to be asked
        quiet = run_python(hub, tmp_path, ASK.format("resolve", name), **settings)
        assert (quiet.stdout.strip(), quiet.stderr) == (first, "")


def test_a_hub_that_is_lost_on_the_way_to_a_newer_commit_leaves_the_older_one(hub, tmp_path, files):
    old = hub.add(NAME, files)
    first = ask(hub, tmp_path, NAME)
    new = hub.repos[NAME].commit("main", {**files, "model.safetensors": files["model.safetensors"] + b" "})
    hub.cut["model.safetensors"] = 100
    done = run_python(hub, tmp_path, ASK.format("resolve", NAME))
    assert done.stdout.strip() == first and f"{NAME}@{new} could not be reached or the connection broke" in done.stderr
    assert f"The copy in the cache is used, commit {old}." in done.stderr
    assert ask(hub, tmp_path, NAME, HF_HUB_OFFLINE="1") == first  # half of the newer one is in the cache as well
    hub.cut.clear()
    assert ask(hub, tmp_path, NAME).endswith(new)
    assert ask(hub, tmp_path, NAME, HF_HUB_OFFLINE="1").endswith(new)


def test_a_branch_that_is_gone_is_not_hidden_by_the_cache(hub, tmp_path, files):
    hub.repos[NAME] = repo = Repo()
    for branch in ("main", "other"):
        repo.commit(branch, files)
    assert ask(hub, tmp_path, f"{NAME}@other").startswith("found")
    del repo.branches["other"]
    assert "but that revision of it is not" in ask(hub, tmp_path, f"{NAME}@other")


def test_a_model_without_settings_of_the_tracker_is_whole_and_asks_once_for_them(hub, tmp_path, files):
    sha = hub.add(NAME, {name: data for name, data in files.items() if name != "tracker.json"})
    first = ask(hub, tmp_path, NAME)
    assert first.endswith(sha)
    hub.asked.clear()
    assert ask(hub, tmp_path, f"{NAME}@{sha}") == first and hub.asked == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("someone/nothing", "someone/nothing is not on the Hub, or it is private and you may not see it"),
        (f"{NAME}@v9", f"{NAME}@v9 is on the Hub, but that revision of it is not"),
        (f"{OWNER}/pickled", "has no model.safetensors; only safetensors are read"),
        (f"{OWNER}/other", "has no config.json; check the name"),
    ],
)
def test_what_is_not_there_is_said(hub, tmp_path, files, name, words):
    hub.add(NAME, files)
    hub.add(f"{OWNER}/pickled", {"config.json": files["config.json"], "pytorch_model.bin": b"a pickle"})
    hub.add(f"{OWNER}/other", {"adapter.safetensors": b""})
    said = ask(hub, tmp_path, name)
    assert said.startswith(f"model: {name}") and words in said and "\n" not in said
    assert ", or use one of " in said and "mini-small" in said


def test_a_private_model_is_for_those_who_may_see_it(hub, tmp_path, files):
    hub.add(NAME, files, private=True)
    for settings in ({}, {"HF_TOKEN": "token-of-another"}):
        done = run_python(hub, tmp_path, ASK.format("resolve", NAME), **settings)
        assert "is not on the Hub, or it is private" in done.stdout and "hf auth login" in done.stdout
        assert "token-of-another" not in done.stdout + done.stderr
    assert "token-of-another" in hub.tokens  # so it was used, and is in no word of the answer
    assert whole(ask(hub, tmp_path, NAME, HF_TOKEN=TOKEN), files)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_damaged_bytes_never_become_a_model(hub, tmp_path, files, name):
    sha = hub.add(NAME, files)
    hub.damaged.add(name)
    said = ask(hub, tmp_path, NAME)
    of = NAME if name == "config.json" else f"{NAME}@{sha}"  # the first file fixes the commit of the others
    assert said == f"model: {name} of {of} came in damaged (its checksum differs) and was removed; try again."
    said = ask(hub, tmp_path, NAME, HF_HUB_OFFLINE="1")
    assert not said.startswith("found")
    hub.damaged.clear()
    assert whole(ask(hub, tmp_path, NAME), files)


def test_a_file_that_rots_in_the_cache_is_found_and_fetched_again(hub, tmp_path, files):
    hub.add(NAME, files)
    folder = Path(ask(hub, tmp_path, NAME).removeprefix("found "))
    blob = (folder / "model.safetensors").resolve()
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    assert "came in damaged" in ask(hub, tmp_path, NAME)
    assert whole(ask(hub, tmp_path, NAME), files)


def test_a_connection_that_breaks_is_taken_up_again(hub, tmp_path, files):
    hub.add(NAME, files)
    hub.cut["model.safetensors"] = 1
    assert whole(ask(hub, tmp_path, NAME), files)
    assert hub.asked.count(f"GET /{NAME}/resolve/{hub.repos[NAME].branches['main']}/model.safetensors") == 2


def test_half_a_download_never_becomes_a_model(hub, tmp_path, files):
    hub.add(NAME, files)
    hub.cut["model.safetensors"] = 100
    said = ask(hub, tmp_path, NAME)
    assert (
        said.startswith(f"model: {NAME}@") and "could not be reached or the connection broke; check the network" in said
    )
    assert not ask(hub, tmp_path, NAME, HF_HUB_OFFLINE="1").startswith("found")
    hub.cut.clear()
    hub.asked.clear()
    assert whole(ask(hub, tmp_path, NAME), files)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (429, "was refused because of too many requests (rate limit); wait some minutes"),
        (500, "could not be had because the Hub has trouble (status 500); try again later"),
        (403, "was refused because the token does not allow it"),
    ],
)
def test_a_hub_that_refuses_is_quoted(hub, tmp_path, status, words):
    hub.refuse = status
    assert words in ask(hub, tmp_path, NAME)


def test_no_network_and_offline_are_told_apart(hub, tmp_path):
    hub.endpoint = "http://127.0.0.1:9"  # the port on which nobody answers
    assert "could not be reached or the connection broke; check the network" in ask(hub, tmp_path, NAME)
    assert "HF_HUB_OFFLINE forbids to ask the Hub" in ask(hub, tmp_path, NAME, HF_HUB_OFFLINE="1")


def test_an_export_is_found_in_a_repository_without_its_other_weights(hub, tmp_path, tmp_path_factory, files):
    export = toy_export(tmp_path_factory)
    hub.add(NAME, files | {f"onnx/{path.name}": path.read_bytes() for path in export.iterdir()})
    hub.add(f"{OWNER}/plain", files)
    found = Path(ask(hub, tmp_path, NAME, "resolve_export").removeprefix("found "))
    assert {path.name for path in found.iterdir()} == {path.name for path in export.iterdir()}
    assert not [line for line in hub.asked if "model.safetensors" in line]
    code = f"import playground as pg; print(type(pg.load({NAME!r}, backend='onnx', device='cpu').backend).__name__)"
    done = run_python(hub, tmp_path, code)
    assert done.stdout.strip() == "OnnxBackend", done.stderr
    assert "has no onnx/manifest.json; use backend torch" in ask(hub, tmp_path, f"{OWNER}/plain", "resolve_export")


def test_a_command_ends_with_one_sentence(hub, tmp_path):
    done = run_playground(hub, tmp_path, "export", "someone/nothing", "out")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("playground: model: someone/nothing is not on the Hub")


def test_a_download_shows_its_progress_to_a_person(hub, tmp_path, files):
    hub.add(NAME, files)
    # -1 tells the client that a person watches, although this is no terminal.
    done = run_python(hub, tmp_path, ASK.format("resolve", NAME), TQDM_POSITION="-1")
    assert "model.safetensors: 100%" in done.stderr


def test_the_snapshot_of_another_machine_works_here(hub, tmp_path, files):
    """A cache whose links were resolved on the way, as a copy does: the name says nothing, so nothing is checked."""
    hub.add(NAME, files)
    folder = Path(ask(hub, tmp_path, NAME).removeprefix("found "))
    copy = shutil.copytree(tmp_path / "hf", tmp_path / "copy", symlinks=False)
    again = ask(hub, tmp_path, NAME, HF_HOME=str(copy), HF_HUB_OFFLINE="1")
    assert again.endswith(folder.name) and whole(again, files)


@pytest.mark.parametrize("name", ["config.json", "tracker.json"])
def test_settings_of_megabytes_are_not_downloaded(hub, tmp_path, files, name):
    hub.add(NAME, {**files, name: files[name] + b" " * 2**21})
    said = ask(hub, tmp_path, NAME)
    assert said.startswith(f"model: {NAME}") and f"has a {name} of 2 MB; here at most 1 MB are taken, " in said
    assert not [line for line in hub.asked if line.startswith("GET") and line.endswith(name)]
