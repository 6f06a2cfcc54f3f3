"""Scales: rows of every stage, and the published values at full size."""

import pytest

from playground.train.recipes import CHAINS
from playground.train.scales import EPOCH, SCALES


@pytest.mark.parametrize("name", SCALES)
def test_every_stage_of_a_chain_has_its_row(name):
    scale = SCALES[name]
    for stage in CHAINS[name]:
        row = scale.row(stage)
        assert row.optim == scale.stages[stage] and row.data == scale.common.data
    assert scale.teacher.head == "corners" and scale.deep.head == "edges"
    assert (scale.teacher.dim, scale.teacher.patch) == (scale.deep.dim, scale.deep.patch)


def test_an_epoch_is_60_000_samples_in_batches_of_256():
    assert EPOCH == 60_000 // 256
