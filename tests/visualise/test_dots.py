"""Each dot is where its value and its sequence are; the hardest sequence is at the bottom."""

from playground.visualise.dots import dots_figure
from playground.visualise.looks import looks

VALUES = {"good": {"easy": 0.9, "<hard>": 0.4, "new": 0.7}, "bad": {"easy": 0.8, "<hard>": 0.1}}


def test_dots_stand_in_the_rows_of_their_sequences():
    span, good, bad = dots_figure(VALUES, looks(VALUES), measure="Success AUC").data
    figure = dots_figure(VALUES, looks(VALUES), measure="Success AUC")
    rows = dict(zip(figure.layout.yaxis.tickvals, figure.layout.yaxis.ticktext, strict=True))
    assert [rows[place] for place in sorted(rows)] == ["&lt;hard&gt;", "new", "easy"]
    for trace, name in ((good, "good"), (bad, "bad")):
        found = {rows[y]: x for x, y in zip(trace.x, trace.y, strict=True)}
        assert found == {sequence.replace("<", "&lt;").replace(">", "&gt;"): v for sequence, v in VALUES[name].items()}
        assert trace.meta == name
    lines = list(zip(span.x[::3], span.x[1::3], span.y[::3], strict=True))
    assert set(lines) == {(0.8, 0.9, 2), (0.7, 0.7, 1), (0.1, 0.4, 0)}
    assert figure.layout.xaxis.title.text == "Success AUC"


def test_the_figure_grows_with_the_sequences():
    many = {"a": {str(i): i / 40 for i in range(40)}}
    assert dots_figure(many, looks(many), measure="AO").layout.height > 40 * 20
