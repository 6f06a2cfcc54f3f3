"""Makes ``docs/track.gif``: the embedded model on an example clip. Run: ``python docs/make_track_gif.py``."""

from pathlib import Path

from PIL import Image

from playground.api import load
from playground.box import Box
from playground.follow import follow
from playground.video.read import Frame
from playground.video.synthetic import EXAMPLES, render_clip
from playground.visualise.overlay import Trail, draw

EVERY, WIDTH, COLOURS = 4, 280, 32


def main() -> None:
    """Track, draw every fourth frame, write the animation."""
    seed, config = EXAMPLES["easy"]
    clip = render_clip(seed, config)
    frames = [Frame(image, i, i / 30) for i, image in enumerate(clip.frames)]
    first = Box(*(float(value) for value in clip.boxes[0]))
    trail, pictures = Trail(), []
    for frame, event in follow(load("mini-small", device="cpu"), frames, first):
        drawn = draw(frame.image, event, trail)
        if frame.index % EVERY == 0:
            picture = Image.fromarray(drawn)
            size = (WIDTH, round(WIDTH * picture.height / picture.width))
            pictures.append(picture.resize(size, Image.Resampling.LANCZOS).quantize(COLOURS))
    out = Path(__file__).with_name("track.gif")
    pictures[0].save(out, save_all=True, append_images=pictures[1:], duration=EVERY * 33, loop=0, optimize=True)


if __name__ == "__main__":
    main()
