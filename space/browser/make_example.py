"""Renders the page's example clip into ``playground/web``. Run: ``python space/browser/make_example.py``."""

from pathlib import Path

from PIL import Image

from playground.app.page.example import COLUMNS, FACTS, FPS, SEED, SHEET, WEB, WORLD, ExampleFacts, as_sheet
from playground.files import replacing
from playground.manifest import describe_file
from playground.settings import to_json
from playground.video.synthetic import render_clip


def main(web: Path = WEB) -> None:
    """Render, write the sheet without loss, and the facts about it."""
    clip = render_clip(SEED, WORLD)
    x, y, w, h = (float(round(value)) for value in clip.boxes[0])
    with replacing(web / SHEET) as path:
        Image.fromarray(as_sheet(clip.frames, COLUMNS)).save(path, "WEBP", lossless=True, quality=100, method=6)
    record = describe_file(web / SHEET)
    facts = ExampleFacts(
        file=SHEET,
        bytes=record.bytes,
        sha256=record.sha256,
        width=WORLD.width,
        height=WORLD.height,
        frames=WORLD.frames,
        columns=COLUMNS,
        fps=FPS,
        box=(x, y, w, h),
    )
    with replacing(web / FACTS) as path:
        path.write_text(to_json(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
