"""A visitor sees sentences, never a traceback."""

import errno
import logging
import sys
import types

import av
import cv2
import gradio as gr
import numpy as np
import pytest
import torch

from playground.app.demo import limits
from playground.app.demo.toasts import toasts


def test_a_sentence_is_shown_and_anything_else_is_only_logged(caplog):
    def said(error: Exception) -> str:
        with pytest.raises(gr.Error) as raised, toasts():
            raise error
        return raised.value.message

    assert said(ValueError("box: too small.")) == "box: too small."
    assert said(ValueError("model: '<b>[a](b)' is unknown.")) == "model: '‹b›(a)(b)' is unknown."
    own = gr.Error("as it is")
    with pytest.raises(gr.Error) as raised, toasts():
        raise own
    assert raised.value is own
    with caplog.at_level(logging.ERROR):
        assert "secret" not in said(KeyError("secret"))
    assert "secret" in caplog.text


@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory, at 0x7f00")])
def test_a_job_that_needs_too_much_memory_says_what_to_do(error, caplog):
    with pytest.raises(gr.Error) as raised, toasts():
        raise error
    assert raised.value.message.startswith("This job needs more memory than the server has; choose")
    assert "ran out of memory" in caplog.text


@pytest.mark.parametrize(
    "ask",
    [
        lambda: torch.empty(10**15),
        lambda: np.empty(10**15),
        lambda: cv2.resize(np.zeros((4, 4, 3), np.uint8), (2**15, 2**31 - 1)),
    ],
    ids=["PyTorch", "NumPy", "OpenCV"],
)
def test_more_memory_than_any_processor_has_is_told_as_such(ask):
    with pytest.raises(gr.Error, match="needs more memory than the server has"), toasts():
        ask()


def test_a_failure_while_pytorch_is_loading_is_told_like_any_other(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    with pytest.raises(gr.Error) as raised, toasts():
        raise OSError(errno.ENOSPC, "No space left", "/srv/private")
    assert raised.value.message == limits.DISK_FULL and "could not do" in caplog.text
    with pytest.raises(gr.Error, match="^'This job needs more memory"), toasts():
        raise MemoryError


def test_a_full_disk_is_told_without_a_path():
    def said(error: Exception) -> str:
        with pytest.raises(gr.Error) as raised, toasts():
            raise error
        return raised.value.message

    assert said(OSError(errno.ENOSPC, "No space left", "/srv/private")) == limits.DISK_FULL
    assert said(av.OSError(errno.ENOSPC, "No space left", "/srv/private")) == limits.DISK_FULL
    assert said(OSError(errno.EIO, "damaged", "/srv/private")).startswith("Something went wrong on the server")
