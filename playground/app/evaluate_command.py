"""``playground evaluate``: what is left to track is tracked, then the tables over all that is there."""

from collections.abc import Iterator
from pathlib import Path

import torch

from playground.app.trackers import describe_tracker, make_tracker, name_trackers
from playground.data.benchmarks import read_benchmark
from playground.evaluate.folders import open_data_set, open_tracker
from playground.evaluate.jobs import Task, run_tasks, threads_each
from playground.evaluate.place import Place, find_place, wait_for_all
from playground.evaluate.protocol import Protocol, find_protocol
from playground.evaluate.record import TrackerRecord
from playground.evaluate.results import is_finished, read_data_set, read_track
from playground.evaluate.tables import sequence_head, sequence_line, summary_lines
from playground.files import leftovers
from playground.settings import require

DEFAULT = "mini-small"


def evaluate_lines(
    trackers: tuple[str, ...], data: tuple[str, ...], out: Path, jobs: int, device: str, protocol: str | None
) -> Iterator[str]:
    """One line a sequence as it is finished, then the tables of every data set.

    Raises ``ValueError`` for bad input, and at the end for sequences that could not be tracked, naming them.
    """
    require(len(data) > 0, "data: give at least one FORMAT:PLACE, such as otb:path/to/sequences.")
    require(jobs >= 1, f"jobs: must be at least 1; got {jobs}.")
    place = find_place()
    records = _describe(trackers or (DEFAULT,), device, jobs, place)
    work: dict[Path, tuple[Protocol, list[Task]]] = {}
    for location in data:
        folder, rules, tasks = _open(out, location, protocol, records, place)
        require(folder not in work, f"data: {location} would be written to {folder} like the one before it.")
        work[folder] = rules, tasks
    problems: list[str] = []
    for rules, tasks in work.values():
        yield from _track(tasks, rules, jobs, place, problems)
    wait_for_all(place)
    if place.rank == 0:
        for folder in work:
            yield ""
            yield from summary_lines(read_data_set(folder, records))
    require(
        not problems, f"sequence: {len(problems)} could not be tracked; start again to go on: {'; '.join(problems)}"
    )


def _describe(trackers: tuple[str, ...], device: str, jobs: int, place: Place) -> dict[str, TrackerRecord]:
    processes = jobs * place.local_world
    threads = torch.get_num_threads() if processes == 1 else threads_each(jobs, place)
    named = name_trackers(trackers)
    return {name: describe_tracker(tracker, device, threads, processes) for name, tracker in named.items()}


def _open(
    out: Path, location: str, protocol: str | None, records: dict[str, TrackerRecord], place: Place
) -> tuple[Path, Protocol, list[Task]]:
    """The folder of a data set, its rules, and this process's share of every tracker over every sequence."""
    sequences = read_benchmark(location)
    name = protocol or location.partition(":")[0]
    rules, first = find_protocol(name), place.rank == 0
    folder, data = open_data_set(out, location, sequences, name, write=first)
    longest_first = sorted(zip(sequences, data.sequences, strict=True), key=lambda pair: -len(pair[0].boxes))
    tasks = []
    for tracker, record in records.items():
        # What is said of machine and threads stays that of the run which took the times.
        complete = all(is_finished(folder / tracker, sequence) for sequence in sequences)
        open_tracker(folder / tracker, record, write=first and not complete)
        if place.world == 1:
            for part in leftovers(folder / tracker):
                part.unlink(missing_ok=True)
        tasks += [
            Task(
                tracker=record.tracker,
                weights=record.weights,
                device=record.device,
                sequence=sequence,
                size=kept.frame_size,
                folder=folder / tracker,
            )
            for sequence, kept in longest_first
        ]
    return folder, rules, [tasks[i] for i in place.share(len(tasks))]


def _track(tasks: list[Task], rules: Protocol, jobs: int, place: Place, problems: list[str]) -> Iterator[str]:
    left = [task for task in tasks if not is_finished(task.folder, task.sequence)]
    yield f"{len(tasks) - len(left)} of {len(tasks)} tracks are finished" + (
        f" (process {place.rank})" * (place.world > 1)
    )
    if left:
        yield sequence_head(rules)
    for outcome in run_tasks(left, make_tracker, jobs, place):
        task = outcome.task
        if outcome.problem:
            problems.append(f"{task.folder.name} on {task.sequence.name}: {outcome.problem}")
            yield problems[-1]
        else:
            yield sequence_line(read_track(task.folder, task.sequence, task.size), rules)
