"""Files of a tar against those that went in; and headers that ask for memory or time, which get none."""

import io
import os
import tarfile
import time
import tracemalloc

import pytest

from playground.data import members
from playground.data.members import MOST_HEADER, read_members

FILES = [("a.jpg", b"one"), ("b/../c.json", b""), ("__meta__/x", b"no sample"), ("d", bytes(5000))]


def _header(name: str, size: int, kind: bytes = tarfile.REGTYPE, **more) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    for field, value in more.items():
        setattr(info, field, value)
    return info.tobuf(tarfile.GNU_FORMAT)


def _member(name: str, data: bytes, kind: bytes = tarfile.REGTYPE) -> bytes:
    return _header(name, len(data), kind) + data + bytes(-len(data) % 512)


def _tar(mode: str = "w") -> bytes:
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode=mode) as archive:
        for name, data in FILES:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("../link")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return store.getvalue()


def _read(content: bytes) -> tuple[list[tuple[str, bytes]], list[str]]:
    large: list[str] = []
    return list(read_members(io.BytesIO(content), large.append)), large


def _sparse(name: str, size: int) -> bytes:
    """A file of ``size`` bytes that is one hole, as GNU tar writes it."""
    head = bytearray(_header(name, 0, tarfile.GNUTYPE_SPARSE))
    head[386:398], head[398:410] = b"%011o\0" % size, b"%011o\0" % 0
    head[483:495] = b"%011o\0" % size
    head[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(head))[0]
    return bytes(head)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_files_come_as_they_went_in_and_links_and_devices_do_not(mode):
    assert _read(_tar(mode)) == ([FILES[0], FILES[1], FILES[3]], [])


def test_nothing_is_kept_of_what_was_read(monkeypatch):
    content = b"".join(_member(f"{i}.jpg", bytes(2**18)) for i in range(40)) + bytes(1024)
    tracemalloc.start()
    try:
        assert sum(len(data) for _, data in read_members(io.BytesIO(content), pytest.fail)) == 40 * 2**18
        assert tracemalloc.get_traced_memory()[1] < 2**21
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [2**33 - 1, 2**62])
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, b"V"])
@pytest.mark.timeout(30)
def test_a_header_that_states_a_huge_size_gets_neither_memory_nor_time(kind, size):
    begin = time.monotonic()
    tracemalloc.start()
    try:
        found = []
        with pytest.raises(tarfile.TarError):
            found.extend(read_members(io.BytesIO(_member("a", b"one") + _header("b", size, kind) + bytes(10240)), list))
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST_HEADER
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begin < 20


def test_files_with_holes_and_large_ones_are_passed_over_by_name(monkeypatch):
    monkeypatch.setattr(members, "MOST_FILE", 100)
    content = _member("a", b"one") + _sparse("hole", 2**32) + _member("large", bytes(101)) + _member("b", b"two")
    assert _read(content + bytes(1024)) == ([("a", b"one"), ("b", b"two")], ["hole", "large"])


def test_an_archive_that_is_packed_beyond_reason_ends(monkeypatch):
    monkeypatch.setattr(members, "MOST_FILE", 2**20)
    store = io.BytesIO()
    with tarfile.open(fileobj=store, mode="w:gz") as archive:
        for i in range(16):
            info = tarfile.TarInfo(f"{i}.jpg")
            info.size = 2**20
            archive.addfile(info, io.BytesIO(bytes(2**20)))
    found = []
    with pytest.raises(tarfile.ReadError, match="packed over 100 times"):
        found.extend(read_members(io.BytesIO(store.getvalue()), list))
    assert len(found) < 16
    noise = os.urandom(2**20)  # what pictures look like to a packer
    with tarfile.open(fileobj=(store := io.BytesIO()), mode="w:gz") as archive:
        for i in range(4):
            info = tarfile.TarInfo(f"{i}.jpg")
            info.size = 2**20
            archive.addfile(info, io.BytesIO(noise))
    assert len(_read(store.getvalue())[0]) == 4


@pytest.mark.parametrize("at", [0, 100, 130, 156, 257, 500])
def test_a_damaged_header_behind_the_first_is_no_end(at):
    content = bytearray(_tar())
    content[content.index(b"d\0\0\0") + at] ^= 4
    with pytest.raises(tarfile.TarError):
        _read(bytes(content))


def test_an_archive_without_its_end_mark_is_cut():
    with pytest.raises(tarfile.TarError):
        _read(_member("a", b"one"))
    assert _read(_member("a", b"one") + bytes(512)) == ([("a", b"one")], [])


@pytest.mark.parametrize("value", ["x", "", "-512", "9" * 5000])
@pytest.mark.parametrize("name", ["size", "GNU.sparse.size", "GNU.sparse.map", "GNU.sparse.numblocks"])
def test_attributes_that_are_no_numbers_are_damage_or_ignored(name, value):
    body = f" {name}={value}\n"
    body = f"{len(body) + len(str(len(body) + 3))}{body}"
    content = _member("x", body.encode(), tarfile.XHDTYPE) + _member("a", b"one") + bytes(1024)
    try:
        assert _read(content)[0] in ([], [("a", b"one")])
    except (tarfile.TarError, EOFError):
        return
