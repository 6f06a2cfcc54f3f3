"""Position tables against the official ones, and what the backbone promises of its memory."""

import numpy as np
import pytest
import torch
from golden_files import golden
from torch.testing import assert_close

from playground.config import PRESETS
from playground.model.backbone import Backbone, position_table


@pytest.mark.parametrize(("dim", "grid"), [(16, 3), (48, 3), (48, 6), (64, 2), (64, 4)])
def test_small_position_tables_equal_the_official_ones(dim: int, grid: int) -> None:
    expected = np.load(golden("h_pos_embed.npz"))[f"dim{dim}_grid{grid}"]
    np.testing.assert_allclose(position_table(grid, dim)[0].numpy(), expected, rtol=0, atol=3e-6)


@pytest.mark.parametrize(("dim", "grid"), [(768, 8), (768, 18), (768, 7), (768, 14), (1024, 18), (1024, 8)])
def test_full_size_position_tables_equal_the_official_ones(dim: int, grid: int) -> None:
    values = np.load(golden("h_pos_embed.npz"))
    table = position_table(grid, dim)[0].numpy()
    rows = [0, 1, grid, grid * grid // 2, grid * grid - 1]
    expected = values[f"dim{dim}_grid{grid}_rows_first_mid_last"]
    np.testing.assert_allclose(table[rows], expected, rtol=0, atol=3e-6)
    sums = values[f"dim{dim}_grid{grid}_sum_per_row"]
    np.testing.assert_allclose(table.sum(1, dtype=np.float64), sums, rtol=0, atol=5e-5)


def test_position_tables_are_saved_but_not_trained() -> None:
    backbone = Backbone(PRESETS["toy-small"])
    assert {"pos_embed_s", "pos_embed_t"} <= set(backbone.state_dict())
    assert not {"pos_embed_s", "pos_embed_t"} & {name for name, _ in backbone.named_parameters()}


def test_asking_for_features_changes_no_prediction_token() -> None:
    torch.manual_seed(0)
    backbone = Backbone(PRESETS["toy-small"]).eval()
    templates, search = torch.randn(2, 3, 3, 32, 32), torch.randn(2, 3, 64, 64)
    plain = backbone.locate(search, backbone.encode(templates))
    rich = backbone.locate(search, backbone.encode(templates, features=True), features=True, attention=True)
    # Without features the last block runs for the prediction tokens alone, so rounding may differ.
    assert_close(plain.prediction, rich.prediction, rtol=0, atol=1e-5)
    assert plain.tokens == () and plain.attention == ()
    assert_close(torch.cat([rich.search, rich.prediction], dim=1), rich.tokens[-1], rtol=0, atol=0)


def test_a_corner_backbone_has_no_prediction_tokens() -> None:
    backbone = Backbone(PRESETS["toy-teacher"]).eval()
    memory = backbone.encode(torch.zeros(1, 1, 3, 32, 32))
    found = backbone.locate(torch.zeros(1, 3, 64, 64), memory)
    assert found.search.shape == (1, 64, 48)
    assert found.prediction.shape == (1, 0, 48)
    assert not any("reg" in name for name in backbone.state_dict())


def test_memory_holds_every_template_of_every_block() -> None:
    config = PRESETS["toy-small"]
    memory = Backbone(config).encode(torch.zeros(1, 5, 3, 32, 32))
    shape = (1, config.heads, 5 * config.template_grid**2, config.dim // config.heads)
    assert [(known.keys.shape, known.values.shape) for known in memory.blocks] == [(shape, shape)] * config.depth
    assert memory.tokens == ()
