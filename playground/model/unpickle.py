"""Read the tensors of a torch checkpoint without running or importing anything that it names (spec 6.2).

A pickle is a small program: it names functions and calls them. Here every name it may use stands for a
`Record`, an inert note of what was asked for, so a pickle can only build notes. Tensors are made afterwards,
from the notes of torch's own rebuild function, and only inside the storages that the file really holds.

Two lines of defence:

- names under a few known modules (torch, numpy, collections, argparse, and the official trainer's ``lib``)
  become records; nothing is looked up, so even a dangerous name among them does nothing;
- any other name, such as ``os.system`` or ``builtins.eval``, has no place in a checkpoint: the file is
  refused.
"""

import functools
import io
import math
import pickle
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor

from playground.plain_files import open_plain

_KNOWN_MODULES = ("argparse", "collections", "lib", "numpy", "torch")
# Plain values that pickle itself writes as a call: a set, and bytes in old protocols.
_KNOWN_NAMES = ("__builtin__.set", "builtins.set", "_codecs.encode")
_ENTRIES = ("net", "model", "state_dict")
_LEGACY_MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
_DTYPES = {
    "torch.FloatStorage": torch.float32,
    "torch.DoubleStorage": torch.float64,
    "torch.HalfStorage": torch.float16,
    "torch.BFloat16Storage": torch.bfloat16,
    "torch.LongStorage": torch.int64,
    "torch.IntStorage": torch.int32,
    "torch.ShortStorage": torch.int16,
    "torch.CharStorage": torch.int8,
    "torch.ByteStorage": torch.uint8,
    "torch.BoolStorage": torch.bool,
}


class _Refused(ValueError):
    """The file is readable but not acceptable; the message says why."""


class Record:
    """Stands for an object or a call that a pickle asks for: keeps the arguments, ignores all state."""

    origin: ClassVar[str] = ""
    args: tuple[Any, ...]

    def __new__(cls, *args: Any, **_: Any) -> "Record":
        record = super().__new__(cls)
        record.args = args
        return record

    def _ignore(self, *_: Any) -> None:
        return None

    # Everything the pickle machine may call on an object that it has made.
    __setstate__ = __setitem__ = append = extend = add = _ignore


class _Mapping(dict[Any, Any]):
    """An ``OrderedDict`` of the file; its attributes (torch's ``_metadata``) are ignored."""

    __slots__ = ()

    def __setstate__(self, _: Any) -> None:
        return None


class Storage(NamedTuple):
    """A run of ``numel`` numbers in the file, by its ``key``. A tuple, so that no pickle can change it."""

    key: str
    dtype: torch.dtype
    numel: int

    @property
    def nbytes(self) -> int:
        return self.numel * self.dtype.itemsize


class _Unpickler(pickle._Unpickler):  # the one in Python: five bytes can make the one in C reserve 64 GB of memo
    """The pickle machine with all its doors closed: names become records, storages are noted by key."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        super().__init__(stream)
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        origin = f"{module}.{name}"
        if origin == "collections.OrderedDict":
            return _Mapping
        if module.partition(".")[0] not in _KNOWN_MODULES and origin not in _KNOWN_NAMES:
            raise _Refused(f"it asks to run {origin!r}, which no checkpoint needs; do not trust this file")
        return type("Record", (Record,), {"origin": origin})

    def persistent_load(self, pid: Any) -> Storage:
        match pid:
            # Files of the older format add a sixth entry: None, or a view of another storage.
            case ("storage", type() as kind, str(key), str(), int(numel), *rest) if rest in ([], [None]):
                dtype = _DTYPES.get(getattr(kind, "origin", ""))
                if dtype is None or numel < 0:
                    raise _Refused(f"storage {key!r} is of a kind that is not supported")
                return self.storages.setdefault(key, Storage(key, dtype, numel))
        raise _Refused("it holds storages in a way that is not supported")


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors under ``net``, ``model`` or ``state_dict`` of a torch checkpoint, or else at its top level.

    Reads zip files (torch 1.6 and newer) and the older format. All tensors come to the CPU. Everything that
    is not a tensor is left out. Raises ``ValueError``, in one sentence, for a file that is damaged or cut
    short, that is no checkpoint, or that asks for anything but data.
    """
    with open_plain(path) as stream:
        try:
            root, read = _open_zip(stream) if zipfile.is_zipfile(stream) else _open_legacy(stream)
            return _pick(root, functools.cache(lambda storage: _numbers(storage, read(storage))))
        except _Refused as error:
            raise ValueError(f"checkpoint: {path} was refused: {error}.") from error
        except Exception as error:  # damaged bytes may raise nearly anything in pickle and zipfile
            raise ValueError(f"checkpoint: {path} is damaged or cut short; download it again.") from error


