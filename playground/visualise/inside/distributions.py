"""Distributions of edges: entropy, temperature, divergence, and how they are drawn."""

from typing import Any

import numpy as np
from jaxtyping import Float

from playground.config import EDGE_ORDER
from playground.visualise.inside.given import as_number
from playground.visualise.inside.pictures import EDGE_COLOURS
from playground.visualise.inside.sheet import Sheet, draw

FILL = "33"  # alpha, in hexadecimal, behind a curve


def entropy(edges: Float[np.ndarray, "n bins"]) -> Float[np.ndarray, "n"]:
    """Entropy in bits: 0 for one certain bin, ``log2(bins)`` when every bin is as likely."""
    p = np.asarray(edges, np.float64)
    return -(p * np.log2(np.where(p > 0, p, 1))).sum(-1)


def sharpened(edges: Float[np.ndarray, "4 bins"], temperature: float) -> Float[np.ndarray, "4 bins"]:
    """The distributions as if their logits had been divided by ``temperature``: below 1 sharper, above 1 flatter.

    Raises ``ValueError`` naming ``temperature`` unless it is in 0.05..20.
    """
    if not 0.05 <= as_number("temperature", temperature) <= 20:
        raise ValueError(f"temperature: must be in 0.05..20; got {temperature}.")
    logits = np.log(np.maximum(np.asarray(edges, np.float64), 1e-300)) / temperature
    p = np.exp(logits - logits.max(-1, keepdims=True))
    return p / p.sum(-1, keepdims=True)


def expected(edges: Float[np.ndarray, "n bins"]) -> Float[np.ndarray, "n"]:
    """Mean place of each distribution as a fraction of the crop; bin ``i`` of ``K`` stands at ``i / K`` (spec 1.10)."""
    bins = edges.shape[-1]
    return np.asarray(edges, np.float64) @ (np.arange(bins) / bins)


def divergence(
    target: Float[np.ndarray, "4 bins"], other: Float[np.ndarray, "4 student_bins"]
) -> Float[np.ndarray, "4"]:
    """KL divergence in nats of ``other`` from ``target``, edge by edge, as the distillation has it (spec 2.3).

    Raises ``ValueError`` naming ``bins`` when the two have different numbers of them.
    """
    if target.shape != other.shape:
        raise ValueError(
            f"bins: both models need the same number of bins; got {target.shape[-1]} and {other.shape[-1]}."
        )
    q, p = (np.asarray(x, np.float64) for x in (target, other))
    return (q * (np.log(np.where(q > 0, q, 1)) - np.log(np.maximum(p, 1e-300)))).sum(-1)


def draw_distribution(
    sheet: Sheet, number: int, p: Float[np.ndarray, "bins"], edge: int, upright: bool, name: str = "", **line: Any
) -> None:
    """One edge's distribution as a filled curve: bins along x, or, ``upright``, along y. ``line`` changes the curve."""
    places = [i / len(p) for i in range(len(p))]
    values = [float(f"{value:.4g}") for value in p]
    along, at = ("y", "x") if upright else ("x", "y")
    colour = EDGE_COLOURS[EDGE_ORDER[edge]]
    told = name or EDGE_ORDER[edge]
    draw(
        sheet,
        number,
        type="scatter",
        **{along: places, at: values},
        mode="lines",
        name=told,
        line={"color": colour, "width": 1.8, **line},
        fill=None if line else f"tozero{at}",
        fillcolor=colour + FILL,
        hovertemplate=f"{told}: %{{{at}:.2%}} at %{{{along}:.3f}}<extra></extra>",
    )
