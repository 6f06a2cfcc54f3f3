"""The needs of a step in benchmarks/ceilings.py against counts by hand; and the last line of a result."""

import sys
from pathlib import Path

import pytest
import torch

from playground.config import PRESETS
from playground.model import MixFormer

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in ("ceilings", "written"):
        sys.modules.pop(name, None)


def test_bytes_of_a_step():
    from ceilings import needs

    config = PRESETS["toy-small"]
    model = MixFormer(config).eval()
    work = needs(model, "float32")
    trained = sum(weight.numel() for weight in model.parameters())
    assert work.weights == 4 * (trained + config.search_grid**2 * config.dim)
    assert work.memory == 4 * config.depth * 2 * (2 * config.template_grid**2) * config.dim
    hidden = (config.search_grid**2 + 4) * int(config.dim * config.mlp_ratio)
    assert work.activations > 2 * 4 * (config.depth - 1) * 2 * hidden  # of an MLP, before and after GELU
    assert work.activations < 40 * 4 * config.depth * (hidden + work.memory)
    halved = needs(model, "float16")
    assert halved.bytes * 2 == work.bytes and halved.flops == work.flops


def test_only_what_is_made_counts_as_written():
    from ceilings import _Written

    a = torch.ones(6, 5)
    with _Written() as written:
        (a.t().reshape(2, 15) @ torch.ones(15, 4)).view(8)[:3]
    assert written.numbers == 30 + 60 + 8  # the reshape copies; the ones; the product; but no view


def test_the_limits_of_a_step():
    from ceilings import Ceilings, Work

    assert Ceilings(1e9, 2e9).limit_ms(Work(5e6, 1000, 2000, 3000)) == pytest.approx((5.0, 0.003))


def test_a_result_names_the_command_it_was_given(monkeypatch, tmp_path):
    from written import source_line, write

    given = ["/somewhere/benchmarks/speed.py", "--models", "mini-small", "--out", "/elsewhere", "--threads", "1"]
    monkeypatch.setattr(sys, "argv", given)
    line = source_line("cpu", "60 frames")
    assert line.endswith("; 60 frames; `python benchmarks/speed.py --models mini-small --threads 1`.")
    write(tmp_path / "deep" / "result.md", "Title", line)
    assert (tmp_path / "deep" / "result.md").read_text() == f"# Title\n\n{line}\n"
