"""Text and tables that a notebook shows as Markdown, and a terminal as they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.app.markdown import table_lines


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """A piece of Markdown as the value of a cell."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Words:
    """A table; numbers with three digits after the point, the first column as text."""
    # Rounded first, and 0 added, so that a hair below 0 is no "-0.000".
    cells = [[f"{round(cell, 3) + 0:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return Words("\n".join(table_lines(head, cells)))
