"""Where prediction tokens look: their attention as heat on search region, template and online template (view 1)."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from playground.visualise.inside import rows
from playground.visualise.inside.captured import Inside
from playground.visualise.inside.pictures import EDGE_COLOURS, FOUND, address, dimmed, picture, put_box, put_heat
from playground.visualise.inside.rows import PREDICTION, SEARCH, Head
from playground.visualise.inside.sheet import Sheet, across, down, finish, note

SEARCH_PX, TEMPLATE_PX, GAP_PX = 230, 116, 32


def attention_figure(
    inside: Inside, *, layer: int, head: Head = "mean", mass: float = 1.0, tokens: Sequence[str] | None = None
) -> go.Figure:
    """A column for each of ``tokens`` (all of them): search region above, the templates side by side below.

    ``layer`` counts from 0; ``head`` as in `playground.visualise.inside.rows.token_rows`. ``mass`` leaves the patches
    that together hold this share of the token's attention. One scale of brightness a column. Raises ``ValueError``
    naming ``model``, ``layer``, ``head``, ``mass`` or ``tokens``.
    """
    looks = rows.token_rows(inside, layer, head)
    chosen = list(looks) if tokens is None else list(tokens)
    if not chosen or not set(chosen) <= set(looks):
        raise ValueError(f"tokens: choose from {', '.join(looks)}; got {', '.join(chosen) or 'none'}.")
    crops = inside.crops
    parts = rows.sources(inside.config, len(crops.templates))
    shown = parts.pop(PREDICTION).start
    search = parts.pop(SEARCH)
    ground, *grounds = (address(dimmed(image)) for image in (crops.search, *crops.templates))
    sheet = Sheet()
    upper, lower = down([SEARCH_PX, TEMPLATE_PX], GAP_PX / (SEARCH_PX + GAP_PX + TEMPLATE_PX))
    for token, (start, end) in zip(chosen, across([1] * len(chosen), 0.02), strict=True):
        kept = rows.heaviest(looks[token], mass)
        most = float(np.nanmax(kept[:shown], initial=0.0))
        share = {name: float(looks[token][part].sum()) for name, part in (parts | {SEARCH: search}).items()}
        number = picture(sheet, ground, (start, end), upper)
        put_heat(sheet, number, rows.as_grid(kept, search), most)
        put_box(sheet, number, inside.box, FOUND, "box found")
        look = {"size": 14, "color": EDGE_COLOURS[token]}
        note(sheet, number, f"<b>{token}</b>", 0.5, 1, yanchor="bottom", font=look)
        note(sheet, number, f"{SEARCH} {share[SEARCH]:.0%}", 0.5, 0, yanchor="top")
        spans = across([1] * len(parts), 0.04)
        for (name, part), image, (a, b) in zip(parts.items(), grounds, spans, strict=True):
            number = picture(sheet, image, (start + a * (end - start), start + b * (end - start)), lower)
            put_heat(sheet, number, rows.as_grid(kept, part), most)
            short = name.replace("online template", "online")  # two of them stand close
            note(sheet, number, f"{short} {share[name]:.0%}", 0.5, 0, yanchor="top")
    only = "" if mass == 1 else f" Shown: the fewest patches that hold {mass:.0%} of it."
    return finish(
        sheet,
        f"Attention of the prediction tokens, layer {layer}, {rows.in_words(head)}",
        f"Bright: much of this token's attention. The share of each picture stands below it.{only}",
        SEARCH_PX + GAP_PX + TEMPLATE_PX,
    )
