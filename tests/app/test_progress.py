"""Progress on a pipe is plain lines, on a terminal a display that always gives the terminal back."""

import io
import re
import threading
from collections.abc import Iterator

import pytest
from rich.console import Console

from playground.app.event_words import event_line
from playground.app.progress import show
from playground.events import TrainEvent

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def _events(steps: int = 4) -> list[TrainEvent]:
    return [
        TrainEvent(
            step=step,
            steps=steps,
            losses={"total": 8.5 / step, "student_iou": 0.25, "teacher_iou": 0.75},
            lr=1e-3,
            samples_s=120.0,
            data_wait=0.25,
            eta_s=60.0 * (steps - step),
            checked={"auc": 0.625} if step == 2 else {},
        )
        for step in range(1, steps + 1)
    ]


class Unflushed(io.StringIO):
    """A file of which only what was flushed can be seen."""

    seen = ""

    def flush(self) -> None:
        self.seen = self.getvalue()


def _terminal(width: int = 120) -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=width, _environ={"TERM": "xterm-256color"})


def _text(console: Console) -> str:
    return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", console.file.getvalue())


def test_a_pipe_gets_one_flushed_plain_line_for_each_event():
    events, file = _events(), Unflushed()
    shown = show(iter(events), "stage [1]", Console(file=file, width=20))
    for count, event in enumerate(events, start=1):
        assert next(shown) is event
        lines = file.seen.splitlines()
        assert len(lines) == count and lines[-1] == f"stage [1]: {event_line(event)}"
    assert list(shown) == []
    assert all(character.isprintable() or character == "\n" for character in file.seen)


def test_colours_forced_by_the_environment_make_no_terminal_of_a_pipe(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert list(show(iter(_events()), "run")) == _events()
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 4 and "\x1b" not in said


def test_a_terminal_gets_every_number_and_is_given_back():
    console = _terminal()
    assert list(show(iter(_events()), "stage [1]", console)) == _events()
    text = _text(console)
    last = text[text.rindex("stage [1]") :]
    assert "4/4  100%  done" in last and "total 2.125" in last and "student 0.25  teacher 0.75" in last
    assert "120 samples/s  data wait 25%  lr 1.00e-03" in last
    assert "validation at step 2" in last and "auc 0.625" in last  # kept on show until there is another
    assert "2/4  50%  0:02:00 left" in text
    _assert_given_back(console)


def test_a_run_without_events_leaves_nothing_behind():
    console = _terminal()
    assert list(show(iter(()), "run", console)) == []
    assert console.file.getvalue().endswith("\x1b[2K")  # the line that said "starting" was wiped last
    _assert_given_back(console)


def test_the_terminal_is_given_back_when_the_run_fails():
    def failing() -> Iterator[TrainEvent]:
        yield _events()[0]
        raise FloatingPointError("step 1: the loss is not finite")

    console = _terminal()
    with pytest.raises(FloatingPointError, match="not finite"):
        list(show(failing(), "run", console))
    assert "1/4" in _text(console)
    _assert_given_back(console)


def test_the_terminal_is_given_back_when_nobody_wants_more():
    console = _terminal()
    shown = show(iter(_events()), "run", console)
    next(shown)
    assert console.file.getvalue().count(HIDE) == 1 and SHOW not in console.file.getvalue()
    shown.close()
    _assert_given_back(console)


def test_a_dumb_terminal_gets_lines():
    console = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    assert list(show(iter(_events()), "run", console)) == _events()
    assert "\x1b" not in console.file.getvalue() and len(console.file.getvalue().splitlines()) == 4


def _assert_given_back(console: Console) -> None:
    written = console.file.getvalue()
    assert written.count(HIDE) == written.count(SHOW) == 1 and written.index(HIDE) < written.index(SHOW)
    for thread in threading.enumerate():
        if "rich" in type(thread).__module__:  # told to end, but not waited for
            thread.join(10)
            assert not thread.is_alive()
