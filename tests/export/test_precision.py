"""Storing weights in fewer bytes: how many, and how little it changes a product."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from playground.export.precision import PRECISIONS
from playground.manifest import Precision

SIDE = 64


@pytest.fixture
def weights() -> np.ndarray:
    """Columns of very different size, for which one scale for all would be too coarse."""
    rng = np.random.default_rng(0)
    return (rng.normal(size=(SIDE, SIDE)) * np.logspace(-3, 0, SIDE)).astype(np.float32)


@pytest.fixture
def product(weights) -> onnx.ModelProto:
    """y = (x @ weights) @ x, so that one product has no weights in it."""
    tensor = numpy_helper.from_array(weights, "w")
    nodes = [helper.make_node("MatMul", ["x", "w"], ["z"]), helper.make_node("MatMul", ["z", "x"], ["y"])]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [SIDE, SIDE]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [tensor])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def _run(model: onnx.ModelProto, x: np.ndarray) -> np.ndarray:
    return ort.InferenceSession(model.SerializeToString()).run(["y"], {"x": x})[0]


def _bytes(model: onnx.ModelProto) -> int:
    return sum(numpy_helper.to_array(tensor).nbytes for tensor in model.graph.initializer)


def test_there_is_a_way_for_every_precision_of_a_manifest():
    assert set(PRECISIONS) == set(Precision.__args__)


# Float16 rounds to 2^-11. Seven bits and a scale a column round to half of 1/63 of a column's largest weight, and eight
# bits for x to half of 1/255 of its range; both errors are spread over 64 summands.
@pytest.mark.parametrize(("name", "share", "close"), [("fp32", 1, 1e-6), ("fp16", 0.5, 2**-11), ("int8", 0.35, 0.02)])
def test_fewer_bytes_for_nearly_the_same_product(product, weights, name, share, close):
    stored = PRECISIONS[name](product)
    onnx.checker.check_model(stored)
    assert _bytes(stored) <= share * weights.nbytes
    x = np.random.default_rng(1).normal(size=(SIDE, SIDE)).astype(np.float32)
    exact = x.astype(np.float64) @ weights @ x
    wrong = np.linalg.norm(_run(stored, x) - exact) / np.linalg.norm(exact)
    assert wrong <= close
    assert name == "fp32" or wrong > close / 100  # it was really rounded


def test_whole_numbers_have_a_scale_for_every_column_and_leave_products_without_weights_alone(product, weights):
    stored = PRECISIONS["int8"](product)
    kinds = [node.op_type for node in stored.graph.node]
    assert kinds.count("MatMulInteger") == 1 and kinds.count("MatMul") == 1
    tensors = [numpy_helper.to_array(tensor) for tensor in stored.graph.initializer]
    (whole,) = (tensor for tensor in tensors if tensor.dtype == np.int8 and tensor.size == weights.size)
    assert np.abs(whole.astype(int)).max() <= 64  # seven bits
    assert (np.abs(whole.astype(int)).max(axis=0) > 50).all()  # every column uses them, large or small
