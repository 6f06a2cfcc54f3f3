"""The first request to stop is a question, the second Ctrl-C an interruption, and handlers come back."""

import os
import signal

import pytest

from playground.app.stopping import stop_when_asked

BOTH = (signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def handlers_come_back():
    before = [signal.getsignal(number) for number in BOTH]
    yield
    assert [signal.getsignal(number) for number in BOTH] == before


@pytest.mark.parametrize("number", BOTH)
def test_a_signal_is_remembered_and_interrupts_nothing(number):
    with stop_when_asked() as stop:
        assert stop() is False
        os.kill(os.getpid(), number)
        assert stop() is True and stop() is True


def test_the_second_ctrl_c_interrupts():
    with pytest.raises(KeyboardInterrupt), stop_when_asked() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop()
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the second one did nothing")


def test_many_terminations_are_one():
    with stop_when_asked() as stop:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop()


def test_nothing_is_remembered_from_the_time_before():
    with stop_when_asked():
        os.kill(os.getpid(), signal.SIGTERM)
    with stop_when_asked() as stop:
        assert not stop()


def test_an_error_inside_passes_through():
    with pytest.raises(ValueError, match="^out: full$"), stop_when_asked():
        raise ValueError("out: full")
