"""A notebook says in which mode and on what it runs, and how long it took."""

import os
import time

import pytest
import torch

from playground.lesson.opening import FAST, begin, run_time


@pytest.fixture(autouse=True)
def threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("said", "fast"), [("1", True), ("0", False), ("", False)])
def test_the_mode_comes_from_the_environment(monkeypatch, said, fast):
    monkeypatch.setenv(FAST, said)
    lesson = begin("a", device="cpu")
    assert lesson.fast is fast
    assert repr(lesson).startswith("Fast mode" if fast else "Full mode")
    assert lesson.runs.name == ("lesson-fast" if fast else "lesson"), "a short run must not pass for a long one"


def test_the_notebook_has_the_last_word(monkeypatch):
    monkeypatch.setenv(FAST, "1")
    assert not begin("a", fast=False, device="cpu").fast
    monkeypatch.delenv(FAST)
    assert begin("a", fast=True, device="cpu").fast


def test_all_of_the_cores_on_a_processor(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    lesson = begin("a", device="cpu")
    assert lesson.threads == torch.get_num_threads() == 2
    assert "the processor, 2 threads." in repr(lesson)


def test_the_environment_has_the_last_word_on_threads(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    torch.set_num_threads(1)
    assert begin("a", device="cpu").threads == 1


def test_the_time_is_that_since_the_beginning(monkeypatch):
    lesson = begin("a", device="cpu")
    monkeypatch.setattr(time, "perf_counter", lambda: lesson.wall_s + 12.3)
    monkeypatch.setattr(time, "process_time", lambda: lesson.processor_s + 9.8)
    assert run_time(lesson).text == "Run time of `a`: 12 s (10 s of processor time)."
