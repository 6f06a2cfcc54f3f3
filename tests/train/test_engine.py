"""One process computes alone; several need a launcher, and agree with one process."""

import pytest
import torch
from torch import nn

from playground.train import engine as module
from playground.train.engine import OneProcess, make_engine


def test_one_process_shares_with_nobody(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    engine, line, value = make_engine("cpu"), nn.Linear(1, 1), torch.ones(2)
    assert isinstance(engine, OneProcess) and (engine.rank, engine.world) == (0, 1)
    assert engine.device == torch.device("cpu")
    assert engine.share(line) is line and engine.mean(value) is value
    engine.wait()


def test_a_launcher_of_a_single_process_changes_nothing(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert isinstance(make_engine("cpu"), OneProcess)


def test_several_processes_without_accelerate_name_the_extra(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")

    def missing(device):
        raise ModuleNotFoundError("No module named 'accelerate'")

    monkeypatch.setattr(module, "ManyProcesses", missing)
    with pytest.raises(ValueError, match=r"^device: several processes need accelerate; pip install 'mixformer-play"):
        make_engine("cpu")
