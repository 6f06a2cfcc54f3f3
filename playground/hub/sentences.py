"""What the Hub's client raises, as one sentence that says what to do. No address, header or token gets into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError

LOGIN = "log in with: hf auth login"


class HubError(ValueError):
    """The Hub or the way to it refused; the message is a sentence."""


@contextmanager
def hub_errors(field: str, subject: str, instead: str = "") -> Iterator[None]:
    """Errors of the Hub's client inside become a `HubError` that begins with ``field`` and names ``subject``.

    ``instead`` ends the sentence with what could be used in its place.
    """
    from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    # The base of all that the client's HTTP library raises; which library that is has changed twice.
    http_error: type[Exception] = HfHubHTTPError.__bases__[0]
    expected = (http_error, HFValidationError, OfflineModeIsEnabled, FileMetadataError, JSONDecodeError, OSError)
    try:
        yield
    except expected as error:
        end = f", {instead}" if instead else ""
        raise HubError(f"{field}: {subject} {_reason(error)}{end}.") from error


def _reason(error: BaseException) -> str:
    """What happened, and what to do about it; the second part begins behind the semicolon."""
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        EntryNotFoundError,
        FileMetadataError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if isinstance(error, GatedRepoError):
        return f"is gated; ask for access on its page and {LOGIN}"
    if isinstance(error, RepositoryNotFoundError):
        return f"is not on the Hub, or it is private and you may not see it; check the name or {LOGIN}"
    if isinstance(error, RevisionNotFoundError):
        return "is on the Hub, but that revision of it is not; name a branch, a tag or a commit that it has"
    cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) else error
    if isinstance(cause, FileMetadataError | JSONDecodeError):
        return "got an answer that no Hub gives; check HF_ENDPOINT and the network"
    if isinstance(error, HfHubHTTPError):
        return _status(error.response.status_code if error.response is not None else 0)
    if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, HfHubHTTPError):
        return _reason(error.__cause__)
    if constants.is_offline_mode():
        return "is not in the cache, and HF_HUB_OFFLINE forbids to ask the Hub; unset it once to download"
    if isinstance(error, EntryNotFoundError) and not isinstance(error, LocalEntryNotFoundError):
        return "lacks a file; look at its list of files"
    if isinstance(error, HFValidationError):
        return "is no name that the Hub allows; give USER/REPO"
    if "consistency check" in str(error).lower():
        return "came in incomplete; try again, what is there already is kept"
    if isinstance(error, LocalEntryNotFoundError | ConnectionError | TimeoutError) or not isinstance(error, OSError):
        return "could not be reached or the connection broke; check the network and try again"
    return f"could not be read or written here ({error.strerror or type(error).__name__}); check disk and permissions"


def _status(code: int) -> str:
    if code == 401:
        return f"was refused because the token is missing or not valid; {LOGIN}"
    if code == 403:
        return "was refused because the token does not allow it; use one that does"
    if code == 429:
        return "was refused because of too many requests (rate limit); wait some minutes, or log in for a higher limit"
    if code >= 500:
        return f"could not be had because the Hub has trouble (status {code}); try again later"
    return f"was refused by the Hub with status {code}; check the name and the revision"
