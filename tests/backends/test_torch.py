"""The PyTorch backend: the same numbers as the model called directly, on the device asked for."""

import numpy as np
import pytest
import torch

from playground.backends.torch import TorchBackend, pick_device
from playground.config import PRESETS
from playground.model import MixFormer


def test_answers_as_the_model_does():
    torch.manual_seed(0)
    model = MixFormer(PRESETS["toy-small"]).eval()
    rng = np.random.default_rng(0)
    templates = rng.normal(size=(3, 3, 32, 32)).astype(np.float32)
    search = rng.normal(size=(1, 3, 64, 64)).astype(np.float32)
    backend = TorchBackend(model, "cpu")
    answer = backend.locate(search, backend.encode(templates))
    with torch.no_grad():
        direct = model(torch.from_numpy(templates)[None], torch.from_numpy(search))
    assert answer.box_rel == pytest.approx(direct.box[0].tolist(), abs=1e-5)
    assert answer.score == pytest.approx(direct.score_logit.sigmoid().item(), abs=1e-5)
    assert answer.edges == pytest.approx(direct.edges[0].exp().numpy(), abs=1e-5)
    assert answer.edges.sum(1) == pytest.approx(np.ones(4), abs=1e-5)


@pytest.mark.parametrize("preset", ["toy-small", "toy-teacher"])
def test_several_targets_in_one_pass_are_answered_as_each_is_alone(preset, monkeypatch):
    torch.manual_seed(0)
    model = MixFormer(PRESETS[preset]).eval()
    backend, rng, passes = TorchBackend(model, "cpu"), np.random.default_rng(0), []
    templates = [rng.normal(size=(count, 3, 32, 32)).astype(np.float32) for count in (2, 3, 2, 2)]
    search = rng.normal(size=(4, 3, 64, 64)).astype(np.float32)
    with torch.no_grad():
        alone = [
            model(torch.from_numpy(t)[None], torch.from_numpy(s)[None]) for t, s in zip(templates, search, strict=True)
        ]
    locate = model.locate
    monkeypatch.setattr(model, "locate", lambda *given: passes.append(len(given[0])) or locate(*given))
    answers = backend.locate_all(search, [backend.encode(each) for each in templates])
    assert passes == [3, 1]
    for answer, direct in zip(answers, alone, strict=True):
        assert answer.box_rel == pytest.approx(direct.box[0].tolist(), abs=1e-5)
        assert answer.edges == pytest.approx(direct.edges[0].exp().numpy(), abs=1e-5)
        logit = direct.score_logit
        assert answer.score == (None if logit is None else pytest.approx(logit.sigmoid().item(), abs=1e-5))


def test_a_model_without_score_head_has_no_score():
    backend = TorchBackend(MixFormer(PRESETS["toy-teacher"]), "cpu")
    memory = backend.encode(np.zeros((2, 3, 32, 32), np.float32))
    assert backend.locate(np.zeros((1, 3, 64, 64), np.float32), memory).score is None


def test_devices_are_named_when_they_are_not_there():
    with pytest.raises(ValueError, match=r"^device: must be one of auto, cpu, cuda, mps; got 'tpu'"):
        pick_device("tpu")
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match=r"^device: cuda is not available"):
            pick_device("cuda")
    assert pick_device("auto").type in ("cpu", "cuda", "mps")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_answers_as_the_cpu_does():
    torch.manual_seed(0)
    model = MixFormer(PRESETS["toy-small"])
    templates = np.random.default_rng(0).normal(size=(2, 3, 32, 32)).astype(np.float32)
    search = np.random.default_rng(1).normal(size=(1, 3, 64, 64)).astype(np.float32)
    answers = []
    for device in ("cpu", "cuda"):
        backend = TorchBackend(model, device)
        answers.append(backend.locate(search, backend.encode(templates)).box_rel)
    assert answers[0] == pytest.approx(answers[1], abs=1e-3)
