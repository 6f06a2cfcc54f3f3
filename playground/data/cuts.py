"""Where crops are cut out of frames: squares that may be turned and mirrored, as one affine map a crop."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """``n`` crops: ``frames`` are frame numbers, ``squares`` x, y, width, height in frame pixels.

    A square may be a rectangle, which stretches the picture. It is turned about its centre by ``turn`` degrees; where
    ``mirror`` is set the crop is mirrored left to right.
    """

    frames: Int[np.ndarray, "n"]
    squares: Float[np.ndarray, "n 4"]
    turn: Float[np.ndarray, "n"]
    mirror: Bool[np.ndarray, "n"]

    def affine(self) -> Float[np.ndarray, "n 2 3"]:
        """Maps from u, v, 1, in fractions of the crop, to x, y in frame pixels."""
        size, angle = self.squares[:, 2:], np.deg2rad(self.turn)
        across = np.where(self.mirror, -1, 1)[:, None] * size[:, :1] * np.stack([np.cos(angle), np.sin(angle)], 1)
        down = size[:, 1:] * np.stack([-np.sin(angle), np.cos(angle)], 1)
        corner = self.squares[:, :2] + size / 2 - (across + down) / 2
        return np.stack([across, down, corner], 2)

    def relative(self, boxes: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
        """Boxes x, y, w, h in frame pixels -> x1, y1, x2, y2 in fractions of the crops, not clipped.

        In a turned crop it is the upright box around the turned one, which is a little large; meant for small angles.
        """
        maps = self.affine()
        corners = boxes[:, None, :2] + boxes[:, None, 2:] * np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
        found = np.linalg.solve(maps[:, None, :, :2], (corners - maps[:, None, :, 2])[..., None])[..., 0]
        return np.concatenate([found.min(1), found.max(1)], 1)


def upright(frames: Int[np.ndarray, "n"], squares: Float[np.ndarray, "n 4"]) -> Cuts:
    """Crops that are neither turned nor mirrored."""
    return Cuts(frames=frames, squares=squares, turn=np.zeros(len(frames)), mirror=np.zeros(len(frames), bool))


def warp(
    images: Iterable[UInt8[np.ndarray, "_ _ 3"] | None], cuts: Cuts, size: int
) -> UInt8[np.ndarray, "n size size 3"]:
    """Crops of ``size`` pixels, one of each image: bilinear, black outside (spec 4.1), black where there is none."""
    maps = cuts.affine() / [size, size, 1.0]
    maps[:, :, 2] += maps[:, :, :2].sum(2) / 2 - 0.5  # OpenCV counts from the middle of the first pixel
    crops = np.zeros((len(maps), size, size, 3), np.uint8)
    for image, to_frame, crop in zip(images, maps, crops, strict=True):
        if image is not None:
            cv2.warpAffine(image, to_frame, (size, size), dst=crop, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return crops
