"""From a model folder, or the folder of a Space, to a repository on the Hub, in one commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.hub.model_folder import (
    CARD,
    CARD_FACTS,
    EXPORT,
    MODEL_CONFIG,
    TRACKER_CONFIG,
    WEIGHTS,
    load_model,
    load_tracker_config,
)
from playground.hub.names import Repository
from playground.hub.sentences import hub_errors
from playground.manifest import MANIFEST, read_manifest

File = Path | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was published: the ``address`` of the repository's page and the ``commit`` that it made."""

    address: str
    commit: str


def model_files(folder: Path, card: str) -> dict[str, File]:
    """What of a model folder is published, by its name in the repository: weights and settings, the export, the card.

    Nothing else of the folder leaves the machine. Raises ``ValueError`` as `load_model` and `read_manifest` do: what
    cannot be loaded is not published.
    """
    load_model(folder)
    load_tracker_config(folder)
    names = [name for name in (MODEL_CONFIG, TRACKER_CONFIG, WEIGHTS, CARD_FACTS) if (folder / name).is_file()]
    if (folder / EXPORT / MANIFEST).is_file():
        exported = read_manifest(folder / EXPORT)
        names += [f"{EXPORT}/{name}" for name in (MANIFEST, *exported.files)]
    return {CARD: card.encode(), **{name: folder / name for name in names}}


def push_model(files: Mapping[str, File], repository: Repository, *, private: bool = False) -> Upload:
    """Publish the ``files`` of a model, by their names, as one commit on the branch ``repository.revision``.

    Repository and branch are made where they are missing; ``private`` decides for a new one. The token is the one that
    ``hf auth login`` or HF_TOKEN gave. Raises ``ValueError`` naming ``repository``.
    """
    return _push(files, repository, private, "model")


def push_space(files: Mapping[str, File], repository: Repository, *, private: bool = False) -> Upload:
    """The same for a Gradio Space; files of an earlier version that are not among ``files`` are removed."""
    return _push(files, repository, private, "space")


def existing(repositories: tuple[str, ...]) -> tuple[str, ...]:
    """Those models that are on the Hub and can be seen. Raises ``ValueError`` naming ``repository``."""
    from huggingface_hub import HfApi

    with hub_errors("repository", " and ".join(repositories)):
        return tuple(name for name in repositories if HfApi().repo_exists(name))


def _push(files: Mapping[str, File], repository: Repository, private: bool, kind: str) -> Upload:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    api = HfApi()
    with hub_errors("repository", repository.whole):
        sdk = "gradio" if kind == "space" else None
        address = api.create_repo(repository.name, repo_type=kind, private=private, exist_ok=True, space_sdk=sdk)
        if repository.revision:
            api.create_branch(repository.name, branch=repository.revision, repo_type=kind, exist_ok=True)
        add = [CommitOperationAdd(name, str(file) if isinstance(file, Path) else file) for name, file in files.items()]
        old = api.list_repo_files(repository.name, repo_type=kind, revision=repository.revision or None)
        gone = [name for name in old if kind == "space" and name not in files and name != ".gitattributes"]
        info = api.create_commit(
            repository.name,
            [*add, *(CommitOperationDelete(name) for name in gone)],
            commit_message=f"Publish the {kind}",
            repo_type=kind,
            revision=repository.revision or None,
        )
    return Upload(address=str(address), commit=str(info.oid))
