"""What commands share: how lines and errors reach a person, a missing extra, and arguments that many of them take."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import tyro

from playground.files import NotWritten

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


def sentence(error: Exception) -> str:
    """An error as a person is told it. Of a file the system gives the name and a reason, but no sentence."""
    if isinstance(error, OSError) and error.filename and error.strerror and not isinstance(error, NotWritten):
        return f"{error.filename} could not be read or written ({error.strerror}); check the place and permissions."
    return str(error)


@contextmanager
def extra(command: str, name: str) -> Iterator[None]:
    """An import inside that fails raises ``ValueError`` telling that ``command`` needs the extra ``name``."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{command}: {error.name} is missing; install it with: pip install 'mixformer-playground[{name}]'."
        ) from error
