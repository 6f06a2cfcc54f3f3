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
from playground.lesson import begin, check, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("05_look_inside", fast=FAST)
lesson

# %% [markdown]
# ## Two networks and a clip
#
# `MODEL` is the one that is opened, `OTHER` the one that stands beside it: here the teacher of its teacher. Any two of
# the package's will do, and runs and folders of your own.

# %%
from playground.hub import embedded_models

MODEL = "mini-small"  # with prediction tokens
OTHER = "mini-teacher"
print("Models in the package:", *embedded_models())

# %% [markdown]
# Leave `VIDEO` empty for a synthetic clip, in which something passes in front of the target, or name a file or an
# address, and the target's box on its first frame: left, top, width and height in pixels.

# %%
VIDEO = None  # such as "my_video.mp4"
BOX = None  # such as (120, 80, 60, 90)

# %%
from playground import load
from playground.follow import follow
from playground.visualise.inside import open_footage

footage = open_footage(VIDEO, BOX, count=60 if lesson.fast else 90, example="occlusion")
tracker = load(MODEL)
events = [event for _, event in follow(tracker, footage.frames, footage.box)]
print(f"{len(events)} frames, the target found in {sum(not event.lost for event in events)}")

# %% [markdown]
# The network never sees the whole frame. It sees **templates**, which show the target, and a **search region** around
# the last box. `look_inside` runs it once more on some of these crops and keeps everything: tokens, attention, answers.

# %%
from playground.hub import load_model, resolve
from playground.visualise.inside import cut_footage, look_inside

