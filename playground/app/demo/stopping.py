"""How a visitor stops a running job, which may run in another process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class StopSign:
    """One a visitor and tab. ``raised`` by the button, and taken down when the next job begins.

    ``file`` is looked for by the running job, and is None while there is none.
    """

    raised: bool = False
    file: Path | None = None

    def lower(self) -> None:
        """Before a job is asked for."""
        self.raised = False

    def lift(self) -> None:
        """Ask the job that waits or runs to end and to keep what it has."""
        self.raised = True
        if self.file is not None and self.file.parent.is_dir():
            self.file.touch()

    @contextmanager
    def over(self, file: Path) -> Iterator[None]:
        """While a job runs that ends when ``file`` appears."""
        self.file = file
        try:
            if self.raised:  # while it waited
                file.touch()
            yield
        finally:
            self.file = None
