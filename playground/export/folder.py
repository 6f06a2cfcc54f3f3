"""An output folder that appears only when it is whole: filled beside, then renamed."""

import ctypes
import os
import re
import shutil
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playground.files import DEBRIS_S, NO_ROOM, not_written, writing

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


@contextmanager
def replacing_folder(folder: Path, mark: str) -> Iterator[Path]:
    """Give an empty folder beside ``folder`` to fill; on success it takes that name, on any error it is removed.

    A folder that is there already is replaced when it is empty or holds the file ``mark`` (none, when that is empty),
    which says that it is an earlier result of the same kind. What a killed writer of the same folder left is put right.
    Raises ``ValueError`` naming ``out`` when it holds anything else, and `playground.files.NotWritten` when the system
    refuses to write or has no room.
    """
    if folder.exists() and not _ours(folder, mark):
        raise ValueError(f"out: {folder} exists and is not an earlier export; choose another name or remove it.")
    tag = uuid.uuid4().hex[:8]  # two writers never share one
    beside, before = (folder.with_name(f".{folder.name}.{tag}.{end}") for end in ("part", "old"))
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        beside.mkdir()
    try:
        yield beside
        with writing(folder):
            _put(beside, folder, before)
    except OSError as error:
        named = Path(error.filename) if error.filename else None
        if named is not None and named.is_relative_to(beside):
            raise not_written(error, folder / named.relative_to(beside)) from error
        if named is None and error.errno in NO_ROOM:  # data that finds no room comes without a name
            raise not_written(error, folder) from error
        raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def write_folder(folder: Path, files: Mapping[str, Path | bytes]) -> None:
    """Write ``files``, or copies of them, by their paths below ``folder``, which has to be new or empty."""
    with replacing_folder(folder, mark="") as beside:
        for name, file in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_bytes(file if isinstance(file, bytes) else file.read_bytes())


def _put(beside: Path, folder: Path, before: Path) -> None:
    """Give ``beside`` the name ``folder``; what had it goes to ``beside`` or ``before``."""
    if not folder.exists():
        beside.rename(folder)
    elif not _exchange(beside, folder):
        folder.rename(before)
        try:
            beside.rename(folder)
        except OSError:
            before.rename(folder)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Swap the names of two folders in one step, where the system can: there is no moment without either."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0


def _tidy(folder: Path) -> None:
    """Put right what killed writers left: an earlier result that had just lost its name gets it back, what is a day old
    is removed."""
    for path in folder.parent.glob(".*"):
        match = re.fullmatch(rf"\.{re.escape(folder.name)}\.[0-9a-f]{{8}}\.(part|old)", path.name)
        if match and match[1] == "old" and not folder.exists():
            path.rename(folder)
        elif match and time.time() - path.stat().st_mtime > DEBRIS_S:
            shutil.rmtree(path, ignore_errors=True)


def _ours(folder: Path, mark: str) -> bool:
    return folder.is_dir() and ((folder / mark).is_file() or not any(folder.iterdir()))
