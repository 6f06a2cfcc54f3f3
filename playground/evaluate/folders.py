"""Where an evaluation writes: the folders of its data sets and trackers, refused when they hold something else."""

import re
from collections.abc import Sequence as Many
from pathlib import Path

from playground.data.sequence import Sequence
from playground.evaluate.protocol import find_protocol
from playground.evaluate.record import DataRecord, SequenceRecord, TrackerRecord, are_file_names
from playground.evaluate.results import DATA, PARTS, TRACKER, read_data_record, read_tracker, write_record


def folder_name(place: str) -> str:
    """A short name for a folder, repository or address: its last two parts, in characters that any disk takes."""
    parts = [part for part in re.split(r"[/\\]", place) if part not in ("", ".", "..")]
    return re.sub(r"[^\w.-]", "_", "-".join(parts[-2:]))


def data_name(location: str) -> str:
    """The folder of ``FORMAT:PLACE`` in the results: ``otb:clips/dev`` is ``otb-dev``."""
    kind, _, place = location.partition(":")
    return folder_name(f"{kind}/{Path(place).resolve().name}")


def open_data_set(
    out: Path, location: str, sequences: Many[Sequence], protocol: str, write: bool = True
) -> tuple[Path, DataRecord]:
    """The folder in ``out`` for results on ``sequences``, and its ``data.json``, written if asked to ``write``.

    Sequences may come and go between evaluations. Raises ``ValueError`` naming ``data`` for two sequences of one name
    or a name that is no file name, and ``out`` when results lie there of a sequence that had other true boxes.
    """
    names = [sequence.name for sequence in sequences]
    files = {f"{name}{part}" for name in names for part in PARTS}
    if len(files) != len(PARTS) * len(names) or not are_file_names(names):
        raise ValueError(f"data: {location} has sequences whose names are the same or no file names; rename them.")
    folder = out / data_name(location)
    sizes = find_protocol(protocol).clip
    records = tuple(SequenceRecord.of(item, _frame_size(item) if sizes else ()) for item in sequences)
    if (folder / DATA).is_file():
        before = {record.name: record.boxes for record in read_data_record(folder).sequences}
        changed = [record.name for record in records if before.get(record.name, record.boxes) != record.boxes]
        if changed:
            raise ValueError(f"out: {folder} holds results for other boxes of {changed[0]}; give another folder.")
    data = DataRecord(location=location, protocol=protocol, sequences=records)
    if write:
        write_record(folder / DATA, data)
    return folder, data


def open_tracker(folder: Path, record: TrackerRecord, write: bool = True) -> None:
    """Make ``folder`` that of a tracker; writes its ``tracker.json`` if asked to ``write``.

    Raises ``ValueError`` naming ``out`` when results lie there of a tracker with other weights or on another device.
    """
    if (folder / TRACKER).is_file():
        before = read_tracker(folder)
        if (before.weights, before.device) != (record.weights, record.device):
            raise ValueError(
                f"out: {folder} holds results of {before.tracker} with other weights or on another device "
                f"({before.device}); remove it or name the tracker otherwise: --tracker NAME={record.tracker}."
            )
    if write:
        write_record(folder / TRACKER, record)


def _frame_size(sequence: Sequence) -> tuple[int, int]:
    height, width = next(sequence.read()).image.shape[:2]
    return (width, height)
