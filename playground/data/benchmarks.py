"""Benchmarks by ``FORMAT:PLACE``: every layout that can be measured on, each from its root as users unpack it."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from playground.data import got10k, lasot, nfs, otb, tnl2k, trackingnet, uav123, vot
from playground.data.davis import read_davis
from playground.data.sequence import Sequence
from playground.data.videos import read_sequences

Benchmark = Callable[[Path], Iterable[Sequence]]


def _each(find: Callable[[Path], list[Path]], read: Callable[[Path], Sequence], root: Path) -> Iterable[Sequence]:
    return map(read, find(root))


# GOT-10k is its val/ where there is one; its test/ by itself and TrackingNet's TEST know the first box alone. LaSOT is
# its 280 test sequences. Attributes come from UAV123, TNL2K, VOT and GOT-10k; the others ship none with their pictures.
BENCHMARKS: dict[str, Benchmark] = {
    "otb": partial(_each, otb.find, otb.read),
    "lasot": partial(_each, lasot.find_test, lasot.read),
    "lasotext": partial(_each, lasot.find_all, lasot.read),
    "tnl2k": partial(_each, tnl2k.find, tnl2k.read),
    "uav123": partial(_each, uav123.find, uav123.read),
    "nfs": partial(_each, nfs.find, nfs.read),
    "got10k": partial(_each, partial(got10k.find, splits=("val", "test")), got10k.read),
    "trackingnet": partial(_each, partial(trackingnet.find, parts="TEST"), trackingnet.read),
    "davis": read_davis,
    "vot": partial(_each, vot.find, vot.read),
    "videos": read_sequences,
}


def read_benchmark(location: str) -> list[Sequence]:
    """The sequences at ``FORMAT:PLACE``, such as ``otb:path/to/OTB100``. Pictures are not opened, DAVIS' masks are.

    Raises ``ValueError`` naming ``data`` for an unknown format or a place that is not there, and naming the sequence
    when a file is missing or numbers of frames and boxes differ.
    """
    name, _, place = location.partition(":")
    if name not in BENCHMARKS or not place:
        raise ValueError(f"data: expected FORMAT:PLACE with FORMAT one of {', '.join(BENCHMARKS)}; got {location!r}.")
    root = Path(place)
    if not root.exists():
        raise ValueError(f"data: {root} does not exist; give the folder that the data set was unpacked into.")
    return list(BENCHMARKS[name](root))
