# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6. Export and share
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/06_export_and_share.ipynb)
#
# A trained network is a folder that PyTorch can read. Others have no PyTorch: a phone, a robot, the browser of whoever
# gets your link. This notebook turns the folder into files for them, and shows that nothing was lost on the way.
#
# **You will**
#
# - export a network as ONNX graphs, in three precisions;
# - track with it without PyTorch, and measure how far the boxes come apart;
# - build a web page that tracks in the visitor's own browser;
# - write a model card, and see what would go to the Hugging Face Hub. Nothing is uploaded here.
#
# It takes less than a minute on a laptop without a graphics card.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson import begin, check, drawing, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("06_export_and_share", fast=FAST)
MODEL = "mini-small"  # or the folder of a run, such as "runs/lesson/shallow"
lesson

# %% [markdown]
# ## Two graphs
#
# The network is two functions. `encode` turns templates into a memory, once for each new template. `step` takes that
# memory and a search region, in every frame. Each becomes a graph of its own; they share one file of weights.

# %%
drawing("export")

# %%
from playground.export.onnx import export_onnx
from playground.lesson import files_in

out = lesson.runs / "exported"
exported = {dtype: export_onnx(MODEL, out / dtype, dtype=dtype) for dtype in ("fp32", "fp16", "int8")}
files_in(out / "fp32")

# %% [markdown]
# The manifest says what goes in and what comes out, so that a reader in any language needs no constant of the model.

# %%
from playground.lesson import ports

ports({"encode": exported["fp32"].encode, "step": exported["fp32"].step})

# %% [markdown]
# ## Smaller
#
# Weights are stored as 32-bit numbers. Half of the bits will do, or a quarter of them: then a weight is a whole number
# from -127 to 127, times a scale.
#
# ### Exercise 1
#
# Write it: from an array of weights to whole numbers of type `int8`, and the scale by which they have to be multiplied.

# %%
import numpy as np


def my_int8(weights: np.ndarray) -> tuple[np.ndarray, float]:
    return weights.round().astype(np.int8), 1.0  # change this


check("int8", my_int8)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def my_int8(weights):
#     scale = np.abs(weights).max() / 127
#     return np.round(weights / scale).astype(np.int8), scale
# ```
#
# The export does this for every column of every matrix by itself, for one large weight would make all steps wide.
# </details>

# %% [markdown]
# ### Exercise 2
#
# How many megabytes are a million weights as `fp16`?

# %%
my_megabytes = None  # your answer: a number

check("bytes", my_megabytes)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_megabytes = 1e6 * 16 / 8 / 1e6
# ```
# </details>

# %% [markdown]
# ## Is it still the same tracker?
#
# The same clip through PyTorch and through ONNX Runtime: the size of the weights, the largest difference of a box in
# any frame, and the time that a frame took in the network, here and now.

# %%
from playground.export.verify import LIMIT_PX, verify
from playground.lesson import table

rows, found = [], {}
for dtype, made in exported.items():
    (found[dtype],) = verify(out / dtype, MODEL, templates=(1,), frames=20 if lesson.fast else 60)
    size, told = sum(record.bytes for record in made.files.values()) / 1e6, found[dtype]
    rows.append([dtype, f"{size:.2f}", f"{told.box_px:.5f}", f"{told.torch_ms:.1f}", f"{told.onnx_ms:.1f}"])
table(["precision", "MB", "boxes apart (px)", "PyTorch (ms)", "ONNX Runtime (ms)"], rows)

# %%
apart = found["fp32"].box_px
assert apart < LIMIT_PX, f"the export is {apart:.2f} px off; something was lost on the way"

# %% [markdown]
# To see it: PyTorch, and the whole numbers.

# %%
from playground import load
from playground.lesson import filmstrip, overlaps, tracked, unseen_clip

clip = unseen_clip(1)
trackers = {"PyTorch": load(MODEL, device="cpu"), "int8": load(str(out / "int8"), backend="onnx")}
tracks = {name: tracked(tracker, clip) for name, tracker in trackers.items()}
filmstrip(clip.frames, tracks, clip.boxes)

# %%
overlaps(tracks, clip)

# %%
from playground.visualise import live
from playground.visualise.inside import compare_figure

live.show(compare_figure(*tracks.values(), names=tuple(tracks)), "agreement")

# %% [markdown]
# ## A page that tracks
#
# A browser can run these graphs too. The page that comes with the package does: webcam or file, and nothing leaves the
# visitor's machine. Here it is put into a folder that any static host can serve.

# %%
from shutil import rmtree

from playground.app.page.exports import PageModel
from playground.app.page.site import make_site, write_site

name = exported["fp32"].name
offered = [PageModel(name=name, dtype=dtype, folder=out / dtype, reference=None) for dtype in ("fp32", "int8")]
rmtree(lesson.runs / "site", ignore_errors=True)  # an earlier one
write_site(make_site(offered, runtime=None), lesson.runs / "site")
files_in(lesson.runs / "site")

# %% [markdown]
# Its drawing code works here as well: box, trail, score and the four edges, as the network in whole numbers sees them.
# Press *Play*, or move the slider.

# %%
live.player(clip.frames, tracks["int8"])

# %% [markdown]
# In a shell, one line builds the page, and another one serves it at once:
#
# ```sh
# playground page --build site
# playground page
# ```

# %% [markdown]
# ## A model for others
#
# A model on the Hub is a folder with a card: what it is, how to load it, how it was trained, what it was measured at,
# where it fails. The card is rendered from what the folder and its runs say, so that nobody has to remember it.

# %%
from playground.app.card import gather_facts, render_card
from playground.hub import model_files, resolve
from playground.lesson import Words

folder = resolve(MODEL)
card = render_card(folder, gather_facts(folder), "you/my-tracker")
Words(card.partition("## Figures")[0].split("---", 2)[2])

# %% [markdown]
# These files would be published, and nothing else of the folder:

# %%
files_in(model_files(folder, card))

# %% [markdown]
# With a free account and a token, one line in a shell publishes it. `--dry-run` shows what it would do.
#
# ```sh
# playground publish runs/lesson/shallow you/my-tracker --dry-run
# ```
#
# After that, everybody's first line is `pg.load("you/my-tracker")`.

# %%
run_time(lesson)
