"""What of the training data was left out, and why: counted while reading, reported at the end."""

from collections.abc import Callable


class Fault(ValueError):
    """Something in the data that cannot be used. ``reason`` is the same words for all of its kind; ``where`` says
    which one: a sequence, a picture, a file."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"data: {where}: {reason}; mend it or take it out.")
        self.where = where
        self.reason = reason


Note = Callable[[Fault], None]  # takes a fault down and goes on


class Skipped:
    """Counts faults by location and reason, with the first place of each."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, str]] = {}

    def add(self, location: str, fault: Fault) -> None:
        """Count one fault in ``location``."""
        count, first = self._found.get((location, fault.reason), (0, fault.where))
        self._found[location, fault.reason] = count + 1, first

    def lines(self, location: str | None = None) -> tuple[str, ...]:
        """One line a reason, in the order of their first fault; of one location, or of all."""
        return tuple(
            f"{place}: {reason}: {count} left out (first: {first})"
            for (place, reason), (count, first) in self._found.items()
            if location in (None, place)
        )
