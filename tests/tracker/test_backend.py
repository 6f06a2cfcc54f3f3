"""The seam itself: both networks in the package satisfy it."""

import numpy as np

from playground.backends.torch import TorchBackend
from playground.config import PRESETS
from playground.model import MixFormer
from playground.tracker import Answer, Backend, FakeBackend, ManyBackend
from playground.tracker.backend import in_passes, locate_all


def test_backends_satisfy_the_protocol():
    fake = FakeBackend(lambda search, memory: Answer((0.0, 0.0, 1.0, 1.0), None, np.ones((4, 2))))
    assert isinstance(fake, Backend)
    assert not isinstance(fake, ManyBackend)
    torch = TorchBackend(MixFormer(PRESETS["toy-small"]), "cpu")
    assert isinstance(torch, Backend) and isinstance(torch, ManyBackend)


def test_fake_hands_over_what_it_remembered():
    fake = FakeBackend(lambda search, memory: Answer((0.0, 0.0, 1.0, 1.0), float(memory.sum()), np.ones((4, 2))))
    memory = fake.encode(np.ones((2, 3, 4, 4), np.float32))
    assert fake.locate(np.zeros((1, 3, 8, 8), np.float32), memory).score == 96


def _whole(score: float) -> Answer:
    return Answer((0.0, 0.0, 1.0, 1.0), score, np.ones((4, 2)))


def test_several_targets_go_one_by_one_where_a_backend_knows_no_other_way():
    fake = FakeBackend(lambda search, memory: _whole(float(search[0, 0, 0, 0] + memory[0])))
    search = np.arange(3, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 8, 8), np.float32)
    assert [answer.score for answer in locate_all(fake, search, list(np.array([10, 20, 30])[:, None]))] == [10, 21, 32]


def test_targets_with_as_many_tokens_share_a_pass_and_answers_keep_their_order():
    passes = []

    def run(places):
        passes.append(places)
        return [_whole(place) for place in places]

    assert [answer.score for answer in in_passes([98, 147, 98, 49, 147], run)] == [0, 1, 2, 3, 4]
    assert passes == [[0, 2], [1, 4], [3]] and in_passes([], run) == []
