"""The network's two calls as two ONNX graphs: templates to memory, and search region given memory to an answer."""

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import onnx
import torch
from onnxscript import opset20
from onnxscript.optimizer import fold_constants
from torch import Tensor, nn

from playground.manifest import ANY, Graph, Port
from playground.model import Memory, MixFormer
from playground.model.attention import KeyValue

OPSET = 20  # the first with Gelu; ONNX Runtime runs all of its operators that are used here, in browsers too

ANY_SIZE = sys.maxsize  # values of a tensor

Free = dict[str, dict[int, torch.export.Dim] | None]  # by input, the sides whose length is free, and their names


class Encode(nn.Module):
    """`MixFormer.encode` on plain tensors: ``(k, 3, t, t)`` -> ``(blocks, 2, heads, tokens, head_dim)``."""

    def __init__(self, model: MixFormer) -> None:
        super().__init__()
        self.model = model

    def forward(self, templates: Tensor) -> Tensor:
        blocks = self.model.encode(templates[None]).blocks
        return torch.stack([torch.cat([known.keys, known.values]) for known in blocks])


class Step(nn.Module):
    """`MixFormer.locate` on plain tensors; the outputs are those of `playground.manifest.Manifest`, in that order."""

    def __init__(self, model: MixFormer, attention: bool) -> None:
        super().__init__()
        self.model = model
        self.attention = attention

    def forward(self, search: Tensor, memory: Tensor) -> tuple[Tensor, ...]:
        known = Memory(tuple(KeyValue(pair[:1], pair[1:]) for pair in memory))
        found = self.model.locate(search, known, attention=self.attention)
        outputs = [found.edges[0].exp(), found.box[0]]
        if found.score_logit is not None:
            outputs.append(found.score_logit.sigmoid())
        if self.attention:
            outputs.append(torch.cat(found.attention))
        return tuple(outputs)


def trace_encode(model: MixFormer) -> onnx.ModelProto:
    """The graph of `Encode`, for any number of templates."""
    size = model.config.template_size
    templates = torch.zeros(3, 3, size, size)  # an example; any number but 1, which torch.export would take for fixed
    return _trace(Encode(model), {"templates": templates}, ["memory"], {"templates": {0: _any("templates")}})


def trace_step(model: MixFormer, attention: bool) -> onnx.ModelProto:
    """The graph of `Step`, for any number of remembered tokens.

    Raises ``ValueError`` naming ``attention`` when it is asked of a network without prediction tokens.
    """
    config = model.config
    if attention and not config.prediction_tokens:
        raise ValueError("attention: this model has no prediction tokens to look at; leave it out.")
    memory = torch.zeros(config.depth, 2, config.heads, config.template_grid**2 * 2, config.dim // config.heads)
    inputs = {"search": torch.zeros(1, 3, config.search_size, config.search_size), "memory": memory}
    outputs = ["edges", "box", *["score"] * config.score_head, *["attention"] * attention]
    return _trace(Step(model, attention), inputs, outputs, {"search": None, "memory": {3: _any("tokens")}})


def describe(model: onnx.ModelProto, file: str) -> Graph:
    """A graph that is to be ``file``, as the manifest tells it."""
    inputs, outputs = (tuple(_port(value) for value in values) for values in (model.graph.input, model.graph.output))
    return Graph(file=file, inputs=inputs, outputs=outputs)


def _any(name: str) -> torch.export.Dim:
    return torch.export.Dim(name, min=2)


def _trace(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], free: Free) -> onnx.ModelProto:
    with _quiet(), torch.no_grad():
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            dynamo=True,
            opset_version=OPSET,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_shapes=free,
            custom_translation_table={torch.ops.aten.scaled_dot_product_attention.default: _attention},
            verbose=False,
        )
    assert program is not None
    # Parts of weights, and sums of positions, as they are used: the exporter itself folds small constants alone.
    fold_constants(program.model, input_size_limit=ANY_SIZE, output_size_limit=ANY_SIZE)
    model: onnx.ModelProto = program.model_proto
    _strip(model)
    return model


def _attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """Attention as three operators, which ONNX Runtime joins to two: the exporter's own form turns the keys over
    through shapes that it computes in every frame. Plain attention alone, as the networks here have it."""
    if attn_mask is not None or dropout_p or is_causal or scale is not None or enable_gqa:
        raise NotImplementedError("attention with a mask, dropout, another scale or shared heads has no graph here")
    scores = opset20.MatMul(query, opset20.Transpose(key, perm=[0, 1, 3, 2]))
    weight = opset20.Constant(value_float=query.shape[-1] ** -0.5)
    return opset20.MatMul(opset20.Softmax(opset20.Mul(scores, weight), axis=-1), value)


def _strip(model: onnx.ModelProto) -> None:
    """Take out the exporter's notes: they are larger than the graph, and tell of files on the machine that made it."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.ClearField("value_info")


def _port(value: onnx.ValueInfoProto) -> Port:
    kind = value.type.tensor_type
    dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name
    shape = tuple(ANY if side.dim_param else side.dim_value for side in kind.shape.dim)
    return Port(name=value.name, dtype=dtype, shape=shape)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter warns of torchvision, which nothing here needs, and of its own old calls."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        logger.setLevel(level)
