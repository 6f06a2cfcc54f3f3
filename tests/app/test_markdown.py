"""Tables that Markdown reads as they were meant."""

from playground.app.markdown import cell, table_lines


def test_a_table_sets_text_to_the_left_and_the_rest_to_the_right():
    assert list(table_lines(["a", "b", "c"], [["1", "2", "3"]], text=2)) == [
        "| a | b | c |",
        "|---|---|---:|",
        "| 1 | 2 | 3 |",
    ]
    assert list(table_lines(["a", "b"], [])) == ["| a | b |", "|---|---:|"]


def test_what_is_markup_elsewhere_is_text_in_a_cell():
    assert cell("a|b_c*<d>#[e]\\`") == r"a\|b\_c\*\<d\>\#\[e\]" + "\\\\\\`"
    assert cell("plain, text. 1-2") == "plain, text. 1-2"
