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
# # 4. Deep to shallow
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/04_deep_to_shallow.ipynb)
#
# Most of a tracker's time goes into its blocks. Half of them would do it in half of the time. But a network that loses
# blocks is a broken network, and has to be mended. Here they fade out while it goes on learning.
#
# **You will**
#
# - find out which blocks a network can lose, and which one it cannot;
# - drop them at once, and see what that costs;
# - let them fade while the others learn to do without them;
# - train the shallow network on, and hold the two ways against each other fairly.
#
# It takes some minutes on a laptop without a graphics card, under one in `FAST` mode.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson import begin, check, drawing, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("04_deep_to_shallow", fast=FAST)
lesson

# %% [markdown]
# ## A deep network
#
# The student of [3. Dense to sparse](03_dense_to_sparse.ipynb), if you trained it. If not, a network of the same shape
# is trained now, on true boxes alone.

# %%
from playground.lesson import deep_stage, earlier_or_now, world

learning = deep_stage(lesson)
frames = world(learning)
deep = earlier_or_now(lesson, ("dense-to-sparse", "deep"), learning, frames)
model = deep.model
deep

# %% [markdown]
# ## Which blocks can go?
#
# The layer study leaves out every block in turn, on clips that the network was not trained on, with nothing trained
# afterwards. Then it proposes half of them, one after the other: the one that costs least, then the one that costs
# least without the first, and so on.

# %%
from playground.lesson import known_crops
from playground.visualise import live
from playground.visualise.inside import study_figure, study_layers

