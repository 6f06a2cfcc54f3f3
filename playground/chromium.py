"""Which Chromium is on this machine: the one that is named, one on the path, or the one that Playwright downloaded."""

import os
import re
import shutil
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "google-chrome-stable")

# Below one of Playwright's folders, chromium-1234 or chromium_headless_shell-1234, by system and year.
_BINARIES = ("*/chrome", "*/headless_shell", "*/chrome-headless-shell", "*/*.app/Contents/MacOS/*")


def find_browser() -> str | None:
    """The browser that ``CHROMIUM`` names, the first of `COMMANDS` on the path, or Playwright's newest; else None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, COMMANDS)), None) or _playwrights()


def _playwrights() -> str | None:
    """The newest Chromium that ``playwright install chromium`` left; of the same age, the one with a window."""
    usual = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or usual)
    found = [
        (int(match[2]), match[1] == "chromium", str(path))
        for one in folder.glob("chromium*")
        if (match := re.fullmatch(r"(chromium|chromium_headless_shell)-(\d+)", one.name))
        for pattern in _BINARIES
        for path in one.glob(pattern)
        if os.access(path, os.X_OK) and path.is_file()
    ]
    return max(found)[2] if found else None
