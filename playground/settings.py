"""Settings dataclasses: how they check themselves, and JSON both ways, checked field by field."""

import dataclasses
import json
import sys
import typing
from pathlib import Path
from typing import Any, Literal

from playground.plain_files import read_plain

T = typing.TypeVar("T")
MOST_BYTES = 2**24  # of a file with settings; far above every one that this package writes


def require(ok: bool, message: str) -> None:
    """Raise ``ValueError`` with ``message``, which names the field, unless ``ok``."""
    if not ok:
        raise ValueError(message)


def to_dict(config: Any) -> dict[str, Any]:
    """A settings dataclass as plain values, ready for JSON."""
    return dataclasses.asdict(config)


def from_dict(cls: type[T], values: Any, where: str = "config") -> T:
    """Build ``cls`` from plain values. Raises ``ValueError`` naming an unknown, missing or mistyped field."""
    if not isinstance(values, dict):
        raise ValueError(f"{where}: expected an object with the fields of {cls.__name__}.")
    hints = typing.get_type_hints(cls)
    fields = {item.name: item for item in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if unknown := sorted(set(values) - set(fields)):
        raise ValueError(f"{where}: unknown field {', '.join(unknown)}; {cls.__name__} has {', '.join(fields)}.")
    needed = [name for name, item in fields.items() if _is_required(item) and name not in values]
    if needed:
        raise ValueError(f"{where}: field {', '.join(needed)} is missing.")
    converted = {name: _convert(hints[name], value, f"{where}.{name}") for name, value in values.items()}
    try:
        return cls(**converted)
    except ValueError as error:
        raise ValueError(f"{where}.{error}") from error  # which begins with the name of the field


def from_json(cls: type[T], text: str, where: str = "config") -> T:
    """Build ``cls`` from JSON text. Raises ``ValueError`` when the text is not JSON or a field is wrong."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:  # numbers of too many digits and too many brackets are no JSON error
        raise ValueError(f"{where}: not valid JSON ({error}).") from error
    return from_dict(cls, values, where)


def from_file(cls: type[T], path: Path, most: int = MOST_BYTES) -> T:
    """Build ``cls`` from a file of JSON, not larger than ``most`` bytes.

    Raises ``ValueError`` naming the file, and the field where one is wrong.
    """
    try:
        content = read_plain(path, most + 1)
        require(len(content) <= most, f"{path}: larger than {most} bytes, which no such file needs.")
        text = content.decode("utf-8")
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not valid JSON (its bytes are no UTF-8 from {error.start} on).") from error
    return from_json(cls, text, str(path))


def to_json(config: Any) -> str:
    """A settings dataclass as indented JSON text."""
    return json.dumps(to_dict(config), indent=2) + "\n"


def _is_required(item: "dataclasses.Field[Any]") -> bool:
    return item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING


def _convert(hint: Any, value: Any, where: str) -> Any:
    if dataclasses.is_dataclass(hint):
        return from_dict(typing.cast(type, hint), value, where)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        require(value in args, f"{where}: must be one of {', '.join(map(str, args))}; got {value!r}.")
        return value
    if origin is tuple:
        require(isinstance(value, list | tuple), f"{where}: expected a list; got {value!r}.")
        if args[1:] == (Ellipsis,):
            args = args[:1] * len(value)
        require(len(args) == len(value), f"{where}: expected {len(args)} values; got {len(value)}.")
        return tuple(
            _convert(kind, item, f"{where}[{i}]") for i, (kind, item) in enumerate(zip(args, value, strict=True))
        )
    if origin is dict:
        require(isinstance(value, dict), f"{where}: expected an object; got {value!r}.")
        return {str(key): _convert(args[1], item, f"{where}.{key}") for key, item in value.items()}
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        require(abs(value) <= sys.float_info.max, f"{where}: the number is too large.")
        return float(value)
    right_type = isinstance(value, hint) and not (hint is not bool and isinstance(value, bool))
    require(right_type, f"{where}: expected {hint.__name__}; got {value!r}.")
    return value
