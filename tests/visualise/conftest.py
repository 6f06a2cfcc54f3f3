"""A Chromium that draws figures, where there is one, and a machine without; every figure is checked by plotly."""

import os
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from playground.chromium import find_browser
from playground.visualise.inside import sheet


@pytest.fixture(autouse=True)
def plotly_checks(monkeypatch):
    """Figures of several panels are made unchecked, to be fast: here each is also made as plotly would, and refused."""

    def checked(drawn, _validate):
        go.Figure(drawn)
        return go.Figure(drawn, _validate=_validate)

    monkeypatch.setattr(sheet, "go", SimpleNamespace(Figure=checked))


@pytest.fixture(scope="session")
def chromium():
    path = find_browser()
    if path is None:
        reason = "no Chromium here; install Debian's package chromium, or name one in CHROMIUM"
        pytest.fail(reason) if os.environ.get("PLAYGROUND_REQUIRE_CHROMIUM") == "1" else pytest.skip(reason)
    return path


@pytest.fixture
def no_chromium(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    for places in ("PATH", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.setenv(places, str(tmp_path))
