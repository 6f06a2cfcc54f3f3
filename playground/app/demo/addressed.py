"""Files that a request names by an address: a note takes the file's place, and the job fetches what the note says.

Gradio would fetch such a file itself, from anywhere and whole into memory. Its MCP server names the files of a tool so.
"""

import hashlib
from pathlib import Path
from typing import Any, TypeGuard
from urllib.parse import unquote, urlsplit

from playground.files import replacing

NOTE = ".address"
MOST_LETTERS = 2000
OWN = "/file="  # in an address of this page: what follows is a path in its folder


def names_an_address(value: Any) -> bool:
    """Whether a file somewhere in ``value``, a request's JSON, is named by an address."""
    if isinstance(value, dict):
        return _is_address(value.get("path")) or any(map(names_an_address, value.values()))
    return isinstance(value, list) and any(map(names_an_address, value))


def exchanged(value: Any, hosts: set[str], folder: Path) -> Any:
    """``value`` with a file of ``folder`` in the place of each that is named by an address.

    An address of this page, whose names are ``hosts``, gives the file that it stands for, which Gradio looks at as at
    any path; another one gives a note for `noted`. Raises ``ValueError`` naming ``video``.
    """
    if isinstance(value, list):
        return [exchanged(one, hosts, folder) for one in value]
    if not isinstance(value, dict):
        return value
    if not _is_address(path := value.get("path")):
        return {name: exchanged(one, hosts, folder) for name, one in value.items()}
    return {"path": _own_file(path.strip(), hosts) or str(_note(path.strip(), folder)), "meta": value.get("meta")}


def noted(path: Path) -> str:
    """The address in a note; empty for any other file."""
    if path.suffix != NOTE:
        return ""
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(MOST_LETTERS)


def _is_address(path: Any) -> TypeGuard[str]:
    return isinstance(path, str) and path.strip().lower().startswith(("http:", "https:"))


def _own_file(address: str, hosts: set[str]) -> str:
    place = urlsplit(address)
    _, found, path = unquote(place.path).partition(OWN)
    return path if place.netloc in hosts and found and not _is_address(path) else ""


def _note(address: str, folder: Path) -> Path:
    if len(address) > MOST_LETTERS:
        raise ValueError(f"video: an address has at most {MOST_LETTERS} letters; upload the file instead.")
    written = address.encode(errors="replace")
    path = folder / f"{hashlib.sha256(written).hexdigest()[:32]}{NOTE}"
    with replacing(path) as beside:
        beside.write_bytes(written)
    return path
