"""What a model card says that the model folder itself does not: measurements, training and data, kept as JSON.

``card.json`` lies in the model folder, so a card can be written anew for any name, wherever the runs and results are.
"""

from dataclasses import dataclass
from pathlib import Path

from playground.evaluate.protocol import Measure
from playground.files import replacing
from playground.hub import CARD_FACTS
from playground.settings import from_file, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean over sequences in 0..1, and the borders of its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The headline measure and the second one over the ``sequences`` of a group."""

    name: str
    sequences: int
    first: float
    second: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A sequence the model does badly on: its headline measure in 0..1, how often the target was lost, and after how
    many frames first, 0 for never."""

    name: str
    value: float
    lost: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another tracker on the same sequences, by the headline measure."""

    name: str
    figure: Figure
    frame_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One data set, ``data`` by its name in the results, by the rules of ``protocol``.

    ``measures`` by name, the headline first; ``frame_ms`` is the median from a frame in memory to its box, on
    ``machine`` with ``threads`` threads while ``jobs`` sequences were tracked at a time.
    """

    data: str
    protocol: str
    sequences: int
    frames: int
    device: str
    machine: str
    threads: int
    jobs: int
    versions: dict[str, str]
    frame_ms: float
    measures: dict[Measure, Figure]
    groups: tuple[Group, ...]
    worst: tuple[Failure, ...]
    others: tuple[Other, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One training run. ``starts`` and ``teacher`` are names of earlier runs or models, empty for none; ``regions``
    search regions were seen in ``steps`` steps and ``seconds``; ``command`` repeats it."""

    name: str
    command: str
    network: str
    starts: str
    teacher: str
    steps: int
    regions: int
    seconds: float
    precision: str
    synthetic_clips: int
    locations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Training pictures: a ``name``, the ``place`` they come from, their ``licence`` in words, and the id of the data
    set on the Hub where it has one."""

    name: str
    place: str
    licence: str
    dataset: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """Everything a card says beside sizes and settings. ``base`` are the models it was distilled from; ``machine`` is
    where it was trained; ``note`` is a paragraph of its maker's. All may be empty: a card says what is known."""

    licence: str = "mit"
    note: str = ""
    base: tuple[str, ...] = ()
    machine: str = ""
    runs: tuple[Run, ...] = ()
    sources: tuple[Source, ...] = ()
    measured: tuple[Measured, ...] = ()


def read_facts(folder: Path) -> CardFacts:
    """``card.json`` of a model folder, empty facts without one. Raises ``ValueError`` naming the wrong field."""
    path = folder / CARD_FACTS
    return from_file(CardFacts, path) if path.is_file() else CardFacts()


def write_facts(folder: Path, facts: CardFacts) -> None:
    """Write ``card.json``."""
    with replacing(folder / CARD_FACTS) as path:
        path.write_text(to_json(facts), encoding="utf-8")
