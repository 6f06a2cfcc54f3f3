"""How good a network is: on crops that it was not trained on, and as a tracker on a clip."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from playground.api import load
from playground.box import Box, boxes_to_array, iou
from playground.data.batch import Batch, batches
from playground.evaluate.synthetic import held_out_clips, mean_iou
from playground.events import TrackEvent
from playground.follow import follow
from playground.lesson.words import Words, table
from playground.model import MixFormer, Prediction
from playground.model.backbone import Keep
from playground.tracker import Tracker
from playground.train.distill import ask_teacher, locate_groups
from playground.train.gather import gather
from playground.train.losses import box_iou, edge_kl
from playground.train_config import TrainConfig
from playground.video.read import Frame
from playground.video.synthetic import SyntheticClip
from playground.visualise.inside import Crops, cut_clip, look_inside
from playground.visualise.inside.distributions import divergence

CLIPS, GROUPS, SEED = 12, 40, 1_000  # of held-out crops; runs render and draw theirs with seeds below


class Agreement(NamedTuple):
    """``kl``: mean divergence of the edges from the teacher's, in nats; ``iou``: mean IoU with the true boxes."""

    kl: float
    iou: float


def held_out_crops(config: TrainConfig) -> Batch:
    """Crops as a run of ``config`` draws them, of clips that no run is trained on: the same ones every time."""
    frames, _ = gather(replace(config.data, synthetic_clips=CLIPS), SEED)
    crop = config.tracker.crop
    drawn = batches(frames, config.model, crop, config.data.weights, config.sample, config.augment, GROUPS, SEED)
    return next(drawn)


def known_crops(config: TrainConfig, clips: int = 5, each: int = 6) -> list[Crops]:
    """Search regions of clips that no run is trained on, with their true boxes, for the views: ``each`` of a clip."""
    shown = held_out_clips(config.data.world, clips)
    rules = config.tracker.crop
    return [one for clip in shown for one in cut_clip(config.model, rules, clip.frames, clip.boxes, count=each)]


@torch.no_grad()
def answers(teacher: MixFormer, crops: Batch) -> Prediction:
    """What the ``teacher`` says of ``crops``, to hold students against."""
    return ask_teacher(teacher.eval(), crops, features=False)


@torch.no_grad()
def agreement(told: Prediction, student: MixFormer, crops: Batch, keep: Keep = None) -> Agreement:
    """How near the ``student`` is on ``crops`` to what its teacher ``told`` of them, and to the truth.

    Its blocks add the shares ``keep`` (`playground.model.prune.fade`).
    """
    said = locate_groups(student.eval(), crops, keep)
    kl = edge_kl(told.edges, said.edges).mean()
    return Agreement(kl.item(), box_iou(said.box, crops.boxes_rel.clamp(0, 1)).mean().item())


def blind_kl(told: Prediction) -> float:
    """The divergence of the best answer that looks at nothing: on every crop the mean of the teacher's edges."""
    mean = told.edges.exp().mean(0, keepdim=True).clamp(min=1e-12).log()
    return edge_kl(told.edges, mean.expand_as(told.edges)).mean().item()


def in_the_middle(teacher: MixFormer, student: MixFormer, regions: Sequence[Crops]) -> Crops:
    """The one of ``regions`` on which the student's divergence from its teacher is the median, or the next above it."""
    apart = [
        float(divergence(*(look_inside(model, one).edges[-1] for model in (teacher, student))).mean())
        for one in regions
    ]
    return regions[int(np.argsort(apart, kind="stable")[len(regions) // 2])]


@torch.no_grad()
def iou_on(model: MixFormer, crops: Batch) -> float:
    """Mean IoU, 0..1, of the ``model`` with the true boxes on ``crops``."""
    return box_iou(locate_groups(model.eval(), crops).box, crops.boxes_rel.clamp(0, 1)).mean().item()


def blind_iou(crops: Batch) -> float:
    """The IoU of the best answer that looks at nothing: on every crop the mean of the true boxes."""
    boxes = crops.boxes_rel.clamp(0, 1)
    return box_iou(boxes.mean(0, keepdim=True).expand_as(boxes), boxes).mean().item()


def unseen_clip(number: int = 0, world: str = "plain") -> SyntheticClip:
    """One of the clips that no run is trained on."""
    *_, clip = held_out_clips(world, number + 1)
    return clip


def tracked(tracker: Tracker, clip: SyntheticClip) -> list[TrackEvent]:
    """The track of a clip's target from its first box."""
    frames = (Frame(image, i, 0.0) for i, image in enumerate(clip.frames))
    return [event for _, event in follow(tracker, frames, Box(*clip.boxes[0].tolist()))]


def tracks_of(
    models: Mapping[str, str | Path], clip: SyntheticClip, device: str = "cpu"
) -> dict[str, list[TrackEvent]]:
    """The same clip tracked by several models: a name, and a model folder or an embedded name each."""
    return {name: tracked(load(str(model), device=device), clip) for name, model in models.items()}


def overlaps(tracks: Mapping[str, list[TrackEvent]], clip: SyntheticClip) -> Words:
    """Mean and least IoU of each track, over the frames after the first in which the target is visible."""
    seen = clip.visible[1:]
    rows = []
    for name, events in tracks.items():
        found = iou(boxes_to_array([event.box for event in events[1:]]), clip.boxes[1:])[seen]
        rows.append([name, float(np.mean(found)), float(np.min(found))])
    return table(["tracker", "mean IoU", "least IoU"], rows)


def overlaps_on(models: Mapping[str, str | Path], clips: int, device: str = "cpu") -> Words:
    """Mean IoU of each model, tracking, on each of the first ``clips`` that no run is trained on, and over all."""
    worlds = [unseen_clip(number) for number in range(clips)]
    rows = []
    for name, model in models.items():
        found = [mean_iou(load(str(model), device=device), clip) for clip in worlds]
        rows.append([name, *found, float(np.mean(found))])
    return table(["tracker", *(f"clip {number}" for number in range(clips)), "mean"], rows)
