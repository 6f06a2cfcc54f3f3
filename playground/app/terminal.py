"""What commands share: how lines reach a person, how a missing extra is told, and arguments that many of them take."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import tyro

Device = Annotated[str, tyro.conf.arg(help="auto, cpu, cuda or mps")]
Model = Annotated[str, tyro.conf.arg(metavar="NAME|FOLDER|USER/REPO")]


def say(line: str) -> None:
    """One line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say_all(lines: Iterable[str]) -> None:
    """Each line as it comes."""
    for line in lines:
        say(line)


@contextmanager
def extra(command: str, name: str) -> Iterator[None]:
    """An import inside that fails raises ``ValueError`` telling that ``command`` needs the extra ``name``."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{command}: {error.name} is missing; install it with: pip install 'mixformer-playground[{name}]'."
        ) from error
