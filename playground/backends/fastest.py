"""Which of several backends is the quickest that says what the first one says on a check clip; kept in a file."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.box import Box
from playground.config import CropConfig
from playground.crop import crop, normalise
from playground.files import replacing
from playground.settings import from_file, to_json
from playground.tracker import Backend
from playground.video.synthetic import WorldConfig, render_clip

logger = logging.getLogger(__name__)

TOLERANCE_PX = 0.5
CLIP = WorldConfig(frames=32, photographs=False, occlusion=0, leave_frame=0)
WARM = 4  # frames that are not counted
SEED = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A backend on the check clip: median milliseconds a frame, and the farthest that an edge of its boxes comes to lie
    from the first backend's, in frame pixels."""

    ms: float
    apart_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The backend ``name``, and all that were ``checked``, by name; the first is what the others were compared with."""

    name: str
    checked: dict[str, Checked]

    def __str__(self) -> str:
        rest = ", ".join(
            f"{name} {one.ms:.1f} ms" + (f" and {one.apart_px:.2g} px apart" if one.apart_px else "")
            for name, one in self.checked.items()
        )
        return f"{self.name} ({rest or 'there is no other; playground export makes one'})"


def fastest(makers: Mapping[str, Callable[[], Backend]], config: CropConfig, kept: Path) -> Choice:
    """The choice kept in the file ``kept``, or a new one that is then kept: the quickest of what ``makers`` make whose
    boxes stay within `TOLERANCE_PX` of the first one's.

    A file that cannot be read, or speaks of other backends, is replaced; one that cannot be written is said in the log.
    So is a backend that cannot be made, and it is left out; the first one's ``ValueError`` is raised.
    """
    if kept.is_file():
        try:
            choice = from_file(Choice, kept)
        except ValueError:
            choice = None
        if choice is not None and set(choice.checked) == set(makers) and choice.name in makers:
            return choice
    backends = dict(_made(makers))
    if len(backends) == 1 < len(makers):
        return Choice(name=next(iter(backends)), checked={})
    checked = check(backends, config)
    choice = Choice(name=pick(checked), checked=checked)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as beside:
            beside.write_text(to_json(choice), encoding="utf-8")
    except OSError as error:  # the choice is as good, only not remembered
        logger.warning("backend: the choice of %s is not kept (%s)", choice.name, error)
    return choice


def _made(makers: Mapping[str, Callable[[], Backend]]) -> Iterator[tuple[str, Backend]]:
    for number, (name, make) in enumerate(makers.items()):
        try:
            yield name, make()
        except ValueError as error:
            if number == 0:
                raise
            logger.info("backend: there is no %s (%s)", name, error)


def pick(checked: Mapping[str, Checked]) -> str:
    """The name of the quickest within the tolerance; the first one is within it by definition."""
    good = [name for name, one in checked.items() if one.apart_px <= TOLERANCE_PX]
    return min(good, key=lambda name: checked[name].ms)


def check(backends: Mapping[str, Backend], config: CropConfig) -> dict[str, Checked]:
    """Each of the ``backends``, which share their sizes, on the same search regions, in turn on every frame.

    A box that is not finite, or lies elsewhere, counts with its whole distance.
    """
    first = next(iter(backends.values()))
    took: dict[str, list[float]] = {name: [] for name in backends}
    said: dict[str, list[np.ndarray]] = {name: [] for name in backends}
    templates, regions = _inputs(first, config)
    memory = {name: backend.encode(templates) for name, backend in backends.items()}
    for number, (search, side) in enumerate(regions):
        names = list(backends)
        for name in names if number % 2 else names[::-1]:  # what comes later is interrupted more often
            begin = time.perf_counter()
            answer = backends[name].locate(search, memory[name])
            took[name].append((time.perf_counter() - begin) * 1e3)
            said[name].append(np.array(answer.box_rel) * side)
    found = {name: np.stack(rows) for name, rows in said.items()}
    reference = found[next(iter(backends))]
    ms = {name: float(np.median(times[WARM:])) for name, times in took.items()}
    return {name: Checked(ms=ms[name], apart_px=_apart(boxes, reference)) for name, boxes in found.items()}


def _apart(found: np.ndarray, reference: np.ndarray) -> float:
    apart = np.abs(found - reference)
    return float(np.where(np.isfinite(apart), apart, np.inf).max())


def _inputs(backend: Backend, config: CropConfig) -> tuple[np.ndarray, Iterator[tuple[np.ndarray, int]]]:
    """The first frame's template twice, and each later frame's search region around the box before, with its side."""
    clip = render_clip(SEED, CLIP)
    boxes = [Box(*row) for row in clip.boxes.tolist()]
    cut, _ = crop(clip.frames[0], boxes[0], config.template_factor, backend.template_size)
    template = normalise(cut, config.mean, config.std)

    def regions() -> Iterator[tuple[np.ndarray, int]]:
        for image, before in zip(clip.frames[1:], boxes, strict=False):
            region, place = crop(image, before, config.search_factor, backend.search_size)
            yield normalise(region, config.mean, config.std), place.side

    return np.concatenate([template, template]), regions()
