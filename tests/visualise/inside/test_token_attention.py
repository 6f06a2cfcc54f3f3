"""The heat on each picture is that token's attention for it, and nothing else."""

import numpy as np
import pytest

from playground.visualise.inside.capture import look_inside
from playground.visualise.inside.rows import sources, token_rows
from playground.visualise.inside.token_attention import attention_figure


def _heats(figure) -> list[np.ndarray]:
    return [np.array(trace.z, float) for trace in figure.data if trace.type == "heatmap"]


@pytest.mark.parametrize("head", [1, "mean", "rollout"])
def test_heat_by_token_and_source(looked, head):
    rows, parts = token_rows(looked, 2, head), sources(looked.config, 2)
    wanted = [
        rows[token][parts[name]]
        for token in ("left", "top", "right", "bottom")
        for name in ("search region", "template", "online template")
    ]
    heats = _heats(attention_figure(looked, layer=2, head=head))
    assert len(heats) == 12
    for heat, row in zip(heats, wanted, strict=True):
        np.testing.assert_allclose(heat.ravel(), row, rtol=1e-3)


def test_patches_lie_on_the_picture(looked):
    figure = attention_figure(looked, layer=0, tokens=["top"])
    heat = next(trace for trace in figure.data if trace.type == "heatmap")
    assert heat.x[0] == heat.y[0] == 0.5 / 14 and heat.x[-1] == heat.y[-1] == 13.5 / 14
    picture = figure.layout.images[0]
    assert (picture.x, picture.y, picture.sizex, picture.sizey) == (0, 0, 1, 1)
    assert figure.layout[f"yaxis{picture.yref[1:]}"].range == (1, 0)


def test_a_share_of_the_mass_blanks_the_rest(looked):
    heats = _heats(attention_figure(looked, layer=1, mass=0.5, tokens=["left"]))
    kept = sum(np.nansum(heat) for heat in heats)
    every = sum(heat.sum() for heat in _heats(attention_figure(looked, layer=1, tokens=["left"])))
    assert kept < every and any(np.isnan(heat).any() for heat in heats)


def test_shares_are_written(looked):
    row = token_rows(looked, 0, "mean")["left"]
    words = {note.text for note in attention_figure(looked, layer=0, tokens=["left"]).layout.annotations}
    assert f"template {row[:49].sum():.0%}" in words and f"search region {row[98:294].sum():.0%}" in words


@pytest.mark.parametrize("templates", [1, 3])
def test_any_number_of_templates(small, small_rules, crops_for, templates):
    inside = look_inside(small, crops_for(small, small_rules.crop, templates))
    assert len(attention_figure(inside, layer=0).layout.images) == 4 * (1 + templates)


def test_wrong_choices_are_told_so(looked, looked_dense):
    with pytest.raises(ValueError, match="layer: "):
        attention_figure(looked, layer=4)
    with pytest.raises(ValueError, match="head: "):
        attention_figure(looked, layer=0, head=3)
    with pytest.raises(ValueError, match="mass: "):
        attention_figure(looked, layer=0, mass=0)
    for tokens in (["middle"], []):
        with pytest.raises(ValueError, match="tokens: choose from left, top, right, bottom"):
            attention_figure(looked, layer=0, tokens=tokens)
    with pytest.raises(ValueError, match="model: .* no prediction tokens"):
        attention_figure(looked_dense, layer=0)
