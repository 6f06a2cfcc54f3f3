"""From the Hub to a folder in its cache: named files only, of one commit, each checked against its checksum."""

import hashlib
import logging
import math
import re
from collections.abc import Callable
from pathlib import Path

from playground.hub.model_folder import EXPORT, MODEL_CONFIG, TRACKER_CONFIG, WEIGHTS
from playground.hub.names import Repository
from playground.hub.sentences import HubError, hub_errors
from playground.manifest import MANIFEST, parse_manifest

logger = logging.getLogger(__name__)

TEXT_MB = 1  # of a settings file; those of models have a few hundred bytes
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


def fetch_model(repository: Repository, instead: str, most_mb: float = math.inf) -> Path:
    """The cached folder with ``config.json``, ``model.safetensors`` and, where there is one, ``tracker.json``.

    All of one commit: the one that the branch stands at, or, where the Hub cannot be asked or is lost on the way, the
    one that the cache knows of the branch, which is said in the log. Nothing else is downloaded, so no pickle ever is;
    nor are settings of more than `TEXT_MB` or weights of more than ``most_mb`` megabytes. Raises ``ValueError`` naming
    ``model``, which ends with what to use ``instead``.
    """

    def fetch(fixed: Repository) -> Path:
        config = _fetch(fixed, MODEL_CONFIG, instead)
        if most_mb < math.inf:
            _check_size(fixed, WEIGHTS, most_mb, instead)
        _fetch(fixed, WEIGHTS, instead)
        _fetch_optional(fixed, TRACKER_CONFIG, instead)
        return config.parent

    return _at_branch(repository, MODEL_CONFIG, instead, fetch)


def fetch_export(repository: Repository, instead: str) -> Path:
    """The cached folder ``onnx`` with its manifest and every file that this names, as `fetch_model` does."""

    def fetch(fixed: Repository) -> Path:
        manifest = _fetch(fixed, f"{EXPORT}/{MANIFEST}", instead)
        for name in parse_manifest(manifest.parent).files:
            _fetch(fixed, f"{EXPORT}/{name}", instead)
        return manifest.parent

    return _at_branch(repository, f"{EXPORT}/{MANIFEST}", instead, fetch)


def _at_branch(repository: Repository, first: str, instead: str, fetch: Callable[[Repository], Path]) -> Path:
    """What ``fetch`` gives of the commit at which the branch stands, or stood when all of one came last."""
    from huggingface_hub import constants
    from huggingface_hub.errors import RemoteEntryNotFoundError, RevisionNotFoundError

    if _SHA1.fullmatch(repository.revision):
        return fetch(repository)
    kept = _cached(repository, first)
    if kept is None:
        _fetch(repository, first, instead)
        now = _cached(repository, first)
        return fetch(now or repository)
    try:
        now = _asked(repository, first, instead)
        folder = fetch(now)
    except HubError as error:
        if isinstance(error.__cause__, RevisionNotFoundError | RemoteEntryNotFoundError):
            raise
        try:
            folder = fetch(kept)
        except ValueError:  # it is not whole
            raise error from None
        if not constants.is_offline_mode():
            reason = str(error).removesuffix(".").removesuffix(f", {instead}")
            logger.warning("%s. The copy in the cache is used, commit %s.", reason, kept.revision)
        return folder
    if now != kept:
        _fetch(repository, first, instead)  # now that all of the commit is here, the branch in the cache moves to it
    return folder


def _cached(repository: Repository, name: str) -> Repository | None:
    """The repository at the commit that the cache knows of the branch, if the file ``name`` of it is there."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(repository.name, name, revision=repository.revision or None)
    if not isinstance(path, str):
        return None
    return Repository(repository.name, Path(path).parents[name.count("/")].name)  # its folder is called by the commit


def _asked(repository: Repository, name: str, instead: str) -> Repository:
    """The repository at the commit that the Hub says of the branch."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import FileMetadataError

    with hub_errors("model", repository.whole, instead):
        found = get_hf_file_metadata(hf_hub_url(repository.name, name, revision=repository.revision or None))
        if found.commit_hash is None:
            raise FileMetadataError("no commit in the answer")
    return Repository(repository.name, found.commit_hash)


def _fetch(repository: Repository, name: str, instead: str) -> Path:
    path = _fetch_optional(repository, name, instead)
    if path is None:
        why = {
            WEIGHTS: "; only safetensors are read, so ask its maker to publish some",
            f"{EXPORT}/{MANIFEST}": "; use backend torch, or export the model yourself",
        }
        raise ValueError(f"model: {repository.whole} has no {name}{why.get(name, '; check the name')}, {instead}.")
    return path


def _fetch_optional(repository: Repository, name: str, instead: str) -> Path | None:
    """The file in the cache, downloaded unless it is there; None when the repository has none of that name."""
    from huggingface_hub import hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import RemoteEntryNotFoundError

    revision = repository.revision or None
    if _SHA1.fullmatch(repository.revision):
        known = try_to_load_from_cache(repository.name, name, revision=revision)
        if known is not None and not isinstance(known, str):  # a mark: that commit has no such file
            return None
    if name.endswith(".json"):
        _check_size(repository, name, TEXT_MB, instead)
    with hub_errors("model", repository.whole, instead):
        try:
            path = Path(hf_hub_download(repository.name, name, revision=revision))
        except RemoteEntryNotFoundError:
            return None
    _check(path, repository, name)
    return path


def _check_size(repository: Repository, name: str, most_mb: float, instead: str) -> None:
    """Ask the Hub how large a file is, unless it is here."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache
    from huggingface_hub.errors import RemoteEntryNotFoundError

    revision = repository.revision or None
    if isinstance(try_to_load_from_cache(repository.name, name, revision=revision), str):
        return
    with hub_errors("model", repository.whole, instead):
        try:
            size = get_hf_file_metadata(hf_hub_url(repository.name, name, revision=revision)).size
        except RemoteEntryNotFoundError:  # what asks for it says what that means
            return
    if size is None or size > most_mb * 2**20:
        told = "of unknown size" if size is None else f"of {size / 2**20:.0f} MB"
        what = "weights" if name == WEIGHTS else f"a {name}"
        raise ValueError(
            f"model: {repository.whole} has {what} {told}; here at most {most_mb:g} MB are taken, {instead}."
        )


def _check(path: Path, repository: Repository, name: str) -> None:
    """A file of the cache points to one that is called by its checksum: sha256 of large files, git's of small ones.

    What does not fit is removed, so that the next try downloads it again. Where the cache has no links (Windows without
    the right to make them) the name says nothing and the client's check of the size has to do.
    """
    blob = path.resolve()
    if _SHA256.fullmatch(blob.name):
        with blob.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    elif _SHA1.fullmatch(blob.name):
        content = blob.read_bytes()
        digest = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    else:
        return
    if digest != blob.name:
        path.unlink()
        blob.unlink(missing_ok=True)
        raise ValueError(
            f"model: {name} of {repository.whole} came in damaged (its checksum differs) and was removed; try again."
        )
