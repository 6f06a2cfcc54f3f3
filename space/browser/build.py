"""Puts the static Space into a new folder: the page with its models, and the Space's README.

python space/browser/build.py FOLDER [--model mini-small] [...]: options as for playground page.
"""

import shutil
import sys
from pathlib import Path

from playground.app.cli import main


def build(folder: Path, options: list[str]) -> None:
    """The page by ``playground page --build``, and beside it what the Hub reads: title, kind and headers."""
    main(["page", "--build", str(folder), *options])
    shutil.copyfile(Path(__file__).with_name("README.md"), folder / "README.md")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build(Path(sys.argv[1]), sys.argv[2:])
