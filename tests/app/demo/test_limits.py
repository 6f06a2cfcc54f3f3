"""The words name the numbers that are enforced, on the page and in docs/page.md."""

from pathlib import Path

from playground.app.demo import limits
from playground.app.demo.link import TABS

DOCS = Path(__file__).resolve().parents[3] / "docs" / "page.md"


def test_words_follow_the_numbers(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE_MB", 77)
    monkeypatch.setattr(limits, "MAX_SECONDS", 240)
    words = "; ".join(limits.in_words())
    assert "77 MB" in words and "4 minutes" in words and f"{limits.MAX_FRAMES} frames" in words


def test_the_docs_tell_the_same_limits_and_tabs():
    rows = dict(row.strip("| \n").split(" | ", 1) for row in DOCS.read_text().splitlines() if row.count(" | ") == 1)
    assert rows["file"] == f"{limits.MAX_FILE_MB} MB" and rows["clip"] == f"{limits.MAX_SECONDS} s"
    assert rows["frame"].startswith(f"{limits.MAX_PIXELS / 1e6:.1f} megapixels")
    assert rows["a track"] == f"{limits.MAX_FRAMES} frames, {limits.MAX_TARGETS} targets"
    assert rows["jobs"] == f"{limits.JOBS_AT_ONCE} at a time, {limits.WAITING_PLACES} more wait"
    assert rows["cameras"] == f"{limits.CAMERAS_AT_ONCE} at a time"
    assert (limits.KEEP_S, limits.CLEAN_EVERY_S) == (3600, 300) and "every 5 minutes" in rows["files"]
    assert all(f"`{tab}`" in rows["`tab`"] for tab in TABS)
