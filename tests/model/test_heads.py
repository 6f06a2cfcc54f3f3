"""Box heads against the official outputs: dense corner maps, their marginals as edges, boxes."""

import torch
from golden_files import golden_spec, golden_tensors, under
from networks import PROBABILITIES, TOKENS, Golden, as_map, corners, edge_stack, load_golden, templates_of
from torch.testing import assert_close

from playground.model.heads import CornerHead, EdgeHead, ScoreHead, expectation


def _teacher() -> Golden:
    return load_golden("d_mixvit_teacher_tiny")


def test_teacher_boxes_and_edges_equal_the_official_ones() -> None:
    model, inputs, out = _teacher()
    found = model(templates_of(inputs), inputs["search"])
    assert found.score_logit is None
    assert_close(as_map(found.search), out["feat_search_2d"], **TOKENS)
    assert_close(found.box, corners(out["pred_boxes"]), **PROBABILITIES)
    assert_close(found.edges.exp(), edge_stack(out, "marginal/prob"), **PROBABILITIES)
    assert_close(found.edges.exp().sum(-1), torch.ones(2, 4), **PROBABILITIES)


def test_pyramid_corner_head_equals_the_official_one_part_by_part() -> None:
    model, _, out = _teacher()
    head, x = model.box_head, out["feat_search_2d"]
    inner = head.conv2_tl(head.conv1_tl(x))
    assert_close(inner, out["corner/conv2_tl"], **TOKENS)
    assert_close(head.adjust1_tl(x), out["corner/adjust1_tl"], **TOKENS)
    assert_close(head.adjust2_tl(x), out["corner/adjust2_tl"], **TOKENS)
    assert_close(head.adjust3_tl(inner), out["corner/adjust3_tl_of_conv2"], **TOKENS)
    for corner in ("tl", "br"):
        heat = head.heatmap(x, corner).flatten(1)
        assert_close(heat, out[f"score_map_{corner}_flat"], **TOKENS)
        assert_close(heat.softmax(-1), out[f"prob_{corner}"], **PROBABILITIES)
    assert_close(head(x.flatten(2).mT).box, out["corner/box_xyxy"], **PROBABILITIES)


def test_plain_corner_head_equals_the_official_one() -> None:
    name = "d2_corner_plain_tiny"
    tensors, spec = golden_tensors(name), golden_spec(name)
    head = CornerHead(spec["inplanes"], spec["channel"], pyramid=False)
    head.load_state_dict(under(tensors, "sd/box_head."))
    head.eval().requires_grad_(False)
    x = tensors["in/feat"]
    for corner in ("tl", "br"):
        heat = head.heatmap(x, corner).flatten(1)
        assert_close(heat, tensors[f"out/score_map_{corner}_flat"], **TOKENS)
        assert_close(heat.softmax(-1), tensors[f"out/prob_{corner}"], **PROBABILITIES)
    assert_close(head(x.flatten(2).mT).box, tensors["out/box_xyxy"], **PROBABILITIES)


def test_corner_boxes_are_the_mean_place_of_a_map_with_one_hot_cell() -> None:
    head = CornerHead(8, 16, pyramid=False).eval()
    heat = torch.full((1, 5, 5), -1e4)
    heat[0, 1, 3] = 0  # row 1, column 3: y = 1/5, x = 3/5
    head.heatmap = lambda x, corner: heat if corner == "tl" else heat.flip(1, 2)  # type: ignore[method-assign]
    box = head(torch.zeros(1, 25, 8)).box
    assert_close(box, torch.tensor([[0.6, 0.2, 0.2, 0.6]]), **PROBABILITIES)


def test_expectation_of_one_hot_edges_is_the_bin_over_the_bins() -> None:
    edges = torch.full((1, 4, 10), -1e4)
    for edge, place in enumerate((0, 3, 7, 9)):
        edges[0, edge, place] = 0
    assert_close(expectation(edges), torch.tensor([[0.0, 0.3, 0.7, 0.9]]), **PROBABILITIES)


def test_edge_head_reads_left_right_top_bottom_and_says_left_top_right_bottom() -> None:
    torch.manual_seed(0)
    head = EdgeHead(8, 6).eval()
    tokens = torch.randn(1, 4, 8)
    straight, swapped = head(tokens).edges, head(tokens[:, [0, 2, 1, 3]]).edges
    assert_close(swapped, straight[:, [0, 2, 1, 3]])
    assert_close(straight[:, 1], head(tokens[:, [2, 2, 2, 2]]).edges[:, 0])


def test_score_is_the_mean_of_the_tokens_scores() -> None:
    torch.manual_seed(0)
    head = ScoreHead(8)
    tokens = torch.randn(2, 4, 8)
    alone = torch.stack([head(token[:, None].expand(-1, 4, -1)) for token in tokens.unbind(1)])
    assert_close(head(tokens), alone.mean(0))
