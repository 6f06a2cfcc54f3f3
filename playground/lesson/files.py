"""What lies in a folder, and what goes in and out of an exported graph, as tables."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from playground.lesson.words import Words, table
from playground.manifest import ANY, Graph

MOST = 6


def files_in(place: Path | Mapping[str, Path | bytes]) -> Words:
    """Files by name with their size, folders within looked through; or files that are to be written, by their names.

    More than `MOST` of one kind in one folder are a single row.
    """
    if isinstance(place, Path):
        place = {path.relative_to(place).as_posix(): path for path in sorted(place.rglob("*")) if path.is_file()}
    alike: dict[str, list[str]] = {}
    for name in place:
        path = PurePosixPath(name)
        alike.setdefault((path.parent / f"*{path.suffix}").as_posix(), []).append(name)
    rows = []
    for kind, names in alike.items():
        groups = {f"{kind}: {len(names)} files": names} if len(names) > MOST else {name: [name] for name in names}
        rows += [
            [f"`{title}`", f"{sum(_size(place[name]) for name in some) / 1024:,.1f}"] for title, some in groups.items()
        ]
    return table(["file", "KiB"], rows)


def ports(graphs: Mapping[str, Graph]) -> Words:
    """The arrays that the graphs of an export take and give, with their shapes."""
    rows = []
    for name, graph in graphs.items():
        for way, side in (("takes", graph.inputs), ("gives", graph.outputs)):
            for port in side:
                shape = " x ".join("any" if size == ANY else str(size) for size in port.shape)
                rows.append([name, way, f"`{port.name}`", shape])
    return table(["graph", "", "array", "shape"], rows)


def _size(file: Path | bytes) -> int:
    return file.stat().st_size if isinstance(file, Path) else len(file)
