"""Several graphs, one file of weights: the same numbers in fewer bytes."""

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from playground.export.weights import ALIGNMENT, SMALL, share_weights


def _graph(*weights: np.ndarray) -> onnx.ModelProto:
    """x @ w0 @ w1 ... + 1."""
    size = len(weights[0])
    tensors = [numpy_helper.from_array(w, f"w{i}") for i, w in enumerate(weights)]
    tensors.append(numpy_helper.from_array(np.ones(1, np.float32), "one"))
    nodes = [helper.make_node("MatMul", [f"x{i}", f"w{i}"], [f"x{i + 1}"]) for i in range(len(weights))]
    nodes.append(helper.make_node("Add", [f"x{len(weights)}", "one"], ["y"]))
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size]) for name in ("x0", "y")]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def test_equal_tensors_are_stored_once_and_graphs_give_the_same(tmp_path):
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 20, 20)).astype(np.float32)
    graphs = [_graph(a, b), _graph(b, c, a)]
    share_weights(graphs, tmp_path / "weights.bin")
    for i, graph in enumerate(graphs):
        onnx.save(graph, tmp_path / f"{i}.onnx")
        assert (tmp_path / f"{i}.onnx").stat().st_size < a.nbytes
    steps = -(-a.nbytes // ALIGNMENT) * ALIGNMENT
    assert (tmp_path / "weights.bin").stat().st_size == 2 * steps + a.nbytes
    x = rng.normal(size=(1, 20)).astype(np.float32)
    for i, product in enumerate((x @ a @ b, x @ b @ c @ a)):
        (y,) = ort.InferenceSession(tmp_path / f"{i}.onnx").run(None, {"x0": x})
        np.testing.assert_allclose(y, product + 1, rtol=1e-4, atol=1e-4)


def test_small_tensors_stay_and_large_ones_begin_at_a_multiple(tmp_path):
    graph = _graph(np.full((17, 17), 0.5, np.float32), np.eye(17, dtype=np.float32))
    share_weights([graph], tmp_path / "weights.bin")
    by_name = {tensor.name: tensor for tensor in graph.graph.initializer}
    assert by_name["one"].data_location == TensorProto.DEFAULT and numpy_helper.to_array(by_name["one"]).nbytes < SMALL
    for name in ("w0", "w1"):
        place = {entry.key: entry.value for entry in by_name[name].external_data}
        assert place["location"] == "weights.bin" and int(place["offset"]) % ALIGNMENT == 0
        assert not by_name[name].raw_data
