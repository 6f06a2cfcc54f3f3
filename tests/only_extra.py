"""Python that hides from a process every installed package which one extra of this project does not bring.

The developer's environment has all extras; a visitor's has one. So the pages under test run as the visitor's would.
"""

from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HIDE = """
import sys
class Shown:
    names = {names!r}
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, path=None, target=None):
        return None if name.partition(".")[0] in self.names else self.finder.find_spec(name, path, target)
sys.meta_path[:] = [Shown(finder) for finder in sys.meta_path]
"""


def hide_others(extra: str) -> str:
    """Source code to run before anything else in a process that shall see no more than ``extra`` installs."""
    kept = _brought_by("mixformer-playground", {extra})
    names = [
        module
        for module, packages in packages_distributions().items()
        if not {canonicalize_name(package) for package in packages} & (kept | {"pip", "setuptools"})
    ]
    return HIDE.format(names=set(names))


def _brought_by(package: str, extras: set[str]) -> set[str]:
    """The package and all that it requires, with what these require in turn."""
    found: set[str] = set()
    waiting = [(canonicalize_name(package), frozenset(extras))]
    seen = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            lines = requires(name) or ()
        except PackageNotFoundError:  # constraints leave it out
            continue
        found.add(name)
        for line in lines:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in wanted | {""}):
                waiting.append((canonicalize_name(needed.name), frozenset(needed.extras)))
    return found
