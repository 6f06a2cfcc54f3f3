"""A launcher's processes share the work out among them, each piece once."""

import sys

import pytest

from playground.evaluate.place import Place, find_place, wait_for_all


@pytest.mark.parametrize(("world", "count"), [(1, 5), (2, 5), (3, 7), (4, 2)])
def test_every_piece_is_done_once(world, count):
    shares = [list(Place(rank=rank, world=world).share(count)) for rank in range(world)]
    assert sorted(i for share in shares for i in share) == list(range(count))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_the_launcher_says_where_a_process_stands(monkeypatch):
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert find_place() == Place(rank=0, world=1, local_rank=0, local_world=1)
    for name, value in {"RANK": "5", "WORLD_SIZE": "8", "LOCAL_RANK": "1", "LOCAL_WORLD_SIZE": "4"}.items():
        monkeypatch.setenv(name, value)
    assert find_place() == Place(rank=5, world=8, local_rank=1, local_world=4)


def test_one_process_waits_for_nobody_and_several_need_accelerate(monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    wait_for_all(Place())
    with pytest.raises(ValueError, match=r"^jobs: .*mixformer-playground\[train\]"):
        wait_for_all(Place(world=2))
