"""The static Space: the page, and a README whose headers are those that the page's own server sends."""

import importlib.util
from pathlib import Path

import yaml
from exported import toy_export

from playground.app.page.server import HEADERS

HERE = Path(__file__).resolve().parents[2] / "space" / "browser"


def test_its_headers_let_browsers_use_threads():
    card = yaml.safe_load((HERE / "README.md").read_text().split("---")[1])
    assert (card["sdk"], card["app_file"]) == ("static", "index.html")
    for name in ("Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy"):
        assert card["custom_headers"][name.lower()] == HEADERS[name]


def test_it_is_built_from_the_clone(tmp_path_factory, tmp_path):
    spec = importlib.util.spec_from_file_location("build_space", HERE / "build.py")
    build_space = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_space)
    build_space.build(tmp_path / "out", ["--model", str(toy_export(tmp_path_factory))])
    made = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert {"README.md", "index.html", "main.js", "site.json", "models/toy/fp32/weights.bin"} <= made
    assert not [name for name in made if "node_modules" in name]
