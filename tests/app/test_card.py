"""The card of a model: what it claims was measured, what it shows runs, and the Hub reads it."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from exported import toy_export, toy_source
from huggingface_hub import ModelCard
from small_card import FACTS
from tiny_evaluation import write_otb

from playground.app.card import gather_facts, owned, render_card
from playground.app.card_facts import CardFacts, read_facts, write_facts
from playground.app.cli import main
from playground.video.write import write_video


@pytest.fixture
def folder(tmp_path, tmp_path_factory):
    folder = tmp_path / "toy"
    folder.mkdir()
    for path in toy_source(tmp_path_factory).iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_a_card_claims_nothing_that_is_not_known(folder):
    text = render_card(folder, CardFacts())
    assert ModelCard(text).data.to_dict() == {
        "library_name": "mixformer-playground",
        "license": "mit",
        "tags": ["visual-object-tracking", "mixformerv2"],
    }
    assert "## Figures" not in text and "## Training" not in text and "## Data" not in text
    assert "2 blocks of 48 channels" in text and "## Intended use and limits" in text


def test_everything_known_is_in_it_and_it_is_the_same_every_time(folder):
    text = render_card(folder, FACTS, "user/toy")
    assert text == render_card(folder, FACTS, "user/toy")
    data = ModelCard(text).data
    assert data.base_model == ["user/mini-base"] and data.datasets == ["user/cats"] and data.model_name == "toy"
    result, second = data.eval_results
    assert (second.metric_value, second.metric_name) == (0.7, "P@20")
    assert (result.metric_value, result.metric_name, result.dataset_type) == (0.5, "AUC", "otb-dev")
    for words in ("A note.", "playground train toy-score", "| AUC | 0.500 | 0.400 to 0.600 |", "| a | 0.125 | 1 | 3 |",
                  "| kcf | 0.250 |", "| cats | a shelter | MIT |", "on 2 cores", "0:00:02"):  # fmt: skip
        assert words in text, words


def test_an_export_beside_the_weights_is_told(folder, tmp_path_factory):
    assert 'backend="onnx"' not in render_card(folder, CardFacts())
    (folder / "onnx").mkdir()
    for path in toy_export(tmp_path_factory).iterdir():
        (folder / "onnx" / path.name).write_bytes(path.read_bytes())
    assert "(fp32) is in `onnx/`" in render_card(folder, CardFacts())


def test_base_models_belong_to_the_same_user_unless_they_say_otherwise():
    assert owned(("a", "other/b"), "user/toy") == ("user/a", "other/b")
    assert owned(("a", "other/b"), "toy") == ("a", "other/b")


def test_the_snippet_of_a_card_runs(folder, tmp_path):
    frames = [np.full((240, 320, 3), 40 + i, np.uint8) for i in range(3)]
    write_video(tmp_path / "clip.mp4", frames, 25)
    code = re.search(r"```python\n(.*?)```", render_card(folder, FACTS, "./toy"), re.S)[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["0", "1", "2"]


def test_the_command_gathers_renders_and_writes_and_renews_only_what_is_given(folder, tmp_path, capsys):
    boxes = [[10 + i, 12, 16, 14] for i in range(6)]
    write_otb(tmp_path / "clips", "one", boxes)
    write_otb(tmp_path / "clips", "two", boxes)
    results = tmp_path / "results"
    main(["evaluate", "--data", f"otb:{tmp_path / 'clips'}", "--tracker", str(folder), "--out", str(results)])
    sources = tmp_path / "sources.json"
    sources.write_text(json.dumps([{"name": "cats", "place": "a shelter", "licence": "MIT"}]))
    capsys.readouterr()

    main(["card", str(folder), "--results", str(results), "--sources", str(sources), "--note", "Mine."])
    printed = capsys.readouterr().out
    assert not (folder / "README.md").exists() and "## Figures: otb-clips" in printed and str(tmp_path) not in printed
    main(["card", str(folder), "--results", str(results), "--sources", str(sources), "--note", "Mine.", "--write"])
    assert (folder / "README.md").read_text() == printed
    facts = read_facts(folder)
    assert facts.measured[0].sequences == 2 and facts.note == "Mine."
    # The facts beside the weights do not make them others: the same results still fit.
    assert gather_facts(folder, results=results, machine="new") == replace(facts, machine="new")


def test_what_cannot_be_read_is_named(folder, tmp_path, capsys):
    with pytest.raises(ValueError, match=r"^sources: .* is not there; give a JSON list"):
        gather_facts(folder, sources=tmp_path / "no.json")
    (tmp_path / "sources.json").write_text('[{"name": "cats"}]')
    with pytest.raises(ValueError, match="place, licence is missing"):
        gather_facts(folder, sources=tmp_path / "sources.json")
    write_facts(folder, FACTS)
    with pytest.raises(SystemExit) as end:
        main(["card", str(tmp_path / "nothing")])
    assert end.value.code == 2 and "there is no folder" in capsys.readouterr().err
