"""Where prediction tokens should look: against loops over cells, and against a network that does look there."""

import math

import pytest
import torch

from playground.train.look import SPREAD, edge_cells, look_loss


def _softmax(values):
    exps = [math.exp(v) for v in values]
    return [e / sum(exps) for e in exps]


def _by_hand(box, side):
    """The four maps, cell by cell: near the edge in one direction, inside the box in the other."""
    place = [(i + 0.5) / side for i in range(side)]
    maps = []
    for edge in range(4):
        across, along = edge % 2, 1 - edge % 2
        near = _softmax([-0.5 * ((p - box[edge]) * side / SPREAD) ** 2 for p in place])
        gaps = [max(box[along] - p, p - box[along + 2], 0) * side for p in place]
        inside = _softmax([-0.5 * (g / SPREAD) ** 2 for g in gaps])
        cells = [
            near[column if across == 0 else row] * inside[row if across == 0 else column]
            for row in range(side)
            for column in range(side)
        ]
        maps.append(cells)
    return torch.tensor(maps)


@pytest.mark.parametrize("box", [(0.2, 0.3, 0.6, 0.9), (0.0, 0.0, 0.1, 1.0), (0.5, 0.5, 0.5, 0.5)])
def test_edge_cells_are_those_found_one_by_one(box):
    found = edge_cells(torch.tensor([box]), 5)[0]
    torch.testing.assert_close(found, _by_hand(box, 5), atol=1e-6, rtol=1e-5)
    assert found.sum(-1).allclose(torch.ones(4))


def test_looking_at_the_edges_costs_least():
    box, side, templates = torch.tensor([[0.2, 0.3, 0.6, 0.9]]), 6, 8
    target = edge_cells(box, side)[:, [0, 2, 1, 3]]  # tokens stand in the order left, right, top, bottom

    def loss(cells):
        rest = torch.zeros(1, 4, templates), cells, torch.zeros(1, 4, 4)
        attention = torch.cat(rest, -1)[:, None].expand(1, 3, 4, -1)
        return look_loss((attention, attention), box, side * side).item()

    entropy = -(target * target.clamp(min=1e-6).log()).sum(-1).mean().item()
    assert loss(target) == pytest.approx(entropy, abs=1e-4)
    for other in (target.roll(1, 1), target.flip(-1), torch.full_like(target, 1 / side**2), target * 0.5):
        assert loss(other) > loss(target) + 0.1


def test_a_single_token_looks_at_all_edges():
    box = torch.tensor([[0.2, 0.3, 0.6, 0.9]])
    attention = torch.cat(
        [torch.zeros(1, 1, 1, 4), edge_cells(box, 4).mean(1)[:, None, None], torch.zeros(1, 1, 1, 1)], -1
    )
    even = torch.full_like(attention, 1 / attention.shape[-1])
    assert look_loss((attention,), box, 16) < look_loss((even,), box, 16)
