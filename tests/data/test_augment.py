"""What each change of colour and sharpness does to the pixels, each computed in another way."""

import cv2
import numpy as np
import pytest
import torch

from playground.data.augment import LONGEST, NUMBERS, Look, disturb, look_of, noise_picture
from playground.train_config import AugmentConfig

NOISE = noise_picture(64, torch.device("cpu"))
OFF = AugmentConfig(grey=0, brightness=0, contrast=0, saturation=0, cast=0, noise=0, blur=0)


def _look(n: int, **changes: np.ndarray) -> Look:
    one, none = np.ones(n), np.zeros(n)
    row = {"saturation": one, "contrast": one, "gain": np.ones((n, 3)), "noise": none, "place": np.zeros((n, 2))}
    return Look(**(row | {"soft": none, "smear": np.zeros((n, 2))} | changes))


def _images(n: int, low: int = 0, high: int = 255, size: int = 48) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).integers(low, high, (n, 3, size, size))).float()


def _numbers(n: int) -> np.ndarray:
    return np.random.default_rng(0).random((n, NUMBERS))


def test_nothing_asked_for_changes_nothing():
    images = _images(4)
    look = look_of(OFF, _numbers(4), np.zeros(4, bool), 0.0)
    torch.testing.assert_close(disturb(images, look, NOISE), images, atol=1e-3, rtol=0)


def test_grey_has_opencvs_weights_and_three_equal_channels():
    images = _images(2)
    changed = disturb(images, look_of(OFF, _numbers(2), np.array([True, False]), 0.0), NOISE)
    expected = cv2.cvtColor(images[0].permute(1, 2, 0).numpy(), cv2.COLOR_RGB2GRAY)
    assert (changed[0] - torch.from_numpy(expected)).abs().max() < 1e-2
    torch.testing.assert_close(changed[1], images[1], atol=1e-3, rtol=0)


def test_contrast_keeps_the_mean_and_gain_multiplies_channels():
    images = _images(3, 100, 156)
    gain = np.array([[1.2, 1.0, 0.7]] * 3)
    changed = disturb(images, _look(3, contrast=np.array([0.5, 1.0, 1.5]), gain=gain), NOISE)
    ratio = changed.std((2, 3)) / images.std((2, 3)) / torch.tensor(gain)
    # Each channel is stretched by the contrast, about one middle for all of them.
    np.testing.assert_allclose(ratio, np.repeat([[0.5], [1.0], [1.5]], 3, 1), rtol=1e-4)
    luma = torch.tensor([0.299, 0.587, 0.114])
    undone = changed.mean((2, 3)) / torch.tensor(gain) @ luma.double()
    torch.testing.assert_close(undone.float(), images.mean((2, 3)) @ luma, atol=1e-2, rtol=0)


def test_values_stay_in_range():
    look = _look(2, contrast=np.array([3.0, 3.0]), noise=np.array([50.0, 0.0]))
    changed = disturb(_images(2), look, NOISE)
    assert changed.min() == 0 and changed.max() == 255


def test_noise_has_its_deviation_and_differs_by_place():
    images = torch.full((3, 3, 64, 64), 128.0)
    look = _look(3, noise=np.array([8.0, 8.0, 0.0]), place=np.array([[0.0, 0.999], [0.5, 0.2], [0.3, 0.3]]))
    noise = disturb(images, look, NOISE) - images
    assert noise[:2].std((1, 2, 3)).tolist() == pytest.approx([8, 8], rel=0.05) and (noise[2] == 0).all()
    flat = noise[:2].flatten(1)
    assert abs(torch.corrcoef(flat)[0, 1]) < 0.05
    assert abs(torch.corrcoef(noise[0].flatten(1))[0, 1]) < 0.05  # channels differ, too


def test_soft_is_a_gaussian_blur():
    images = _images(3)
    changed = disturb(images, _look(3, soft=np.array([0.0, 0.8, 2.0])), NOISE)
    torch.testing.assert_close(changed[0], images[0], atol=1e-3, rtol=0)
    for i, deviation in ((1, 0.8), (2, 2.0)):
        expected = cv2.GaussianBlur(images[i].permute(1, 2, 0).numpy(), (15, 15), deviation)
        inner = slice(8, -8)  # borders are treated otherwise
        difference = changed[i].permute(1, 2, 0).numpy()[inner, inner] - expected[inner, inner]
        assert np.abs(difference).max() < 0.1


def test_smear_is_the_mean_along_its_line():
    images = torch.zeros(3, 3, 31, 31)
    images[..., 15, 15] = 110.0
    motion = np.array([[10.0, 0.0], [0.0, 0.0], [6.0, 6.0]])
    flat, still, slanted = disturb(images, _look(3, smear=motion), NOISE)[:, 0]
    assert flat[15, 10:21].tolist() == pytest.approx([10.0] * 11, abs=1e-3) and flat.sum().item() == pytest.approx(110)
    assert still[15, 15] == 110
    assert slanted.sum().item() == pytest.approx(110, abs=1e-3)
    rows, columns = np.nonzero(slanted.numpy() > 1e-3)
    assert (rows == columns).all() and (rows.min(), rows.max()) == (12, 18)


def test_looks_keep_to_the_strengths_asked_for():
    config, n = AugmentConfig(brightness=0.2, contrast=0.3, saturation=0.4, cast=0.1, noise=6.0), 4000
    look = look_of(config, _numbers(n), np.zeros(n, bool), 0.3)
    for values, most in ((look.saturation, 0.4), (look.contrast, 0.3)):
        assert 1 - most <= values.min() < 1 - 0.95 * most and 1 + 0.95 * most < values.max() <= 1 + most
    assert look.gain.min() >= 0.8 * 0.9 and look.gain.max() <= 1.2 * 1.1
    shares = look.gain / look.gain.mean(1, keepdims=True)
    # A cast, not brightness alone: uniform in +-0.1, less the mean of the three.
    assert shares.std() == pytest.approx(0.1 / 3**0.5 * (2 / 3) ** 0.5, rel=0.05)
    assert look.noise.max() <= 6 and 0.25 < (look.noise > 0).mean() < 0.35
    soft, smeared = look.soft > 0, look.smear.any(1)
    assert not (soft & smeared).any() and 0.13 < soft.mean() < 0.17 and 0.13 < smeared.mean() < 0.17
    length = np.hypot(*look.smear[smeared].T)
    assert length.min() >= 2 and length.max() <= LONGEST - 1
