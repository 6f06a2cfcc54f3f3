"""The browser of this machine: the one that is named, then one on the path, then the newest of Playwright's."""

import pytest

from playground.chromium import find_browser


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """A machine without any."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "kept"))


def _program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return str(path)


def test_the_browser_that_is_named_comes_first(monkeypatch, tmp_path):
    assert find_browser() is None
    kept = _program(tmp_path / "kept" / "chromium-1" / "chrome-linux" / "chrome")
    assert find_browser() == kept
    shell = _program(tmp_path / "bin" / "chromium-headless-shell")
    assert find_browser() == shell
    whole = _program(tmp_path / "bin" / "chromium")
    assert find_browser() == whole
    monkeypatch.setenv("CHROMIUM", "elsewhere")
    assert find_browser() == "elsewhere"


def test_the_newest_of_playwrights_is_taken_where_that_keeps_them(monkeypatch, tmp_path):
    monkeypatch.delenv("PLAYWRIGHT_BROWSERS_PATH")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    folder = tmp_path / ".cache" / "ms-playwright"
    _program(folder / "chromium-900" / "chrome-linux" / "chrome")
    _program(folder / "firefox-2000" / "firefox" / "firefox")
    (folder / "chromium-3000").mkdir()  # a download that did not end
    shell = _program(
        folder / "chromium_headless_shell-1100" / "chrome-headless-shell-linux64" / "chrome-headless-shell"
    )
    assert find_browser() == shell
    whole = _program(folder / "chromium-1100" / "chrome-linux64" / "chrome")
    assert find_browser() == whole
