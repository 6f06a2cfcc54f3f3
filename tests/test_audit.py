"""What a run says of known vulnerabilities: flaws, a clean answer, and no answer are three things."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[1] / ".ci" / "audit.py"
SPEC = importlib.util.spec_from_file_location("audit", PATH)
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)

CLEAN = {"name": "one", "version": "1.0", "vulns": []}
LEFT_OUT = {"name": "two", "skip_reason": "Dependency not found on PyPI"}
FLAW = {"name": "three", "version": "3.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1", "4.0"]}]}


def _said(text: str) -> list[str]:
    """A command that writes ``text``, as pip-audit would."""
    return [sys.executable, "-c", f"print({text!r})"]


def _packages(*packages: dict) -> list[str]:
    return _said(json.dumps({"dependencies": packages, "fixes": []}))


def test_a_known_flaw_is_told_with_what_mends_it():
    lines, known = audit.audit(_packages(CLEAN, LEFT_OUT, FLAW))
    assert known and lines == [
        "audit: three 3.0: PYSEC-1, mended in 3.1, 4.0",
        "audit: 2 of 3 packages asked about, 1 flaws known.",
    ]


def test_a_clean_answer_says_how_many_were_asked_about():
    assert audit.audit(_packages(CLEAN, LEFT_OUT)) == (["audit: 1 of 2 packages asked about, 0 flaws known."], False)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (_packages(LEFT_OUT, LEFT_OUT), "knows none of 2 packages; nothing is known"),
        (_said("requests.exceptions.ConnectionError"), "did not answer; nothing is known"),
        ([sys.executable, "-c", "raise SystemExit(1)"], "did not answer; nothing is known"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "did not answer; nothing is known"),
        (["/nowhere/pip-audit"], "did not answer; nothing is known"),
    ],
    ids=["mirror", "no network", "broken", "slow", "not there"],
)
def test_no_answer_is_no_clean_answer_and_no_fault(command, words):
    (line,), known = audit.audit(command, limit_s=5)
    assert words in line and not known
