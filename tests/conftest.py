"""Puts this folder on the import path, so that tests share `golden_files`; tells what tests measured."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each figure that a test recorded as ``measured``: passing alone does not say by how much."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    figures = [text for report in reports for name, text in report.user_properties if name == "measured"]
    if figures:
        terminalreporter.section("measured")
    for text in figures:
        terminalreporter.line(str(text))
