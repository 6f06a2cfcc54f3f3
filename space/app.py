"""The Space: the playground's page, with example clips that were rendered when it was published."""

import os
from contextlib import suppress
from pathlib import Path

with suppress(ModuleNotFoundError):  # there on ZeroGPU alone, and then it has to come before anything touches CUDA
    import spaces  # noqa: F401

from playground.app.demo.no_stubs import no_stubs

with no_stubs():
    from playground.app.demo.serve import launch

if __name__ == "__main__":
    examples = Path(__file__).with_name("examples")
    launch(examples=examples, browser_page=os.environ.get("BROWSER_PAGE", ""))  # a variable in the Space's settings
