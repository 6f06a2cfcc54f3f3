"""What a network is shown while it learns: some groups of a batch, as one picture."""

import cv2
import numpy as np

from playground.box import Box
from playground.config import CropConfig
from playground.data.batch import Batch
from playground.lesson.pictures import GROUND, TRUE_BOX, Picture, as_picture, outline
from playground.visualise.inside.crops import as_pictures

TILE_PX, GAP_PX, COLUMNS, ROWS = 112, 6, 2, 3


def batch_sheet(batch: Batch, rules: CropConfig) -> Picture:
    """The first groups of a batch, normalised by ``rules``: templates, then search regions with the true box.

    Two groups stand beside each other, three below each other.
    """
    many = len(batch.search) // len(batch.templates)
    rows = []
    for first in range(0, min(len(batch.templates) // COLUMNS, ROWS) * COLUMNS, COLUMNS):
        tiles = []
        for group in range(first, first + COLUMNS):
            templates = as_pictures(batch.templates[group].cpu().numpy(), rules)
            search = as_pictures(batch.search[group * many : (group + 1) * many].cpu().numpy(), rules)
            boxes = batch.boxes_rel[group * many : (group + 1) * many].tolist()
            tiles += [_tile(image) for image in templates]
            tiles += [_tile(image, box) for image, box in zip(search, boxes, strict=True)]
            tiles.append(np.full((TILE_PX + GAP_PX, 2 * GAP_PX, 3), GROUND, np.uint8))
        rows.append(np.hstack(tiles[:-1]))
    return as_picture(np.vstack(rows), f"groups of a batch: {len(rows) * COLUMNS}")


def _tile(image: np.ndarray, box_rel: list[float] | None = None) -> np.ndarray:
    tile = cv2.resize(image, (TILE_PX, TILE_PX), interpolation=cv2.INTER_CUBIC)
    if box_rel is not None:
        x1, y1, x2, y2 = (value * TILE_PX for value in box_rel)
        outline(tile, Box(x1, y1, x2 - x1, y2 - y1), 1, TRUE_BOX)
    return cv2.copyMakeBorder(tile, 0, GAP_PX, 0, GAP_PX, cv2.BORDER_CONSTANT, value=GROUND)
