"""How alike the layers of student and teacher are: linear CKA, with the distilled pairs marked (view 12).

Source: Kornblith and others, "Similarity of Neural Network Representations Revisited", 2019, equation 7 with a linear
kernel. It does not change when either side is turned or scaled, so networks of different widths can be compared.
"""

from collections.abc import Collection, Sequence

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float

from playground.visualise.inside.captured import Inside
from playground.visualise.inside.corner_view import check_same_region
from playground.visualise.inside.matrix import put_matrix
from playground.visualise.inside.rows import SEARCH, sources
from playground.visualise.inside.sheet import Sheet, draw, finish
from playground.visualise.looks import COLOURS

ROW_PX = 30


def linear_cka(x: Float[np.ndarray, "n c"], y: Float[np.ndarray, "n m"]) -> float:
    """Similarity, 0..1, of two sets of features of the same ``n`` things; 1 when one is the other turned and scaled.

    Features that are all alike have none: 0. Raises ``ValueError`` naming ``n`` below 2.
    """
    if len(x) < 2:
        raise ValueError(f"n: similarity needs at least 2 tokens; got {len(x)}.")
    return _cka(_centred(x), _centred(y))


def layer_similarity(student: Sequence[Inside], teacher: Sequence[Inside]) -> Float[np.ndarray, "students teachers"]:
    """CKA of the search tokens after each layer of the student (rows) and the teacher (columns), over all frames.

    Raises ``ValueError`` naming ``frames`` unless both saw the same number of frames, at least one, ``crops`` when they
    were different ones, or ``grid`` when the search regions have different numbers of patches.
    """
    if not student or len(student) != len(teacher):
        raise ValueError(
            f"frames: student and teacher must have seen the same frames, at least one; "
            f"got {len(student)} and {len(teacher)}."
        )
    for one, other in zip(student, teacher, strict=True):
        check_same_region(one, other)
    grids = [side[0].config.search_grid for side in (student, teacher)]
    if grids[0] != grids[1]:
        raise ValueError(
            f"grid: both models must cut the search region alike; got {grids[0]} and {grids[1]} patches a side."
        )
    rows, columns = ([_centred(tokens) for tokens in _search_tokens(side)] for side in (student, teacher))
    return np.array([[_cka(x, y) for y in columns] for x in rows])


def similarity_figure(
    student: Sequence[Inside], teacher: Sequence[Inside], *, pairs: Collection[tuple[int, int]] = ()
) -> go.Figure:
    """`layer_similarity` as cells; ``pairs`` (student layer, teacher layer) that were matched in training are ringed.

    Raises ``ValueError`` naming ``pairs`` for a layer that is not there, or as `layer_similarity` does.
    """
    table = layer_similarity(student, teacher)
    n, m = table.shape
    if wrong := [pair for pair in pairs if not (0 <= pair[0] < n and 0 <= pair[1] < m)]:
        raise ValueError(f"pairs: the student has layers 0..{n - 1}, the teacher 0..{m - 1}; got {wrong[0]}.")
    sheet = Sheet()
    number = put_matrix(
        sheet,
        (0, 1),
        (0, 1),
        table,
        columns=("teacher layer", [str(j) for j in range(m)]),
        rows=("student layer", [str(i) for i in range(n)]),
        told=[[f"student {i}, teacher {j}: {table[i, j]:.3f}" for j in range(m)] for i in range(n)],
        number=".2f",
        most=1.0,
    )
    draw(
        sheet,
        number,
        type="scatter",
        x=[j for _, j in pairs],
        y=[i for i, _ in pairs],
        mode="markers",
        marker={"symbol": "square-open", "size": 26, "color": COLOURS[2], "line": {"width": 3}},
        hovertemplate="distilled: student %{y}, teacher %{x}<extra></extra>",
    )
    best = table.argmax(1)
    ringed = f" Ringed: distilled pairs, {np.mean([table[pair] for pair in pairs]):.2f} on average." if pairs else ""
    return finish(
        sheet,
        "Layer similarity of student and teacher (linear CKA of the search tokens)",
        f"The student's last layer is most like the teacher's layer {best[-1]} ({table[-1, best[-1]]:.2f}).{ringed}",
        max(ROW_PX * n, 180),
        foot_px=52,
        sides_px=(56, 16),
    )


def _centred(features: np.ndarray) -> tuple[np.ndarray, float]:
    """Features less their mean, and the norm of their covariance, which every comparison needs."""
    centred = np.asarray(features, np.float64) - features.mean(0, dtype=np.float64)
    return centred, float(np.linalg.norm(centred.T @ centred))


def _cka(x: tuple[np.ndarray, float], y: tuple[np.ndarray, float]) -> float:
    cross, scale = np.square(x[0].T @ y[0]).sum(), x[1] * y[1]
    return float(cross / scale) if scale > 0 else 0.0


def _search_tokens(side: Sequence[Inside]) -> list[np.ndarray]:
    """After each layer, the search tokens of all frames, ``(frames * cells, c)``."""
    parts = [sources(inside.config, len(inside.crops.templates))[SEARCH] for inside in side]
    return [
        np.concatenate([inside.tokens[state, part] for inside, part in zip(side, parts, strict=True)])
        for state in range(1, side[0].config.depth + 1)
    ]
