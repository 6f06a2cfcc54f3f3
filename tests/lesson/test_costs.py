"""What a network weighs is counted, and what a frame costs is what the layers multiply."""

from dataclasses import replace

from tiny_training import TINY, tiny

from playground.lesson.costs import costs


def _rows(words):
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in words.text.splitlines()[2:]]


def test_fewer_blocks_weigh_and_cost_less(crops):
    deep, shallow = tiny(TINY).eval(), tiny(replace(TINY, depth=2)).eval()
    rows = _rows(costs({"deep": deep, "shallow": shallow}, crops[0]))
    assert [row[:2] for row in rows] == [["deep", "4"], ["shallow", "2"]]
    block = sum(weight.numel() for weight in deep.backbone.blocks[0].parameters())
    weights = [int(row[2].replace(",", "")) for row in rows]
    assert weights[0] - weights[1] == 2 * block
    assert rows[0][3] == rows[1][3] == f"{sum(weight.numel() for weight in deep.box_head.parameters()):,}"
    assert all(float(row[5]) >= 0 for row in rows)
