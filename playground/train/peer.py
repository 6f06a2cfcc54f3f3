"""The features of another tracker's small pretrained backbone, as something to imitate while training.

A network that starts from nothing has seen thousands of objects; NanoTrack v2's backbone (Apache-2.0) comes from
millions of frames. Its ONNX file is computed here by PyTorch, on whatever device training runs.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from playground.config import CropConfig
from playground.settings import require

BACKBONE = "nanotrack_backbone_sim.onnx"
SIZE, STRIDE = 255, 16  # of the search region it was trained on, in pixels
CHANNELS = 48


class PeerBackbone(nn.Module):
    """The convolutional backbone in ``folder``; frozen. Images are RGB, 0..255.

    Raises ``ValueError`` naming ``distill.peer`` when the file is absent, or is not made of the few operators known
    here; or naming the extra that reads ONNX files when it is missing.
    """

    def __init__(self, folder: str) -> None:
        super().__init__()
        path = Path(folder).expanduser() / BACKBONE
        require(path.is_file(), f"distill.peer: {folder} holds no {BACKBONE}; name the folder of NanoTrack v2.")
        try:
            import onnx
            from onnx import numpy_helper
            from onnx.helper import get_attribute_value
        except ModuleNotFoundError as error:
            raise ValueError("distill.peer: reading ONNX needs: pip install 'mixformer-playground[export]'.") from error
        graph = onnx.load(path).graph
        unknown = {node.op_type for node in graph.node} - set(_OPERATORS)
        require(
            not unknown, f"distill.peer: {path} has operators that are not known here: {', '.join(sorted(unknown))}."
        )
        self._names = {tensor.name: f"weight_{i}" for i, tensor in enumerate(graph.initializer)}
        for tensor in graph.initializer:
            values = torch.from_numpy(numpy_helper.to_array(tensor).copy())
            self.register_buffer(self._names[tensor.name], values, persistent=False)
        self._steps = [
            (node.op_type, list(node.input), node.output[0], {a.name: get_attribute_value(a) for a in node.attribute})
            for node in graph.node
        ]
        self._input, self._output = graph.input[0].name, graph.output[0].name

    @torch.no_grad()
    def forward(self, images: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 48 rows columns"]:
        known = {self._input: images}
        for kind, inputs, output, settings in self._steps:
            values = [known[name] if name in known else self.get_buffer(self._names[name]) for name in inputs]
            known[output] = _OPERATORS[kind](values, settings)
        return known[self._output]


class PeerImitation(nn.Module):
    """What search tokens miss of the peer's features; one linear layer that is thrown away after training reads them.

    ``grid`` patches a side, ``dim`` channels a token; ``crop`` says how search regions are normalised.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, folder: str, dim: int, grid: int, crop: CropConfig) -> None:
        super().__init__()
        self.peer, self.grid = PeerBackbone(folder), grid
        self.norm, self.map = nn.LayerNorm(dim), nn.Linear(dim, CHANNELS)
        for name in ("mean", "std"):
            value = torch.tensor(getattr(crop, name)).view(3, 1, 1) * 255
            self.register_buffer(name, value, persistent=False)

    def forward(self, tokens: Float[Tensor, "b cells c"], search: Float[Tensor, "b 3 s s"]) -> Float[Tensor, "b"]:
        """Mean squared difference for each search region, given its normalised image and its tokens."""
        return (self.map(self.norm(tokens)).float() - self.wanted(search)).square().mean((1, 2))

    @torch.no_grad()
    def wanted(self, search: Float[Tensor, "b 3 s s"]) -> Float[Tensor, "b cells 48"]:
        """The peer's features at the centres of the patches, row-major; each cell's have mean 0 and variance 1."""
        images = F.interpolate(search * self.std + self.mean, SIZE, mode="bilinear", align_corners=False)
        with torch.autocast(search.device.type, enabled=False):
            found = self.peer(
                images.float().contiguous(memory_format=torch.channels_last)
            )  # on a CPU five times as fast
        # The peer's cell i lies around pixel 16 i; grid_sample counts from -1 at the first cell to 1 at the last one.
        place = ((torch.arange(self.grid, device=search.device) + 0.5) / self.grid * SIZE - 0.5) / STRIDE
        place = place / (found.shape[-1] - 1) * 2 - 1
        points = torch.stack(torch.meshgrid(place, place, indexing="xy"), -1).expand(len(search), -1, -1, -1)
        cells = F.grid_sample(found, points, mode="bilinear", padding_mode="border", align_corners=True)
        return F.layer_norm(cells.flatten(2).transpose(1, 2), (CHANNELS,))


Settings = dict[str, object]


def _convolve(values: list[Tensor], settings: Settings) -> Tensor:
    pads, strides, groups = settings.get("pads", [0] * 4), settings.get("strides", [1, 1]), settings.get("group", 1)
    assert isinstance(pads, list) and isinstance(strides, list) and isinstance(groups, int)
    assert pads[:2] == pads[2:]
    image, weight, *bias = values
    return F.conv2d(image, weight, bias[0] if bias else None, stride=strides, padding=pads[:2], groups=groups)


def _reshaped(values: list[Tensor], settings: Settings) -> Tensor:
    """Squeeze-and-excite: between ``(b, c, 1, 1)`` and ``(b, c)``, for any number of images."""
    return values[0].flatten(1) if values[1].numel() == 2 else values[0][:, :, None, None]


_OPERATORS: dict[str, Callable[[list[Tensor], Settings], Tensor]] = {
    "Conv": _convolve,
    "Gemm": lambda values, _: F.linear(*values),
    "Reshape": _reshaped,
    "GlobalAveragePool": lambda values, _: values[0].mean((2, 3), keepdim=True),
    "Relu": lambda values, _: values[0].relu(),
    "HardSwish": lambda values, _: F.hardswish(values[0]),
    "HardSigmoid": lambda values, _: F.hardsigmoid(values[0]),
    "Mul": lambda values, _: values[0] * values[1],
    "Add": lambda values, _: values[0] + values[1],
}
