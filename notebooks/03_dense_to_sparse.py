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
# # 3. Dense to sparse
#
# [![Open in Colab](colab.svg)](https://colab.research.google.com/github/mixformer-playground/mixformer-playground/blob/main/notebooks/03_dense_to_sparse.ipynb)
#
# The teacher draws two maps, one for each corner of the box. That takes a convolutional head on top of the transformer.
# The student has no such head: four prediction tokens answer for the four edges. It learns to do so from the teacher's
# maps.
#
# **You will**
#
# - turn two maps into four rows of numbers, and lose nothing that the student needs;
# - write the loss that holds two such rows against each other;
# - train a student, and watch its edges come near to the teacher's;
# - put teacher and student on the same clip.
#
# It takes some minutes on a laptop without a graphics card, under one in `FAST` mode.

# %%
from importlib.util import find_spec

if find_spec("playground") is None:  # on Colab
    get_ipython().run_line_magic("pip", "install -q 'mixformer-playground[notebooks]'")

# %%
from playground.lesson import begin, check, drawing, run_time

FAST = None  # True: few steps and clips; None: as the environment variable PLAYGROUND_FAST says
lesson = begin("03_dense_to_sparse", fast=FAST)
lesson

# %% [markdown]
# ## The teacher
#
# If you trained one in [2. Train the teacher](02_train_the_teacher.ipynb), it is taken from there. If not, it is
# trained now. `world` renders the clips that it learns from.

# %%
from playground.lesson import earlier_or_now, teacher_stage, world

teaching = teacher_stage(lesson)
frames = world(teaching)
teacher = earlier_or_now(lesson, ("teacher",), teaching, frames)
teacher

# %% [markdown]
# It looks at a clip that it was not trained on. Each of its maps sums to 1: how likely it holds every place to be the
# corner. Summed over its rows and over its columns, a map falls apart into two **marginals**, and each is about one
# edge.

# %%
from playground.lesson import unseen_clip
from playground.visualise import live
from playground.visualise.inside import corners_figure, cut_clip, look_inside

clip, rules = unseen_clip(1), teaching.tracker.crop
crops = cut_clip(teaching.model, rules, clip.frames, clip.boxes, count=3)[1]
dense = look_inside(teacher.model, crops)
live.show(corners_figure(dense), "corners")

# %%
drawing("corners")

# %% [markdown]
# ### Exercise 1
#
# Write the sums. `heat[y, x]` is one map. Which sum leaves a row over x, and which one over y?

# %%
import numpy as np


