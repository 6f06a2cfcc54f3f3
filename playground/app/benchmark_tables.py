"""The figures of ``playground benchmark`` as Markdown and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from playground.evaluate.speed import STAGES, Speed

WORDS = {
    "decode": "decode a frame",
    "crop": "crop the search region",
    "locate": "locate the target",
    "update": "update the candidate",
    "encode": "encode templates, when one is taken",
    "draw": "draw the result",
    "step": "**step**: crop, locate, update",
    "full": "uncached network: encode and locate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The ``speed`` of a model of so many ``parameters``, and what it ran on.

    ``peak_mib`` is the most memory that the process held, or that PyTorch held on a GPU; None where nobody can tell.
    """

    model: str
    parameters: int
    device: str
    dtype: str
    threads: int
    peak_mib: float | None
    speed: Speed


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all models of a run share: the machine, the frames and the versions of the libraries."""

    machine: str
    video: str
    width: int
    height: int
    versions: dict[str, str]


def markdown(found: Sequence[Measured], setting: Setting) -> str:
    """A table of all models, one of the stages of each, and what they ran on."""
    lines = [
        "# Speed of tracking",
        "",
        "A step is what the tracker does with a frame. Ratios are to the same network without a memory, which encodes "
        "the templates again in every frame, timed on the same frames in turn; smaller is faster.",
        "",
        "| model | parameters | step (ms) | ratio | FPS | FPS, decoding and drawing too | peak memory (MiB) |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        step, speed = one.speed.stages["step"], one.speed
        memory = "unknown" if one.peak_mib is None else f"{one.peak_mib:,.0f}"
        first = f"| {one.model} | {one.parameters / 1e6:.1f} M | {step.median_ms:.2f} | {step.ratio:.2f} |"
        lines.append(f"{first} {speed.fps:.1f} | {speed.fps_whole:.1f} | {memory} |")
    for one in found:
        lines += [
            "",
            f"## {one.model}",
            "",
            "| stage | median (ms) | 95th percentile (ms) | ratio |",
            "|---|---:|---:|---:|",
        ]
        for name in STAGES:
            stage = one.speed.stages[name]
            lines.append(f"| {WORDS[name]} | {stage.median_ms:.2f} | {stage.p95_ms:.2f} | {stage.ratio:.3f} |")
    lines += ["", _ran_on(found[0], setting)]
    return "\n".join(lines) + "\n"


def to_json(found: Sequence[Measured], setting: Setting) -> str:
    """All numbers, with what they were measured on."""
    return json.dumps(asdict(setting) | {"models": [asdict(one) for one in found]}, indent=2) + "\n"


def _ran_on(one: Measured, setting: Setting) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in setting.versions.items())
    threads = f"{one.threads} thread{'s' if one.threads > 1 else ''}"
    frames = f"{one.speed.frames} frames of {setting.width}x{setting.height} ({setting.video})"
    return f"{setting.machine}; {one.device}, {one.dtype}, {threads}; {frames}; {libraries}."
