"""Which models a visitor may name: with folders closed, no way in by path, link, home, folder beside, or size."""

import os
import shutil
from pathlib import Path

import pytest
from hub_client import run_python
from hub_server import OWNER, TOKEN, running_hub

from playground.app.demo import models
from playground.app.demo.endpoints import read_call
from playground.app.demo.models import PLACE, find_model, models_only_from, offered_models
from playground.app.demo.toggle import describe_model, get_tracker
from playground.hub import embedded_models

# As a visitor of a page with closed folders; prints the folder or the sentence.
ASK = """
import sys, time
time.sleep = lambda seconds: None  # between the client's tries
from playground.app.demo import limits
from playground.app.demo.models import find_model, models_only_from
limits.MAX_MODEL_MB = float(sys.argv[2])
with models_only_from([]):
    try:
        print("found", find_model(sys.argv[1]))
    except ValueError as error:
        print(error)
"""


WORDS = r"^model: .* (cannot be named on this page|is unknown); use one of"


@pytest.fixture
def opened(tmp_path, toy_model):
    """A folder that is open to visitors, with a model in it; a model lies beside it too."""
    for name in ("open/mine", "secret"):
        shutil.copytree(toy_model, tmp_path / name)
    with models_only_from([tmp_path / "open"]):
        yield tmp_path / "open"


def test_without_rules_any_folder_can_be_named_and_rules_end(toy_model, tmp_path):
    assert find_model(toy_model) == Path(toy_model)
    with models_only_from([tmp_path]), pytest.raises(ValueError, match="^model: "):
        find_model(toy_model)
    assert find_model(toy_model) == Path(toy_model) and PLACE not in os.environ


def test_what_lies_in_an_open_folder_is_found_and_offered(opened):
    assert find_model(str(opened / "mine")) == opened / "mine"
    assert offered_models() == [*embedded_models(), str(opened / "mine")]
    for name in embedded_models():
        assert (find_model(name) / "config.json").is_file()


