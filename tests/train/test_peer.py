"""The peer's features: its ONNX file through PyTorch as ONNX Runtime computes it, at the right places."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_training import TINY, TINY_RUN, random_batch, tiny

from playground.config import CropConfig
from playground.train.peer import BACKBONE, PeerBackbone, PeerImitation
from playground.train.step import TrainStep
from playground.train_config import DistillConfig, LossWeights

PEERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "peers"
needs_peer = pytest.mark.skipif(not (PEERS / BACKBONE).is_file(), reason=f"needs NanoTrack v2 in {PEERS}")


def _toy_peer(folder: Path, *, unknown: bool = False) -> str:
    """A backbone of the same operators: two strided convolutions to 48 channels, squeeze-and-excite, a residual."""
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(0)
    weights = {
        "w0": rng.normal(size=(48, 3, 7, 7)) * 0.01, "b0": rng.normal(size=48),
        "w1": rng.normal(size=(48, 1, 3, 3)), "w2": rng.normal(size=(12, 48)) * 0.1, "b2": rng.normal(size=12),
        "w3": rng.normal(size=(48, 12)) * 0.1, "b3": rng.normal(size=48),
    }  # fmt: skip
    tensors = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    tensors += [
        numpy_helper.from_array(np.array(v, dtype=np.int64), n) for n, v in (("s2", [1, 48]), ("s4", [1, 48, 1, 1]))
    ]
    node = helper.make_node
    nodes = [
        node("Conv", ["x", "w0", "b0"], ["a"], strides=[16, 16], pads=[3, 3, 3, 3], kernel_shape=[7, 7], group=1),
        node("Tanh" if unknown else "HardSwish", ["a"], ["b"]),
        node("Conv", ["b", "w1"], ["c"], strides=[1, 1], pads=[1, 1, 1, 1], kernel_shape=[3, 3], group=48),
        node("GlobalAveragePool", ["c"], ["d"]),
        node("Reshape", ["d", "s2"], ["e"]),
        node("Gemm", ["e", "w2", "b2"], ["f"], transB=1),
        node("Relu", ["f"], ["g"]),
        node("Gemm", ["g", "w3", "b3"], ["h"], transB=1),
        node("HardSigmoid", ["h"], ["i"], alpha=1 / 6, beta=0.5),
        node("Reshape", ["i", "s4"], ["j"]),
        node("Mul", ["c", "j"], ["k"]),
        node("Add", ["b", "k"], ["y"]),
    ]
    shape = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 255, 255])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 48, 16, 16])
    graph = helper.make_graph(nodes, "peer", [shape], [out], tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8), folder / BACKBONE)
    return str(folder)


def _as_onnx_runtime_does(folder: str, image: torch.Tensor) -> np.ndarray:
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(f"{folder}/{BACKBONE}", providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: image.numpy()})[0]


def test_pytorch_computes_what_onnx_runtime_does(tmp_path):
    folder = _toy_peer(tmp_path)
    images = torch.rand(2, 3, 255, 255, generator=torch.Generator().manual_seed(0)) * 255
    found = PeerBackbone(folder)(images)
    for image, features in zip(images, found, strict=True):
        np.testing.assert_allclose(features.numpy(), _as_onnx_runtime_does(folder, image[None])[0], atol=1e-3)


@needs_peer
def test_the_real_peer_gives_what_onnx_runtime_gives():
    image = torch.rand(1, 3, 255, 255, generator=torch.Generator().manual_seed(0)) * 255
    found = PeerBackbone(str(PEERS))(image).numpy()
    np.testing.assert_allclose(found, _as_onnx_runtime_does(str(PEERS), image), atol=1e-3)


def test_features_are_those_at_the_patches_and_the_normalised_image_is_undone(tmp_path):
    """A bright spot in one patch of the search region moves the features of that patch most."""
    crop = CropConfig()
    imitation = PeerImitation(_toy_peer(tmp_path), TINY.dim, 4, crop)
    grey = torch.full((1, 3, 32, 32), 100.0)
    spot = grey.clone()
    spot[:, :, 18:22, 10:14] = 255.0  # row 2, column 1 of 4 x 4 patches

    def wanted(image: torch.Tensor) -> torch.Tensor:
        mean, std = (torch.tensor(v).view(3, 1, 1) * 255 for v in (crop.mean, crop.std))
        return imitation.wanted((image - mean) / std)

    even, bright = wanted(grey), wanted(spot)
    assert even.shape == (1, 16, 48)
    torch.testing.assert_close(even.mean(-1), torch.zeros(1, 16), rtol=0, atol=1e-5)
    assert (bright - even).square().mean(-1).argmax().item() == 2 * 4 + 1


def test_only_the_reading_layer_learns_and_its_loss_falls(tmp_path):
    imitation = PeerImitation(_toy_peer(tmp_path), TINY.dim, 4, CropConfig())
    assert {name for name, _ in imitation.named_parameters()} == {"norm.weight", "norm.bias", "map.weight", "map.bias"}
    assert set(imitation.state_dict()) == {"norm.weight", "norm.bias", "map.weight", "map.bias"}
    generator = torch.Generator().manual_seed(0)
    tokens, search = torch.randn(4, 16, TINY.dim, generator=generator), torch.randn(4, 3, 32, 32, generator=generator)
    optimizer = torch.optim.Adam(imitation.parameters(), lr=0.05)
    losses = []
    for _ in range(40):
        loss = imitation(tokens, search)
        assert loss.shape == (4,)
        optimizer.zero_grad()
        loss.mean().backward()
        optimizer.step()
        losses.append(loss.mean().item())
    assert losses[-1] < 0.7 * losses[0]


def test_a_step_teaches_the_blocks_up_to_the_one_that_is_read(tmp_path):
    config = replace(
        TINY_RUN,
        loss=LossWeights(l1=0, iou=0, peer=2.0),
        distill=DistillConfig(peer=_toy_peer(tmp_path), peer_block=1),
    )
    step = TrainStep(config, tiny(seed=1))
    losses = step(random_batch(), 0)
    torch.testing.assert_close(losses["total"], 2 * losses["peer"])
    losses["total"].backward()
    for name, parameter in step.model.backbone.blocks.named_parameters():
        learns = parameter.grad is not None and parameter.grad.abs().sum() > 0
        assert learns == (int(name.partition(".")[0]) <= 1), name


def test_a_folder_without_it_or_with_another_network_is_named(tmp_path):
    with pytest.raises(ValueError, match=f"^distill.peer: {tmp_path} holds no {BACKBONE}"):
        PeerBackbone(str(tmp_path))
    with pytest.raises(ValueError, match="^distill.peer: .* operators that are not known here: Tanh"):
        PeerBackbone(_toy_peer(tmp_path, unknown=True))
