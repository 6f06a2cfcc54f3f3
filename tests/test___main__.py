"""The door of the command line: it leads to the commands, and says so when what they need is missing."""

import sys

import pytest

from playground import __main__


def test_it_leads_to_the_commands(monkeypatch):
    seen = []
    monkeypatch.setattr("playground.app.cli.main", lambda: seen.append(1))
    __main__.main()
    assert seen == [1]


def test_without_what_every_command_needs_the_door_says_so(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "playground.app.cli", None)
    monkeypatch.setattr(sys, "argv", ["playground", "track"])
    with pytest.raises(SystemExit) as stop:
        __main__.main()
    assert stop.value.code == 2 and capsys.readouterr().err.endswith("is missing; run: playground doctor\n")
