"""The paper's comparisons: fair arms, and a table that says what the numbers say."""

from pathlib import Path

import pytest

from playground.train.ablate import COMPARISONS, arms, choose, compared, table, verdict, with_needed
from playground.train.pipeline import stages

RUNS = Path("runs")


@pytest.fixture(scope="module", params=["toy", "mini"])
def rows(request):
    return arms(stages(request.param, RUNS), RUNS), stages(request.param, RUNS)


def test_every_compared_arm_is_a_run_and_comes_after_what_it_starts_from(rows):
    runs, _ = rows
    order = list(runs)
    for item in COMPARISONS:
        assert {item.better, *item.others} <= set(runs)
    for name, config in runs.items():
        for needed in filter(None, (config.start_from, config.distill.teacher)):
            assert order.index(Path(needed).name) < order.index(name), f"{name} needs {needed} first"


def test_arms_end_at_the_same_shape_with_the_same_budget(rows):
    runs, chain = rows

    def spent(name):
        """Steps of an arm since the network that both start from."""
        since = {"deep-to-shallow": ["fade-layers"], "shallower": ["fade-layers", "deep-to-shallow", "fade-again"]}
        return runs[name].optim.steps + sum(chain[stage].optim.steps for stage in since.get(name, []))

    for item in COMPARISONS[:-1]:
        for other in item.others:
            same = (runs[item.better].model, spent(item.better))
            if other == "one-token":
                assert runs[other].model.tokens == 1 and runs[other].optim == runs[item.better].optim
            elif other == "edges-alone":
                assert runs[other].optim == runs[item.better].optim and runs[other].loss.features == 0
            else:
                assert (runs[other].model, spent(other)) == same, other
    small = chain["narrow"]
    steps = {name: config.optim.steps for name, config in chain.items()}
    assert runs["plain"].model == runs["plain-long"].model == small.model
    assert runs["plain"].optim.steps == steps["fade-again"] + steps["shallower"] + steps["narrow"]
    assert runs["plain-long"].optim.steps == sum(steps.values())
    for name in ("plain", "plain-long"):
        assert not runs[name].distill.teacher and not runs[name].start_from
    assert not runs["untaught"].distill.teacher and runs["untaught"].start_from == chain["dense-to-sparse"].start_from


def test_going_straight_ends_with_the_blocks_that_both_reductions_leave(rows):
    runs, chain = rows
    kept = list(range(12))
    for stage in ("deep-to-shallow", "shallower"):
        kept = [block for i, block in enumerate(kept) if i not in chain[stage].remove]
    assert [i for i in range(12) if i not in runs["straight-to-four"].remove] == kept


@pytest.mark.parametrize(
    ("gaps", "said"), [([0.1, 0.01], "holds"), ([0.1, -0.01], "open"), ([-0.1, -0.2], "the opposite"), ([0.0], "open")]
)
def test_the_verdict_needs_every_seed(gaps, said):
    assert verdict(gaps) == said


def test_the_table_shows_means_spreads_and_paired_differences():
    names = {arm for item in COMPARISONS for arm in (item.better, *item.others)}
    results = {name: [0.4, 0.6] for name in names} | {"fresh-mlp": [0.3, 0.4]}
    text = "\n".join(table(results, "mean IoU"))
    assert "| `narrow` | 0.500 ± 0.141 |" in text
    assert "| `fresh-mlp` | 0.350 ± 0.071 | +0.150 ± 0.071 | | holds |" in text
    assert text.count("open") >= 5


def test_some_comparisons_need_only_the_runs_before_them(rows):
    runs, chain = rows
    before = [stage for stage in ("first", "teacher") if stage in chain]
    assert list(with_needed(runs, compared(choose(["tokens"])))) == [*before, "dense-to-sparse", "one-token"]
    assert list(with_needed(runs, ["plain"])) == ["plain"]
    everything = with_needed(runs, compared(choose([])))
    assert list(everything) == list(runs)
