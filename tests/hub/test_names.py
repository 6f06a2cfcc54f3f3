"""What a name stands for: embedded, a folder, a repository with or without a revision, or nothing."""

import pytest

from playground.hub import embedded_models, resolve, resolve_export
from playground.hub.names import Repository, read_repository


@pytest.fixture
def folder(tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.mark.parametrize("name", ["nosuch", "./nosuch/model", "a/b/c", "a/b@", "a/b@x y", "-a/b", "a/b@x/../y", "a/.."])
def test_unknown_names_list_what_there_is(name):
    for find in (resolve, resolve_export):
        with pytest.raises(ValueError, match=r"^model: .* is unknown; use one of .*mini-small"):
            find(name)


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("user/repo", Repository("user/repo")),
        ("user/repo@main", Repository("user/repo", "main")),
        ("a.b/c-d_e@refs/pr/1", Repository("a.b/c-d_e", "refs/pr/1")),
        (f"user/repo@{'0' * 40}", Repository("user/repo", "0" * 40)),
    ],
)
def test_repositories_are_read_and_written_the_same(name, repository):
    assert read_repository(name) == repository
    assert repository.whole == name


def test_what_is_no_repository_is_named():
    with pytest.raises(ValueError, match=r"^repository: must be USER/REPO or USER/REPO@REVISION; got 'mini-small'"):
        read_repository("mini-small")


def test_a_folder_wins_over_a_repository_of_the_same_name(folder, monkeypatch):
    (folder / "user" / "repo").mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (folder / "user" / "repo" / name).write_text("{}")
    monkeypatch.chdir(folder)
    assert resolve("user/repo").resolve() == folder / "user" / "repo"


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
def test_a_folder_without_one_of_its_files_is_named(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(ValueError, match=rf"^model: .* has no {missing}; give one with both"):
        resolve(str(folder))


def test_an_export_is_found_by_itself_and_inside_a_model(folder):
    with pytest.raises(ValueError, match=r"^model: .* was not exported; run: playground export"):
        resolve_export(str(folder))
    (folder / "onnx").mkdir()
    (folder / "onnx" / "manifest.json").write_text("{}")
    assert resolve_export(str(folder)) == resolve_export(str(folder / "onnx")) == folder / "onnx"


def test_every_embedded_name_is_a_folder():
    assert "mini-small" in embedded_models()
    assert all(resolve(name).name == name for name in embedded_models())
