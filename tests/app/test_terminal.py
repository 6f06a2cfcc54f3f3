"""What commands share: lines out, errors in words, and the name of the extra that is missing."""

import errno

import pytest

from playground.app.terminal import extra, say, say_all, sentence
from playground.files import NotWritten


def test_lines_reach_standard_output(capsys):
    say("one")
    say_all(str(i) for i in range(2))
    assert capsys.readouterr().out == "one\n0\n1\n"


def test_what_the_system_says_becomes_a_sentence():
    said = sentence(PermissionError(errno.EACCES, "Permission denied", "results"))
    assert said == "results could not be read or written (Permission denied); check the place and permissions."
    assert sentence(NotWritten(errno.ENOSPC, "No space left on device", "o.mp4")).startswith("o.mp4 could not be wri")
    for error in (ValueError("box: give four numbers."), OSError("webcam gone")):  # these are sentences already
        assert sentence(error) == str(error)


def test_a_missing_module_is_told_with_its_extra():
    words = r"^paint: no_such_module is missing; .*mixformer-playground\[art\]"
    with pytest.raises(ValueError, match=words), extra("paint", "art"):
        import no_such_module  # noqa: F401
    with pytest.raises(ZeroDivisionError), extra("paint", "art"):
        _ = 1 / 0
