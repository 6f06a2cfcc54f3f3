"""Where golden values are, and short ways to read them. See golden/README.md for what they hold."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # tests of what needs no PyTorch run without it
    from torch import Tensor

_HERE = Path(__file__).resolve().parent / "golden"
_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "spec" / "golden"


def golden(name: str) -> Path:
    """The golden file ``name``, from tests/golden or from ``shared`` beside the repository; skips without."""
    for folder in (_HERE, _BESIDE):
        if (folder / name).is_file():
            return folder / name
    pytest.skip(f"{name} is not in tests/golden, and there is no shared/spec/golden beside the repository")


def golden_tensors(name: str) -> dict[str, "Tensor"]:
    """All tensors of a golden ``.safetensors`` file, such as ``sd/...``, ``in/...`` and ``out/...``."""
    from safetensors.torch import load_file

    return load_file(golden(f"{name}.safetensors"))


def golden_spec(name: str) -> dict[str, Any]:
    """The sizes and notes in the metadata of a golden ``.safetensors`` file."""
    from safetensors import safe_open

    with safe_open(golden(f"{name}.safetensors"), "pt") as file:
        return json.loads(file.metadata()["spec"])


def under(tensors: Mapping[str, "Tensor"], prefix: str) -> dict[str, "Tensor"]:
    """The tensors whose names start with ``prefix``, without it."""
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
