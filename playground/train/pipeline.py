"""The whole chain of stages of one scale, one folder each; finished stages are passed over."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from playground.data.skipped import Skipped
from playground.data.store import Frames
from playground.events import TrainEvent
from playground.settings import require
from playground.train.gather import gather, left_out
from playground.train.recipes import CHAINS, recipe
from playground.train.run import finished, train
from playground.train_config import DataConfig, TrainConfig

logger = logging.getLogger(__name__)

PEER_WEIGHT = 1.0


def stages(scale: str, out: Path, data: tuple[str, ...] = (), seed: int = 0, peer: str = "") -> dict[str, TrainConfig]:
    """Settings by stage for the chain of ``scale`` under ``out``, in order; ``data`` are more locations to train on.

    What learns from true boxes alone also imitates the tracker in the folder ``peer``, where one is named
    (`playground.train.peer`). Raises ``ValueError`` naming ``scale`` when there is none of that name.
    """
    require(scale in CHAINS, f"scale: must be one of {', '.join(CHAINS)}; got {scale!r}.")
    found = {name: recipe(f"{scale}-{name}", str(out)) for name in CHAINS[scale]}
    found = {
        name: replace(config, data=replace(config.data, locations=data), seed=seed) for name, config in found.items()
    }
    return {name: imitate(config, peer) if peer else config for name, config in found.items()}


def imitate(config: TrainConfig, peer: str) -> TrainConfig:
    """``config`` with the tracker in the folder ``peer`` to imitate, in the block half way up; unchanged where another
    teacher is there already, or the score alone is trained."""
    if config.distill.teacher or config.trainable != "all":
        return config
    half = config.model.depth // 2 - 1
    return replace(
        config,
        distill=replace(config.distill, peer=peer, peer_block=half),
        loss=replace(config.loss, peer=PEER_WEIGHT),
    )


def run_pipeline(
    chain: dict[str, TrainConfig],
    out: Path,
    *,
    device: str = "cpu",
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[str, Iterator[TrainEvent]]]:
    """Each stage's name with its events, which must be used up before the next; a finished stage has none.

    Stage ``name`` lives in ``out/name``; one that was broken off is resumed. Pictures are gathered once for stages that
    train on the same. Stops before the next stage when ``stop`` says so.
    """
    gathered = _Gathered()
    for name, config in chain.items():
        if stop():
            return
        if finished(config, out / name):
            yield name, iter(())
        else:
            frames = gathered.frames(config.data, config.seed)
            yield name, train(config, out / name, device=device, resume=True, frames=frames, stop=stop)
    gathered.report()


class _Gathered:
    """The pictures of the last stage, kept for the next one."""

    def __init__(self) -> None:
        self._key: tuple[DataConfig, int] | None = None
        self._kept: tuple[Frames, Skipped] | None = None

    def frames(self, config: DataConfig, seed: int) -> Frames:
        if self._kept is None or self._key != (config, seed):
            self.report()
            self._kept, self._key = gather(config, seed), (config, seed)
        return self._kept[0]

    def report(self) -> None:
        """Say what of these pictures could not be used."""
        if self._kept is not None:
            for line in left_out(self._kept[1], self._kept[0]):
                logger.warning(line)
