"""Which share of the work is this process's, when ``accelerate launch`` started several, here or on many machines."""

import os
from dataclasses import dataclass
from datetime import timedelta

LONGEST_WAIT = timedelta(days=7)  # a process may wait that long for the slowest one


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Process ``rank`` of ``world``, and ``local_rank`` of the ``local_world`` processes on this machine."""

    rank: int = 0
    world: int = 1
    local_rank: int = 0
    local_world: int = 1

    def share(self, count: int) -> range:
        """Which of ``count`` equal pieces of work this process does. Together the processes do each piece once."""
        return range(self.rank, count, self.world)


def find_place() -> Place:
    """The place that the launcher gave this process in its environment; that of a single one without a launcher."""
    names = {"rank": "RANK", "world": "WORLD_SIZE", "local_rank": "LOCAL_RANK", "local_world": "LOCAL_WORLD_SIZE"}
    return Place(**{field: int(os.environ[name]) for field, name in names.items() if name in os.environ})


def wait_for_all(place: Place) -> None:
    """Go on when every process has come here. Raises ``ValueError`` naming the extra when accelerate is missing."""
    if place.world == 1:
        return
    try:
        from accelerate import PartialState
    except ModuleNotFoundError as error:
        raise ValueError(
            "jobs: several machines need accelerate; install it with: pip install 'mixformer-playground[train]'."
        ) from error
    PartialState(cpu=True, timeout=LONGEST_WAIT).wait_for_everyone()
