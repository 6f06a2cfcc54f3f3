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
# # 1. Track
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/01_track.ipynb)
#
# A clip, a box around something on its first frame, and a network that finds it again on every frame after that. It has
# never seen the thing before, and does not know what it is called.
#
# **You will**
#
# - follow a target through a clip, and get a video with its boxes;
# - see the small pictures that are all the network is shown;
# - read what each of its four prediction tokens says, and make a box of it yourself;
# - watch it lose a target that hides, and say so;
# - do it with a video of your own.
#
# It takes less than a minute on a laptop without a graphics card.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson import begin, check, drawing, film, filmstrip, overlaps, run_time, shown_to, spoken

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("01_track", fast=FAST)
lesson

# %% [markdown]
# ## A clip and a box
#
# Leave `VIDEO` empty for a synthetic clip, or name a file or an address, and the target's box on its first frame: left,
# top, width and height in pixels.

# %%
VIDEO = None  # such as "my_video.mp4"
BOX = None  # such as (120, 80, 60, 90)

# %%
from playground.visualise.inside import open_footage

footage = open_footage(VIDEO, BOX, count=45 if lesson.fast else 90)
print(f"{len(footage.frames)} frames of {footage.frames[0].image.shape[1]} x {footage.frames[0].image.shape[0]} pixels")

# %% [markdown]
# `load` brings a tracker, here one that comes with the package. `follow` hands it frame after frame, and gives back
# each frame with an **event**: the box, how sure the tracker is of it, and more.

# %%
from playground import load
from playground.follow import follow

tracker = load("mini-small")
events = [event for _, event in follow(tracker, footage.frames, footage.box)]
last = events[-1]
print(f"Frame {last.index}: centre ({last.box.cx:.0f}, {last.box.cy:.0f}), score {last.score:.2f}")

# %% [markdown]
# Eight frames of it, the first and the last among them. White, where it is known: the true box.

# %%
images = [frame.image for frame in footage.frames]
filmstrip(images, {"mini-small": events}, footage.truth)

# %% [markdown]
# And the whole of it as a video, with the search region in grey and the score on the box. It is kept as `tracked.mp4`.

# %%
film(images, events, lesson.runs / "tracked.mp4")

# %% [markdown]
# ## What the network is shown
#
# Not the frame. It is shown **templates**, cut around the target, and a **search region** around the last box, a few
# times as large as the target. The first template stays for ever. The **online template** is renewed now and then, when
# the tracker is sure of itself.

# %%
from playground.hub import load_model, load_tracker_config, resolve
from playground.visualise.inside import cut_footage, look_inside

model, rules = load_model(resolve("mini-small")), load_tracker_config(resolve("mini-small"))
seen = [look_inside(model, crops) for crops in cut_footage(model.config, rules.crop, footage, events, count=5)]
middle = seen[2]
shown_to(middle.crops)

# %% [markdown]
# The pictures are cut into patches. Each patch becomes a **token**, a row of numbers, and so do four more that belong
# to no patch: the **prediction tokens**. All of them go through the network together.

# %%
drawing("tokens")

# %% [markdown]
# ### Exercise 1
#
# The side of the square search region is the square root of the target's area times the tracker's search factor,
# rounded up to whole pixels. How long is it for a target of 64 x 48 pixels?

# %%
print(f"The search factor of this tracker: {rules.crop.search_factor:g}")
my_side = None  # your answer: a number of pixels

check("search side", my_side)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# import math
#
# my_side = math.ceil(math.sqrt(64 * 48) * rules.crop.search_factor)
# ```
#
# With the root of the area, a long thin target and a square one of the same area get the same view.
# </details>

# %% [markdown]
# ## What each token says
#
# In the end each prediction token answers for one edge of the box. It does not name a place; it gives every place along
# its axis a share of belief. The shares of one token add up to 1. The edge is their mean.

# %%
from playground.visualise import live

live.edges_view(middle)

# %% [markdown]
# The same in words, for this frame: where the edge is in the search region and in the frame, and how wide the belief is
# spread. A narrow one is a sure one.

# %%
spoken(middle)

# %% [markdown]
# ### Exercise 2
#
# Write the last step of the tracker: from four rows of belief, one an edge, to four edges as fractions of the search
# region. Of `n` bins, bin `i` stands at `i / n`.

# %%
import numpy as np


def my_edges(rows: np.ndarray) -> np.ndarray:  # rows: four of them, each with n numbers that add up to 1
    return rows.argmax(axis=1) / rows.shape[1]  # the peak: change this


check("box from edges", my_edges)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def my_edges(rows):
#     return rows @ (np.arange(rows.shape[1]) / rows.shape[1])
# ```
#
# A mean moves smoothly when belief moves, so a network can learn through it. A peak jumps from bin to bin.
# </details>

# %% [markdown]
# ## When the target hides
#
# Here something passes in front of the target. The tracker cannot know where it is, so the best it can do is to say
# that it does not.

# %%
from playground import Box
from playground.video.read import read_frames
from playground.video.synthetic import EXAMPLES, render_clip
from playground.visualise.inside import replay, timeline_figure

clip = render_clip(*EXAMPLES["occlusion"])
start = Box(*clip.boxes[0])
moments = replay(tracker, read_frames(clip.frames), start)
hidden = [moment.event for moment in moments]
filmstrip(clip.frames, {"mini-small": hidden}, clip.boxes)

# %% [markdown]
# Below the dashed line the tracker calls the target lost. Each picture below is a new online template.

# %%
live.show(timeline_figure(moments, lost_score=tracker.config.lost_score), "timeline")

# %%
overlaps({"mini-small": hidden}, clip)

# %% [markdown]
# ## Take it with you
#
# In a shell, the same is one line. It writes the video, and the boxes as a table for whatever comes next.
#
# ```sh
# playground track my_video.mp4 --box 120,80,60,90 --out tracked.mp4
# ```
#
# The next notebook trains a network of this kind: [2. Train the teacher](02_train_the_teacher.ipynb).

# %%
run_time(lesson)