def my_marginals(heat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return heat[0], heat[:, 0]  # over x, over y: change this


check("marginals", my_marginals)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def my_marginals(heat):
#     return heat.sum(axis=0), heat.sum(axis=1)
# ```
#
# The top-left corner gives the left edge and the top one, the bottom-right corner the other two.
# </details>

# %% [markdown]
# ## How far apart two rows are
#
# The teacher's row is $t$, the student's $s$. The **KL divergence** is the mean, as the teacher sees it, of how much
# likelier it holds each bin than the student does: $\sum_i t_i \log (t_i / s_i)$. It is 0 where the two are the same.
#
# ### Exercise 2
#
# Write it, as a mean over the four edges. A bin for which the teacher says 0 adds nothing.


# %%
def my_kl(teacher: np.ndarray, student: np.ndarray) -> float:  # four rows each
    return float(np.abs(teacher - student).mean())  # change this


check("kl", my_kl)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# def my_kl(teacher, student):
#     ratio = np.log(np.where(teacher > 0, teacher, 1) / student)
#     return float((teacher * ratio).sum(axis=1).mean())
# ```
#
# Turned round, with the student's row as the weight, it would forgive a student that finds only one of two peaks.
# </details>

# %% [markdown]
# ## The student before it learns
#
# It starts with the teacher's blocks. Its prediction tokens are those of `mini-small`, which have not seen these blocks
# change; its head is new, and says nothing yet. How good is it, on search regions that are not among those it will
# learn from? For comparison: the best answer that looks at nothing, the mean of the teacher's rows.

# %%
from playground.lesson import agreement, answers, before, blind_kl, held_out_crops, sparse_stage

learning = sparse_stage(lesson)
unseen = held_out_crops(learning)
told = answers(teacher.model, unseen)
blind = blind_kl(told)
print(f"KL of the student: {agreement(told, before(learning), unseen).kl:.2f}; blind: {blind:.2f}")

# %% [markdown]
# ### Exercise 3
#
# A student that knows nothing gives each of 32 bins the same. What is its KL against a teacher that is certain, with 1
# for one bin and 0 for the others? In nats, that is, with the natural logarithm.

# %%
my_uniform = None  # your answer: a number

check("uniform", my_uniform)

# %% [markdown]
# <details><summary>Solution</summary>
#
# ```python
# my_uniform = np.log(32)
# ```
#
# The sum has one term, $1 \cdot \log (1 / (1/32))$. The figure that the notebook printed is below it, for the teacher
# is not certain.
# </details>

# %% [markdown]
# ## Train
#
# Each step cuts new search regions, asks the teacher, and moves the student a little. Beside the KL of the edges the
# loss has the true box, and a few aids for networks this small. `practise` measures the KL on the way.

# %%
from playground.lesson import practise

student = practise(lesson, "dense-to-sparse", learning, frames, lambda model: agreement(told, model, unseen).kl)
student

# %% [markdown]
# A search region of the clip: at the start, on the way, and at the end. One may flatter, so it is the one in the
# middle: on half of the others the student ends nearer to its teacher, on half of them further away. A single edge may
# have moved away even there; the mean of all four is what is learnt.

# %%
from playground.lesson import approach_figure, in_the_middle

regions = cut_clip(learning.model, rules, clip.frames, clip.boxes, count=9)
crops = in_the_middle(teacher.model, student.model, regions)
dense = look_inside(teacher.model, crops)
sparse = {step: look_inside(model, crops) for step, model in student.snapshots.items()}
live.show(approach_figure(dense, sparse), "approach")

# %% [markdown]
# The KL over all search regions that were held out, against the steps:

# %%
from playground.lesson import course_figure

courses = {"student": student.measured}
live.show(course_figure("How far from the teacher", "KL (nats)", courses, {"blind": blind}), "course")

# %%
start, *_, end = student.measured.values()
assert end < start / 5, f"from {start:.2f} to {end:.2f} is less than fivefold: train for more steps"
assert end < blind, "the student does no better than one that looks at nothing"
print(f"KL from {start:.2f} to {end:.2f}: {start / end:.1f} times less. Blind: {blind:.2f}.")

# %% [markdown]
# On the maps: the student's edges against the teacher's marginals. Move the slider from step to step.

# %%
from playground.visualise.live import Control, Live

steps = Control(title="step", values={str(step): step for step in sparse}, start=max(sparse))
Live(name="marginals", draw=lambda step: corners_figure(dense, sparse[step]), controls={"step": steps})

# %% [markdown]
# ## On a clip
#
# Teacher and student follow the same target, in a clip that neither was trained on. With them: `mini-small`, which
# learnt for hours, from photographs and video too, and looks at more patches.

# %%
from playground.lesson import filmstrip, overlaps, tracks_of

models = {"teacher": teacher.folder, "student": student.folder, "mini-small": "mini-small"}
tracks = tracks_of(models, clip, lesson.device)
filmstrip(clip.frames, tracks, clip.boxes)

# %%
overlaps(tracks, clip)

# %% [markdown]
# And what was it for? The teacher's convolutions run over every place of the search region. The student's head reads
# four tokens.

# %%
from playground.lesson import costs

costs({"teacher": teacher.model, "student": student.model}, crops)

# %% [markdown]
# The student is as deep as its teacher. [4. Deep to shallow](04_deep_to_shallow.ipynb) takes half of its blocks away.

# %%
run_time(lesson)