def _open_zip(stream: io.BufferedIOBase) -> tuple[Any, Callable[[Storage], bytes]]:
    archive = zipfile.ZipFile(stream)
    size = stream.seek(0, io.SEEK_END)
    stated = sum(info.file_size for info in archive.infolist())
    if stated > size or any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
        raise _Refused(f"it says to hold {stated} bytes packed in {size}, but no checkpoint is packed")
    pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise _Refused("it is a zip file but not a torch checkpoint")
    folder = pickles[0].removesuffix("data.pkl")
    if f"{folder}byteorder" in archive.namelist():
        order = archive.read(f"{folder}byteorder").decode()
        if order != sys.byteorder:
            raise _Refused(f"its numbers are {order}-endian; save it again on a {sys.byteorder}-endian machine")

    def read(storage: Storage) -> bytes:
        info = archive.getinfo(f"{folder}data/{storage.key}")
        _check_length(storage, info.file_size)
        return archive.read(info)

    # Read whole first: the zip's checksum then speaks before the pickle does.
    return _Unpickler(io.BytesIO(archive.read(pickles[0]))).load(), read


def _open_legacy(stream: io.BufferedIOBase) -> tuple[Any, Callable[[Storage], bytes]]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(len(_LEGACY_MAGIC))
    if head.startswith(b"PK"):
        raise EOFError("a zip file without its directory")
    if head != _LEGACY_MAGIC:
        raise _Refused("it is not a torch checkpoint; the download may have saved a web page instead of the file")
    # After the magic number: protocol version, facts of the machine, the object, the order of the storages.
    for _ in range(2):
        _Unpickler(stream).load()
    machine = _Unpickler(stream)
    root = machine.load()
    starts: dict[str, int] = {}
    for key in _Unpickler(stream).load():
        storage = machine.storages[key]
        count = stream.read(8)
        if len(count) < 8:
            raise EOFError(f"storage {key!r} is cut short")
        _check_length(storage, int.from_bytes(count, "little") * storage.dtype.itemsize)
        starts[key] = stream.tell()
        if starts[key] + storage.nbytes > size:  # before anybody asks for memory to read it into
            raise EOFError(f"storage {key!r} is cut short")
        stream.seek(storage.nbytes, 1)

    def read(storage: Storage) -> bytes:
        stream.seek(starts[storage.key])
        return stream.read(storage.nbytes)

    return root, read


def _check_length(storage: Storage, nbytes: int) -> None:
    if nbytes != storage.nbytes:
        raise _Refused(f"storage {storage.key!r} holds {nbytes} bytes where {storage.nbytes} are announced")


def _numbers(storage: Storage, raw: bytes) -> Tensor:
    if len(raw) != storage.nbytes:
        raise EOFError(f"storage {storage.key!r} is cut short")
    if not raw:
        return torch.empty(0, dtype=storage.dtype)
    return torch.frombuffer(bytearray(raw), dtype=storage.dtype)


def _pick(root: Any, numbers: Callable[[Storage], Tensor]) -> dict[str, Tensor]:
    if isinstance(root, dict):
        for table in (*(root.get(entry) for entry in _ENTRIES), root):
            if isinstance(table, dict):
                found = {name: _tensor(str(name), value, numbers) for name, value in table.items()}
                tensors = {str(name): tensor for name, tensor in found.items() if tensor is not None}
                if tensors:
                    return tensors
    raise _Refused(f"it holds no tensors under {', '.join(_ENTRIES)} or at its top level; save a state_dict")


def _tensor(name: str, value: Any, numbers: Callable[[Storage], Tensor]) -> Tensor | None:
    """The tensor that ``value`` asks for, or None when it asks for something else."""
    if isinstance(value, Record) and value.origin == "torch._utils._rebuild_parameter":
        value = value.args[0]
    if not (isinstance(value, Record) and value.origin == "torch._utils._rebuild_tensor_v2"):
        return None
    storage, offset, size, stride = value.args[:4]
    whole = all(type(number) is int and number >= 0 for number in (offset, *size, *stride))
    if not (isinstance(storage, Storage) and whole and len(size) == len(stride)):
        raise _Refused(f"tensor {name!r} is not described as a tensor")
    elements = math.prod(size)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True)) if elements else offset - 1
    # A view may not leave its storage, nor repeat it: a few bytes could then pose as gigabytes.
    if last >= storage.numel or elements > storage.numel:
        raise _Refused(f"tensor {name!r} reaches outside its storage")
    return torch.as_strided(numbers(storage), size, stride, offset)
