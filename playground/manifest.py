"""What an exported folder holds, as its ``manifest.json`` says: graphs, weights, settings and checksums.

Page and backend take every size and name from here, so they hold no constants of a model.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playground.config import ModelConfig, TrackerConfig
from playground.files import replacing
from playground.plain_files import read_plain
from playground.settings import MOST_BYTES, from_dict, require, to_json

MANIFEST = "manifest.json"
FORMAT = 1  # rises when a reader of the format before it would misread a folder
ANY = -1  # in a shape: any number of at least 1

Precision = Literal["fp32", "fp16", "int8"]

_PLAIN_NAME = re.compile(r"\w[\w.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Port:
    """One input or output of a graph: an array of ``dtype``, in whose ``shape`` `ANY` stands for a free length."""

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """One ONNX file and what goes in and out of it."""

    file: str
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileRecord:
    """Size and checksum of a file, by which a damaged download is known."""

    bytes: int
    sha256: str

    def __post_init__(self) -> None:
        require(self.bytes >= 0, f"bytes: must not be negative; got {self.bytes}.")
        require(bool(_SHA256.fullmatch(self.sha256)), f"sha256: must be 64 hexadecimal digits; got {self.sha256!r}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """An exported model: a pair of graphs that share one file of weights, and how to track with them.

    - ``encode``: ``templates (k, 3, t, t)`` -> ``memory (blocks, 2, heads, tokens, head_dim)``, keys before values;
    - ``step``: ``search (1, 3, s, s)`` and ``memory`` -> ``edges (4, bins)`` (probabilities; left, top, right, bottom),
      ``box (4,)`` (x1, y1, x2, y2 in fractions of the search crop), with a score head ``score (1,)`` in 0..1, and when
      exported with it ``attention (blocks, heads, prediction tokens, memory + search + prediction tokens)``.

    ``name`` is the model's; ``source_sha256`` that of the weights it was made from; ``dtype`` how weights are stored;
    ``files`` describes every other file of the folder by name; ``versions`` says what made it.
    """

    format: int
    name: str
    source_sha256: str
    dtype: Precision
    opset: int
    model: ModelConfig
    tracker: TrackerConfig
    encode: Graph
    step: Graph
    weights: str
    files: dict[str, FileRecord]
    versions: dict[str, str]

    def __post_init__(self) -> None:
        for name in (*self.files, self.encode.file, self.step.file, self.weights):
            require(bool(_PLAIN_NAME.fullmatch(name)), f"files: {name!r} is not a plain name of a file in the folder.")
        for name in (self.encode.file, self.step.file, self.weights):
            require(name in self.files, f"files: {name} has no size and no checksum.")
        wanted = {
            "encode.inputs": (self.encode.inputs, {"templates"}),
            "encode.outputs": (self.encode.outputs, {"memory"}),
            "step.inputs": (self.step.inputs, {"search", "memory"}),
            "step.outputs": (self.step.outputs, {"edges", "box"} | ({"score"} if self.model.score_head else set())),
        }
        for where, (ports, names) in wanted.items():
            missing = sorted(names - {port.name for port in ports})
            require(not missing, f"{where}: {', '.join(missing)} is missing.")


def describe_file(path: Path) -> FileRecord:
    """Size and sha256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(bytes=path.stat().st_size, sha256=digest)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write ``manifest.json``; it appears only when it is whole."""
    with replacing(folder / MANIFEST) as path:
        path.write_text(to_json(manifest), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an exported folder, once every file it names is there and has the size and sha256 it says.

    Raises ``ValueError`` naming ``manifest`` or the file when anything is missing, of another format, damaged, or
    outside the folder.
    """
    manifest = parse_manifest(folder)
    for name, record in manifest.files.items():
        _check_file(folder / name, record)
    return manifest


def parse_manifest(folder: Path) -> Manifest:
    """What the manifest of a folder says, whether or not its files are there. Raises ``ValueError`` naming
    ``manifest``."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ValueError(f"manifest: {folder} has no {MANIFEST}; make such a folder with: playground export.")
    try:
        content = read_plain(path, MOST_BYTES + 1)
        require(len(content) <= MOST_BYTES, f"more than {MOST_BYTES} bytes")
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"manifest: {path} is not valid JSON ({error}); export the model again.") from error
    found = values.get("format") if isinstance(values, dict) else None
    if found != FORMAT:
        raise ValueError(f"manifest: {path} is of format {found!r}, but this version reads {FORMAT}; export again.")
    try:
        return from_dict(Manifest, values, "manifest")
    except ValueError as error:
        raise ValueError(f"manifest: {path} is wrong: {error}") from error


def _check_file(path: Path, wanted: FileRecord) -> None:
    if not path.is_file():
        raise ValueError(f"manifest: {path} is missing; copy the whole folder, or export the model again.")
    if (found := path.stat().st_size) != wanted.bytes:  # first: it costs nothing, however large the file is
        raise ValueError(
            f"manifest: {path} has {found} bytes where {wanted.bytes} are expected; fetch it again, or export "
            "the model again."
        )
    if describe_file(path).sha256 != wanted.sha256:
        raise ValueError(f"manifest: {path} is damaged (its sha256 differs); fetch it or export the model again.")
