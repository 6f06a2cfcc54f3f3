"""From the Hub to a folder in its cache: named files only, of one commit, each checked against its checksum."""

import hashlib
import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.hub.model_folder import EXPORT, MODEL_CONFIG, TRACKER_CONFIG, WEIGHTS
from playground.hub.names import Repository
from playground.hub.sentences import HubError, hub_errors
from playground.manifest import MANIFEST, parse_manifest

logger = logging.getLogger(__name__)

TEXT_MB = 1  # of a settings file; those of models have a few hundred bytes
STRANGERS = "public"  # what they named lies in a folder of this name in the cache
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a repository is fetched: with weights up to ``most_mb`` megabytes, and for whom.

    For ``strangers`` nobody logs in, and the cache is one of its own: nothing in it was ever read with a token. A
    sentence about what cannot be had ends with what to use ``instead``; one about larger weights says first why no more
    is taken, where there is a reason beside the rule.
    """

    instead: str
    most_mb: float = math.inf
    why_no_more: str = ""
    strangers: bool = False

    @property
    def token(self) -> bool | None:
        """As the Hub's client takes it: the one of this machine, or none."""
        return False if self.strangers else None

    @property
    def cache(self) -> Path | None:
        """As the Hub's client takes it: None for its own folder."""
        from huggingface_hub import constants

        return Path(constants.HF_HUB_CACHE) / STRANGERS if self.strangers else None


def fetch_model(repository: Repository, terms: Terms) -> Path:
    """The cached folder with ``config.json``, ``model.safetensors`` and, where there is one, ``tracker.json``.

    All of one commit: the one that the branch stands at, or, where the Hub cannot be asked or is lost on the way, the
    one that the cache knows of the branch, which is said in the log. Nothing else is downloaded, so no pickle ever is;
    nor are settings of more than `TEXT_MB` megabytes or weights beyond the ``terms``. A branch that strangers may
    no longer see is refused to them, though the cache has it. Raises ``ValueError`` naming ``model``.
    """

    def fetch(fixed: Repository) -> Path:
        config = _fetch(fixed, MODEL_CONFIG, terms)
        if terms.most_mb < math.inf:
            _check_size(fixed, WEIGHTS, terms.most_mb, terms)
        _fetch(fixed, WEIGHTS, terms)
        _fetch_optional(fixed, TRACKER_CONFIG, terms)
        return config.parent

    return _at_branch(repository, MODEL_CONFIG, terms, fetch)


def fetch_export(repository: Repository, terms: Terms) -> Path:
    """The cached folder ``onnx`` with its manifest and every file that this names, as `fetch_model` does."""

    def fetch(fixed: Repository) -> Path:
        manifest = _fetch(fixed, f"{EXPORT}/{MANIFEST}", terms)
        for name in parse_manifest(manifest.parent).files:
            _fetch(fixed, f"{EXPORT}/{name}", terms)
        return manifest.parent

    return _at_branch(repository, f"{EXPORT}/{MANIFEST}", terms, fetch)


def _at_branch(repository: Repository, first: str, terms: Terms, fetch: Callable[[Repository], Path]) -> Path:
    """What ``fetch`` gives of the commit at which the branch stands, or stood when all of one came last."""
    from huggingface_hub import constants
    from huggingface_hub.errors import RemoteEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    if _SHA1.fullmatch(repository.revision):
        return fetch(repository)
    kept = _cached(repository, first, terms)
    if kept is None:
        _fetch(repository, first, terms)
        now = _cached(repository, first, terms)
        return fetch(now or repository)
    try:
        now = _asked(repository, first, terms)
        folder = fetch(now)
    except HubError as error:
        if isinstance(error.__cause__, RevisionNotFoundError | RemoteEntryNotFoundError):
            raise
        if terms.strangers and isinstance(error.__cause__, RepositoryNotFoundError):  # gone, or private by now
            raise
        try:
            folder = fetch(kept)
        except ValueError:  # it is not whole
            raise error from None
        if not constants.is_offline_mode():
            reason = str(error).removesuffix(".").removesuffix(f", {terms.instead}")
            logger.warning("%s. The copy in the cache is used, commit %s.", reason, kept.revision)
        return folder
    if now != kept:
        _fetch(repository, first, terms)  # now that all of the commit is here, the branch in the cache moves to it
    return folder


def _cached(repository: Repository, name: str, terms: Terms) -> Repository | None:
    """The repository at the commit that the cache knows of the branch, if the file ``name`` of it is there."""
    from huggingface_hub import try_to_load_from_cache

    path = try_to_load_from_cache(repository.name, name, terms.cache, repository.revision or None)
    if not isinstance(path, str):
        return None
    return Repository(repository.name, Path(path).parents[name.count("/")].name)  # its folder is called by the commit


def _asked(repository: Repository, name: str, terms: Terms) -> Repository:
    """The repository at the commit that the Hub says of the branch."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import FileMetadataError

    with hub_errors("model", repository.whole, terms.instead):
        url = hf_hub_url(repository.name, name, revision=repository.revision or None)
        found = get_hf_file_metadata(url, token=terms.token)
        if found.commit_hash is None:
            raise FileMetadataError("no commit in the answer")
    return Repository(repository.name, found.commit_hash)


def _fetch(repository: Repository, name: str, terms: Terms) -> Path:
    path = _fetch_optional(repository, name, terms)
    if path is None:
        why = {
            WEIGHTS: "; only safetensors are read, so ask its maker to publish some",
            f"{EXPORT}/{MANIFEST}": "; use backend torch, or export the model yourself",
        }
        raise ValueError(
            f"model: {repository.whole} has no {name}{why.get(name, '; check the name')}, {terms.instead}."
        )
    return path


def _fetch_optional(repository: Repository, name: str, terms: Terms) -> Path | None:
    """The file in the cache, downloaded unless it is there; None when the repository has none of that name."""
    from huggingface_hub import hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import RemoteEntryNotFoundError

    revision = repository.revision or None
    if _SHA1.fullmatch(repository.revision):
        known = try_to_load_from_cache(repository.name, name, terms.cache, revision)
        if known is not None and not isinstance(known, str):  # a mark: that commit has no such file
            return None
    if name.endswith(".json"):
        _check_size(repository, name, TEXT_MB, terms)
    with hub_errors("model", repository.whole, terms.instead):
        try:
            path = Path(
                hf_hub_download(repository.name, name, revision=revision, cache_dir=terms.cache, token=terms.token)
            )
        except RemoteEntryNotFoundError:
            return None
    _check(path, repository, name)
    return path


def _check_size(repository: Repository, name: str, most_mb: float, terms: Terms) -> None:
    """Ask the Hub how large a file is, unless it is here."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache
    from huggingface_hub.errors import RemoteEntryNotFoundError

    revision = repository.revision or None
    if isinstance(try_to_load_from_cache(repository.name, name, terms.cache, revision), str):
        return
    with hub_errors("model", repository.whole, terms.instead):
        try:
            url = hf_hub_url(repository.name, name, revision=revision)
            size = get_hf_file_metadata(url, token=terms.token).size
        except RemoteEntryNotFoundError:  # what asks for it says what that means
            return
    if size is None or size > most_mb * 2**20:
        told = "of unknown size" if size is None else f"of {size / 2**20:.0f} MB"
        what, why = ("weights", terms.why_no_more) if name == WEIGHTS else (f"a {name}", "")
        most = f"here at most {most_mb:g} MB are taken{why and ', '}{why}"
        raise ValueError(f"model: {repository.whole} has {what} {told}; {most}, {terms.instead}.")


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
