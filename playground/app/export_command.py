"""``playground export`` and ``playground verify``: a model as ONNX files, and how it then compares with PyTorch."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro
from tyro.conf import Positional

from playground.app.terminal import Model, extra, say

if TYPE_CHECKING:
    from playground.export.verify import Difference


def export(
    model: Positional[Model],
    out: Positional[Path],
    /,
    dtype: Annotated[str, tyro.conf.arg(metavar="fp32|fp16|int8")] = "fp32",
    attention: bool = False,
) -> None:
    """Write a model as ONNX files for ONNX Runtime and the browser; the folder appears when it is whole.

    Args:
        model: a model as for track.
        out: the folder to write.
        dtype: how weights are stored: fp32, fp16 (half the size, the same arithmetic) or int8 (a third, faster).
        attention: also give out where the prediction tokens look.
    """
    with extra("export", "export"):
        from playground.export.onnx import export_onnx
    manifest = export_onnx(model, out, dtype=dtype, attention=attention)
    for name, record in manifest.files.items():
        say(f"{out / name}: {record.bytes / 1e6:.3f} MB")


def verify(folder: Positional[Path], /, model: Model | None = None) -> None:
    """Track a rendered clip by PyTorch and by ONNX Runtime and print how far the two come apart.

    Args:
        folder: what export wrote.
        model: what it was exported from, where its name alone does not lead there.
    """
    with extra("verify", "export"):
        from playground.export.verify import LIMIT_PX, verify
    from playground.manifest import read_manifest

    manifest = read_manifest(folder)
    say(f"{manifest.name} as {manifest.dtype}, PyTorch and ONNX Runtime on the same frames:")
    worst = 0.0
    for found in verify(folder, model):
        worst = max(worst, found.box_px)
        say(_words(found))
    if manifest.dtype != "int8" and worst > LIMIT_PX:
        raise ValueError(f"verify: boxes differ by {worst:.2f} px, more than {LIMIT_PX:g}; export the model again.")


def _words(found: "Difference") -> str:
    many = f"{found.templates} online template{'s' * (found.templates != 1)}"
    return (
        f"{many}, {found.frames} frames: boxes differ by at most {found.box_px:.2g} px (frame {found.frame}), "
        f"scores by {found.score:.1g}, edge probabilities by {found.edges:.1g}; "
        f"{found.torch_ms:.1f} ms and {found.onnx_ms:.1f} ms a frame in the network"
    )
