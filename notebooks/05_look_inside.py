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
# # 5. Look inside
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/05_look_inside.ipynb)
#
# A tracker draws a box around something and follows it. This notebook opens it up while it does so.
#
# **You will**
#
# - see where each of the four prediction tokens looks, layer by layer and head by head;
# - read the box off after every layer, and watch it come into being;
# - hold two networks against each other, on the same frame and over a whole clip;
# - let layers fade with a slider, and find out which one the network can lose;
# - do all of this on a video of your own.
#
# It takes a few minutes on a laptop without a graphics card, under one in `FAST` mode.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson.opening import begin, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("05_look_inside", fast=FAST)
lesson

# %%
from playground import load
from playground.hub import embedded_models, load_model, load_tracker_config, resolve

print("Models in the package:", *embedded_models())

# %% [markdown]
# ## A clip, and a tracker
#
# Leave `VIDEO` empty for a synthetic clip, or name a file or an address, and the target's box on its first frame: left,
# top, width and height in pixels.

# %%
VIDEO = None  # such as "my_video.mp4"
BOX = None  # such as (120, 80, 60, 90)

# %%
from playground.follow import follow
from playground.visualise.inside import cut_clip, cut_footage, look_inside, open_footage, study_layers

footage = open_footage(VIDEO, BOX, count=30 if lesson.fast else 90)
tracker = load("mini-small")
events = [event for _, event in follow(tracker, footage.frames, footage.box)]
print(f"{len(events)} frames, the target found in {sum(not event.lost for event in events)}")

# %% [markdown]
# The network never sees the whole frame. It sees **templates**, which show the target, and a **search region** around
# the last box. `look_inside` runs it once more on some of these crops and keeps everything: tokens, attention, answers.

