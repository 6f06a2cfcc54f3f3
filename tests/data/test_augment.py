"""Cutting against OpenCV and against the tracker's own crop; what each change of colour and sharpness must keep."""

import cv2
import numpy as np
import pytest
import torch

from playground.box import Box
from playground.crop import crop
from playground.data import augment


@pytest.fixture
def picture() -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 255, (256, 256, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


def _frames(picture: np.ndarray, n: int = 1) -> torch.Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1).copy())[None].expand(n, -1, -1, -1)


@pytest.mark.parametrize(
    "box", [Box(100.0, 80.0, 40.0, 30.0), Box(0.0, 0.0, 60.0, 60.0), Box(230.0, 200.0, 30.0, 50.0)]
)
def test_cut_equals_the_trackers_crop(picture, box):
    expected, place = crop(picture, box, 4.0, 112)
    square = torch.tensor([[float(place.x0), float(place.y0), float(place.side), float(place.side)]])
    cut = augment.cut(_frames(picture), square, torch.tensor([False]), 112)[0].permute(1, 2, 0).numpy()
    difference = np.abs(cut - expected)
    # The crop drops the frame's last row and column when it reaches them (spec 4.1); away from that seam they agree.
    assert np.quantile(difference, 0.95) < 1.5


def test_flip_mirrors_the_cut(picture):
    square = torch.tensor([[30.0, 40.0, 100.0, 80.0]] * 2)
    plain, mirrored = augment.cut(_frames(picture, 2), square, torch.tensor([False, True]), 64)
    torch.testing.assert_close(plain.flip(-1), mirrored, atol=1e-2, rtol=0)


def test_colour_stays_in_range_keeps_shape_and_varies():
    images = torch.rand(8, 3, 24, 24) * 255
    changed = augment.colour(images, 0.4, torch.Generator().manual_seed(0))
    assert changed.shape == images.shape and changed.min() >= 0 and changed.max() <= 255
    shift = (changed - images).mean((1, 2, 3))
    assert shift.std() > 5
    again = augment.colour(images, 0.4, torch.Generator().manual_seed(0))
    assert torch.equal(changed, again)


def test_soften_and_smear_keep_the_mean_and_remove_detail(picture):
    images = _frames(np.random.default_rng(0).integers(0, 255, (256, 256, 3), dtype=np.uint8)).float()[..., :112, :112]
    for blurred in (augment.soften(images, 0.3), augment.smear(images, 9, 0.7)):
        assert blurred.shape == images.shape
        assert blurred.mean().item() == pytest.approx(images.mean().item(), rel=0.05)
        assert blurred.std() < 0.6 * images.std()


def test_smear_runs_along_its_angle():
    image = torch.zeros(1, 3, 31, 31)
    image[..., 15, 15] = 9.0
    flat = augment.smear(image, 9, 0.0)[0, 0]
    assert flat[15, 11:20].sum().item() == pytest.approx(9.0, abs=1e-4) and flat[14].sum() == 0


def test_occlusion_covers_part_of_the_target_only():
    images = torch.stack([torch.zeros(3, 40, 40), torch.full((3, 40, 40), 200.0)])
    boxes = torch.tensor([[0.25, 0.25, 0.75, 0.75]] * 2)
    changed = augment.occlude(images, boxes, 1.0, torch.Generator().manual_seed(0))
    covered = changed[0, 0] == 200
    assert 0 < covered.sum() < 400
    assert not covered[:10].any() and not covered[:, :10].any() and not covered[30:].any() and not covered[:, 30:].any()
    assert torch.equal(augment.occlude(images, boxes, 0.0, torch.Generator().manual_seed(0)), images)
