"""The real client of the Hub in a process of its own, with the settings that it reads when it is imported."""

import os
import subprocess
import sys
from pathlib import Path

from hub_server import Hub


def run_client(hub: Hub, home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """``python arguments`` against ``hub`` with its cache in ``home``, from that folder; ``settings`` are environment.

    Nothing of the caller's own login or settings for the Hub is seen.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGING"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=home,
        env=clean | client_settings(hub, home) | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def client_settings(hub: Hub, home: Path) -> dict[str, str]:
    """What the client of ``hub`` with its cache in ``home`` finds in its environment."""
    return {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(home / "hf"),
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_UPDATE_CHECK": "1",
        "OMP_NUM_THREADS": "1",
        "NO_PROXY": "127.0.0.1",
        "COLUMNS": "200",
    }


def run_python(hub: Hub, home: Path, code: str, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same for a few lines of Python, which find ``words`` in ``sys.argv``; what they print is its output."""
    return run_client(hub, home, "-c", code, *words, **settings)


def run_playground(hub: Hub, home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same for a command of ``playground``."""
    return run_client(hub, home, "-m", "playground.app.cli", *words, **settings)


def crowded_model(folder: Path, source: Path) -> Path:
    """A copy of the model in ``source`` at the new ``folder``, in which lies more than is for others."""
    folder.mkdir()
    for path in source.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    for name in ("run.json", "checkpoint.safetensors", "events.jsonl", "notes.txt", "old.pkl"):
        (folder / name).write_text("not for others")
    return folder
