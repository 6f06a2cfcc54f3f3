"""Where on this machine this project keeps what it can make again."""

import os
from pathlib import Path

CACHE_VARIABLE = "PLAYGROUND_CACHE"


def default_cache() -> Path:
    """The folder that ``PLAYGROUND_CACHE`` names, or one in the user's cache."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else Path.home() / ".cache" / "mixformer-playground"
