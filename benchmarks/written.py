"""A result written down: the command as it was given, what ran it, and the file."""

import sys
from pathlib import Path

from playground.evaluate.machine import describe_machine
from playground.files import replacing


def command() -> str:
    """The command line of this process, from the repository's root, without where its result goes."""
    words = iter(sys.argv[1:])
    kept = []
    for word in words:
        if word == "--out":
            next(words, None)
        elif not word.startswith("--out="):
            kept.append(word)
    return " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *kept])


def source_line(device: str, *facts: str) -> str:
    """The last line of a result: the machine, further ``facts``, and the command."""
    return "; ".join([describe_machine(device), *facts, f"`{command()}`"]) + "."


def write(path: Path, title: str, text: str) -> None:
    """A Markdown page; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as beside:
        beside.write_text(f"# {title}\n\n{text.rstrip()}\n", encoding="utf-8")
