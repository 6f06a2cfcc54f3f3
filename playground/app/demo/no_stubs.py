"""Gradio imported without the files for editors that it writes each time."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import ModuleType

WRITER, WRITES = "gradio.component_meta", "create_or_modify_pyi"


@contextmanager
def no_stubs() -> Iterator[None]:
    """While the block runs, a first import of Gradio leaves out its stub files.

    For each of its 80 components Gradio parses the source, renders a stub and compares it with the one that lies beside
    the source: half of the time that its import takes, for nothing that runs. Where the function that does so has
    another name, Gradio is imported as it is.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if hasattr(module, WRITES):
            setattr(module, WRITES, lambda *given: None)


class _Finder:
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(name, path) if name == WRITER else None
        if found is None or found.origin is None:
            return None
        return spec_from_file_location(name, found.origin, loader=_Loader(name, found.origin))
