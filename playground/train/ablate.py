"""The paper's comparisons, replayed at a small scale: which runs they need, and what the measurements say.

Every arm is one more row of `TrainConfig` beside the chain of stages, with as many steps as what it is compared with.
"""

import statistics
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from playground.events import TrainEvent
from playground.settings import require
from playground.train.pipeline import run_pipeline, stages
from playground.train.recipes import SUPERVISED
from playground.train_config import DistillConfig, TrainConfig

Measure = Callable[[Path], float]
Results = dict[str, list[float]]  # arm -> one value a seed


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """``paper`` says that the arm ``better`` beats each of ``others``; ``what`` names the idea, ``key`` in a word."""

    key: str
    what: str
    paper: str
    better: str
    others: tuple[str, ...]


COMPARISONS = (
    Comparison(
        key="tokens",
        what="Prediction tokens",
        paper="four tokens, one an edge, beat one token for all",
        better="dense-to-sparse",
        others=("one-token",),
    ),
    Comparison(
        key="sparse",
        what="Dense-to-sparse distillation",
        paper="learning the dense teacher's edges beats learning from boxes alone",
        better="dense-to-sparse",
        others=("untaught",),
    ),
    Comparison(
        key="removal",
        what="Progressive removal",
        paper="fading blocks out beats dropping them at once, and beats keeping the first blocks",
        better="deep-to-shallow",
        others=("dropped-at-once", "first-blocks"),
    ),
    Comparison(
        key="features",
        what="Feature mimicking",
        paper="matching block outputs as well beats matching the edges alone",
        better="deep-to-shallow",
        others=("edges-alone",),
    ),
    Comparison(
        key="intermediate",
        what="Intermediate teacher",
        paper="from 12 blocks to 4 by way of 8 beats going straight",
        better="shallower",
        others=("straight-to-four",),
    ),
    Comparison(
        key="mlp",
        what="MLP cut",
        paper="a slice of the wider MLP is a better start than a fresh one",
        better="narrow",
        others=("fresh-mlp",),
    ),
    Comparison(
        key="chain",
        what="The whole chain",
        paper="the distilled small student beats one trained without a teacher",
        better="score",
        others=("plain", "plain-long"),
    ),
)


def arms(chain: Mapping[str, TrainConfig], runs: Path) -> dict[str, TrainConfig]:
    """The rows of all comparisons by name: the stages of ``chain`` that are compared, and the arms beside them."""
    sparse, shallow, four, narrow = (
        chain[name] for name in ("dense-to-sparse", "deep-to-shallow", "shallower", "narrow")
    )
    first = _steps(chain, "fade-layers", "deep-to-shallow")
    second = _steps(chain, "fade-again", "shallower")
    deep = str(runs / "dense-to-sparse")
    plain = replace(narrow, start_from="", distill=DistillConfig(), loss=SUPERVISED)
    return {
        **{name: config for name, config in chain.items() if name != "score-shallow"},
        "one-token": replace(sparse, model=replace(sparse.model, tokens=1)),
        "untaught": replace(sparse, distill=DistillConfig(), loss=SUPERVISED),
        "dropped-at-once": _for(first, replace(shallow, start_from=deep)),
        "first-blocks": _for(first, replace(shallow, start_from=deep, remove=(8, 9, 10, 11))),
        "edges-alone": replace(
            shallow, distill=replace(shallow.distill, pairs=()), loss=replace(shallow.loss, features=0.0)
        ),
        "straight-to-four": _for(
            first + second,
            replace(
                four,
                start_from=deep,
                remove=_both(sparse.model.depth, shallow.remove, four.remove),
                distill=DistillConfig(teacher=deep, pairs=((0, 2), (1, 5), (2, 8), (3, 11))),
            ),
        ),
        "fresh-mlp": replace(narrow, fresh=("mlp",)),
        "plain": _for(second + narrow.optim.steps, plain),
        "plain-long": _for(sum(config.optim.steps for config in chain.values()), plain),
    }


def choose(keys: Collection[str]) -> tuple[Comparison, ...]:
    """The comparisons of these keys, all of them for none. Raises ``ValueError`` naming ``only`` for an unknown key."""
    known = [item.key for item in COMPARISONS]
    unknown = [key for key in keys if key not in known]
    require(not unknown, f"only: choose from {', '.join(known)}; got {', '.join(unknown)}.")
    return tuple(item for item in COMPARISONS if not keys or item.key in keys)


def compared(comparisons: Iterable[Comparison]) -> list[str]:
    """The arms to measure, each once."""
    return list(dict.fromkeys(arm for item in comparisons for arm in (item.better, *item.others)))


def with_needed(runs: Mapping[str, TrainConfig], wanted: Iterable[str]) -> dict[str, TrainConfig]:
    """Of ``runs``, in their order, the ``wanted`` ones and all that these start from or are taught by."""
    found: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name in runs and name not in found:
            found.add(name)
            waiting += [Path(runs[name].start_from).name, Path(runs[name].distill.teacher).name]
    return {name: config for name, config in runs.items() if name in found}


def run_arms(
    scale: str,
    out: Path,
    seed: int,
    comparisons: Iterable[Comparison] = COMPARISONS,
    *,
    device: str,
    stop: Callable[[], bool],
) -> Iterator[tuple[str, Iterator[TrainEvent]]]:
    """Train every arm of one seed under ``out``; those that are finished are passed over (see `run_pipeline`)."""
    runs = arms(stages(scale, out, seed=seed), out)
    yield from run_pipeline(with_needed(runs, compared(comparisons)), out, device=device, stop=stop)


def table(results: Results, unit: str, comparisons: Iterable[Comparison] = COMPARISONS) -> list[str]:
    """The comparisons as a Markdown table: mean and standard deviation over the seeds, and whether the claim holds.

    It holds where the arm said to be better is so for every seed; where only the mean is, it is left open.
    """
    rows = ["| comparison | arm | " + unit + " | difference | the paper says | here |", "|---|---|---|---|---|---|"]
    for item in comparisons:
        rows.append(f"| {item.what} | `{item.better}` | {_spread(results[item.better])} | | {item.paper} | |")
        for other in item.others:
            gaps = [a - b for a, b in zip(results[item.better], results[other], strict=True)]
            rows.append(f"| | `{other}` | {_spread(results[other])} | {_spread(gaps, '+')} | | {verdict(gaps)} |")
    return rows


def verdict(gaps: list[float]) -> str:
    """What the differences of all seeds say of a claim that they are above 0."""
    if min(gaps) > 0:
        return "holds"
    if max(gaps) < 0:
        return "the opposite"
    return "open"


def _spread(values: list[float], sign: str = "") -> str:
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    return f"{statistics.mean(values):{sign}.3f} ± {spread:.3f}"


def _both(depth: int, first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """The blocks of ``depth`` that are gone when ``second`` has been removed from what ``first`` left."""
    left = [i for i in range(depth) if i not in first]
    return tuple(sorted((*first, *(left[i] for i in second))))


def _steps(chain: Mapping[str, TrainConfig], *names: str) -> int:
    return sum(chain[name].optim.steps for name in names)


def _for(steps: int, config: TrainConfig) -> TrainConfig:
    return replace(config, optim=replace(config.optim, steps=steps))
