"""Errors that no server here gives: a gated model, a name that is not allowed, a disk that refuses."""

import errno
import json

import pytest
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import FileMetadataError, OfflineModeIsEnabled

from playground.hub.sentences import hub_errors


def said(error: BaseException, instead: str = "") -> str:
    """The words that an error becomes."""
    with pytest.raises(ValueError) as caught, hub_errors("model", "user/repo", instead):
        raise error
    assert caught.value.__cause__ is error
    return str(caught.value)


def test_errors_of_the_disk_are_not_blamed_on_the_network():
    words = said(OSError(errno.ENOSPC, "No space left on device"))
    assert (
        words
        == "model: user/repo could not be read or written here (No space left on device); check disk and permissions."
    )
    assert "(Permission denied)" in said(PermissionError(errno.EACCES, "Permission denied"))


def test_a_download_of_the_wrong_size_is_told():
    words = said(OSError("Consistency check failed: file should be of size 9 but has size 4 (a.bin)."), "or use mini")
    assert words == "model: user/repo came in incomplete; try again, what is there already is kept, or use mini."


def test_a_lost_connection_is_told():
    assert "could not be reached or the connection broke" in said(OfflineModeIsEnabled("no"))


def test_an_answer_that_no_hub_gives_is_told():
    words = "user/repo got an answer that no Hub gives; check HF_ENDPOINT and the network"
    with pytest.raises(json.JSONDecodeError) as page:
        json.loads("<html>")
    assert words in said(page.value) and words in said(FileMetadataError("no ETag"))


def test_names_that_the_hub_does_not_allow_are_told():
    refused = pytest.raises(ValueError, match=r"^model: a--b/c is no name that the Hub allows; give USER/REPO\.")
    with refused, hub_errors("model", "a--b/c"):
        hf_hub_download("a--b/c", "config.json", local_files_only=True)


def test_other_errors_and_none_pass():
    with hub_errors("model", "user/repo"):
        pass
    with pytest.raises(KeyError), hub_errors("model", "user/repo"):
        raise KeyError("ours")
