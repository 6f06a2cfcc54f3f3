"""What commands share: lines out, and the name of the extra that is missing."""

import pytest

from playground.app.terminal import extra, say, say_all


def test_lines_reach_standard_output(capsys):
    say("one")
    say_all(str(i) for i in range(2))
    assert capsys.readouterr().out == "one\n0\n1\n"


def test_a_missing_module_is_told_with_its_extra():
    words = r"^paint: no_such_module is missing; .*mixformer-playground\[art\]"
    with pytest.raises(ValueError, match=words), extra("paint", "art"):
        import no_such_module  # noqa: F401
    with pytest.raises(ZeroDivisionError), extra("paint", "art"):
        _ = 1 / 0