def test_no_other_folder_is_and_the_answer_does_not_tell_whether_it_is_there(opened, tmp_path, monkeypatch):
    (opened / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    there = [str(tmp_path / "secret"), str(opened / ".." / "secret"), str(opened / "link"), "secret", "./secret",
             "~/secret", "/", "..", str(opened) + "/mine/../../secret"]  # fmt: skip
    for name in [*there, str(tmp_path / "nothing"), "~nobody-of-this-name/a", "a" * 5000, "a\0b", "/proc/self/root"]:
        with pytest.raises(ValueError, match=WORDS) as said:
            find_model(name)
        assert len(str(said.value)) < 300 and "config.json" not in str(said.value)


def test_a_folder_beside_the_server_is_no_repository_of_that_name(tmp_path, toy_model, monkeypatch):
    shutil.copytree(toy_model, tmp_path / "someone" / "toy")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(models, "fetch_model", lambda found, *more: Path("cache") / found.name)
    with models_only_from([]):
        assert find_model("someone/toy") == Path("cache/someone/toy")
    assert find_model("someone/toy") == Path("someone/toy")


@pytest.mark.parametrize("call", [describe_model, lambda name: get_tracker(name, "cpu")])
def test_every_way_to_a_model_asks(call, toy_model):
    with models_only_from([]), pytest.raises(ValueError, match="cannot be named on this page"):
        call(toy_model + "/")


@pytest.mark.parametrize("name", ["~nobody-of-this-name/a", "a" * 5000])
def test_a_name_that_is_no_path_is_a_sentence_where_folders_are_open(name):
    with pytest.raises(ValueError, match="^model: .* is unknown"):
        find_model(name)


def test_large_weights_are_not_downloaded_and_small_ones_are(toy_model, tmp_path):
    name = f"{OWNER}/toy"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    with running_hub() as hub:
        hub.add(name, files)
        refused = run_python(hub, tmp_path, ASK, name, "0.001")
        assert "weights of" in refused.stdout and "at most 0.001 MB" in refused.stdout, refused.stdout + refused.stderr
        assert not list(tmp_path.rglob("model.safetensors"))
        assert run_python(hub, tmp_path, ASK, name, "100").stdout.startswith("found ")
        commit = hub.repos[name].branches["main"]
        hub.asked.clear()  # what is here needs no question about its size
        assert run_python(hub, tmp_path, ASK, f"{name}@{commit}", "100").stdout.startswith("found ")
        assert hub.asked == []


def test_a_download_that_breaks_off_is_told_and_the_next_try_ends_it(toy_model, tmp_path):
    name = f"{OWNER}/toy"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    with running_hub() as hub:
        hub.add(name, files)
        hub.cut["model.safetensors"] = 20
        broken = run_python(hub, tmp_path, ASK, name, "100")
        assert broken.stdout.startswith("model: ") and "try again" in broken.stdout, broken.stdout + broken.stderr
        hub.cut.clear()
        found = run_python(hub, tmp_path, ASK, name, "100").stdout.removeprefix("found ").strip()
        assert (Path(found) / "model.safetensors").read_bytes() == files["model.safetensors"]


@pytest.mark.parametrize("known", [False, True])
def test_a_private_model_is_nothing_to_a_visitor_though_the_server_may_read_it(toy_model, tmp_path, known):
    """With ``known`` the owner has it in the cache already."""
    name = f"{OWNER}/secret"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    with running_hub() as hub:
        commit = hub.add(name, files, private=True)
        if known:
            owner = f"from playground.hub import resolve\nprint(resolve({name!r}))"
            assert commit in run_python(hub, tmp_path, owner, HF_TOKEN=TOKEN).stdout
        hub.tokens.clear()
        for asked in (name, f"{name}@main", f"{name}@{commit}"):
            said = run_python(hub, tmp_path, ASK, asked, "100", HF_TOKEN=TOKEN).stdout
            assert "is not on the Hub, or it is private" in said and "found" not in said
        assert hub.tokens == {""}
        hub.refuse = 503  # nor while the Hub cannot say whether it is private
        for settings in ({}, {"HF_HUB_OFFLINE": "1"}):
            assert "found" not in run_python(hub, tmp_path, ASK, name, "100", HF_TOKEN=TOKEN, **settings).stdout


def test_a_model_that_becomes_private_is_closed_to_visitors_who_had_it(toy_model, tmp_path):
    name = f"{OWNER}/toy"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    with running_hub() as hub:
        hub.add(name, files)
        assert run_python(hub, tmp_path, ASK, name, "100", HF_TOKEN=TOKEN).stdout.startswith("found ")
        hub.refuse = 503
        assert run_python(hub, tmp_path, ASK, name, "100").stdout.startswith("found ")  # the copy serves
        hub.refuse = 0
        hub.repos[name].private = True
        said = run_python(hub, tmp_path, ASK, name, "100", HF_TOKEN=TOKEN).stdout
        assert "is not on the Hub, or it is private" in said


def test_a_tracker_that_is_kept_does_not_outlive_the_leave_to_see_its_model(toy_model, tmp_path):
    """One process: the model is loaded, becomes private, and is asked for again after the time for which names hold."""
    name = f"{OWNER}/toy"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    code = """
import contextlib, sys, urllib.request
from playground.app.demo import toggle
from playground.app.demo.models import models_only_from
now = [0.0]
toggle.time.monotonic = lambda: now[0]
with models_only_from([]):
    first = toggle.get_tracker(sys.argv[1], "cpu")
    with contextlib.suppress(OSError):
        urllib.request.urlopen(sys.argv[2])
    print(toggle.get_tracker(sys.argv[1], "cpu") is first)
    now[0] += toggle.NAME_KEPT_S
    try:
        toggle.get_tracker(sys.argv[1], "cpu")
    except ValueError as error:
        print(error)
"""
    with running_hub() as hub:
        hub.add(name, files)
        hub.before = lambda asked: setattr(hub.repos[name], "private", True) if asked.endswith("/close") else None
        said = run_python(hub, tmp_path, code, name, f"{hub.endpoint}/close")
        assert said.stdout.startswith("True\n"), said.stdout + said.stderr
        assert "is not on the Hub, or it is private" in said.stdout


def test_a_model_for_which_there_is_no_room_is_refused_and_one_that_is_here_is_not(toy_model, tmp_path):
    name = f"{OWNER}/toy"
    files = {path.name: path.read_bytes() for path in Path(toy_model).iterdir() if path.is_file()}
    full = "from playground.app.demo import limits\nlimits.LEAST_FREE_MB = 10**9\n" + ASK
    with running_hub() as hub:
        hub.add(name, files)
        refused = run_python(hub, tmp_path, full, name, "100").stdout
        assert "at most 0 MB are taken, since the disk of this server is nearly full, or use one of" in refused
        assert not list(tmp_path.rglob("model.safetensors"))
        assert "disk" not in run_python(hub, tmp_path, full, f"{OWNER}/nothing", "100").stdout  # that is not why
        assert run_python(hub, tmp_path, ASK, name, "100").stdout.startswith("found ")
        assert run_python(hub, tmp_path, full, name, "100").stdout.startswith("found ")


def test_a_call_from_a_program_asks_too(square_clip, toy_model):
    with models_only_from([]):
        chosen = read_call(str(square_clip), (20, 30, 24, 24), 0, toy_model + "/", None, "cpu")
        with pytest.raises(ValueError, match="cannot be named"):
            get_tracker(chosen.model, chosen.device)
