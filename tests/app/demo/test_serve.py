"""The page served: what cannot be, in words; what is handed to Gradio; colours."""

import os
import socket
import subprocess
import sys

import gradio as gr
import numpy as np
import pytest
import torch

from playground.app.cli import main
from playground.app.demo import limits, serve
from playground.app.demo.models import find_model
from playground.app.demo.serve import launch


@pytest.fixture(autouse=True)
def threads():
    """Serving sets the number of PyTorch's threads, which other tests share."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_a_taken_port_and_an_unknown_model_are_told_at_the_start(toy_model, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as stop:
        main(["demo", "--model", toy_model, "--port", str(taken.getsockname()[1])])
    assert stop.value.code == 2 and "playground: port: " in capsys.readouterr().err
    with pytest.raises(ValueError, match="^model: 'nosuch' is unknown"):
        launch("nosuch")
    with pytest.raises(ValueError, match="^port: must be from 1 to 65535; got 70000"):
        launch(port=70000)
    with pytest.raises(ValueError, match="^browser_page: must begin with http:// or https://; got 'javascript:"):
        launch(browser_page="javascript:alert(1)")


def test_limits_are_handed_to_the_server_and_mcp_is_an_extra(monkeypatch):
    asked = {}

    class Page:
        def launch(self, **settings):
            asked.update(settings)
            if settings["mcp_server"]:
                raise ImportError("mcp")

        def block_thread(self):
            asked.update(blocked=True)

        def close(self):
            asked.update(closed=True)

    monkeypatch.setattr(serve, "build", lambda model, examples, browser_page: Page())
    monkeypatch.setattr(serve, "give_back_memory", lambda: asked.update(given_back=True))
    monkeypatch.setattr(serve, "warm_up", lambda model: asked.update(warm=(model, "blocked" in asked)))
    launch(port=7999)
    assert asked["given_back"] and asked["prevent_thread_lock"] and asked["blocked"]
    assert asked["warm"] == (None, False)  # while the page is up already, before this thread waits for its end
    assert asked["max_file_size"] == f"{limits.MAX_FILE_MB}mb" and not asked["mcp_server"] and not asked["share"]
    assert asked["state_session_capacity"] == limits.VISITS_KEPT and asked["app_kwargs"]["middleware"]
    with pytest.raises(ValueError, match="^mcp: a package is missing"):
        launch(mcp=True)
    assert "closed" not in asked  # Gradio closes a page that it blocked for, and one that never came up is not open
    for error in (ValueError("model: damaged."), KeyboardInterrupt()):

        def fail(model, error=error):
            raise error

        asked.clear()
        monkeypatch.setattr(serve, "warm_up", fail)
        with pytest.raises(type(error)):
            launch()
        assert asked["closed"] and "blocked" not in asked


def test_jobs_share_the_cores_and_an_asked_for_number_is_not_raised(monkeypatch):
    for cores, threads, expected in ((8, 6, 4), (8, 3, 3), (2, 2, 1), (1, 1, 1)):
        torch.set_num_threads(threads)
        monkeypatch.setattr(serve, "cores", lambda cores=cores: cores)
        serve.share_cores()
        assert torch.get_num_threads() == expected


@pytest.mark.parametrize(
    ("asked", "left"), [("", "4"), ("3", "3"), ("6", "4"), ("3,1", "3"), ("0", "4"), ("many", "4")]
)
def test_before_pytorch_is_loaded_the_share_is_left_where_it_will_read_it(monkeypatch, asked, left):
    monkeypatch.delitem(sys.modules, "torch")
    monkeypatch.setenv(serve.THREADS, asked)
    monkeypatch.setattr(serve, "cores", lambda: 8)
    serve.share_cores()
    assert os.environ[serve.THREADS] == left


def test_pytorch_reads_it_for_every_thread():
    code = (
        "from concurrent.futures import ThreadPoolExecutor as Pool; from playground.app.demo import serve; import sys; "
        "assert 'torch' not in sys.modules; serve.cores = lambda: 2; serve.share_cores(); import torch; "
        "print(torch.get_num_threads(), Pool(1).submit(torch.get_num_threads).result())"
    )
    given = {name: value for name, value in os.environ.items() if name != serve.THREADS}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=given)
    assert done.stdout.split() == ["1", "1"], done.stderr


def test_the_theme_gives_white_words_enough_contrast():
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    assert serve.THEME.button_primary_background_fill == "*primary_700"
    assert 1.05 / (luminance(gr.themes.colors.teal.c700) + 0.05) >= 4.5


def test_who_can_reach_the_page(monkeypatch):
    monkeypatch.delenv("SPACE_ID", raising=False)
    for listens, public in ((None, False), ("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True), ("::", True)):
        monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
        if listens:
            monkeypatch.setenv("GRADIO_SERVER_NAME", listens)
        assert serve.is_public(share=False) is public
    monkeypatch.delenv("GRADIO_SERVER_NAME")
    assert serve.is_public(share=True)
    monkeypatch.setenv("SPACE_ID", "someone/page")
    assert serve.is_public(share=False)


@pytest.mark.parametrize("share", [False, True])
def test_folders_are_closed_on_a_shared_page_but_for_those_that_its_owner_names(
    monkeypatch, toy_model, tmp_path, share
):
    monkeypatch.delenv("SPACE_ID", raising=False)
    found = []

    class Page:
        def launch(self, **settings):
            for name in (toy_model, str(tmp_path)):
                try:
                    found.append(find_model(name).is_dir())
                except ValueError as error:
                    found.append("cannot be named" in str(error))

        def block_thread(self):
            pass

    monkeypatch.setattr(serve, "build", lambda model, examples, browser_page: Page())
    launch(toy_model, share=share)
    assert found == ([True, True] if share else [True, False])
    found.clear()
    launch(share=share, models_from=[tmp_path])
    assert found == [True, False]  # closed; open, but no model
    with pytest.raises(ValueError, match="^models_from: .* is no folder"):
        launch(models_from=[tmp_path / "nothing"])