known = known_crops(learning)
study = study_layers(model, known, remove=model.config.depth // 2)
live.show(study_figure(study), "study")

# %% [markdown]
# The paper takes the first of each group of blocks. Its network had learnt from more than a million pictures before. In
# one that learnt little, the first block does what no other can take over: without it, nothing is left.

# %%
suggested, paper = study.removals[:2]
BLOCKS = suggested.layers  # or a choice of your own
print(f"Without {suggested.layers}: IoU {suggested.iou:.2f}. Without {paper.layers}: {paper.iou:.2f}.")

# %% [markdown]
# ### Exercise 1
#
# The official student has twelve blocks and loses 0, 3, 6 and 9. The others move up. Which numbers did the eight blocks
# of the shallow network have before?

# %%
my_numbers = None  # your answer: a list of eight numbers

check("old numbers", my_numbers)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_numbers = [block for block in range(12) if block not in (0, 3, 6, 9)]
# ```
# </details>

# %% [markdown]
# ## Dropped at once
#
# How far is the network without them from what it was? The KL divergence of its edges, and the IoU with the true box.

# %%
from playground.lesson import agreement, answers, held_out_crops, table
from playground.model.prune import remove_blocks

unseen = held_out_crops(learning)
told = answers(model, unseen)
dropped = remove_blocks(model, BLOCKS)
whole, at_once = (agreement(told, network, unseen) for network in (model, dropped))
table(["network", "KL from the whole", "IoU"], [["whole", *whole], ["dropped at once", *at_once]])

# %% [markdown]
# ## Fading
#
# A block adds something to its tokens. A fading block keeps a share of what it adds, the **rate**, which falls from 1
# to 0. At 0 it adds nothing, so that taking it out changes nothing any more.

# %%
drawing("fading")

# %% [markdown]
# Move the slider: the same network, with nothing learnt on the way.

# %%
live.removal_view(model, known[8], blocks=BLOCKS)

# %% [markdown]
# ### Exercise 2
#
# Write the rate: half a cosine. In epoch $e$ of $m$ it is $\frac{1}{2} (1 + \cos (\pi \min(e + 1, m) / m))$.


# %%
def my_rate(epoch: int, epochs: int) -> float:
    return 1 - epoch / epochs  # a straight line: change this


check("remove rate", my_rate)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# from math import cos, pi
#
#
# def my_rate(epoch, epochs):
#     return 0.5 * (1 + cos(pi * min(epoch + 1, epochs) / epochs))
# ```
#
# The `+ 1` is the official code's, so the rate is 0 one epoch before the last.
# </details>

# %% [markdown]
# ## Learn while they fade
#
# The whole network teaches: its edges, and its tokens after each group of blocks. What is measured on the way is the
# network *without* the fading blocks, as if they were taken out at that step.

# %%
from playground.lesson import fade_stage, practise


def apart(network):
    return agreement(told, network, unseen).kl


fading = fade_stage(lesson, deep.folder, BLOCKS)
fade = practise(lesson, "fade-layers", fading, frames, lambda network: apart(remove_blocks(network, BLOCKS)))
fade

# %% [markdown]
# What it costs to take them out, at once and in the end:

# %%
faded = agreement(told, remove_blocks(fade.model, BLOCKS), unseen)
assert faded.kl < at_once.kl and faded.iou > at_once.iou, "fading lost more than dropping at once"
print(f"Dropped at once: KL {at_once.kl:.3f}, IoU lost {whole.iou - at_once.iou:.3f}.")
print(f"Faded first:     KL {faded.kl:.3f}, IoU lost {whole.iou - faded.iou:.3f}.")

# %% [markdown]
# ## Train on, and be fair
#
# Now the blocks are taken out for good, and the shallow network trains on. But it has had more lessons than the one
# that lost its blocks at once. A fair opponent gets as many steps as fading and training on took together.

# %%
from playground.lesson import shallow_stage

going_on = shallow_stage(lesson, deep.folder, fade.folder, BLOCKS)
faded_on = practise(lesson, "shallow", going_on, frames, apart)

# %%
instead = shallow_stage(lesson, deep.folder, deep.folder, BLOCKS, more=fading.optim.steps)
dropped_on = practise(lesson, "dropped", instead, frames, apart)

# %% [markdown]
# How far each of them is from the whole network, step by step. While blocks fade, the network is measured twice: with
# the share that they still have, and without them.

# %%
from playground.lesson import course_figure, later, while_fading

courses = {
    "fading": while_fading(told, fade, unseen),
    "fading, if taken out then": fade.measured,
    "faded, then trained": later(faded_on.measured, fading.optim.steps),
    "dropped, then trained": dropped_on.measured,
}
live.show(course_figure("On the way to half of the blocks", "KL (nats)", courses), "course")

# %%
networks = {"whole": model, "dropped at once": dropped, "faded": remove_blocks(fade.model, BLOCKS)}
networks |= {"faded, then trained": faded_on.model, "dropped, then trained": dropped_on.model}
found = {name: agreement(told, network, unseen) for name, network in networks.items()}
assert found["faded, then trained"].kl < found["dropped at once"].kl
table(["network", "KL from the whole", "IoU"], [[name, *values] for name, values in found.items()])

# %% [markdown]
# Read the last two rows with care: both took the same number of steps, and they come out close. With another seed the
# dropped one may be ahead, for a network this small is soon trained back up. What fading saves for sure is the fall in
# the second row: when the blocks go, nothing happens any more. That is worth more the dearer it is to train back up,
# and a large network is dear.

# %% [markdown]
# ## On clips
#
# None of these clips was trained on. With the networks of this notebook: `mini-small`, which learnt for hours.

# %%
from playground.lesson import filmstrip, overlaps_on, tracks_of, unseen_clip

clip = unseen_clip(1)  # or another number
models = {"whole": deep.folder, "faded": faded_on.folder, "dropped": dropped_on.folder}
filmstrip(clip.frames, tracks_of(models | {"mini-small": "mini-small"}, clip, lesson.device), clip.boxes)

# %% [markdown]
# One clip is an anecdote: a track is a chain, in which one poor box moves the next search region. So here is the mean
# IoU on several. After so few steps every network loses some of them, and which of the last two is ahead may not be
# what the table of search regions says: they are close, and so few clips say little.

# %%
overlaps_on(models, 2 if lesson.fast else 5, lesson.device)

# %% [markdown]
# And what was it for?

# %%
from playground.lesson import costs

costs({"whole": model, "shallow": faded_on.model}, known[8])

# %% [markdown]
# What goes on in the layers that are left? [5. Look inside](05_look_inside.ipynb).

# %%
run_time(lesson)