# %%
model, rules = load_model(resolve("mini-small")), load_tracker_config(resolve("mini-small"))
crops = cut_footage(model.config, rules.crop, footage, events, count=3 if lesson.fast else 8)
seen = [look_inside(model, one) for one in crops]
middle = seen[len(seen) // 2]
print(f"{model.config.depth} layers with {model.config.heads} heads each, {len(seen)} search regions")

# %% [markdown]
# ## Where the prediction tokens look
#
# Four **prediction tokens** stand beside the patches of the picture, one for each edge of the box. In every layer each
# of them looks at everything: this is its attention, drawn bright. Move the layer's slider from left to right. At first
# a token looks all over the place, at the end it looks along its own edge.

# %%
from playground.visualise import live

live.attention_view(seen)

# %% [markdown]
# How much of its attention goes where? The sources add up to 100 % in each layer.

# %%
live.budget_view(seen)

# %% [markdown]
# The other way round: choose a patch, and see which tokens looked at it, and in which layer.

# %%
live.patch_view(seen)

# %% [markdown]
# The tokens can also look at each other. A box needs that: its right edge cannot lie left of its left one.

# %%
live.talk_view(seen)

# %% [markdown]
# ## What they answer
#
# Each token becomes a distribution over bins along its axis. Its mean is the edge. A wide one says: I am not sure. With
# the temperature below 1 it gets sharper.

# %%
live.edges_view(seen)

# %% [markdown]
# The final head can be put on after any layer. What it reads off there is not meant to be read, and is all the more
# telling: the box comes into being step by step.

# %%
live.layers_view(seen)

# %% [markdown]
# ### Exercise 1
#
# On the frame `middle`: after which layer does the box read off overlap the final answer by an IoU of at least 0.5 for
# the first time? `layers_view(middle)` shows the boxes, `middle.boxes` are their numbers.

# %%
from playground.lesson.exercise import Verdict
from playground.visualise.inside.crops import overlap

my_layer = None  # your answer: a number
right = next(layer for layer, box in enumerate(middle.boxes) if overlap(box.tolist(), middle.box) >= 0.5)
Verdict(right=my_layer == right, words="Counted from 0, it is the first box that reaches an IoU of 0.5 with the last.")

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# from playground.visualise.inside.crops import overlap
#
# [round(overlap(box.tolist(), middle.box), 2) for box in middle.boxes]
# ```
#
# The answer is the place, from 0, of the first number that is at least 0.5.
# </details>

# %% [markdown]
# ## Two networks side by side
#
# Where the package holds a dense teacher, it is the other one here. Where it does not, `mini-small` without its layer 1
# takes its place: a network that was cut down and not trained again.

# %%
from playground.backends.torch import TorchBackend
from playground.model.prune import remove_blocks
from playground.tracker import Tracker

teacher = next((name for name in embedded_models() if "teacher" in name), None)
other = load_model(resolve(teacher)) if teacher else remove_blocks(model, [1])
other_name = teacher or "shortened"

# %%
other_crops = cut_footage(other.config, rules.crop, footage, events, count=len(crops))
other_seen = [look_inside(other, one) for one in other_crops]
other_tracker = Tracker(TorchBackend(other), rules)
other_events = [event for _, event in follow(other_tracker, footage.frames, footage.box)]

# %% [markdown]
# Swipe between their boxes. The curve below is how far they agree, frame by frame, and the red line is where they part.

# %%
pictures = [frame.image for frame in footage.frames]
names = (other_name, "mini-small")
live.swipe_view(pictures, other_events, events, names=names, truth=footage.truth, start=len(pictures) // 2)

# %% [markdown]
# Do they look at the same things? Amber: the other one looks more. Green: `mini-small` does.

# %%
live.difference_view(other_seen, seen)

# %% [markdown]
# A dense teacher answers with two maps, one for each corner. Summed over rows and columns they are what the student's
# tokens were taught. A network with prediction tokens has no such maps, and the view says so.

# %%
live.corners_view(other_seen, seen)

# %% [markdown]
# Which of their layers do the same work? CKA is 1 where the features of one are those of the other, turned and scaled.

# %%
live.similarity_view(seen, other_seen, pairs=[(model.config.depth - 1, other.config.depth - 1)])

# %% [markdown]
# ## Layers that fade
#
# To make a network shallower, the paper lets layers fade while it trains: each keeps a share of what it adds, and that
# share goes from 1 to 0. Here nothing is trained. Move the slider, press other layers, and watch box, edges and IoU.

# %%
live.removal_view(model, crops[len(crops) // 2], blocks=[1])

# %% [markdown]
# One frame may mislead. The layer study leaves every layer out in turn on a clip whose true boxes are known, and
# proposes which ones to remove together.

# %%
from playground.video.synthetic import render_clip

clips = [render_clip(seed) for seed in ((9,) if lesson.fast else (9, 10, 11, 12))]
shown = [cut_clip(model.config, rules.crop, clip.frames, clip.boxes, count=6) for clip in clips]
known = [one for crops_of_clip in shown for one in crops_of_clip]
live.study_view(model, known, remove=1)

# %% [markdown]
# ### Exercise 2
#
# Which single layer can `mini-small` lose at the least cost, on these search regions? And is it the one that changes
# the tokens least?

# %%
my_layer = None  # your answer: a number

without = study_layers(model, known, remove=1).without
Verdict(right=my_layer == without.index(max(without)), words="It is the layer with the tallest bar in the upper row.")

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# study = study_layers(model, known, remove=1)
# max(range(model.config.depth), key=lambda layer: study.without[layer])
# ```
#
# The lower row answers the second question: `study.influence` is least for another layer, or for the same one. It costs
# one pass through the network, the upper row one for each layer, so it would be good to know that they agree. Often
# they do not.
# </details>

# %% [markdown]
# ## Over time
#
# Every 25 frames, or as the model's settings have it, the best view of the target since the last time becomes the
# **online template**. Here you may force one at other frames, or refuse what the tracker would take. Watch score and
# entropy after it: a bad template makes the network less sure.

# %%
live.timeline_view(tracker, footage.frames, footage.box)

# %% [markdown]
# ## What it costs
#
# Templates never look at the search region. So they go through the network once, and are remembered. This is measured
# while you look, on this machine.

# %%
live.mask_view(model, crops[0])

# %% [markdown]
# ## A view of your own, and one to give away
#
# A live view is a function that draws, and a control for each of its arguments. `to_static` writes it as a PNG and as
# an HTML file that needs no notebook, no network and no Python. Its sliders still work.

# %%
import tempfile

folder = tempfile.mkdtemp()
written = live.attention_view(middle).to_static(folder, png=False)
print(f"{written[0].name}: {written[0].stat().st_size / 1e6:.1f} MB")

# %% [markdown]
# ### Exercise 3
#
# Make a view with one slider, named `temperature`, that draws `edges_figure(middle, temperature=...)` at 0.5, 1 and 2.

# %%
my_view = live.Live(name="mine", draw=lambda: None)  # your answer, in place of this

try:
    right = list(my_view.controls) == ["temperature"] and my_view.figure(temperature=0.5) != my_view.figure()
except ValueError:
    right = False
Verdict(right=right, words="One control, named as the argument of draw, with the values 0.5, 1 and 2.")

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# from playground.visualise.inside import edges_figure
#
# warmth = live.Control(title="temperature", values={"0.5": 0.5, "1": 1, "2": 2}, start=1)
# my_view = live.Live(
#     name="warmth",
#     draw=lambda temperature: edges_figure(middle, temperature=temperature),
#     controls={"temperature": warmth},
# )
# my_view
# ```
# </details>

# %%
run_time(lesson)
