"""The page of a training run: errors before it is served, then followed in a real browser while the run goes on."""

import json
import socket
from pathlib import Path

import pytest

from playground.app.cli import main
from playground.app.watch_command import EVERY_S, status
from playground.events import TrainEvent

WAIT_MS = 30_000


def _event(step: int, steps: int = 400, **more) -> TrainEvent:
    losses = {"total": 8 / step, "student_iou": step / steps}
    return TrainEvent(step=step, steps=steps, losses=losses, lr=1e-3, samples_s=100.0, eta_s=60.0, **more)


def _append(run: Path, *events: TrainEvent, rest: str = "") -> None:
    run.mkdir(parents=True, exist_ok=True)
    with (run / "events.jsonl").open("a") as log:
        log.write("".join(event.to_json() + "\n" for event in events) + rest)


def _refused(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as stop:
        main(["watch", *arguments])
    assert stop.value.code == 2
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said


def test_mistakes_are_told_before_anything_is_served(tmp_path, capsys):
    said = _refused(capsys, str(tmp_path))
    assert said.startswith("playground: run: ") and str(tmp_path) in said and "events.jsonl" in said
    assert "run: " in _refused(capsys, str(tmp_path / "nowhere"))
    _append(tmp_path / "a", _event(50))
    assert "port: must be from 1 to 65535" in _refused(capsys, str(tmp_path), "--port", "0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port: {port} cannot be used" in _refused(capsys, str(tmp_path), "--port", port)


def test_names_of_folders_are_no_markup():
    told = status({"<b>&": None, "a": _event(50)})
    assert "&lt;b&gt;&amp;" in told and "<b><b>" not in told
    assert "first event" in told and "step 50 of 400" in told


def _steps(page) -> list[list[int]]:
    """The steps of every curve in the first panel on the page."""
    return page.evaluate("""() => document.querySelector('.js-plotly-plot').data
        .filter((trace) => trace.xaxis === 'x').map((trace) => Array.from(trace.x))""")


def test_the_page_follows_a_run_and_sees_the_next_one_begin(watch_server, visit, tmp_path):
    first, second = tmp_path / "teacher", tmp_path / "student"
    _append(first)
    with watch_server(tmp_path) as server, visit(server.url) as page:
        page.wait_for_selector("#runs:has-text('waits for its first event')", timeout=WAIT_MS)
        page.wait_for_selector("#plot .js-plotly-plot:has-text('No event yet.')", timeout=WAIT_MS)
        _append(first, _event(50), _event(100))
        page.wait_for_selector("#plot .js-plotly-plot:has-text('Total loss')", timeout=WAIT_MS)
        assert _steps(page) == [[50, 100]]
        half = _event(150, checked={"auc": 0.5}).to_json()
        _append(first, rest=half[:40])
        _append(second, _event(50, stopped=True))
        page.wait_for_selector("#runs:has-text('student')", timeout=WAIT_MS)
        page.wait_for_function("() => document.querySelectorAll('#plot .legend .traces').length === 2")
        assert sorted(_steps(page)) == [[50], [50, 100]]
        assert "stopped" in page.inner_text("#runs") and "100 of 400" in page.inner_text("#runs")
        _append(first, rest=half[40:] + "\n")
        page.wait_for_selector("#plot .js-plotly-plot:has-text('Validation: auc')", timeout=WAIT_MS)
        assert sorted(_steps(page)) == [[50], [50, 100, 150]]
        contacts, elsewhere = server.asked()
        assert contacts and elsewhere == set()


def test_the_figure_can_be_held_and_a_damaged_file_is_told(watch_server, visit, tmp_path):
    run = tmp_path / "run"
    _append(run, _event(50), _event(100))
    with watch_server(run) as server, visit(server.url) as page:
        page.wait_for_selector("#plot .js-plotly-plot:has-text('Total loss')", timeout=WAIT_MS)
        with page.expect_response(lambda response: "queue" in response.url):
            page.uncheck("#follow input")
        page.wait_for_timeout(1000)  # a refresh that was under way
        _append(run, _event(150))
        page.wait_for_timeout(1500 * EVERY_S)
        assert _steps(page) == [[50, 100]] and "100 of 400" in page.inner_text("#runs")
        page.check("#follow input")
        page.wait_for_function("() => document.querySelector('.js-plotly-plot')?.data[0].x.length === 3")
        assert "150 of 400" in page.inner_text("#runs")
        _append(run, rest=json.dumps({"step": 1}) + "\n")
        page.wait_for_selector("#runs:has-text('line 4 of')", timeout=WAIT_MS)
        assert _steps(page) == [[50, 100, 150]]
