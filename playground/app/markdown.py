"""Pieces of Markdown that reports and model cards are made of."""

from collections.abc import Iterator, Sequence


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> Iterator[str]:
    """A table; the first ``text`` columns are text, the others are set to the right. Cells come in as Markdown."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * text + "|---:" * (len(head) - text) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def cell(text: str) -> str:
    """Text that stays in its cell and is no markup."""
    return "".join(f"\\{letter}" if letter in "\\|`*_<>[]#" else letter for letter in text)
