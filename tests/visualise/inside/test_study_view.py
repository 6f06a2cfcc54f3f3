"""Bars by layer with the suggestion in its own colour, and a bar for each choice."""

from playground.visualise.inside.study import PAPER, SUGGESTED, LayerStudy, Removal
from playground.visualise.inside.study_view import STAYS, SUGGESTED_COLOUR, study_figure

STUDY = LayerStudy(
    frames=9,
    iou=0.7,
    without=(0.1, 0.6, 0.65, 0.5),
    influence=(0.4, 0.05, 0.1, 0.2),
    removals=(
        Removal(choice=SUGGESTED, layers=(1, 2), iou=0.55),
        Removal(choice=PAPER, layers=(0, 2), iou=0.05),
    ),
)


def test_bars_hold_the_study():
    without, influence, choices = study_figure(STUDY).data
    assert without.y == STUDY.without and influence.y == STUDY.influence
    assert without.marker.color == (STAYS, SUGGESTED_COLOUR, SUGGESTED_COLOUR, STAYS)
    assert choices.x == (0.55, 0.05) and choices.y[1].endswith("0, 2")


def test_the_title_says_what_to_remove():
    figure = study_figure(STUDY)
    assert "which 2 of 4 layers" in figure.layout.title.text
    assert "Suggested: 1, 2. IoU 0.55 without, 0.70 whole;" in figure.layout.title.subtitle.text
    (line,) = figure.layout.shapes
    assert line.y0 == line.y1 == 0.7
