"""The whole network against the official outputs, and against plain masked attention over all tokens."""

import pytest
import torch
from networks import PROBABILITIES, TOKENS, Golden, as_map, corners, edge_stack, load_golden, templates_of
from torch import Tensor
from torch.nn import functional as F
from torch.testing import assert_close

from playground.config import PRESETS
from playground.model import MixFormer

TEST_TIME = ("a_mixformerv2_b_tiny_test", "b_mixformerv2_s_tiny_test")
TRAINING = ("c1_mixformerv2_b_tiny_train", "c2_mixformerv2_s_tiny_train")


@pytest.fixture(scope="module", params=TEST_TIME)
def net(request: pytest.FixtureRequest) -> Golden:
    return load_golden(request.param)


def test_full_path_equals_the_official_one(net: Golden) -> None:
    model, inputs, out = net
    found = model(templates_of(inputs), inputs["search"], features=True)
    assert_close(found.box, corners(out["full/pred_boxes"]), **PROBABILITIES)
    assert_close(found.edges.exp(), edge_stack(out, "full/prob"), **PROBABILITIES)
    assert_close(found.edges, edge_stack(out, "full/logit").log_softmax(-1), **TOKENS)
    assert_close(found.score_logit, out["full/pred_scores_logit"], **PROBABILITIES)
    assert_close(as_map(found.search), out["full/feat_search_2d"], **TOKENS)
    assert len(found.features) == model.config.depth
    for i, tokens in enumerate(found.features):
        assert_close(tokens, out[f"full/block{i:02d}_tokens"], **TOKENS)
    cells = model.config.template_grid**2
    assert_close(as_map(found.features[-1][:, :cells]), out["full/feat_template_2d"], **TOKENS)
    assert_close(as_map(found.features[-1][:, cells : 2 * cells]), out["full/feat_online_template_2d"], **TOKENS)
    assert_close(found.features[-1][:, -4:], out["full/reg_tokens"], **TOKENS)


def test_pieces_equal_the_official_ones(net: Golden) -> None:
    model, inputs, out = net
    backbone, block = model.backbone, model.backbone.blocks[0]
    assert_close(backbone.patch_embed(inputs["search"]), out["pieces/patch_embed_search"], **TOKENS)
    tokens_in = _tokens_in(model, templates_of(inputs), inputs["search"])
    assert_close(tokens_in, out["pieces/tokens_in"], **TOKENS)

    past = 2 * model.config.template_grid**2
    template_q, known = block.remember(tokens_in[:, :past])
    search_q, own = block.remember(tokens_in[:, past:])
    both = type(known)(*(torch.cat(pair, dim=2) for pair in zip(known, own, strict=True)))
    attended = torch.cat([block.attn.attend(template_q, known), block.attn.attend(search_q, both)], dim=1)
    assert_close(attended, out["pieces/block00_attn_out"], **TOKENS)


@pytest.mark.parametrize("count", [1, 3])
def test_remembered_templates_equal_the_official_cache(net: Golden, count: int) -> None:
    model, inputs, out = net
    online = inputs["online_template"] if count == 1 else inputs["online_template_x3"]
    memory = model.encode(torch.cat([inputs["template"], online])[None], features=True)
    found = model.locate(inputs["search"], memory, features=True)
    assert_close(found.box, out[f"cached{count}/box_xyxy"], **PROBABILITIES)
    assert_close(found.score_logit, out[f"cached{count}/pred_scores_logit"], **PROBABILITIES)
    assert_close(as_map(found.search), out[f"cached{count}/feat_search_2d"], **TOKENS)
    assert_close(found.features[-1][:, -4:], out[f"cached{count}/reg_tokens"], **TOKENS)
    first = memory.tokens[-1][:, : model.config.template_grid**2]
    assert_close(as_map(first), out[f"cached{count}/template_2d"], **TOKENS)


def test_first_block_remembers_the_official_keys_and_values(net: Golden) -> None:
    model, inputs, out = net
    first = model.encode(templates_of(inputs)).blocks[0]
    assert_close(torch.stack(list(first)), out["cached1/qkv_mem_block00"][1:], **TOKENS)


@pytest.mark.parametrize("count", [1, 3])
def test_every_frame_without_features_gives_the_same_answer(net: Golden, count: int) -> None:
    model, inputs, out = net
    online = inputs["online_template"] if count == 1 else inputs["online_template_x3"]
    found = model.locate(inputs["search"], model.encode(torch.cat([inputs["template"], online])[None]))
    assert found.features == ()
    assert_close(found.box, out[f"cached{count}/box_xyxy"], **PROBABILITIES)
    assert_close(found.score_logit, out[f"cached{count}/pred_scores_logit"], **PROBABILITIES)


def test_batch_of_two_equals_the_official_one(net: Golden) -> None:
    model, inputs, out = net
    found = model(templates_of(inputs, "batch2/"), inputs["batch2/search"], features=True)
    assert_close(found.box, corners(out["batch2/pred_boxes"]), **PROBABILITIES)
    assert_close(found.score_logit, out["batch2/pred_scores_logit"], **PROBABILITIES)
    assert_close(found.features[-1][:, -4:], out["batch2/reg_tokens"], **TOKENS)


