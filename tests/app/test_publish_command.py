"""``playground publish`` and ``publish-space`` as a person types them, against a Hub on this machine."""

from pathlib import Path

import pytest
from exported import toy_source
from hub_client import crowded_model, run_playground, run_python
from hub_server import OWNER, TOKEN, running_hub

from playground.app.cli import main

NAME = f"{OWNER}/toy"


@pytest.fixture
def hub():
    with running_hub() as hub:
        yield hub


@pytest.fixture
def folder(tmp_path, tmp_path_factory) -> Path:
    return crowded_model(tmp_path / "toy", toy_source(tmp_path_factory))


# Arguments of `publish` with a token, one after the other in one process; their last lines on standard error.
REFUSED = """
import os
from playground.app.cli import main
for token, repository, *options in {!r}:
    os.environ["HF_TOKEN"] = token
    try:
        main(["publish", "toy", repository, *options])
    except SystemExit as end:
        assert end.code == 2
"""


def test_who_may_not_publish_is_told_so_and_nothing_is_made(hub, tmp_path, folder):
    cases = [
        ("", NAME),
        ("token-of-another", NAME),
        (TOKEN, "another/toy"),
        (TOKEN, "toy"),
        (TOKEN, f"{NAME}@a", "--revision", "b"),
    ]
    done = run_python(hub, tmp_path, REFUSED.format(cases))
    assert done.returncode == 0 and not hub.repos
    assert done.stderr.splitlines() == [
        f"playground: repository: {NAME} was refused because the token is missing or not valid; log in with: "
        "hf auth login.",
        f"playground: repository: {NAME} was refused because the token is missing or not valid; log in with: "
        "hf auth login.",
        "playground: repository: another/toy was refused because the token does not allow it; use one that does.",
        "playground: repository: must be USER/REPO or USER/REPO@REVISION; got 'toy'.",
        f"playground: revision: {NAME}@a names one already; leave --revision out.",
    ]
    assert {"token-of-another", TOKEN} <= hub.tokens


def test_a_dry_run_asks_the_hub_nothing_and_shows_the_card(hub, tmp_path, folder):
    done = run_playground(hub, tmp_path, "publish", "toy", NAME, "--dry-run")
    assert done.returncode == 0 and hub.asked == []
    assert done.stdout.startswith("---\n") and f'tracker = pg.load("{NAME}")' in done.stdout
    listed = [line.split()[0] for line in done.stdout.partition("files would be published")[2].splitlines()[1:]]
    assert listed == ["README.md", "config.json", "model.safetensors", "tracker.json"]


def test_base_models_that_are_not_there_are_left_out_of_the_card(hub, tmp_path, folder):
    (folder / "card.json").write_text('{"base": ["mini-teacher", "mini-base"]}')
    hub.add(f"{OWNER}/mini-base", {"config.json": b"{}"})
    done = run_playground(hub, tmp_path, "publish", "toy", NAME, HF_TOKEN=TOKEN)
    assert done.returncode == 0, done.stderr
    assert "someone/mini-teacher is not on the Hub" in done.stdout
    repo = hub.repos[NAME]
    card = repo.commits[repo.branches["main"]]["README.md"].decode()
    assert "base_model:\n- someone/mini-base\n" in card and "mini-teacher" not in card


def test_a_folder_that_is_not_there_is_named(tmp_path, capsys):
    for words in (["card", str(tmp_path / "no")], ["publish", str(tmp_path / "no"), NAME, "--dry-run"]):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 2
        assert (
            capsys.readouterr().err
            == f"playground: folder: there is no folder {tmp_path / 'no'}; give one that holds a model.\n"
        )


def test_publish_space_shows_or_writes_what_it_would_publish(tmp_path, monkeypatch, capsys):
    given, files = [], {"app.py": b"1" * 2_000_000, "playground/box.py": b"2"}
    monkeypatch.setattr("playground.app.space_files.space_files", lambda *asked: given.append(asked) or files)
    main(["publish-space", "someone/page", "--dry-run"])
    assert capsys.readouterr().out.splitlines() == [
        "2 files would be published to someone/page:",
        "  app.py  2.000 MB",
        "  playground/box.py  0.000 MB",
    ]
    main(["publish-space", "someone/page", "--out", str(tmp_path / "page"), "--browser-page", "https://a.b"])
    assert (tmp_path / "page" / "playground" / "box.py").read_bytes() == b"2"
    assert "start it with: python app.py" in capsys.readouterr().out
    assert given == [("someone/page", ""), ("someone/page", "https://a.b")]
