"""What strangers may send: odd numbers, any JSON in place of any field, damaged bytes; and what is opened meanwhile."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.integers(-10, 5000).map(str),
    st.floats().map(str),
    st.sampled_from(["", " ", "nan", "-0", "1e999", "1" * 400, "0x10", "1_0", "٣", "m", "None"]),
)
LINES = st.lists(NUMBERS, max_size=10).map(",".join) | st.lists(NUMBERS, max_size=10).map(" ".join)
TEXTS = st.one_of(st.lists(LINES, max_size=5).map("\n".join), st.text(max_size=80))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = ["../out", "../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "..", ".", "a\x00b", "/dev/zero"]
ODD = JSON | st.sampled_from([*PLACES, "", 10**400, -(10**400), 2**63, 1e308, -1e308, -1, 0, 1.5, [], {}, [[]], "nan"])
DAMAGE = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "zero", "repeat"]), st.floats(0, 1), st.integers(1, 255)),
    min_size=1, max_size=4,
)  # fmt: skip


def damaged(content: bytes, steps) -> bytes:
    """``content`` with bits flipped, its end cut off, a stretch of zeros, or a stretch of it twice."""
    for kind, where, much in steps:
        at = int(where * (len(content) - 1)) if content else 0
        head, tail = content[:at], content[at:]
        content = {
            "flip": lambda head=head, tail=tail, much=much: head + bytes([tail[0] ^ much]) + tail[1:] if tail else head,
            "cut": lambda head=head: head,
            "zero": lambda head=head, tail=tail, much=much: head + bytes(min(much, len(tail))) + tail[much:],
            "repeat": lambda head=head, tail=tail, much=much: head + tail[:much] + tail,
        }[kind]()
    return content


def places(values: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside ``values``, through objects and lists."""
    inner = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for name, value in inner:
        yield (*here, name)
        yield from places(value, (*here, name))


@st.composite
def changed(draw, values, instead=ODD):
    """A copy of ``values`` with something else at one place, or without it, and the way to that place."""
    values = json.loads(json.dumps(values))
    *groups, last = way = draw(st.sampled_from(list(places(values))))
    place = values
    for group in groups:
        place = place[group]
    if draw(st.integers(0, 9)):
        place[last] = draw(instead)
    else:
        del place[last]
    return values, way


_watched: list[list[str | bytes]] = []


WATCHED = {"open": 1, "os.mkdir": 1, "os.symlink": 2, "os.link": 2, "os.rename": 2, "os.remove": 1}  # names first


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if _watched and event in WATCHED:
        names = (arg for arg in args[: WATCHED[event]] if isinstance(arg, str | bytes | Path))
        _watched[-1].extend(os.path.realpath(name) for name in names)


@contextmanager
def only_below(*folders: Path) -> Iterator[None]:
    """Fails when Python opens, makes or removes a file outside of ``folders`` meanwhile, but for its own.

    Names are those of files after links and dots. What a library opens by itself is not seen.
    """
    if not hasattr(_watch, "on"):
        sys.addaudithook(_watch)
        _watch.on = True  # type: ignore[attr-defined]
    _watched.append(names := [])
    try:
        yield
    finally:
        _watched.remove(names)
    code = (Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[1] / "playground")
    roots = [folder.resolve() for folder in (*code, *folders)]
    opened = [Path(os.fsdecode(name)) for name in names]
    outside = [path for path in opened if not any(path.is_relative_to(root) for root in roots)]
    assert not outside, outside
