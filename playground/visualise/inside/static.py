"""A figure for where no front end is alive: one HTML file that asks for nothing, and a picture of it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

BROWSERS = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome", "google-chrome-stable")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
_LIMIT_S = 120

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>:root{{color-scheme:light dark}}body{{margin:8px;background:{ground}}}
@media (prefers-color-scheme:dark){{body{{background:{dark_ground}}}}}</style>
<script>{plotly}</script></head><body>{figure}</body></html>
"""
LIGHT, DARK = "#ffffff", "#0f1115"


def to_static(figure: go.Figure, *, dark: bool | None = None, buttons: bool = True) -> str:
    """A whole HTML page with the figure, plotly's script inside it. It follows the reader's light or dark mode.

    ``dark``: True or False instead of following. ``buttons``: those that appear over the figure.
    """
    config = {"displaylogo": False, "responsive": True} | ({} if buttons else {"displayModeBar": False})
    inside = figure.to_html(full_html=False, include_plotlyjs=False, config=config)
    title = (figure.layout.title.text or "figure").replace("<", "&lt;")
    ground = DARK if dark else LIGHT
    dark_ground = ground if dark is not None else DARK
    return _PAGE.format(title=title, ground=ground, dark_ground=dark_ground, plotly=get_plotlyjs(), figure=inside)


def to_png(figure: go.Figure, *, width: int = 960, dark: bool = False) -> bytes:
    """The figure as a PNG ``width`` pixels wide, drawn by a Chromium on this machine.

    The browser is the one that ``CHROMIUM`` names, or the first of `BROWSERS` on the path. Raises ``ValueError`` naming
    ``browser`` when there is none, or when it drew nothing.
    """
    browser = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise ValueError("browser: no Chromium here to draw a PNG; install one, name it in CHROMIUM, or use to_static.")
    height = int(figure.layout.height or 450)
    with tempfile.TemporaryDirectory(prefix="figure-") as folder:
        page, png = Path(folder) / "figure.html", Path(folder) / "figure.png"
        page.write_text(to_static(figure, dark=dark, buttons=False), encoding="utf-8")
        command = [
            browser,
            *_FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--screenshot={png}",
            f"--window-size={width},{height + 16}",
            page.as_uri(),
        ]
        try:
            subprocess.run(command, capture_output=True, timeout=_LIMIT_S, check=True)
        except (OSError, subprocess.SubprocessError) as error:
            raise ValueError(f"browser: {browser} could not draw the figure ({error}).") from error
        if not png.is_file():
            raise ValueError(f"browser: {browser} drew nothing; is it a Chromium?")
        return png.read_bytes()
