"""The two graphs against the official numbers and against the network in PyTorch."""

import re
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from exported import TOY, toy_export, toy_source
from networks import corners, edge_stack, load_golden, templates_of

from playground.config import PRESETS
from playground.export.graphs import OPSET, _trace, describe, trace_encode, trace_step
from playground.hub import load_model
from playground.manifest import ANY
from playground.model import MixFormer

# What onnxruntime-web runs on a processor, and on WebGPU without going back to it.
OPERATORS = {
    "Add", "Cast", "Concat", "Conv", "Div", "Exp", "Expand", "Gather", "GatherND", "Gelu", "Gemm", "LayerNormalization",
    "LogSoftmax", "MatMul", "Mul", "ReduceMean", "ReduceSum", "Relu", "Reshape", "Shape", "Sigmoid", "Slice", "Softmax",
    "Split", "Sqrt", "Squeeze", "Transpose", "Unsqueeze",
}  # fmt: skip


def _session(model: onnx.ModelProto) -> ort.InferenceSession:
    return ort.InferenceSession(model.SerializeToString())


def test_the_pair_gives_the_official_numbers_with_one_and_three_online_templates():
    model, inputs, out = load_golden("b_mixformerv2_s_tiny_test")
    encode, step = _session(trace_encode(model)), _session(trace_step(model, attention=False))

    def run(templates: torch.Tensor) -> dict[str, np.ndarray]:
        (memory,) = encode.run(None, {"templates": templates.numpy()})
        names = ["edges", "box", "score"]
        return dict(zip(names, step.run(names, {"search": inputs["search"].numpy(), "memory": memory}), strict=True))

    one = run(templates_of(inputs)[0])
    np.testing.assert_allclose(one["edges"], edge_stack(out, "full/prob")[0], atol=1e-5)
    np.testing.assert_allclose(one["box"], corners(out["full/pred_boxes"])[0], atol=1e-5)
    np.testing.assert_allclose(one["score"], out["full/pred_scores_sigmoid"], atol=1e-5)
    three = run(torch.cat([inputs["template"], inputs["online_template_x3"]]))
    np.testing.assert_allclose(three["box"], out["cached3/box_xyxy"][0], atol=1e-5)
    np.testing.assert_allclose(three["score"], out["cached3/pred_scores_logit"].sigmoid(), atol=1e-5)


@pytest.mark.parametrize("templates", [1, 2, 4])
def test_any_number_of_templates_gives_what_the_network_gives(tmp_path_factory, templates):
    folder, model = toy_export(tmp_path_factory), load_model(toy_source(tmp_path_factory))
    rng = np.random.default_rng(templates)
    shown = rng.normal(size=(templates, 3, 32, 32)).astype(np.float32)
    search = rng.normal(size=(1, 3, 64, 64)).astype(np.float32)
    (memory,) = ort.InferenceSession(folder / "encode.onnx").run(None, {"templates": shown})
    assert memory.shape == (TOY.depth, 2, TOY.heads, 16 * templates, 16)
    step = ort.InferenceSession(folder / "step.onnx")
    names = ["edges", "box", "score", "attention"]
    edges, box, score, attention = step.run(names, {"search": search, "memory": memory})
    with torch.no_grad():
        known = model.encode(torch.from_numpy(shown)[None])
        told = model.locate(torch.from_numpy(search), known, attention=True)
    for i, block in enumerate(known.blocks):
        np.testing.assert_allclose(memory[i], torch.cat([block.keys, block.values]), atol=1e-5)
    np.testing.assert_allclose(edges, told.edges[0].exp(), atol=1e-6)
    np.testing.assert_allclose(box, told.box[0], atol=1e-6)
    np.testing.assert_allclose(score, told.score_logit.sigmoid(), atol=1e-6)
    np.testing.assert_allclose(attention, torch.cat(told.attention), atol=1e-6)
    assert attention.shape == (TOY.depth, TOY.heads, 4, 16 * templates + 64 + 4)
    np.testing.assert_allclose(attention.sum(-1), 1, atol=1e-5)


def test_graphs_say_what_they_take_and_give_and_nothing_of_their_making(tmp_path_factory):
    folder = toy_export(tmp_path_factory)
    step = onnx.load(folder / "step.onnx", load_external_data=False)
    told = describe(step, "step.onnx")
    assert {port.name: port.shape for port in (*told.inputs, *told.outputs)} == {
        "search": (1, 3, 64, 64),
        "memory": (2, 2, 3, ANY, 16),
        "edges": (4, 32),
        "box": (4,),
        "score": (1,),
        "attention": (2, 3, 4, ANY),
    }
    assert {port.dtype for port in (*told.inputs, *told.outputs)} == {"float32"}
    encode = onnx.load(folder / "encode.onnx", load_external_data=False)
    assert {port.name: port.shape for port in describe(encode, "e").inputs} == {"templates": (ANY, 3, 32, 32)}
    for graph in (encode, step):
        assert [(entry.domain, entry.version) for entry in graph.opset_import] == [("", OPSET)]
        assert {node.op_type for node in graph.graph.node} <= OPERATORS
        raw = graph.SerializeToString()
        assert not re.search(rb"\.py\b|site-packages", raw) and str(Path.cwd()).encode() not in raw


def test_a_network_without_prediction_tokens_has_no_attention_to_give():
    with pytest.raises(ValueError, match=r"^attention: this model has no prediction tokens"):
        trace_step(MixFormer(PRESETS["toy-teacher"]), attention=True)


def test_a_step_works_out_no_shapes_and_takes_no_weights_apart():
    """Both would be done again in every frame, and weights taken apart could not be stored as whole numbers."""
    graph = trace_step(MixFormer(TOY).eval(), attention=False).graph
    assert not {"Shape", "Split"} & {node.op_type for node in graph.node}
    stored = {tensor.name for tensor in graph.initializer}
    products = [node for node in graph.node if node.op_type == "MatMul"]
    of_weights = [node for node in products if node.input[1] in stored]
    # In each block queries, keys, values, the way out and two of the MLP, and in the last one the bias of the keys; two
    # in each head. Attention has two, and in the last block two of the templates and two of all other tokens.
    assert len(of_weights) == 6 * TOY.depth + 1 + 4
    assert len(products) - len(of_weights) == 2 * TOY.depth + 2


def test_attention_that_the_graph_would_not_be_told_of_is_refused():
    class Masked(torch.nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)

    with pytest.raises(Exception, match="has no graph here"):
        _trace(Masked(), {"x": torch.zeros(1, 1, 4, 8)}, ["y"], {"x": None})
