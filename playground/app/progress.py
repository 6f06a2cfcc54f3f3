"""The progress of a training run: a live display on a terminal, plain lines anywhere else."""

import sys
from collections.abc import Iterator

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from playground.app.event_words import event_line, numbers, standing
from playground.events import TrainEvent

REFRESH_HZ = 4


def show(events: Iterator[TrainEvent], title: str, console: Console | None = None) -> Iterator[TrainEvent]:
    """Pass the events on and show each of them under ``title``.

    On a terminal a bar and the latest numbers are drawn in place; they stay there at the end, and the terminal is given
    back however the iteration ends. Elsewhere every event is one flushed line without control characters. ``console``
    is where to write; standard output when left out.
    """
    # Colours forced on by the environment must not turn a pipe into a terminal.
    console = console or Console(force_terminal=sys.stdout.isatty())
    drawn = console.is_terminal and not console.is_dumb_terminal
    return _drawn(events, title, console) if drawn else _told(events, title, console)


def _told(events: Iterator[TrainEvent], title: str, console: Console) -> Iterator[TrainEvent]:
    for event in events:
        console.file.write(f"{title}: {event_line(event)}\n")
        console.file.flush()
        yield event


def _drawn(events: Iterator[TrainEvent], title: str, console: Console) -> Iterator[TrainEvent]:
    bar = Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[words]}", markup=False),
        TextColumn("[dim]elapsed"),
        TimeElapsedColumn(),
        console=console,
        expand=True,
    )
    task = bar.add_task(title, total=None, words="starting")
    validated: dict[str, str] = {}
    # Until there is a number to keep, nothing is left behind.
    with Live(bar, console=console, refresh_per_second=REFRESH_HZ, transient=True) as live:
        for event in events:
            told = numbers(event)
            if "validation" in told:
                validated = {f"validation at step {event.step}": told.pop("validation")}
            words = f"{event.step}/{event.steps}  {event.step / event.steps:.0%}  {standing(event)}"
            bar.update(task, total=event.steps, completed=event.step, words=words)
            live.transient = False
            live.update(Group(bar, _table(told | validated)), refresh=True)
            yield event


def _table(told: dict[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    for heading, words in told.items():
        table.add_row(Text(f"  {heading}"), Text(words))
    return table
