"""Tables are Markdown, with numbers of one length."""

from playground.lesson.words import Words, table


def test_a_table_is_markdown():
    made = table(["tracker", "IoU"], [["mine", 0.5], ["yours", 1 / 3]])
    assert made.text.splitlines() == ["| tracker | IoU |", "|---|---:|", "| mine | 0.500 |", "| yours | 0.333 |"]


def test_a_hair_below_zero_is_zero():
    assert table(["a", "b"], [["x", -1e-9]]).text.endswith("| x | 0.000 |")


def test_words_show_themselves():
    assert repr(Words("*a*")) == Words("*a*")._repr_markdown_() == "*a*"
