"""Models and devices: the paper's pairs, one loading for all, and a GPU that is only offered where there is one."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from playground.app.demo import toggle
from playground.app.demo.models import find_model
from playground.app.demo.toggle import (
    describe_model,
    follow_device,
    get_tracker,
    paired_model,
    torch_device,
    why_no_gpu,
)
from playground.hub import CARD, embedded_models
from playground.tracker import FakeBackend, Tracker


@pytest.fixture
def family(monkeypatch):
    monkeypatch.setattr(toggle, "embedded_models", lambda: ["mini-base", "mini-small", "mini-teacher"])


def _machine(monkeypatch, gpu: str, cuda: str | None) -> None:
    monkeypatch.setattr(toggle, "gpu", lambda: gpu)
    monkeypatch.setattr(toggle, "_built_for_gpu", lambda: cuda is not None)


def test_base_goes_with_the_gpu_and_small_with_the_processor(family):
    assert paired_model("gpu") == "mini-base" and paired_model("cpu") == "mini-small"


def test_a_family_without_the_pair_gives_what_it_has(monkeypatch):
    monkeypatch.setattr(toggle, "embedded_models", lambda: ["mini-small"])
    assert paired_model("gpu") == "mini-small"


def test_switching_the_device_takes_the_pair_along_but_not_a_model_chosen_by_hand(family):
    assert follow_device("gpu", "mini-small") == "mini-base" and follow_device("cpu", "mini-base") == "mini-small"
    assert follow_device("gpu", "mini-teacher") == "mini-teacher" == follow_device("cpu", "mini-teacher")


def test_a_missing_gpu_is_explained_and_refused(monkeypatch):
    _machine(monkeypatch, "", None)
    assert "built for the processor alone" in why_no_gpu()
    _machine(monkeypatch, "", "12.8")
    assert "finds none on this machine" in why_no_gpu()
    with pytest.raises(ValueError, match="^device: No GPU"):
        torch_device("gpu")
    assert torch_device("cpu") == "cpu" and toggle.default_device() == "cpu"


def test_what_pytorch_was_built_for_is_read_from_its_own_file():
    import torch

    built = torch.version.cuda is not None or torch.version.hip is not None or torch.backends.mps.is_built()
    assert toggle._built_for_gpu() == built and toggle._build()["__version__"] == torch.__version__
    if not built:
        assert not torch.cuda.is_available() and toggle.gpu() == ""


def test_a_gpu_is_taken_by_whatever_name_it_has(monkeypatch):
    _machine(monkeypatch, "mps", None)
    assert torch_device("gpu") == "mps" and why_no_gpu() == "" and toggle.default_device() == "gpu"


def test_an_unknown_device_is_named():
    with pytest.raises(ValueError, match="^device: must be gpu or cpu; got 'abacus'"):
        torch_device("abacus")


def test_visitors_who_ask_at_once_share_one_model(monkeypatch):
    loaded = []

    def slow(model, device):
        loaded.append(model)
        threading.Event().wait(0.05)
        return Tracker(FakeBackend(lambda search, memory: None))

    monkeypatch.setattr(toggle, "load", slow)
    monkeypatch.setattr(toggle, "find_model", Path)
    toggle._kept.cache_clear()
    found = []
    threads = [threading.Thread(target=lambda: found.append(get_tracker("one", "cpu"))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    toggle._kept.cache_clear()
    toggle._found.cache_clear()
    assert loaded == ["one"] and len({id(tracker) for tracker in found}) == 1


def test_a_download_that_is_stuck_holds_up_nobody_else(toy_model, monkeypatch):
    held, came = threading.Event(), threading.Event()

    def stuck(name):
        if name == "someone/slow":
            came.set()
            held.wait(30)
            raise ValueError("model: gone.")
        return Path(toy_model)

    monkeypatch.setattr(toggle, "find_model", stuck)
    with ThreadPoolExecutor(1) as visitor:
        waiting = visitor.submit(get_tracker, "someone/slow", "cpu")
        assert came.wait(30)
        assert get_tracker("another", "cpu") is not None and not waiting.done()
        held.set()
        with pytest.raises(ValueError, match="^model: gone"):
            waiting.result(30)
    toggle._found.cache_clear()


def test_a_model_is_described_without_loading_it(toy_model):
    network = get_tracker(toy_model, "cpu").backend.model
    fixed = {name for name, _ in network.named_buffers()}
    count = sum(value.numel() for name, value in network.state_dict().items() if name not in fixed)
    said = describe_model(toy_model)
    assert said.startswith("4 blocks of width 48, ") and f"{count / 1e6:.2f} M parameters" in said
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        describe_model("nosuch")


def test_the_page_and_the_card_count_alike():
    for name in embedded_models():
        card = (find_model(name) / CARD).read_text()
        count = int(re.search(r" ([\d,]+) parameters, ", card)[1].replace(",", ""))
        assert f" {count / 1e6:.2f} M parameters" in describe_model(name)
