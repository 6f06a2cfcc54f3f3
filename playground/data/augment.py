"""Changes of colour and sharpness, drawn for each crop and applied to whole batches on the device they are on."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from playground.train_config import AugmentConfig

Images = Float[Tensor, "n 3 size size"]

LUMA = (0.299, 0.587, 0.114)  # the weights of OpenCV's greyscale (spec 3.3)
NOISY = 0.3  # share of crops with noise
SOFT, SOFTEST = 0.5, 2.0  # pixels: standard deviations of the weakest and the strongest blur
LONGEST = 11  # pixels: the longest smear
NUMBERS = 13  # uniform numbers that make the look of one crop
NOISE_PLACES = 256  # pixels across, and down: where the noise of a crop may begin in the picture of noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What happens to ``n`` crops: factors of saturation, contrast and each channel, 1 for none.

    ``noise`` is a standard deviation in grey levels, ``place`` in 0..1 tells where the noise is taken from. ``soft`` is
    the standard deviation of a blur in pixels, ``smear`` the x and y of a motion in pixels; 0 for none.
    """

    saturation: Float[np.ndarray, "n"]
    contrast: Float[np.ndarray, "n"]
    gain: Float[np.ndarray, "n 3"]
    noise: Float[np.ndarray, "n"]
    place: Float[np.ndarray, "n 2"]
    soft: Float[np.ndarray, "n"]
    smear: Float[np.ndarray, "n 2"]


def look_of(
    config: AugmentConfig, numbers: Float[np.ndarray, "n numbers"], grey: Bool[np.ndarray, "n"], blur: float
) -> Look:
    """The look that ``numbers`` (`NUMBERS` a crop, uniform in 0..1) stand for: no colour where ``grey``, and a blur at
    the chance ``blur``."""
    saturation, contrast, brightness, *cast, noisy, noise, kind, strength, angle = numbers[:, :11].T
    soft, smeared = kind < blur / 2, (blur / 2 <= kind) & (kind < blur)
    motion = np.pi * angle, smeared * (2 + (LONGEST - 3) * strength)

    def near_one(number: np.ndarray, most: float) -> np.ndarray:
        return 1 + most * (2 * number - 1)

    return Look(
        saturation=np.where(grey, 0.0, near_one(saturation, config.saturation)),
        contrast=near_one(contrast, config.contrast),
        gain=near_one(brightness, config.brightness)[:, None] * near_one(np.stack(cast, 1), config.cast),
        noise=(noisy < NOISY) * config.noise * noise,
        place=numbers[:, 11:],
        soft=soft * (SOFT + (SOFTEST - SOFT) * strength),
        smear=np.stack([np.cos(motion[0]), np.sin(motion[0])], 1) * motion[1][:, None],
    )


def noise_picture(size: int, device: torch.device) -> Float[Tensor, "3 side side"]:
    """Normal noise of deviation 1, always the same, for crops of up to ``size`` pixels to cut theirs from."""
    side = size + NOISE_PLACES - 1
    noise = np.random.default_rng(0).standard_normal((3, side, side), np.float32)
    return torch.from_numpy(noise).to(device)


def disturb(images: Images, look: Look, noise: Float[Tensor, "3 side side"]) -> Images:
    """The images, 0..255, as ``look`` says, with noise of `noise_picture`; values stay in 0..255."""
    images = _colour(_smear(_soften(images, look.soft), look.smear), look)
    _add_noise(images, look, noise)
    return images.clamp_(0, 255)


def _colour(images: Images, look: Look) -> Images:
    """Saturation about the grey of each pixel, contrast about that of each image, then a gain for each channel."""

    def factor(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).float().to(images.device).view(len(images), -1, 1, 1)

    saturation, contrast, gain = factor(look.saturation), factor(look.contrast), factor(look.gain)
    red, green, blue = images[:, 0:1], images[:, 1:2], images[:, 2:3]
    grey = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    plain = grey * (contrast * (1 - saturation)) + grey.mean((2, 3), keepdim=True) * (1 - contrast)
    return (images * (contrast * saturation)).add_(plain).mul_(gain)


def _add_noise(images: Images, look: Look, noise: Tensor) -> None:
    rows, size = np.flatnonzero(look.noise), images.shape[-1]
    if not len(rows):
        return
    corners = (look.place[rows] * NOISE_PLACES).astype(int).tolist()
    crops = torch.stack([noise[:, y : y + size, x : x + size] for x, y in corners])
    strength = torch.from_numpy(look.noise[rows]).to(crops).view(-1, 1, 1, 1)
    images.index_add_(0, torch.from_numpy(rows).to(images.device), crops.mul_(strength))


def _soften(images: Images, soft: np.ndarray) -> Images:
    """Blur by a Gaussian of deviation ``soft`` pixels where that is above 0: small and defocused targets."""
    rows, size = np.flatnonzero(soft), images.shape[-1]
    if not len(rows):
        return images
    distance = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / soft[rows, None, None]
    weights = np.exp(-0.5 * distance**2) * (distance < 4)  # beyond lie denormal numbers, which are slow to multiply
    mix = torch.from_numpy(weights / weights.sum(2, keepdims=True)).to(images).mT
    at = torch.from_numpy(rows).to(images.device)
    blurred = images[at]
    for _ in range(2):  # along the rows, then along the columns
        blurred = (blurred.flatten(1, 2) @ mix).view_as(blurred).mT
    return images.index_copy(0, at, blurred)


def _smear(images: Images, motion: np.ndarray) -> Images:
    """The mean along a line of x and y pixels where that is no point: motion blur."""
    rows, size = np.flatnonzero(motion.any(1)), images.shape[-1]
    if not len(rows):
        return images
    places = np.round(np.linspace(-0.5, 0.5, LONGEST)[:, None] * motion[rows, None]).astype(int) + LONGEST // 2
    kernels = np.zeros((len(rows), LONGEST, LONGEST), np.float32)
    np.add.at(kernels, (np.arange(len(rows))[:, None], places[..., 1], places[..., 0]), 1 / LONGEST)
    weight = torch.from_numpy(kernels).to(images.device).repeat_interleave(3, 0)[:, None]
    at = torch.from_numpy(rows).to(images.device)
    padded = F.pad(images[at], [LONGEST // 2] * 4, mode="replicate").flatten(0, 1)[None]
    smeared = F.conv2d(padded, weight, groups=3 * len(rows)).view(len(rows), 3, size, size)
    return images.index_copy(0, at, smeared)
