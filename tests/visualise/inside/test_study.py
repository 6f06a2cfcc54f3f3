"""The study against models that are really shortened, and the greedy choice against every step tried by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from playground.model.prune import remove_blocks
from playground.visualise.inside.capture import as_inputs, look_inside
from playground.visualise.inside.crops import cut_clip, overlap
from playground.visualise.inside.study import (
    LEAST_INFLUENCE,
    PAPER,
    SUGGESTED,
    block_influence,
    paper_choice,
    study_layers,
)


@pytest.fixture(scope="module")
def regions(small, small_rules, clip):
    return cut_clip(small.config, small_rules.crop, clip.frames, clip.boxes, 3)


@pytest.fixture(scope="module")
def study(small, regions):
    return study_layers(small, regions, 2)


def _iou_of_shortened(model, regions, layers) -> float:
    short = remove_blocks(model, layers) if layers else model
    with torch.inference_mode():
        boxes = short(*as_inputs(short, regions)).box.tolist()
    return float(np.mean([overlap(box, one.truth_rel) for box, one in zip(boxes, regions, strict=True)]))


def test_leaving_out_is_removing(small, regions, study):
    assert study.iou == pytest.approx(_iou_of_shortened(small, regions, ()), abs=1e-6)
    for layer, found in enumerate(study.without):
        assert found == pytest.approx(_iou_of_shortened(small, regions, (layer,)), abs=1e-5)
    for removal in study.removals:
        assert removal.iou == pytest.approx(_iou_of_shortened(small, regions, removal.layers), abs=1e-5)


def test_the_suggestion_is_greedy(small, regions, study):
    first = max(range(4), key=lambda layer: _iou_of_shortened(small, regions, (layer,)))
    rest = [layer for layer in range(4) if layer != first]
    second = max(rest, key=lambda layer: _iou_of_shortened(small, regions, (first, layer)))
    choices = {removal.choice: removal.layers for removal in study.removals}
    assert choices[SUGGESTED] == tuple(sorted((first, second))) and choices[PAPER] == (0, 2)
    least = sorted(sorted(range(4), key=lambda layer: study.influence[layer])[:2])
    assert list(choices[LEAST_INFLUENCE]) == least
    assert study.frames == 3


def test_influence_is_one_minus_the_cosine(small, regions, study):
    for layer in range(4):
        cosines = []
        for one in regions:
            tokens = torch.from_numpy(look_inside(small, one).tokens)
            cosines += torch.cosine_similarity(tokens[layer], tokens[layer + 1], dim=-1).tolist()
        assert study.influence[layer] == pytest.approx(1 - np.mean(cosines), abs=1e-5)
    assert block_influence(small, regions) == study.influence


def test_the_papers_choice():
    assert paper_choice(12, 4) == (0, 3, 6, 9) and paper_choice(8, 4) == (0, 2, 4, 6)


def test_wrong_input_is_told_so(small, regions, deep):
    for remove in (0, 4):
        with pytest.raises(ValueError, match=rf"remove: choose from 1\.\.3 of 4 layers; got {remove}"):
            study_layers(small, regions, remove)
    with pytest.raises(ValueError, match="truth: "):
        study_layers(small, [replace(regions[0], truth_rel=None)], 1)
    with pytest.raises(ValueError, match="crops: give at least one"):
        study_layers(small, [], 1)
    with pytest.raises(ValueError, match="crops: this model sees"):
        study_layers(deep, regions, 1)
