"""``playground demo`` in a process of its own, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 120


@contextmanager
def serve(model: str, folder: Path) -> Iterator[tuple[str, int]]:
    """The page until the end of the block: its address, once it answers, and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "playground", "demo", "--model", model, "--port", str(port)]
    own = {"GRADIO_TEMP_DIR": str(folder / "cache"), "GRADIO_ANALYTICS_ENABLED": "0"}
    address = f"http://127.0.0.1:{port}"
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | own) as p,
    ):
        try:
            end = time.monotonic() + START_S
            while True:
                try:
                    urllib.request.urlopen(address, timeout=5).close()
                    break
                except OSError:
                    if time.monotonic() > end or p.poll() is not None:
                        raise RuntimeError(f"the page did not start: {(folder / 'log').read_text()}") from None
                    time.sleep(0.2)
            yield address, p.pid
        finally:
            p.terminate()
            p.wait(20)
