"""The models that the page offers: their exported folders, made when they are missing, and what PyTorch says of them.

Exports and references lie in a cache folder, named by checksums of weights, settings and the example clip, so nothing
old is served.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from playground.app.page.example import read_facts
from playground.app.page.reference import write_reference
from playground.config import ModelConfig
from playground.hub import EXPORT, MODEL_CONFIG, TRACKER_CONFIG, WEIGHTS, load_tracker_config, resolve
from playground.manifest import MANIFEST, Manifest, describe_file, parse_manifest, read_manifest
from playground.settings import from_file, require

USUAL = ("fp32", "int8")  # what is exported where nobody says how


@dataclass(frozen=True, kw_only=True, slots=True)
class PageModel:
    """One entry of the page's list: an exported folder, and the file that PyTorch's answers are in, where known."""

    name: str
    dtype: str
    folder: Path
    reference: Path | None


def page_models(names: tuple[str, ...], dtypes: tuple[str, ...], cache: Path) -> Iterator[str | PageModel]:
    """Every model of ``names`` in every precision of ``dtypes``; before what takes a while, a line that says so.

    A name is an exported folder, which is taken as it is, or anything that `playground.hub.resolve` takes. Without
    ``dtypes``: what lies exported in the model folder, and `USUAL` where the packages that export are installed.
    Raises ``ValueError`` naming ``model`` or ``dtype``.
    """
    require(bool(names), "model: name at least one.")
    seen: set[tuple[str, str]] = set()
    for name in names:
        for found in _of_name(name, dtypes, cache):
            if isinstance(found, PageModel):
                key = (found.name, found.dtype)
                require(key not in seen, f"model: there are two called {found.name} as {found.dtype}; rename a folder.")
                seen.add(key)
            yield found


def _of_name(name: str, dtypes: tuple[str, ...], cache: Path) -> Iterator[str | PageModel]:
    folder = Path(name).expanduser()
    if (folder / MANIFEST).is_file():
        manifest = _usable(folder)
        yield PageModel(name=manifest.name, dtype=manifest.dtype, folder=folder, reference=None)
        return
    source = resolve(name)
    _check_head(from_file(ModelConfig, source / MODEL_CONFIG), source.name)
    weights = describe_file(source / WEIGHTS).sha256
    kept = cache / "page" / f"{source.name}-{_key(source, weights)}"
    reference = kept / f"reference-{read_facts().sha256[:12]}.json"
    if not reference.is_file():
        yield f"{source.name}: PyTorch tracks the example clip, once, for comparison"
        write_reference(source, weights, reference)
    embedded = _embedded(source, weights)
    for dtype in dtypes or _offered(embedded):
        there = source / EXPORT if dtype == embedded else kept / dtype
        if not (there / MANIFEST).is_file():
            yield f"{source.name}: exporting as {dtype}, once"
            _export(name, there, dtype)
        _usable(there)
        yield PageModel(name=source.name, dtype=dtype, folder=there, reference=reference)


def _embedded(source: Path, weights: str) -> str | None:
    """The precision of ``onnx/`` in the model folder, where it was made from these weights and settings."""
    if not (source / EXPORT / MANIFEST).is_file():
        return None
    manifest = parse_manifest(source / EXPORT)
    same = manifest.source_sha256 == weights and manifest.tracker == load_tracker_config(source)
    return manifest.dtype if same else None


def _offered(embedded: str | None) -> tuple[str, ...]:
    """The precisions that are offered where nobody says which: what is there comes first."""
    if embedded is None:
        return USUAL
    return (embedded, *(dtype for dtype in USUAL if dtype != embedded and _can_export()))


def _can_export() -> bool:
    return all(find_spec(name) for name in ("onnx", "onnxruntime", "onnxscript"))


def _usable(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    _check_head(manifest.model, manifest.name)
    return manifest


def _check_head(config: ModelConfig, name: str) -> None:
    require(config.head == "edges", f"model: the page draws four edge distributions; {name} has a {config.head} head.")


def _export(name: str, out: Path, dtype: str) -> None:
    try:
        from playground.export.onnx import export_onnx
    except ModuleNotFoundError as error:
        raise ValueError(
            f"model: {name} has to be exported first, and {error.name} is missing; install it with: "
            "pip install 'mixformer-playground[export]'."
        ) from error
    export_onnx(name, out, dtype=dtype, attention=True)


def _key(source: Path, weights: str) -> str:
    digest = hashlib.sha256(weights.encode())
    for name in (MODEL_CONFIG, TRACKER_CONFIG):
        if (source / name).is_file():
            digest.update((source / name).read_bytes())
    return digest.hexdigest()[:12]