model, rules = load_model(resolve(MODEL)), tracker.config
crops = cut_footage(model.config, rules.crop, footage, events, count=3 if lesson.fast else 8)
seen = [look_inside(model, one) for one in crops]
middle = seen[len(seen) // 2]
print(f"{model.config.depth} layers with {model.config.heads} heads each, {len(seen)} search regions")

# %% [markdown]
# ## Where the prediction tokens look
#
# Four **prediction tokens** stand beside the patches of the picture, one for each edge of the box. In every layer each
# of them looks at everything: this is its attention, drawn bright. The slider stands at the last layer. Move it to the
# first and back: where does a token look before it knows anything, and where at the end?

# %%
from playground.visualise import live

attention = live.attention_view(seen)
attention

# %% [markdown]
# How much of its attention goes where? The sources add up to 100 % in each layer. What a token keeps for itself is a
# source of its own. Click on a bar, and the view above goes to its layer.

# %%
live.budget_view(seen, opens=attention)

# %% [markdown]
# The other way round: click on a patch, and see which tokens looked at it, and in which layer.

# %%
live.patch_view(seen)

# %% [markdown]
# The tokens can also look at each other, and one might think that a box needs it: its right edge cannot lie left of its
# left one. How much do they? The diagonal is what each keeps for itself; the right half of the figure leaves it out.

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
my_layer = None  # your answer: a number

check("first box", my_layer, middle)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# from playground.visualise.inside.crops import overlap
#
# reached = [overlap(box.tolist(), middle.box) for box in middle.boxes]
# my_layer = next(layer for layer, found in enumerate(reached) if found >= 0.5)
# ```
#
# `reached` has a number for each layer, and the last of them is 1: it is the final answer itself.
# </details>

# %% [markdown]
# ## Two networks side by side
#
# `OTHER` tracks the same clip, and is shown the same search regions.

# %%
other_tracker, other = load(OTHER), load_model(resolve(OTHER))
other_events = [event for _, event in follow(other_tracker, footage.frames, footage.box)]
other_crops = cut_footage(other.config, rules.crop, footage, events, count=len(crops))
other_seen = [look_inside(other, one) for one in other_crops]

# %% [markdown]
# Swipe between their boxes. The curve below is how far they agree, frame by frame, and a red line is where they part,
# if they do.

# %%
pictures = [frame.image for frame in footage.frames]
names = (OTHER, MODEL)
start = len(pictures) // 2
swipe = live.swipe_view(pictures, other_events, events, names=names, truth=footage.truth, start=start)
swipe

# %% [markdown]
# Do they look at the same things? Amber: the other one looks more. Green: the first one does. One of them may have no
# prediction tokens, and then all tokens are taken together.

# %%
live.difference_view(other_seen, seen)

# %% [markdown]
# A dense teacher answers with two maps, one for each corner. Summed over rows and columns they are four distributions,
# and from such rows the tokens of the first student learnt to answer. A network with prediction tokens has no maps: put
# one at `OTHER`, and the view says so.

# %%
live.corners_view(other_seen, seen)

# %% [markdown]
# ## A student and what it was taught
#
# The package holds a whole family. `mini-teacher` taught `mini-deep` its edges. `mini-deep` taught `mini-base`, which
# has eight of its twelve layers, its edges and more: what comes out of four chosen layers. Here are these two on the
# same search regions.

# %%
deep, base = load_model(resolve("mini-deep")), load_model(resolve("mini-base"))
taught, learnt = (
    [look_inside(network, one) for one in cut_footage(network.config, rules.crop, footage, events, count=len(crops))]
    for network in (deep, base)
)

# %% [markdown]
# Which of their layers do the same work? CKA is 1 where the features of one are those of the other, turned and scaled.
# Ringed: the pairs of layers that were matched in training. Are they more alike than their neighbours?

# %%
from playground.train.recipes import FIRST_PAIRS

live.similarity_view(learnt, taught, pairs=FIRST_PAIRS)

# %% [markdown]
# And the attention of the two, token by token, since both have tokens:

# %%
live.difference_view(taught, learnt)

# %% [markdown]
# ## Layers that fade
#
# To make a network shallower, the paper lets layers fade while it trains: each keeps a share of what it adds, and that
# share goes from 1 to 0. Here nothing is trained. Move the slider, press other layers, and watch box, edges and IoU.

# %%
live.removal_view(model, crops[0], blocks=[1])

# %% [markdown]
# One frame may mislead. Here are some from clips whose true boxes are known.

# %%
from playground.video.synthetic import render_clip
from playground.visualise.inside import cut_clip, study_layers

clips = [render_clip(seed) for seed in ((9,) if lesson.fast else (9, 10, 11, 12))]
shown = [cut_clip(model.config, rules.crop, clip.frames, clip.boxes, count=6) for clip in clips]
known = [one for crops_of_clip in shown for one in crops_of_clip]
study = study_layers(model, known, remove=1)
print(f"IoU of the whole network: {study.iou:.2f}")

# %% [markdown]
# ### Exercise 2
#
# Which single layer can the network lose at the least cost, on these search regions? Guess from what the slider showed,
# or ask `study`: it left out every layer in turn.

# %%
my_cheapest = None  # your answer: a number

check("cheapest layer", my_cheapest, study)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_cheapest = study.without.index(max(study.without))
# ```
#
# `study.without` is the mean IoU without each layer.
# </details>

# %% [markdown]
# The whole study. Above: IoU without each layer. Below: how much each layer changes the tokens, its **influence**. That
# costs one pass through the network, the upper row one for each layer, so it would be good to know that they agree. At
# the right, the layers that it proposes to remove together, beside the paper's choice.

# %%
live.study_view(model, known, remove=1)

# %% [markdown]
# ## Over time
#
# Every 25 frames, or as the model's settings have it, the best view of the target since the last time becomes the
# **online template**. Here you may force one at other frames, or refuse what the tracker would take. Watch score and
# entropy after it, and the IoU with the other network's boxes: a bad template can make the network less sure, or sure
# of the wrong thing. A click on a curve takes the swipe, further up, to that frame.

# %%
live.timeline_view(tracker, footage.frames, footage.box, beside=other_events, against=OTHER, opens=swipe)

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
my_view = None  # your answer: live.Live(...)

check("warm view", my_view, middle)

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
