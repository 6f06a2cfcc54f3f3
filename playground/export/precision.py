"""How a graph stores its weights: as they are, in half the bytes, or as whole numbers of eight bits."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from playground.export.weights import SMALL


def as_is(model: onnx.ModelProto) -> onnx.ModelProto:
    """Float32, as the network was trained."""
    return model


def half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large float32 weights as float16, widened again when the graph is loaded: half the file, the same arithmetic.

    Arithmetic in float16 would be slower on processors, which widen every operator's input for it. Changes ``model``.
    """
    graph = model.graph
    widened = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        array = numpy_helper.to_array(tensor)
        if array.nbytes < 2 * SMALL:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(array.astype("float16"), f"{name}_half"))
        widened.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*widened, *graph.node]
    graph.ClearField("node")
    graph.node.extend(nodes)
    return model


def whole_numbers(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights of matrix products as whole numbers with a scale a column; what they multiply is quantised as it comes.

    Needs no calibration. Normalisation, softmax and the products inside attention stay float32, and so do the small
    products with a weight for each head, for which there is no scale a column. Weights use seven of the eight bits:
    processors without VNNI, and relaxed SIMD in browsers, may overflow with all of them.
    """
    mark = model.metadata_props.add()  # the exporter has done what ONNX Runtime calls pre-processing
    mark.key, mark.value = "onnx.quant.pre_process", "onnxruntime.quant"
    by_head = {tensor.name for tensor in model.graph.initializer if len(tensor.dims) > 2}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.onnx"
        quantize_dynamic(
            model,
            path,
            op_types_to_quantize=["MatMul"],
            nodes_to_exclude=[node.name for node in model.graph.node if by_head & set(node.input)],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        quantised = onnx.load(path)
    quantised.ClearField("metadata_props")
    quantised.graph.ClearField("value_info")
    return quantised


PRECISIONS: dict[str, Callable[[onnx.ModelProto], onnx.ModelProto]] = {
    "fp32": as_is,
    "fp16": half_weights,
    "int8": whole_numbers,
}
