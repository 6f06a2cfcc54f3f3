"""The Gradio page: choose a clip, drag a box, watch it followed, compare, look inside, distil."""

from playground.app.demo.layout import build
from playground.app.demo.serve import launch

__all__ = ["build", "launch"]
