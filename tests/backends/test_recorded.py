"""What is recorded says what PyTorch says step by step, for any number of templates and of targets in turn."""

import copy

import numpy as np
import pytest
import torch

from playground.backends.fastest import check
from playground.backends.recorded import RecordedBackend
from playground.backends.torch import TorchBackend
from playground.config import PRESETS
from playground.hub import load_model, load_tracker_config, resolve
from playground.model import MixFormer

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


def _templates(rng, backend, count):
    return rng.normal(size=(count, 3, backend.template_size, backend.template_size)).astype(np.float32)


@pytest.mark.parametrize("preset", ["toy-small", "toy-teacher", "mini-small"])
def test_the_same_numbers_as_pytorch(preset):
    torch.manual_seed(0)
    model = MixFormer(PRESETS[preset]).eval()
    usual, recorded = TorchBackend(model, "cpu"), RecordedBackend(model, "cpu", torch.float32)
    rng = np.random.default_rng(0)
    memories = [(b.encode(t), recorded.encode(t)) for b in [usual] for t in (_templates(rng, b, n) for n in (2, 3, 2))]
    for turn in (0, 1, 2, 0, 2):  # of two and three templates, and of two targets with as many
        search = rng.normal(size=(1, 3, usual.search_size, usual.search_size)).astype(np.float32)
        plain, fast = usual.locate(search, memories[turn][0]), recorded.locate(search, memories[turn][1])
        assert fast.box_rel == pytest.approx(plain.box_rel, abs=1e-6)
        assert fast.edges == pytest.approx(plain.edges, abs=1e-6)
        assert (fast.score is None) == (plain.score is None)
        assert plain.score is None or fast.score == pytest.approx(plain.score, abs=1e-6)


@pytest.mark.parametrize("preset", ["toy-small", "toy-teacher"])
def test_several_targets_in_one_pass_say_what_pytorch_says_of_each(preset):
    torch.manual_seed(0)
    model = MixFormer(PRESETS[preset]).eval()
    usual, recorded = TorchBackend(model, "cpu"), RecordedBackend(model, "cpu", torch.float32)
    rng = np.random.default_rng(0)
    templates = [_templates(rng, usual, count) for count in (2, 3, 2, 2, 3)]
    memories = [recorded.encode(each) for each in templates]
    for places in ([0, 1, 2, 3, 4], [4, 2], [3, 0], [1]):  # recorded for other numbers of targets, and used again
        search = rng.normal(size=(len(places), 3, usual.search_size, usual.search_size)).astype(np.float32)
        together = recorded.locate_all(search, [memories[place] for place in places])
        for one, place, fast in zip(search, places, together, strict=True):
            plain = usual.locate(one[None], usual.encode(templates[place]))
            assert fast.box_rel == pytest.approx(plain.box_rel, abs=1e-5)
            assert fast.edges == pytest.approx(plain.edges, abs=1e-5)
            assert fast.score == (None if plain.score is None else pytest.approx(plain.score, abs=1e-5))


def test_an_answer_is_not_changed_by_the_next_one():
    model = MixFormer(PRESETS["toy-small"])
    recorded = RecordedBackend(model, "cpu", torch.float32)
    rng = np.random.default_rng(0)
    memory = recorded.encode(_templates(rng, recorded, 2))
    size = (1, 3, recorded.search_size, recorded.search_size)
    first = recorded.locate(rng.normal(size=size).astype(np.float32), memory)
    kept = copy.deepcopy(first)
    second = recorded.locate(rng.normal(size=size).astype(np.float32), memory)
    assert np.array_equal(first.edges, kept.edges) and not np.array_equal(first.edges, second.edges)


def test_the_model_stays_as_it_was():
    model = MixFormer(PRESETS["toy-small"])
    recorded = RecordedBackend(model, "cpu", torch.bfloat16)
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert {p.dtype for p in recorded.model.parameters()} == {torch.bfloat16}


@needs_cuda
@pytest.mark.parametrize(("dtype", "most"), [(torch.float32, 0.1), (torch.float16, 0.5)])
def test_a_gpu_says_what_the_processor_says(dtype, most):
    folder = resolve("mini-small")
    model = load_model(folder)
    backends = {"cpu": TorchBackend(model, "cpu"), "recorded": RecordedBackend(model, "cuda", dtype)}
    assert check(backends, load_tracker_config(folder).crop)["recorded"].apart_px < most
