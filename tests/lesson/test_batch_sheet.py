"""Groups of a batch as one picture: templates first, then search regions with their boxes."""

import cv2
import numpy as np
import torch
from tiny_training import random_batch

from playground.config import CropConfig
from playground.lesson.batch_sheet import COLUMNS, GAP_PX, TILE_PX, batch_sheet


def test_each_group_has_its_tiles():
    batch = random_batch(groups=5, per_group=3)
    grey = batch._replace(templates=torch.zeros_like(batch.templates), search=torch.zeros_like(batch.search))
    made = batch_sheet(grey, CropConfig())
    sheet = cv2.imdecode(np.frombuffer(made.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    across = COLUMNS * 5 * (TILE_PX + GAP_PX) + 2 * GAP_PX
    assert sheet.shape == (2 * (TILE_PX + GAP_PX), across), "a pair of groups a row, and none alone"
    tile = sheet[:TILE_PX, :TILE_PX].astype(int)
    assert tile.std() < 3, "a template has no box"
    x1, y1, x2, y2 = (batch.boxes_rel[0] * TILE_PX).round().int().tolist()
    region = sheet[:TILE_PX, 2 * (TILE_PX + GAP_PX) :][:, :TILE_PX].astype(int)
    assert region[(y1 + y2) // 2, x1] > tile.mean() + 40 and region[y2, (x1 + x2) // 2] > tile.mean() + 40
