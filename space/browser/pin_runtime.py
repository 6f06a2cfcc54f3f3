"""Pins the installed ONNX Runtime Web for the page. Run: ``python space/browser/pin_runtime.py [FOLDER]``.

FOLDER is where ``npm ci`` was run; ``playground/web`` when left out.
"""

import json
import sys
from pathlib import Path

from playground.app.page.example import WEB
from playground.app.page.runtime import PACKAGE, PINNED, describe_runtime
from playground.files import replacing


def main(folder: Path = WEB) -> None:
    """Read the package, write ``runtime.json``."""
    with replacing(WEB / PINNED) as path:
        path.write_text(json.dumps(describe_runtime(folder / PACKAGE), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
