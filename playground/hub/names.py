"""One resolver for all that names a model: an embedded name, a folder on disk, ``user/repository[@revision]``."""

import re
from pathlib import Path
from typing import NamedTuple

from playground.hub.model_folder import EXPORT, MODEL_CONFIG, WEIGHTS
from playground.manifest import MANIFEST

# No "..": a revision becomes part of a path in the cache, and the page takes names from anybody.
_REPOSITORY = re.compile(r"(?!.*\.\.)(\w[\w.-]*/\w[\w.-]*)(?:@(\w[\w./-]*))?")


class Repository(NamedTuple):
    """A repository on the Hub and one of its branches, tags or commits; the newest of ``main`` when that is empty."""

    name: str
    revision: str = ""

    @property
    def whole(self) -> str:
        """As people write it: ``user/repository@revision``."""
        return f"{self.name}@{self.revision}" if self.revision else self.name


def embedded_models() -> list[str]:
    """Names of the models that work offline right after a clone, sorted."""
    return sorted(path.parent.name for path in _embedded().glob(f"*/{WEIGHTS}"))


def resolve(name: str) -> Path:
    """The folder of a model: an embedded name, a folder on disk, or ``user/repository[@revision]`` on the Hub.

    What comes from the Hub is downloaded once and checked against its checksums; a commit as revision then asks the
    network nothing. Raises ``ValueError`` naming ``model`` when it is none of these or cannot be fetched.
    """
    found = _find(name)
    if isinstance(found, Repository):
        from playground.hub.download import Terms, fetch_model

        return fetch_model(found, Terms(instead=_or_embedded()))
    missing = [file for file in (MODEL_CONFIG, WEIGHTS) if not (found / file).is_file()]
    if missing:
        raise ValueError(f"model: {name} has no {' and no '.join(missing)}; give one with both.")
    return found


def resolve_export(name: str) -> Path:
    """The exported folder ``name``, or the one called ``onnx`` inside the model that ``name`` stands for.

    Raises ``ValueError`` naming ``model`` when there is neither.
    """
    if (Path(name).expanduser() / MANIFEST).is_file():
        return Path(name).expanduser()
    found = _find(name)
    if isinstance(found, Repository):
        from playground.hub.download import Terms, fetch_export

        return fetch_export(found, Terms(instead=_or_embedded()))
    if not (found / EXPORT / MANIFEST).is_file():
        raise ValueError(f"model: {name} was not exported; run: playground export {name} FOLDER, and give that folder.")
    return found / EXPORT


def read_repository(name: str) -> Repository:
    """``user/repository[@revision]`` in its parts. Raises ``ValueError`` naming ``repository``."""
    match = _REPOSITORY.fullmatch(name)
    if not match:
        raise ValueError(f"repository: must be USER/REPO or USER/REPO@REVISION; got {name!r}.")
    return Repository(match[1], match[2] or "")


def _find(name: str) -> Path | Repository:
    if name in embedded_models():
        return _embedded() / name
    if (folder := Path(name).expanduser()).is_dir():
        return folder
    if _REPOSITORY.fullmatch(name):
        return read_repository(name)
    known = ", ".join(embedded_models())
    raise ValueError(f"model: {name!r} is unknown; use one of {known}, a model folder, or USER/REPO on the Hub.")


def _or_embedded() -> str:
    """What works without the Hub, as the end of a sentence."""
    return f"or use one of {', '.join(embedded_models())}"


def _embedded() -> Path:
    """The family shipped with the package: inside an installed wheel, or beside the package in a clone."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "checkpoints"
    return inside if inside.is_dir() else package.parent / "checkpoints"
