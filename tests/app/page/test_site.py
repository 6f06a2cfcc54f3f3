"""The list of the page's files: all that it needs, nothing else, and a version that changes with it."""

import json
import re
import shutil
from dataclasses import replace

import pytest
from exported import toy_export

from playground.app.page.example import WEB
from playground.app.page.exports import PageModel
from playground.app.page.runtime import ADDRESS, pinned
from playground.app.page.site import INDEX, LIST, TYPES, make_site, write_site


@pytest.fixture
def model(tmp_path_factory, tmp_path):
    reference = tmp_path / "reference.json"
    reference.write_text('{"events": []}')
    return PageModel(name="toy", dtype="fp32", folder=toy_export(tmp_path_factory), reference=reference)


def test_it_holds_the_page_and_the_models(model):
    site = make_site([model], None)
    facts = json.loads(site[LIST])
    at = "models/toy/fp32/"
    assert facts["models"] == [{"name": "toy", "dtype": "fp32", "at": at, "reference": "models/toy/reference.json"}]
    assert {name.removeprefix(at) for name in site if name.startswith(at)} == {
        "encode.onnx", "manifest.json", "step.onnx", "weights.bin",
    }  # fmt: skip
    assert set(facts["shell"]) <= set(site) and INDEX in facts["shell"] and "example.json" in facts["shell"]
    assert not {"package.json", "runtime.json", "node_modules"} & set(site)
    assert {"." + name.rsplit(".", 1)[1] for name in site} <= set(TYPES)
    assert facts["runtime"]["local"] is False and not [name for name in site if name.startswith(ADDRESS)]


def test_every_file_that_the_page_names_is_in_it(model):
    site = make_site([model], None)
    html = site[INDEX].read_text()
    named = set(re.findall(r'(?:href|src)="([^"#]+)"', html))
    for name in [name for name in site if name.endswith(".js")]:
        named |= {path.removeprefix("./") for path in re.findall(r'"(\./[\w.]+)"', site[name].read_text())}
    assert len(named) > 15 and named <= set(site)


def test_a_runtime_that_is_here_is_served_from_here(model, tmp_path):
    site = make_site([model], tmp_path)
    assert {name for name in site if name.startswith(ADDRESS)} == {ADDRESS + name for name in pinned()["files"]}
    assert json.loads(site[LIST])["runtime"]["at"] == ADDRESS


def test_the_version_follows_all_that_browsers_keep(model, tmp_path):
    web = tmp_path / "web"
    shutil.copytree(WEB, web, ignore=shutil.ignore_patterns("node_modules"))

    def version(models, runtime=None):
        return json.loads(make_site(models, runtime, web)[LIST])["version"]

    seen = [version([model]), version([]), version([model, replace(model, name="other")]), version([model], tmp_path)]
    assert version([model]) == seen[0]
    model.reference.write_text('{"events": [1]}')
    seen.append(version([model]))
    folder = shutil.copytree(model.folder, tmp_path / "toy")
    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"lost_score": 0.125', '"lost_score": 0.25'))
    seen.append(version([replace(model, folder=folder)]))
    (web / "main.js").write_text("// another")
    seen.append(version([model]))
    assert len(set(seen)) == len(seen) == 7


def test_it_is_written_once(model, tmp_path):
    site = make_site([model], None)
    write_site(site, tmp_path / "out")
    assert {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")} == set(site)
    assert (tmp_path / "out" / LIST).read_bytes() == site[LIST]
    with pytest.raises(ValueError, match=r"^build: .* already holds something"):
        write_site(site, tmp_path / "out")
