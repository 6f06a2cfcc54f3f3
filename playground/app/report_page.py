"""The page of ``playground report``: one HTML file that asks nothing of any network."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from plotly.offline import get_plotlyjs

from playground.app.report_section import anchor, section
from playground.evaluate.protocol import find_protocol
from playground.evaluate.results import Results
from playground.evaluate.standing import standings
from playground.visualise.looks import Look, looks

HERE = Path(__file__).parent
# Nothing from outside the file may be loaded, whatever a name in it says.
POLICY = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def report_page(sets: Sequence[Results], strips: int) -> str:
    """The whole page for the data sets ``sets``; strips over time for at most ``strips`` sequences of each.

    Raises ``ValueError`` naming what cannot be scored, and ``results`` when no tracker has finished a sequence.
    """
    found = {results.name: standings(results, find_protocol(results.data.protocol)) for results in sets}
    look = looks(dict.fromkeys(one.name for ones in found.values() for one in ones))
    if not look:
        raise ValueError("results: no tracker has finished a sequence yet; let the evaluation go on first.")
    body = "".join(section(results, found[results.name], look, strips) for results in sets)
    links = "".join(f'<a href="#{anchor(results)}">{escape(results.name)}</a>' for results in sets)
    chips = "".join(_chip(name, one) for name, one in look.items())
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Tracking report</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<style>{_beside('report.css')}</style></head><body>"
        f"<header><h1>Tracking report</h1>{f'<nav>{links}</nav>' if len(sets) > 1 else ''}</header>"
        f'<fieldset id="trackers"><legend>Trackers</legend>{chips}</fieldset><main>{body}</main>'
        f"<script>{get_plotlyjs()}</script><script>{_beside('report.js')}</script></body></html>\n"
    )


def _beside(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _chip(name: str, look: Look) -> str:
    box = f'<input type="checkbox" checked value="{escape(name)}">'
    return f'<label>{box}<i style="background: {look.colour}"></i>{escape(name)}</label>'
