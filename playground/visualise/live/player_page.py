"""A track as one HTML file that plays it, with the notebook's own drawing code and no network asked."""

from pathlib import Path

from playground.visualise.inside.static import DARK, LIGHT
from playground.visualise.looks import as_text

_HERE = Path(__file__).resolve().parent
_SCRIPTS = (_HERE.parents[1] / "web" / "draw.js", _HERE / "player.js")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>:root {{ color-scheme: light dark; --ground: {light} }}
@media (prefers-color-scheme: dark) {{ :root {{ --ground: {dark} }} }}
body {{ margin: 16px; background: var(--ground); font: 15px system-ui, sans-serif }}</style></head><body>
<main></main>
<script type="application/json">{track}</script>
<script type="module">{script}
const track = document.querySelector("script[type='application/json']").textContent;
render({{ model: {{ get: () => track }}, el: document.querySelector("main") }});
</script></body></html>
"""


def player_script() -> str:
    """The browser page's drawing and the player upon it, as one JavaScript module."""
    return "\n".join(path.read_text(encoding="utf-8") for path in _SCRIPTS)


def player_page(track: str, title: str) -> str:
    """The page that plays a ``track``: JSON as `playground.visualise.live.player.Player.to_json` writes it."""
    safe = track.replace("<", "\\u003c")
    return _PAGE.format(title=as_text(title), light=LIGHT, dark=DARK, track=safe, script=player_script())
