"""Milliseconds by stage, added up over the frames of a track."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Clock:
    """``ms`` by name of the stage, in the order in which they came first."""

    ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, timing: Mapping[str, float]) -> None:
        """Add what somebody else measured."""
        for name, ms in timing.items():
            self.ms[name] += ms

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a block."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.ms[name] += (time.perf_counter() - began) * 1e3

    def each(self, name: str, items: Iterable[Item]) -> Iterator[Item]:
        """The items, while the making of each is timed."""
        iterator, nothing = iter(items), object()
        while True:
            with self.stage(name):
                item = next(iterator, nothing)
            if item is nothing:
                return
            yield item  # type: ignore[misc]

    def mean(self, count: int) -> dict[str, float]:
        """Milliseconds by stage, each shared among ``count`` frames."""
        return {name: ms / max(count, 1) for name, ms in self.ms.items()}
