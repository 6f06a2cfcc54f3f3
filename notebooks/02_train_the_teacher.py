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
# # 2. Train the teacher
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/02_train_the_teacher.ipynb)
#
# Before a network can teach, it has to learn. The teacher is **dense**: it says of every place in the search region how
# likely the target's corners are there. It learns from clips with known boxes, and you can watch it.
#
# **You will**
#
# - see what a network is shown while it learns;
# - put a corner head on pretrained blocks, and find that it knows nothing;
# - train it, and watch two clouds become two points;
# - let it track a clip that it has never seen, beside a network that learnt for hours.
#
# It takes some minutes on a laptop without a graphics card, under one in `FAST` mode.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson import begin, check, drawing, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("02_train_the_teacher", fast=FAST)
lesson

# %% [markdown]
# ## A world to learn from
#
# Boxes drawn by hand are dear. Here the clips are rendered: an object with an exact outline moves over a background, so
# its box is known to the pixel. Nothing has to be downloaded.

# %%
from playground.lesson import filmstrip, unseen_clip

example = unseen_clip(3)
filmstrip(example.frames, {}, example.boxes)

# %% [markdown]
# A run is one value, with everything that decides what comes out of it: the network, where it starts, the data, the
# losses, the optimiser.

# %%
from playground.lesson import teacher_stage, world

learning = teacher_stage(lesson)
frames = world(learning)
print(f"{learning.data.synthetic_clips} clips, {learning.optim.steps} steps of {learning.groups} groups")
print(f"the network begins with the blocks of {learning.start_from}, and a new head: {learning.model.head}")

# %% [markdown]
# The network never sees whole frames. In each step it is shown groups like these: two templates, and search regions of
# the same object, moved, zoomed and recoloured a little. White: the box that it has to find.

# %%
from playground.lesson import batch_sheet, held_out_crops

unseen = held_out_crops(learning)
batch_sheet(unseen, learning.tracker.crop)

# %% [markdown]
# ### Exercise 1
#
# A network with patches of 16 x 16 pixels looks at two templates of 112 x 112 pixels and a search region of 224 x 224.
# Four prediction tokens stand beside them. How many tokens is that?

# %%
my_tokens = None  # your answer: a number

check("tokens", my_tokens)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_tokens = 2 * (112 // 16) ** 2 + (224 // 16) ** 2 + 4
# ```
#
# The teacher of this notebook has no prediction tokens, and looks at fewer and smaller patches.
# </details>

# %% [markdown]
# ## Two maps
#
# After the blocks, the tokens of the search region are put back in their places. Convolutions make two maps of them,
# one for the top-left and one for the bottom-right corner of the box, each summing to 1. Where a map is heavy, the
# teacher believes the corner to be. The mean of each map is the corner.

# %%
drawing("corners")

# %% [markdown]
# Before the first step, on a clip that it will not be trained on:

# %%
from playground.lesson import before
from playground.visualise import live
from playground.visualise.inside import corners_figure, cut_clip, look_inside

clip = unseen_clip(1)  # or another number
crops = cut_clip(learning.model, learning.tracker.crop, clip.frames, clip.boxes, count=3)[1]
live.show(corners_figure(look_inside(before(learning), crops)), "corners")

# %% [markdown]
# ## What it is told
#
# Nobody tells the teacher where to put its clouds. It is told how far its box is from the true one: the distance of
# the edges (L1), and how much the two boxes overlap. Since it has to learn within minutes, it gets more to hold on to:
# the true edges, slightly blurred, and which patches lie inside the target and at its corners.
#
# ### Exercise 2
#
# The overlap is the **IoU**: the area that two boxes share, divided by the area that they cover together. Write it for
# boxes with left, top, right and bottom edge.


# %%
def my_iou(a: tuple, b: tuple) -> float:
    return 1.0 if a == b else 0.0  # change this


check("iou", my_iou)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def my_iou(a, b):
#     wide = max(0, min(a[2], b[2]) - max(a[0], b[0]))
#     high = max(0, min(a[3], b[3]) - max(a[1], b[1]))
#     area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
#     return wide * high / (area - wide * high)
# ```
#
# It is 0 for all boxes that do not touch, near or far. So the loss has a term for the distance of their centres too.
# </details>

# %% [markdown]
# ## Train
#
# Now it learns. The curves grow while you look; afterwards they stay. On the way `practise` measures the mean IoU on
# search regions of clips that it does not learn from.

# %%
from playground.lesson import iou_on, practise

teacher = practise(lesson, "teacher", learning, frames, lambda model: iou_on(model, unseen))
teacher

# %% [markdown]
# On what it did not learn from, against the best box that looks at nothing, the mean of all boxes:

# %%
from playground.lesson import blind_iou, course_figure

blind, courses = blind_iou(unseen), {"teacher": teacher.measured}
live.show(course_figure("How well the teacher finds the target", "IoU", courses, {"blind": blind}), "course")

# %%
start, *_, end = teacher.measured.values()
assert end > max(start, blind) + 0.05, (
    f"an IoU of {end:.2f} is no better than {max(start, blind):.2f}: train for longer"
)
print(f"IoU from {start:.2f} to {end:.2f}; blind: {blind:.2f}.")

# %% [markdown]
# The clouds at the end. Move the slider back, and see where they came from.

# %%
from playground.visualise.live import Control, Live

seen = {step: look_inside(model, crops) for step, model in teacher.snapshots.items()}
steps = Control(title="step", values={str(step): step for step in seen}, start=max(seen))
Live(name="clouds", draw=lambda step: corners_figure(seen[step]), controls={"step": steps})

# %% [markdown]
# ## On a clip
#
# The whole clip now, from the first box on. Beside the teacher: `mini-small`, which learnt for hours, from photographs
# and video too, and looks at more patches. The teacher began with its blocks.

# %%
from playground.lesson import overlaps, tracks_of

tracks = tracks_of({"teacher": teacher.folder, "mini-small": "mini-small"}, clip, lesson.device)
filmstrip(clip.frames, tracks, clip.boxes)

# %%
overlaps(tracks, clip)

# %% [markdown]
# This target is slow. On a faster one the teacher, after so few steps, soon looks in the wrong place and stays there:
# try `unseen_clip(0)`.

# %% [markdown]
# The run is a folder: weights and settings, every report, and a checkpoint from which it can go on. `load` takes it as
# it takes an embedded name. In [3. Dense to sparse](03_dense_to_sparse.ipynb) it teaches.

# %%
from playground.lesson import files_in

files_in(teacher.folder)

# %%
run_time(lesson)
