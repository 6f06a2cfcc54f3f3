"""ZeroGPU, where the page runs on it: a function that gets a GPU for as long as it says. Elsewhere nothing changes."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


def on_gpu(seconds: Callable[..., int]) -> Callable[[Function], Function]:
    """A decorator; ``seconds`` says, of the same arguments, how long the GPU is needed.

    The package ``spaces`` is on the platform alone, where it has to be imported before CUDA is touched.
    """
    try:
        import spaces  # type: ignore[import-not-found, unused-ignore]
    except ModuleNotFoundError:
        return lambda function: function
    decorate: Callable[[Function], Function] = spaces.GPU(duration=seconds)
    return decorate


def gpus_are_lent() -> bool:
    """Whether a GPU is there only inside of what `on_gpu` decorates."""
    try:
        import spaces  # type: ignore[import-not-found, unused-ignore]  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True
