"""The pinned runtime is found where npm puts it, whole or not at all."""

import json

import pytest

from playground.app.page.example import WEB
from playground.app.page.runtime import (
    ADDRESS,
    PACKAGE,
    PINNED,
    PROVIDERS,
    describe_runtime,
    find_runtime,
    pinned,
    runtime_facts,
)


@pytest.fixture
def installed(tmp_path):
    """A page's folder with a package that is pinned there: every file holds its own name."""
    package = tmp_path / PACKAGE
    (package / "dist").mkdir(parents=True)
    for provider in PROVIDERS.values():
        for name in provider.values():
            (package / "dist" / name).write_text(name)
    (package / "package.json").write_text('{"version": "9.8.7"}')
    (tmp_path / PINNED).write_text(json.dumps(describe_runtime(package)))
    return tmp_path


def test_it_is_found_beside_the_page_or_where_it_is_said_to_be(installed, tmp_path):
    dist = installed / PACKAGE / "dist"
    for named in (None, installed, installed / PACKAGE):
        assert find_runtime(named, installed) == dist


def test_what_is_not_there_is_told(installed, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert find_runtime(None, empty) is None
    with pytest.raises(ValueError, match=r"^runtime: .* holds no onnxruntime-web; run npm ci"):
        find_runtime(empty, installed)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_other_files_than_the_pinned_ones_are_refused(installed, damage):
    path = installed / PACKAGE / "dist" / PROVIDERS["wasm"]["binary"]
    path.write_text("another") if damage == "changed" else path.unlink()
    with pytest.raises(ValueError, match=r"^runtime: .* is not that of onnxruntime-web 9.8.7"):
        find_runtime(None, installed)


def test_the_address_is_the_pages_own_or_one_of_exactly_that_version(installed):
    assert runtime_facts(True, installed)["at"] == ADDRESS
    facts = runtime_facts(False, installed)
    assert facts["at"].startswith("https://") and "@9.8.7/" in facts["at"] and facts["at"].endswith("/")
    assert facts["files"].keys() == {name for provider in PROVIDERS.values() for name in provider.values()}


def test_one_version_is_named_everywhere():
    version = pinned()["version"]
    package = json.loads((WEB / "package.json").read_text())
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert package["dependencies"] == {"onnxruntime-web": version}
    assert lock["packages"]["node_modules/onnxruntime-web"]["version"] == version
    assert pinned()["providers"] == PROVIDERS
    assert all(len(record["sha256"]) == 64 for record in pinned()["files"].values())
