"""The seam itself: both networks in the package satisfy it."""

import numpy as np

from playground.backends.torch import TorchBackend
from playground.config import PRESETS
from playground.model import MixFormer
from playground.tracker import Answer, Backend, FakeBackend


def test_backends_satisfy_the_protocol():
    fake = FakeBackend(lambda search, memory: Answer((0.0, 0.0, 1.0, 1.0), None, np.ones((4, 2))))
    assert isinstance(fake, Backend)
    assert isinstance(TorchBackend(MixFormer(PRESETS["toy-small"]), "cpu"), Backend)


def test_fake_hands_over_what_it_remembered():
    fake = FakeBackend(lambda search, memory: Answer((0.0, 0.0, 1.0, 1.0), float(memory.sum()), np.ones((4, 2))))
    memory = fake.encode(np.ones((2, 3, 4, 4), np.float32))
    assert fake.locate(np.zeros((1, 3, 8, 8), np.float32), memory).score == 96
