"""The package's names: each is what it says, and figures come without PyTorch."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

from playground.visualise import inside


def test_every_name_is_the_thing_and_not_a_file_of_the_same_name():
    for name in inside.__all__:
        import_module(f"{inside.__name__}.{inside._HOME[name]}")
        found = getattr(inside, name)
        assert not isinstance(found, ModuleType) and found.__name__ == name
    assert dir(inside) == inside.__all__
    with pytest.raises(AttributeError, match="has no attribute 'nosuch'"):
        inside.nosuch  # noqa: B018


def test_figures_are_drawn_without_pytorch():
    figures = [name for name in inside.__all__ if name.endswith("_figure") and name != "study_figure"]
    code = f"import sys; from playground.visualise.inside import {', '.join(figures)}; sys.exit('torch' in sys.modules)"
    assert len(figures) > 10 and subprocess.run([sys.executable, "-c", code]).returncode == 0
