"""``playground report`` from the command line: what it prints, the page it writes, and mistakes in words."""

import json

import pytest
from small_results import BAD_NAME, write_results

from playground.app.cli import main


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path)


def test_text_and_the_page_beside_the_results(results, capsys):
    main(["report", str(results)])
    said = capsys.readouterr().out
    assert "otb-data: 3 sequences" in said and said.strip().endswith(f"page: {results / 'report.html'}")
    assert "<h1>Tracking report</h1>" in (results / "report.html").read_text()


def test_json_and_markdown_stand_alone(results, capsys, tmp_path):
    main(["report", str(results), "--table", "json", "--out", str(tmp_path / "page.html")])
    assert list(json.loads(capsys.readouterr().out)["otb-data"]["trackers"]) == ["good", BAD_NAME]
    assert (tmp_path / "page.html").is_file() and not (results / "report.html").exists()
    main(["report", str(results), "--table", "markdown", "--strips", "0"])
    said = capsys.readouterr().out
    assert said.startswith("## otb-data\n") and "page:" not in said
    assert 'class="strip"' not in (results / "report.html").read_text()


def _refused(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(["report", *arguments])
    assert stop.value.code == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said.removeprefix("playground: ")


def test_mistakes_are_told_in_words_and_leave_nothing_behind(results, capsys, tmp_path):
    assert _refused(capsys, str(tmp_path / "data")).startswith("results: ")
    assert _refused(capsys, str(results), "--table", "html").startswith("table: must be one of text, markdown, json")
    assert _refused(capsys, str(results), "--strips", "-1").startswith("strips: must be 0 or more")
    assert _refused(capsys, str(results), "--out", str(tmp_path / "no" / "page.html")).startswith("out: ")
    (results / "otb-data" / "good" / "easy.txt").write_text("1,2,3\n" * 12)
    assert _refused(capsys, str(results)).startswith("results: ")
    assert not (results / "report.html").exists() and not list(results.glob("*.html"))


def test_an_evaluation_that_has_not_begun_says_so(results, capsys):
    for path in results.glob("*/*/*.txt"):
        path.unlink()
    assert "no tracker has finished a sequence" in _refused(capsys, str(results))
