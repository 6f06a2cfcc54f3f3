"""Official checkpoints in our model: recognised by shapes, every tensor must fit; plain ViTs as a start."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from golden_files import golden, golden_spec, golden_tensors, under
from networks import PROBABILITIES, corners, templates_of
from safetensors.torch import save_file
from torch import Tensor
from torch.testing import assert_close

from playground.config import PRESETS
from playground.model import MixFormer
from playground.model.convert import (
    UNUSED,
    convert,
    load_vit,
    read_checkpoint,
    recognise,
)

OFFICIAL = "o_official_format_tiny"
PRESET_OF = {
    "mixformerv2_b_online": ("base", 96),
    "mixformerv2_s_online": ("small", 96),
    "student_288_depth12": ("base-deep", 72),
    "teacher_288_depth12": ("base-deep", 72),
    "student_288_depth12to8": ("base-deep", 72),
    "student_288_depth8": ("base-shallow", 72),
    "teacher_mixvit_b": ("dense-base", 72),
    "teacher_mixvit_l": ("dense-large", 72),
}


def _manifest() -> dict[str, Any]:
    return json.loads(golden("state_dict_manifest.json").read_text())


def _shapes(name: str) -> dict[str, list[int]]:
    return _manifest()["models"][name]["state_dict"]


def _tiny() -> dict[str, Tensor]:
    return under(golden_tensors(OFFICIAL), "net/")


def _empty(shapes: dict[str, list[int]]) -> dict[str, Tensor]:
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


@pytest.mark.parametrize("name", PRESET_OF)
def test_names_and_shapes_of_full_size_networks_are_the_official_ones(name: str) -> None:
    with torch.device("meta"):
        model = MixFormer(PRESETS[PRESET_OF[name][0]])
    ours = {key: list(value.shape) for key, value in model.state_dict().items()}
    theirs = _shapes(name)
    unused = {key for key in theirs if UNUSED.fullmatch(key)}
    assert ours == {key: shape for key, shape in theirs.items() if key not in unused}
    assert unused == set(_manifest()["models"][name]["never_used_by_forward"])


@pytest.mark.parametrize("name", PRESET_OF)
def test_full_size_networks_are_recognised_by_their_shapes(name: str) -> None:
    preset, bins = PRESET_OF[name]
    found = recognise(_empty(_shapes(name)))
    assert found.preset == preset
    assert found.config == PRESETS[preset]
    assert found.config.bins == bins


def test_a_teacher_of_384_pixels_has_96_bins_and_no_preset() -> None:
    shapes = _shapes("teacher_mixvit_l")
    shapes |= {"backbone.pos_embed_s": [1, 24 * 24, 1024], "backbone.pos_embed_t": [1, 12 * 12, 1024]}
    config, preset = recognise(_empty(shapes))
    assert (config.search_size, config.template_size, config.bins, preset) == (384, 192, 96, None)


@pytest.mark.parametrize("preset", [name for name in PRESETS if not name.startswith(("base", "small", "dense"))])
def test_our_own_presets_are_recognised(preset: str) -> None:
    config = PRESETS[preset]
    with torch.device("meta"):
        weights = MixFormer(config).state_dict()
    assert recognise(weights, heads=config.heads).preset == preset


@pytest.mark.parametrize("name", ["b_mixformerv2_s_tiny_test", "c3_student12_tiny_train", "d_mixvit_teacher_tiny"])
def test_tiny_networks_are_recognised_by_their_shapes(name: str) -> None:
    spec = golden_spec(name)
    config, preset = recognise(under(golden_tensors(name), "sd/"), heads=spec["num_heads"])
    expected = {
        "dim": spec["embed_dim"],
        "depth": spec["depth"],
        "heads": spec["num_heads"],
        "mlp_ratio": spec["mlp_ratio"],
        "search_size": spec["search_size"],
        "template_size": spec["template_size"],
        "bins": spec["feat_sz"],
        "head_channels": spec.get("head_channel", config.head_channels),
        "head": "corners" if "head_channel" in spec else "edges",
        "score_head": name.endswith("_test"),
        "patch": 16,
    }
    assert {field: getattr(config, field) for field in expected} == expected
    assert preset is None


def test_plain_corner_head_is_recognised() -> None:
    with torch.device("meta"):
        model = MixFormer(PRESETS["dense-base"])
    weights = {name: value for name, value in model.state_dict().items() if ".adjust" not in name}
    config = recognise(weights).config
    assert (config.head, config.bins, config.head_channels) == ("corners-plain", 18, 384)


def test_official_checkpoint_gives_the_official_outputs() -> None:
    tensors = golden_tensors(OFFICIAL)
    inputs, out = under(tensors, "in/"), under(tensors, "out/")
    model = convert(read_checkpoint(golden(f"{OFFICIAL}.pth.tar")), heads=2).requires_grad_(False)
    assert not model.training
    found = model(templates_of(inputs), inputs["search"])
    assert_close(found.box, corners(out["pred_boxes"]), **PROBABILITIES)
    assert_close(found.score_logit, out["pred_scores_logit"], **PROBABILITIES)


def test_converting_draws_no_random_numbers_and_shares_no_memory() -> None:
    weights = _tiny()
    state = torch.get_rng_state()
    model = convert(weights, heads=2)
    assert torch.equal(torch.get_rng_state(), state)
    before = model.backbone.reg_tokens.clone()
    weights["backbone.reg_tokens"].add_(1)
    assert torch.equal(model.backbone.reg_tokens, before)


def test_half_precision_weights_become_single_precision() -> None:
    model = convert({name: value.half() for name, value in _tiny().items()}, heads=2)
    assert {value.dtype for value in model.state_dict().values()} == {torch.float32}


def test_misfits_are_named_and_counted() -> None:
    weights = _tiny()
    for i in range(2):
        del weights[f"backbone.blocks.{i}.norm1.weight"]
    weights["backbone.extra"] = torch.zeros(3)
    weights["box_head.layers.0.1.bias"] = torch.zeros(7)
    with pytest.raises(ValueError) as raised:
        convert(weights, heads=2)
    said = str(raised.value)
    assert "2 tensors are missing (backbone.blocks.0.norm1.weight, backbone.blocks.1.norm1.weight)" in said
    assert "1 tensor is not part of the network (backbone.extra)" in said
    assert "1 tensor is of another shape (box_head.layers.0.1.bias (7,) instead of (32,))" in said


def test_a_long_list_of_misfits_is_cut() -> None:
    weights = _tiny() | {f"extra.{i}": torch.zeros(1) for i in range(30)}
    with pytest.raises(ValueError, match=r"30 tensors are not part of the network \(extra\.0, .*extra\.4, \.\.\.\)"):
        convert(weights, heads=2)


@pytest.mark.parametrize("broken", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_named(broken: float) -> None:
    weights = _tiny()
    weights["backbone.reg_tokens"][0, 0, 0] = broken
    with pytest.raises(ValueError, match=r"1 tensor is not finite .*\(backbone\.reg_tokens\)"):
        convert(weights, heads=2)


def test_weights_that_are_no_network_of_this_kind_are_named() -> None:
    weights = _tiny()
    with pytest.raises(ValueError, match="heads: a width of 32 is no multiple of 64"):
        recognise(weights)
    with pytest.raises(ValueError, match=r"tensor backbone\.patch_embed\.proj\.weight is missing"):
        recognise({"fc.weight": torch.zeros(3, 3)})
    for name in ("backbone.pos_embed_s", "box_head.layers.1.0.weight"):
        with pytest.raises(ValueError, match=f"tensor {name} is missing"):
            recognise({key: value for key, value in weights.items() if key != name}, heads=2)
    with pytest.raises(ValueError, match="has 15 rows, which is no square"):
        recognise(weights | {"backbone.pos_embed_s": torch.zeros(1, 15, 32)}, heads=2)
    with pytest.raises(ValueError, match=r"must have 3 dimensions; its shape is \(16, 32\)"):
        recognise(weights | {"backbone.pos_embed_s": torch.zeros(16, 32)}, heads=2)


def test_released_teachers_of_v1_load_with_their_extras_and_without_counters() -> None:
    weights = under(golden_tensors("d_mixvit_teacher_tiny"), "sd/")
    assert any(UNUSED.fullmatch(name) for name in weights)
    whole = convert(weights, heads=3)
    frozen = {name: value for name, value in weights.items() if not name.endswith("num_batches_tracked")}
    assert len(frozen) == len(weights) - 22
    extras = _manifest()["v1_extra_keys_in_released_MixViT_online_checkpoints"]["base"]
    frozen |= {name: torch.zeros(shape) for name, shape in extras.items()}
    state = convert(frozen, heads=3).state_dict()
    for name, value in whole.state_dict().items():
        expected = torch.zeros_like(value) if name.endswith("num_batches_tracked") else value
        assert torch.equal(state[name], expected), name


def test_safetensors_are_read_and_damaged_ones_named(tmp_path: Path) -> None:
    weights, path = _tiny(), tmp_path / "x.safetensors"
    save_file(weights, path)
    found = read_checkpoint(path)
    assert found.keys() == weights.keys()
    assert all(torch.equal(found[name], weights[name]) for name in weights)
    whole = path.read_bytes()
    for length in (0, 4, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"x\.safetensors is damaged or cut short; download it again\.$"):
            read_checkpoint(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no file .*absent\.pth"):
        read_checkpoint(tmp_path / "absent.pth")
    with pytest.raises(ValueError, match="there is no file"):
        read_checkpoint(tmp_path)


def _vit(dim: int = 48, depth: int = 14, patch: int = 8) -> dict[str, Tensor]:
    """A ViT with the names and the extras of an MAE pre-training or a distilled DeiT checkpoint."""
    torch.manual_seed(0)
    shapes = {
        "cls_token": (1, 1, dim),
        "dist_token": (1, 1, dim),
        "mask_token": (1, 1, 32),
        "pos_embed": (1, 197, dim),
        "patch_embed.proj.weight": (dim, 3, patch, patch),
        "patch_embed.proj.bias": (dim,),
        "norm.weight": (dim,),
        "norm.bias": (dim,),
        "decoder_blocks.0.norm1.weight": (32,),
        "decoder_embed.weight": (32, dim),
        "head.weight": (10, dim),
        "head_dist.weight": (10, dim),
    }
    for i in range(depth):
        for layer, rows, columns in (
            ("attn.qkv", 3 * dim, dim),
            ("attn.proj", dim, dim),
            ("mlp.fc1", 4 * dim, dim),
            ("mlp.fc2", dim, 4 * dim),
        ):
            shapes |= {f"blocks.{i}.{layer}.weight": (rows, columns), f"blocks.{i}.{layer}.bias": (rows,)}
        for layer in ("norm1", "norm2"):
            shapes |= {f"blocks.{i}.{layer}.weight": (dim,), f"blocks.{i}.{layer}.bias": (dim,)}
    return {name: torch.randn(shape) for name, shape in shapes.items()}


@pytest.mark.parametrize("preset", ["toy-deep", "toy-base", "toy-teacher"])
def test_a_plain_vit_starts_the_backbone(preset: str, tmp_path: Path) -> None:
    weights, model = _vit(), MixFormer(PRESETS[preset])
    torch.save({"model": weights}, tmp_path / "mae_pretrain_vit.pth")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    left = load_vit(model, read_checkpoint(tmp_path / "mae_pretrain_vit.pth"))
    for name, value in model.state_dict().items():
        expected = before[name] if name in left else weights[name.removeprefix("backbone.")]
        assert torch.equal(value, expected), name
    tokens = {"backbone.reg_tokens", "backbone.pos_embed_reg"} if preset != "toy-teacher" else set()
    assert {name for name in left if name.startswith("backbone.")} == tokens | {
        "backbone.pos_embed_s",
        "backbone.pos_embed_t",
    }
    assert {name for name in before if "head." in name} <= set(left)


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (_vit(dim=32), r"of another shape \(.*patch_embed.proj.weight \(32, 3, 8, 8\) instead of \(48, "),
        (_vit(patch=14), r"1 tensor is of another shape \(patch_embed.proj.weight"),
        (_vit(depth=3), r"108 tensors are missing \(blocks\.3\.norm1\.weight"),
        (
            _vit() | {"blocks.0.gamma_1": torch.zeros(48)},
            r"1 tensor is not part of .* \(blocks\.0\.gamma_1\)",
        ),
        (
            _vit() | {"blocks.0.norm1.bias": torch.full((48,), torch.nan)},
            r"not finite .* \(blocks\.0\.norm1\.bias\)",
        ),
        ({"fc.weight": torch.zeros(3)}, "146 tensors are missing"),
    ],
    ids=["narrow", "patches", "shallow", "other-blocks", "nan", "no-vit"],
)
def test_a_vit_that_does_not_fit_is_named_and_leaves_the_model_alone(weights: dict[str, Tensor], said: str) -> None:
    model = MixFormer(PRESETS["toy-deep"])
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with pytest.raises(ValueError, match=said):
        load_vit(model, weights)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
