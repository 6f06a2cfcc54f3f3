"""The page's example clip: sixty frames in one lossless picture, so that every decoder gives the same pixels.

``space/browser/make_example.py`` renders it. A video would not do: browsers and FFmpeg differ in its colours.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8

from playground.box import Box
from playground.settings import from_file
from playground.video.read import Frame
from playground.video.synthetic import WorldConfig

WEB = Path(__file__).resolve().parents[2] / "web"
SHEET, FACTS = "example.webp", "example.json"
SEED = 526  # an orange thing in front of a photographer, and a coin that comes across
WORLD = WorldConfig(
    width=320, height=240, frames=60, size=(0.25, 0.35), speed=0.03, grow=0.006, blur=0, occlusion=0, leave_frame=0,
    distractors=1, light=0, noise=0, camera=0,
)  # fmt: skip
COLUMNS = 10
FPS = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ExampleFacts:
    """``example.json``: what lies where on the sheet, and the target on the first frame as ``x, y, w, h`` in pixels.

    Frames of ``width`` by ``height`` pixels stand row by row, ``columns`` in a row, and follow each other at ``fps``.
    """

    file: str
    bytes: int
    sha256: str
    width: int
    height: int
    frames: int
    columns: int
    fps: float
    box: tuple[float, float, float, float]


def read_facts(web: Path = WEB) -> ExampleFacts:
    """What ``example.json`` says."""
    return from_file(ExampleFacts, web / FACTS)


def as_sheet(frames: UInt8[np.ndarray, "t height width 3"], columns: int) -> UInt8[np.ndarray, "rows wide 3"]:
    """Frames side by side, row by row; their number must be a multiple of ``columns``."""
    _, height, width, _ = frames.shape
    rows = frames.reshape(-1, columns, height, width, 3).transpose(0, 2, 1, 3, 4)
    return rows.reshape(-1, columns * width, 3)


def example_frames(web: Path = WEB) -> tuple[list[Frame], Box]:
    """The frames of the clip, and the target on the first one.

    Raises ``ValueError`` naming ``example`` when the sheet cannot be read or has another size than the facts say.
    """
    facts = read_facts(web)
    sheet = cv2.imread(str(web / facts.file), cv2.IMREAD_COLOR_RGB)
    rows = -(-facts.frames // facts.columns)
    if sheet is None or sheet.shape != (rows * facts.height, facts.columns * facts.width, 3):
        raise ValueError(f"example: {web / facts.file} is not the picture that {FACTS} tells of; make both again.")
    frames = []
    for index in range(facts.frames):
        y, x = index // facts.columns * facts.height, index % facts.columns * facts.width
        image = np.ascontiguousarray(sheet[y : y + facts.height, x : x + facts.width])
        frames.append(Frame(image, index, index / facts.fps))
    return frames, Box(*facts.box)
