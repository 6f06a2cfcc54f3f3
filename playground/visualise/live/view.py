"""A live view as a value: controls, and a function from what they say to a figure."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

import plotly.graph_objects as go

from playground.files import replacing
from playground.visualise.inside import to_png
from playground.visualise.inside.given import as_whole
from playground.visualise.looks import as_text

Kind = Literal["slider", "list", "several"]
SHOWN = 2  # places that follow; a notebook forgets to say which of the older ones are gone
Item = TypeVar("Item")
Given = ParamSpec("Given")


@dataclass(frozen=True, kw_only=True, slots=True)
class Control:
    """What a reader may change: one of ``values``, given by the words for each, in order; of ``several``, any of them.

    ``start`` is the value at first; of ``several``, a tuple. It need not be one of them: what is wrong with it is said
    by whoever draws.
    """

    title: str
    values: Mapping[str, Any]
    start: Any
    kind: Kind = "slider"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Live:
    """A figure with ``controls``, by the name of the argument of ``draw`` that each of them gives.

    A notebook shows it with sliders, and with a picture of the figure beside them for where no front end is alive.
    ``draw`` raises ``ValueError`` where it cannot draw; a notebook then shows that sentence in the figure's place.
    ``name`` is that of its files. ``chosen`` is what the controls say now; `choose` changes it. A click on a point of
    the figure whose ``customdata`` is a dictionary chooses that in ``opens``, another view, or in this one; in a saved
    page, in this one alone. ``watchers`` are called after `choose`: the last places where the view was shown.
    """

    name: str
    draw: Callable[..., go.Figure]
    controls: Mapping[str, Control] = field(default_factory=dict)
    opens: "Live | None" = None
    chosen: dict[str, Any] = field(init=False)
    watchers: deque[Callable[[], None]] = field(init=False, default_factory=lambda: deque(maxlen=SHOWN), repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chosen", {name: control.start for name, control in self.controls.items()})

    def figure(self, **values: Any) -> go.Figure:
        """The figure as the controls say, ``values`` changed. Raises ``ValueError`` as ``draw`` does, or naming one
        that is no control."""
        for name in sorted(values):
            self._control(name)
        return self.draw(**self.chosen | values)

    def choose(self, **values: Any) -> None:
        """Move controls to ``values``, of which one for ``several`` is a tuple, where the view was shown last.

        Raises ``ValueError`` naming one that is no control or has no such value.
        """
        for name, value in values.items():
            control = self._control(name)
            offered = list(control.values.values())
            asked = value if control.kind == "several" and isinstance(value, tuple | list) else (value,)
            if not all(one in offered for one in asked) or (control.kind == "several" and asked is not value):
                raise ValueError(f"{name}: choose from {', '.join(control.values)}; got {value}.")
        self.chosen.update(values)
        for moved in self.watchers:
            moved()

    def clicked(self, point: Mapping[str, Any]) -> None:
        """What a click on a ``point`` of the figure does: its values are chosen where the view that it opens has such
        controls. Raises ``ValueError`` as `choose` does."""
        opened = self.opens or self
        opened.choose(**{name: value for name, value in point.items() if name in opened.controls})

    def _control(self, name: str) -> Control:
        if name not in self.controls:
            known = ", ".join(self.controls) or "none at all"
            raise ValueError(f"{name}: this view has no such control; it has {known}.")
        return self.controls[name]

    def to_static(self, place: str | Path = ".", *, png: bool = True, **values: Any) -> list[Path]:
        """Write the view as one HTML file that asks for nothing, and as a PNG, and return the files' paths.

        ``place`` is a folder, the present one at first, or a path ending in ``.html`` or ``.png``, both of which are
        written. Sliders and lists go on working in the file (`playground.visualise.live.page`). ``values`` are changed
        first.

        Raises ``ValueError`` as `figure` does, or naming ``browser`` where no Chromium is there to draw the PNG, which
        ``png=False`` leaves out.
        """
        from playground.visualise.live.page import page

        figure = self.figure(**values)
        path = page_path(place, self.name)
        files = {path: page(self, **values).encode()}
        if png:
            files[path.with_suffix(".png")] = _drawn(figure)
        return write_all(files)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """What a notebook shows: the widget, and what stands in its place where none can be alive."""
        from playground.visualise.live.still import still

        drawn = in_a_sentence(self)
        bundle = still(self.name, drawn)
        try:
            from playground.visualise.live.panel import panel
        except ModuleNotFoundError:  # no ipywidgets or anywidget: the picture has to do
            return bundle
        return panel(self, drawn)._repr_mimebundle_() | bundle


def in_its_place(view: Callable[Given, "Live"]) -> Callable[Given, "Live"]:
    """The same maker of a view, of which one that was given what it cannot use says so where its figure would be."""

    @wraps(view)
    def made(*given: Given.args, **more: Given.kwargs) -> Live:
        try:
            return view(*given, **more)
        except ValueError as error:
            why = str(error)

        def draw() -> go.Figure:
            raise ValueError(why)

        return Live(name=view.__name__.removesuffix("_view"), draw=draw)

    return made


def numbers(title: str, count: int, start: int = 0) -> Control:
    """A slider over 0..count-1."""
    return Control(title=title, values={str(i): i for i in range(count)}, start=start)


def choice(title: str, values: Sequence[Any], start: Any, kind: Kind = "list") -> Control:
    """One of ``values``, or several, each under its own text."""
    return Control(title=title, values={str(value): value for value in values}, start=start, kind=kind)


def steps(title: str, values: Sequence[float], start: float, shown: str = "g") -> Control:
    """A slider over ``values``, written as `format` does with ``shown``."""
    return Control(title=title, values={format(value, shown): value for value in values}, start=start)


def show(figure: go.Figure, name: str = "figure") -> Live:
    """A finished figure as a view without controls, so that a notebook shows it without asking any network."""
    return Live(name=name, draw=lambda: figure)


def pick(frames: Sequence[Item], frame: int) -> Item:
    """One of several frames. Raises ``ValueError`` naming ``frames`` when there is none, or ``frame``."""
    if not frames:
        raise ValueError("frames: give at least one.")
    if not 0 <= as_whole("frame", frame) < len(frames):
        raise ValueError(f"frame: choose from 0..{len(frames) - 1}; got {frame}.")
    return frames[frame]


def page_path(place: str | Path, name: str) -> Path:
    """Where the page goes: ``name`` in the folder ``place``, or ``place`` where it ends in ``.html`` or ``.png``."""
    path = Path(place)
    return path.with_suffix(".html") if path.suffix in (".html", ".png") else path / f"{name}.html"


def write_all(files: Mapping[Path, bytes]) -> list[Path]:
    """Write files, each whole or not at all, with the folders that they need, and return their paths."""
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as beside:
            beside.write_bytes(content)
    return list(files)


def in_a_sentence(live: Live, **values: Any) -> go.Figure | str:
    """The figure, or the sentence that says why there is none, ready to stand in HTML."""
    try:
        return live.figure(**values)
    except ValueError as error:
        return as_text(str(error))


def _drawn(figure: go.Figure) -> bytes:
    try:
        return to_png(figure)
    except ValueError as error:
        raise ValueError(f"{str(error).removesuffix('.')}; png=False writes the page alone.") from error
