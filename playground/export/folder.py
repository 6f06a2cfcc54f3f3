"""An output folder that appears only when it is whole: filled beside, then renamed."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing_folder(folder: Path, mark: str) -> Iterator[Path]:
    """Give an empty folder beside ``folder`` to fill; on success it takes that name, on any error it is removed.

    A folder that is there already is replaced when it is empty or holds the file ``mark``, which says that it is an
    earlier result of the same kind. Raises ``ValueError`` naming ``out`` when it holds anything else.
    """
    if folder.exists() and not _ours(folder, mark):
        raise ValueError(f"out: {folder} exists and is not an earlier export; choose another name or remove it.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    tag = uuid.uuid4().hex[:8]  # two writers never share one
    beside, before = (folder.with_name(f".{folder.name}.{tag}.{end}") for end in ("part", "old"))
    beside.mkdir()
    try:
        yield beside
        if folder.exists():
            folder.rename(before)
        try:
            beside.rename(folder)
        except OSError:
            if before.exists():
                before.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def _ours(folder: Path, mark: str) -> bool:
    return folder.is_dir() and ((folder / mark).is_file() or not any(folder.iterdir()))
