"""Every file of the page by its address, whether served from here or copied to a static host.

Addresses are relative: the page works below any folder. Nothing that is not listed is ever handed out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playground.app.page.example import WEB
from playground.app.page.exports import PageModel
from playground.app.page.runtime import ADDRESS, pinned, runtime_facts
from playground.export.folder import write_folder
from playground.manifest import MANIFEST, parse_manifest
from playground.settings import require

TYPES = {
    ".bin": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".onnx": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
}
INDEX, LIST, REFERENCE = "index.html", "site.json", "reference.json"
SHELL = (".css", ".html", ".js", ".svg", ".webp")  # of the files beside index.html; and the example's facts
NOT_SHELL = ("package.json", "package-lock.json", "runtime.json")

File = Path | bytes
Site = Mapping[str, File]


def make_site(models: Sequence[PageModel], runtime: Path | None, web: Path = WEB) -> Site:
    """The page with these models; ``runtime`` is a folder from `playground.app.page.runtime.find_runtime`, or None."""
    shell: dict[str, File] = {path.name: path for path in sorted(web.iterdir()) if _of_shell(path)}
    files = dict(shell)
    entries = []
    for model in models:
        at = f"models/{model.name}/{model.dtype}/"
        manifest = parse_manifest(model.folder)
        for name in (MANIFEST, *manifest.files):
            files[at + name] = model.folder / name
        entry: dict[str, Any] = {"name": model.name, "dtype": model.dtype, "at": at, "reference": None}
        if model.reference is not None:
            entry["reference"] = f"models/{model.name}/{REFERENCE}"
            files[entry["reference"]] = model.reference
        entries.append(entry)
    if runtime is not None:
        files |= {ADDRESS + name: runtime / name for name in pinned(web)["files"]}
    kept = shell | {name: file for name, file in files.items() if name.endswith((MANIFEST, REFERENCE))}
    facts = {"shell": sorted(shell), "runtime": runtime_facts(runtime is not None, web), "models": entries}
    facts = {"version": _version({**kept, LIST: json.dumps(facts).encode()}), **facts}
    files[LIST] = (json.dumps(facts, indent=1) + "\n").encode()
    return files


def write_site(site: Site, out: Path) -> None:
    """Copy the page into the new folder ``out``, which appears only when it is whole. Raises ``ValueError`` naming
    ``build``."""
    require(not out.exists() or not any(out.iterdir()), f"build: {out} already holds something; choose a new folder.")
    write_folder(out, site)


def _of_shell(path: Path) -> bool:
    return path.is_file() and (path.suffix in (*SHELL, ".json")) and path.name not in NOT_SHELL


def _version(kept: Mapping[str, File]) -> str:
    """A checksum of all that a browser keeps of the page for visits without a network, so that an older one is known.

    Graphs and weights are in it too: their checksums are in the manifests.
    """
    digest = hashlib.sha256()
    for name, file in sorted(kept.items()):
        digest.update(name.encode())
        digest.update(file if isinstance(file, bytes) else file.read_bytes())
    return digest.hexdigest()[:12]
