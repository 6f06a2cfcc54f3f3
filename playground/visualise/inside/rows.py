"""Where each prediction token looks: one row of attention over all tokens, for a layer and a way to join heads."""

import numpy as np
from jaxtyping import Float

from playground.config import EDGE_ORDER, TOKEN_ORDER, ModelConfig
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.given import as_number, as_whole

Head = int | str  # a number, or one of `JOINS`
JOINS = ("mean", "max", "rollout")
SEARCH, PREDICTION = "search region", "prediction tokens"


def token_names(config: ModelConfig) -> tuple[str, ...]:
    """Prediction tokens in the order of edges: left, top, right, bottom; or one that answers for all.

    Raises ``ValueError`` naming ``model`` for a dense model, which has none.
    """
    if not config.prediction_tokens:
        raise ValueError(f"model: the {config.head} head has no prediction tokens; choose a model with head='edges'.")
    return EDGE_ORDER if config.prediction_tokens == 4 else ("all edges",)


def token_places(config: ModelConfig) -> list[int]:
    """Where among the prediction tokens those of `token_names` stand: the official weights order them otherwise."""
    return [TOKEN_ORDER.index(name) if name in TOKEN_ORDER else 0 for name in token_names(config)]


def sources(config: ModelConfig, templates: int) -> dict[str, slice]:
    """Where in a row of attention the tokens of each source stand, given the number of ``templates``."""
    side, cells = config.template_grid**2, config.search_grid**2
    online = ["online template"] if templates == 2 else [f"online template {i}" for i in range(1, templates)]
    found = {name: slice(i * side, (i + 1) * side) for i, name in enumerate(["template", *online])}
    start = templates * side
    found[SEARCH] = slice(start, start + cells)
    if config.prediction_tokens:
        found[PREDICTION] = slice(start + cells, start + cells + config.prediction_tokens)
    return found


def check_layer(inside: Inside, layer: int) -> int:
    """The number of a layer. Raises ``ValueError`` naming ``layer`` for one that the model does not have."""
    depth = inside.config.depth
    if not 0 <= (found := as_whole("layer", layer)) < depth:
        raise ValueError(f"layer: this model has layers 0..{depth - 1}; got {layer}.")
    return found


def check_head(inside: Inside, head: Head) -> Head:
    """A way to join the heads, or the number of one. Raises ``ValueError`` naming ``head`` for any other."""
    heads = inside.config.heads
    if isinstance(head, str) and head in JOINS:
        return head
    if isinstance(head, str) or not 0 <= (found := as_whole("head", head)) < heads:
        raise ValueError(f"head: choose from 0..{heads - 1}, {', '.join(JOINS)}; got {head}.")
    return found


def token_rows(inside: Inside, layer: int, head: Head) -> dict[str, Float[np.ndarray, "all"]]:
    """The attention of each prediction token over all tokens in ``layer``, by name; each sums to 1.

    ``head`` is a number, their ``mean``, their ``max`` (the largest weight over the heads, scaled to sum to 1) or
    ``rollout``: what reaches the token from the tokens before layer 0, when every layer up to this one takes half from
    its mean attention and half from the token itself (Abnar and Zuidema, 2020).

    Raises ``ValueError`` naming ``model``, ``layer`` or ``head``.
    """
    names = token_names(inside.config)
    layer, head = check_layer(inside, layer), check_head(inside, head)
    if head == "rollout":
        rows = _rollout(inside, layer)
    else:
        by_head = inside.attention[layer, :, -len(names) :]
        rows = by_head[head] if isinstance(head, int) else by_head.max(0) if head == "max" else by_head.mean(0)
        rows = rows / rows.sum(-1, keepdims=True) if head == "max" else rows
    return dict(zip(names, rows[token_places(inside.config)], strict=True))


def in_words(head: Head) -> str:
    """How the heads are joined, for a title."""
    joined = {"mean": "mean of the heads", "max": "largest of the heads", "rollout": "rollout up to it"}
    return joined.get(str(head), f"head {head}")


def as_grid(row: Float[np.ndarray, "all"], part: slice) -> Float[np.ndarray, "g g"]:
    """One source's share of a row as a map; tokens of a crop stand row by row."""
    side = round((part.stop - part.start) ** 0.5)
    return row[part].reshape(side, side)


def heaviest(row: Float[np.ndarray, "all"], mass: float) -> Float[np.ndarray, "all"]:
    """The row with NaN in all but the fewest tokens that together hold the share ``mass`` of it.

    Raises ``ValueError`` naming ``mass`` unless it is above 0 and at most 1.
    """
    if not 0 < as_number("mass", mass) <= 1:
        raise ValueError(f"mass: must be above 0 and at most 1; got {mass}.")
    kept = row.astype(np.float64)
    if mass < 1:
        order = np.argsort(-kept, kind="stable")
        before = np.cumsum(kept[order]) - kept[order]
        kept[order[before >= mass * kept.sum()]] = np.nan
    return kept


def _rollout(inside: Inside, layer: int) -> Float[np.ndarray, "tokens all"]:
    templates = inside.template_attention.shape[-1]
    everything = inside.attention.shape[-1]
    count = inside.config.prediction_tokens
    rows = np.eye(everything)[-count:]
    # From the layer asked for down to the first; template rows of the whole matrix are 0 beyond the templates.
    for i in range(layer, -1, -1):
        mixed = rows[:, templates:] @ inside.attention[i].mean(0)
        mixed[:, :templates] += rows[:, :templates] @ inside.template_attention[i].mean(0)
        rows = 0.5 * (rows + mixed)
    return rows