@pytest.mark.parametrize("name", TRAINING)
def test_training_forward_equals_the_official_one(name: str) -> None:
    model, inputs, out = load_golden(name)
    found = model(templates_of(inputs), inputs["search"], features=True)
    assert found.score_logit is None
    assert_close(found.edges, edge_stack(out, "logit").log_softmax(-1), **TOKENS)
    assert_close(found.edges.exp(), edge_stack(out, "prob"), **PROBABILITIES)
    assert_close(found.box, corners(out["pred_boxes"]), **PROBABILITIES)
    for i, tokens in enumerate(found.features):
        assert_close(tokens, out[f"distill_feat{i:02d}"], **TOKENS)


@pytest.mark.parametrize("count", [1, 3])
def test_memory_equals_masked_attention_over_all_tokens(count: int) -> None:
    model, inputs, _ = load_golden("b_mixformerv2_s_tiny_test")
    templates = torch.cat([inputs["template"], inputs["online_template_x3"][:count]])[None]
    expected = _masked_attention_oracle(model, templates, inputs["search"])
    found = model(templates, inputs["search"], features=True)
    for tokens, dense in zip(found.features, expected, strict=True):
        assert_close(tokens, dense, rtol=0, atol=1e-5)


def test_order_of_online_templates_changes_nothing() -> None:
    model, inputs, _ = load_golden("b_mixformerv2_s_tiny_test")
    first, online = inputs["template"], inputs["online_template_x3"]
    straight = model(torch.cat([first, online])[None], inputs["search"], features=True)
    permuted = model(torch.cat([first, online[[2, 0, 1]]])[None], inputs["search"], features=True)
    assert_close(permuted.search, straight.search, **TOKENS)
    assert_close(permuted.box, straight.box, **PROBABILITIES)
    fewer = model(torch.cat([first, online[:1]])[None], inputs["search"], features=True)
    assert (fewer.search - straight.search).abs().max() > 1e-3, "the online templates are not looked at"


def test_hub_round_trip_keeps_config_and_outputs(tmp_path) -> None:
    torch.manual_seed(0)
    model = MixFormer(PRESETS["toy-small"]).eval().requires_grad_(False)
    model.save_pretrained(tmp_path)
    again = MixFormer.from_pretrained(tmp_path).eval()
    assert again.config == model.config
    templates, search = torch.randn(1, 2, 3, 32, 32), torch.randn(1, 3, 64, 64)
    expected, found = model(templates, search), again(templates, search)
    assert torch.equal(found.edges, expected.edges)
    assert torch.equal(found.score_logit, expected.score_logit)


def _tokens_in(model: MixFormer, templates: Tensor, search: Tensor) -> Tensor:
    """What the first block sees: every template, the search region, the prediction tokens (spec 1.5)."""
    backbone = model.backbone
    past = [backbone.patch_embed(template) + backbone.pos_embed_t for template in templates.unbind(1)]
    prediction = (backbone.reg_tokens + backbone.pos_embed_reg).expand(len(search), -1, -1)
    return torch.cat([*past, backbone.patch_embed(search) + backbone.pos_embed_s, prediction], dim=1)


def _masked_attention_oracle(model: MixFormer, templates: Tensor, search: Tensor) -> list[Tensor]:
    """All tokens after each block, by one softmax over all tokens with forbidden pairs masked (spec 1.7)."""
    state = model.backbone.state_dict()
    x = _tokens_in(model, templates, search)
    past = templates.shape[1] * model.config.template_grid**2
    forbidden = torch.zeros(x.shape[1], x.shape[1])
    forbidden[:past, past:] = float("-inf")
    width = model.config.dim // model.config.heads
    after = []
    for i in range(model.config.depth):
        part = {name: state[f"blocks.{i}.{name}"] for name in _BLOCK}
        y = F.layer_norm(x, x.shape[-1:], part["norm1.weight"], part["norm1.bias"], eps=1e-6)
        q, k, v = (
            joined.unflatten(-1, (-1, width)).transpose(1, 2)
            for joined in (y @ part["attn.qkv.weight"].T + part["attn.qkv.bias"]).chunk(3, dim=-1)
        )
        mixed = (q @ k.mT / width**0.5 + forbidden).softmax(-1) @ v
        joined = mixed.transpose(1, 2).flatten(2)
        x = x + joined @ part["attn.proj.weight"].T + part["attn.proj.bias"]
        y = F.layer_norm(x, x.shape[-1:], part["norm2.weight"], part["norm2.bias"], eps=1e-6)
        hidden = F.gelu(y @ part["mlp.fc1.weight"].T + part["mlp.fc1.bias"])
        x = x + hidden @ part["mlp.fc2.weight"].T + part["mlp.fc2.bias"]
        after.append(x)
    return after


_BLOCK = [
    f"{layer}.{kind}"
    for layer in ("norm1", "norm2", "attn.qkv", "attn.proj", "mlp.fc1", "mlp.fc2")
    for kind in ("weight", "bias")
]
