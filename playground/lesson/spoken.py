"""What the four prediction tokens say of a frame, as a table."""

from playground.config import EDGE_ORDER
from playground.lesson.words import Words, table
from playground.visualise.inside import Inside
from playground.visualise.inside.distributions import entropy, expected


def spoken(inside: Inside) -> Words:
    """Each edge's mean in fractions of the search region and in frame pixels, and its entropy in bits."""
    place = inside.crops.place
    rows = []
    edges = inside.edges[-1]
    for name, mean, bits in zip(EDGE_ORDER, expected(edges).tolist(), entropy(edges).tolist(), strict=True):
        start = place.x0 if name in ("left", "right") else place.y0
        rows.append([name, mean, f"{start + mean * place.side:.0f}", bits])
    return table(["edge", "in the search region", "in the frame (px)", "unsure by (bits)"], rows)
