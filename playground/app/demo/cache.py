"""What Gradio keeps of visitors' files, in a folder of the page's own that is swept while the page is served.

Gradio's own ``delete_cache`` leaves an empty file and folders behind for every upload, and ends for good when a file
comes in while it looks through those that are there.
"""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playground.app.demo import limits

PLACE = "GRADIO_TEMP_DIR"  # where Gradio looks up its folder, whenever a component or a page is made


@contextmanager
def own_cache() -> Iterator[Path]:
    """A new folder that Gradio keeps files in, swept by a thread, and deleted at the end; inside the folder that
    ``GRADIO_TEMP_DIR`` names, where it names one."""
    before, done = os.environ.get(PLACE), threading.Event()
    if before is not None:
        Path(before).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="playground-cache-", dir=before, ignore_cleanup_errors=True) as name:
        os.environ[PLACE] = name
        sweeper = threading.Thread(target=_sweep_until, args=(Path(name), done), daemon=True)
        sweeper.start()
        try:
            yield Path(name)
        finally:
            done.set()
            sweeper.join()
            if before is None:
                del os.environ[PLACE]
            else:
                os.environ[PLACE] = before


def sweep(folder: Path, keep_s: float) -> None:
    """Delete what in ``folder`` is older than ``keep_s`` seconds: files, and folders that are empty."""
    oldest = time.time() - keep_s
    for place, folders, files in os.walk(folder, topdown=False):
        for names, remove in ((files, os.unlink), (folders, os.rmdir)):
            for name in names:
                with suppress(OSError):  # gone meanwhile, or a folder that is not empty
                    if os.lstat(path := os.path.join(place, name)).st_mtime < oldest:
                        remove(path)


def _sweep_until(folder: Path, done: threading.Event) -> None:
    while not done.wait(limits.CLEAN_EVERY_S):
        sweep(folder, limits.KEEP_S)
