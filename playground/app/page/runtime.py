"""ONNX Runtime Web as the page takes it: from this machine where npm installed it, else from a pinned public address.

``runtime.json`` names version, files, sizes and checksums; the page refuses a file that is not exactly what was pinned.
``space/browser/pin_runtime.py`` writes it.
"""

import json
from pathlib import Path
from typing import Any

from playground.app.page.example import WEB
from playground.manifest import FileRecord, describe_file
from playground.settings import require

PINNED = "runtime.json"
PACKAGE = Path("node_modules") / "onnxruntime-web"
ADDRESS = "runtime/"  # on the page's own server
PUBLIC = "https://cdn.jsdelivr.net/npm/onnxruntime-web@{version}/dist/"

# By execution provider: the module that is imported, with its glue inside, and the WebAssembly it loads.
PROVIDERS = {
    "wasm": {"module": "ort.wasm.bundle.min.mjs", "binary": "ort-wasm-simd-threaded.wasm"},
    "webgpu": {"module": "ort.webgpu.bundle.min.mjs", "binary": "ort-wasm-simd-threaded.asyncify.wasm"},
}


def pinned(web: Path = WEB) -> dict[str, Any]:
    """What ``runtime.json`` says: ``version``, ``providers`` and ``files`` with bytes and sha256 by name."""
    values: dict[str, Any] = json.loads((web / PINNED).read_text(encoding="utf-8"))
    return values


def describe_runtime(folder: Path) -> dict[str, Any]:
    """What is to be pinned of an installed package, for `pinned`."""
    package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    names = [name for provider in PROVIDERS.values() for name in provider.values()]
    records = {name: describe_file(folder / "dist" / name) for name in names}
    files = {name: {"bytes": record.bytes, "sha256": record.sha256} for name, record in records.items()}
    return {"version": package["version"], "providers": PROVIDERS, "files": files}


def find_runtime(named: Path | None, web: Path = WEB) -> Path | None:
    """The folder with the runtime's files on this machine, or None.

    ``named`` is the package as npm installed it, or a folder in whose ``node_modules`` it lies; without it the page's
    own ``node_modules`` are looked at. Raises ``ValueError`` naming ``runtime`` when ``named`` has not got it, and for
    files that are not those that were pinned.
    """
    places = [web / PACKAGE] if named is None else [named, named / PACKAGE]
    found = next((place / "dist" for place in places if (place / "dist").is_dir()), None)
    if found is None:
        require(named is None, f"runtime: {named} holds no onnxruntime-web; run npm ci beside {web / 'package.json'}.")
        return None
    version = pinned(web)["version"]
    for name, record in pinned(web)["files"].items():
        path = found / name
        same = path.is_file() and describe_file(path) == FileRecord(**record)
        require(same, f"runtime: {path} is not that of onnxruntime-web {version}; run npm ci again.")
    return found


def runtime_facts(local: bool, web: Path = WEB) -> dict[str, Any]:
    """`pinned`, with the address that the page fetches the files from."""
    values = pinned(web)
    return {**values, "at": ADDRESS if local else PUBLIC.format(version=values["version"]), "local": local}
