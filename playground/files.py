"""Output files that appear only when they are whole: written beside, then renamed."""

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LEFT = re.compile(r"\..*\.[0-9a-f]{8}\.part(\.\w+)?")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` with the same suffix; rename it on success, remove it on any error.

    A file that was at ``path`` stays as it was until then.
    """
    beside = path.with_name(f".{path.stem}.{uuid.uuid4().hex[:8]}.part{path.suffix}")  # two writers never share one
    try:
        yield beside
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """Temporary files of `replacing` in ``folder``, as a killed process leaves them."""
    return [path for path in folder.glob(".*.part*") if _LEFT.fullmatch(path.name)]
