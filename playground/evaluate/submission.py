"""Zips that the servers of GOT-10k and TrackingNet accept: which files, called what, with which numbers in them.

GOT-10k: ``NAME/NAME_001.txt``, the first and only repetition, and ``NAME/NAME_time.txt`` with the seconds of each
frame, as its toolkit writes them. TrackingNet: ``NAME.txt`` and no folder, as its development kit reads them. Boxes are
x,y,w,h between commas, in the pixels of the annotation, which both benchmarks count like the frames of this project.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from playground.evaluate.results import TRACKER, Track, read_data_set
from playground.evaluate.score import is_measurable
from playground.files import replacing

DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: the same results give the same file


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A benchmark's server: how many ``sequences`` it wants, and the ``files`` it wants of each track, by name."""

    sequences: int
    files: Callable[[Track], dict[str, str]]


def pack(folder: Path, out: Path) -> str:
    """Write the zip with the results in ``folder``, which is ``RESULTS/DATA/TRACKER``, and say what is in it.

    Raises ``ValueError`` naming ``folder`` or ``out`` when there are no such results, their benchmark has no server, it
    is not the whole test set, a sequence is missing, or ``out`` is no ``.zip``.
    """
    if not (folder / TRACKER).is_file():
        raise ValueError(f"folder: {folder} has no {TRACKER}; give RESULTS/DATA/TRACKER of an evaluation.")
    if out.suffix != ".zip":
        raise ValueError(f"out: must end in .zip; got {out}.")
    results = read_data_set(folder.parent, [folder.name])
    kind = results.data.location.partition(":")[0]
    if kind not in SERVERS:
        raise ValueError(f"folder: {results.name} is {kind}, but only {' and '.join(SERVERS)} have a server.")
    if missing := results.missing(folder.name):
        raise ValueError(
            f"folder: {folder.name} lacks {len(missing)} sequences, first {missing[0]}; evaluate it again."
        )
    server, tracks = SERVERS[kind], results.tracks[folder.name]
    if len(tracks) != server.sequences or any(map(is_measurable, tracks)):
        raise ValueError(
            f"folder: the server of {kind} takes the {server.sequences} test sequences, whose true boxes are withheld; "
            f"here are {len(tracks)} from {results.data.location}."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(out) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for track in tracks:
            for name, text in server.files(track).items():
                archive.writestr(zipfile.ZipInfo(name, DATE), text, zipfile.ZIP_DEFLATED)
    return f"{out}: {len(tracks)} sequences of {folder.name} for the server of {kind}"


def _got10k(track: Track) -> dict[str, str]:
    name = track.sequence.name
    return {
        f"{name}/{name}_001.txt": _text(track.boxes, 3),
        f"{name}/{name}_time.txt": _text(track.seconds[:, None], 8),
    }


def _trackingnet(track: Track) -> dict[str, str]:
    return {f"{track.sequence.name}.txt": _text(track.boxes, 2)}


def _text(rows: Float[np.ndarray, "n width"], digits: int) -> str:
    return "".join(",".join(f"{value:.{digits}f}" for value in row) + "\n" for row in rows)


SERVERS = {
    "got10k": Server(sequences=180, files=_got10k),
    "trackingnet": Server(sequences=511, files=_trackingnet),
}
