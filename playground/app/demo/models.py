"""Which models visitors may name: on a public page no folder of the server but those that its owner opened."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playground.app.demo import limits
from playground.hub import MODEL_CONFIG, WEIGHTS, embedded_models, resolve
from playground.hub.download import Terms, fetch_model
from playground.hub.names import read_repository

PLACE = "PLAYGROUND_MODELS_FROM"  # in the environment, so that a process that a job is given knows it too


@contextmanager
def models_only_from(folders: Sequence[Path] | None) -> Iterator[None]:
    """While it lasts, a model folder can be named when it lies in one of ``folders``, links followed; with None any."""
    before = os.environ.pop(PLACE, None)
    if folders is not None:
        os.environ[PLACE] = json.dumps([str(folder.expanduser().resolve()) for folder in folders])
    try:
        yield
    finally:
        os.environ.pop(PLACE, None)
        if before is not None:
            os.environ[PLACE] = before


def find_model(name: str) -> Path:
    """The folder of a model that a visitor named: as `playground.hub.resolve`, within `models_only_from`.

    Where folders are closed, the answer does not tell whether there is one; from the Hub comes what anybody can see
    there, with weights of up to `limits.MAX_MODEL_MB` for which there is room. Raises ``ValueError`` naming ``model``.
    """
    opened, known = _opened(), embedded_models()
    try:
        if opened is None or name in known or any(_lies_in(name, folder) for folder in opened):
            return resolve(name)
    except (OSError, RuntimeError) as error:  # too long for a path, or the home of nobody
        raise ValueError(f"model: {name[:80]!r} is unknown; use one of {', '.join(known)}, or USER/REPO.") from error
    instead = f"use one of {', '.join(known)}, or USER/REPO on the Hub"
    try:
        repository = read_repository(name)
    except ValueError as error:
        raise ValueError(f"model: {name[:80]!r} cannot be named on this page; {instead}.") from error
    room, most = _room_mb(), limits.MAX_MODEL_MB
    why = "since the disk of this server is nearly full" if room < most else ""
    instead = f"or use one of {', '.join(known)}"
    return fetch_model(repository, Terms(instead=instead, most_mb=min(most, room), why_no_more=why, strangers=True))


def is_fetched(name: str) -> bool:
    """Whether `find_model` asks the Hub for this name, which can take a while."""
    opened = _opened()
    try:
        read_repository(name)
        here = Path(name).is_dir() if opened is None else any(_lies_in(name, folder) for folder in opened)
    except (ValueError, OSError):
        return False
    return not here and name not in embedded_models()


def offered_models() -> list[str]:
    """Names to choose from: the embedded models, and the models in the folders that were opened."""
    folders = [home for folder in _opened() or [] for home in (folder, *sorted(folder.glob("*")))]
    own = [str(home) for home in folders if all((home / file).is_file() for file in (MODEL_CONFIG, WEIGHTS))]
    return [*embedded_models(), *own]


def _room_mb() -> int:
    """Whole megabytes that a model may take of the disk on which the Hub's cache lies."""
    from huggingface_hub import constants

    place = Path(constants.HF_HUB_CACHE)
    there = next(folder for folder in (place, *place.absolute().parents) if folder.is_dir())
    return max(0, shutil.disk_usage(there).free // 2**20 - limits.LEAST_FREE_MB)


def _opened() -> list[Path] | None:
    kept = os.environ.get(PLACE)
    return None if kept is None else [Path(folder) for folder in json.loads(kept)]


def _lies_in(name: str, folder: Path) -> bool:
    if "\0" in name:
        return False
    return Path(name).expanduser().resolve().is_relative_to(folder)
