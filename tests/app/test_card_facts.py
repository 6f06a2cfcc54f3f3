"""The facts of a card on disk: what is written is read, and what is wrong is named."""

import pytest
from small_card import FACTS

from playground.app.card_facts import CardFacts, read_facts, write_facts


def test_facts_are_read_as_they_were_written(tmp_path):
    write_facts(tmp_path, FACTS)
    assert read_facts(tmp_path) == FACTS
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


def test_a_folder_without_facts_has_none(tmp_path):
    assert read_facts(tmp_path) == CardFacts()


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"auc": 1}', "unknown field auc"), ('{"base": "x"}', "base: expected a list"), ("{", "not valid JSON")],
)
def test_wrong_facts_are_named(tmp_path, text, words):
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ValueError, match=rf"card\.json.*{words}"):
        read_facts(tmp_path)
