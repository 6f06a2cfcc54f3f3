"""With the platform's package a function asks for a GPU for as long as it says; without it nothing changes."""

import sys
from types import SimpleNamespace

from playground.app.demo.zero_gpu import gpus_are_lent, on_gpu


def _work(frames: int) -> int:
    return frames


def test_elsewhere_the_function_is_the_same(monkeypatch):
    monkeypatch.setitem(sys.modules, "spaces", None)  # as if it were not installed
    assert on_gpu(lambda frames: frames)(_work) is _work and not gpus_are_lent()


def test_on_the_platform_it_is_decorated_with_its_duration(monkeypatch):
    asked = []

    def gpu(duration):
        def decorate(function):
            def call(*arguments):
                asked.append(duration(*arguments))
                return function(*arguments)

            return call

        return decorate

    monkeypatch.setitem(sys.modules, "spaces", SimpleNamespace(GPU=gpu))
    assert on_gpu(lambda frames: 2 * frames)(_work)(21) == 21 and asked == [42]
    assert gpus_are_lent()
