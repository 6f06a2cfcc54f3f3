"""PyTorch and ONNX Runtime on the same frames: boxes within half a pixel with the embedded model."""

from dataclasses import replace

import pytest
from exported import toy_export, toy_source

from playground.backends.onnx import OnnxBackend
from playground.box import Box
from playground.events import TrackEvent
from playground.export.onnx import export_onnx
from playground.export.verify import LIMIT_PX, compare, verify
from playground.hub import load_model, save_model
from playground.manifest import read_manifest


def test_boxes_agree_on_every_frame_with_one_and_three_online_templates(tmp_path, record_property):
    export_onnx("mini-small", tmp_path / "onnx")
    found = list(verify(tmp_path / "onnx"))
    assert [(each.templates, each.frames) for each in found] == [(1, 60), (3, 60)]
    for each in found:
        record_property(f"largest box difference in pixels, {each.templates} online", each.box_px)
        assert each.box_px < LIMIT_PX
        assert each.score < 1e-3 and each.edges < 1e-3
        assert each.torch_ms > 0 and each.onnx_ms > 0


def _event(index: int, x: float, score: float | None, edge: float) -> TrackEvent:
    timing = {"locate": 2.0 + index} if index else {"encode": 9.0}
    edges = ((edge, 1 - edge),) * 4 if index else ()
    return TrackEvent(index=index, time_s=0.0, box=Box(x, 2.0, 3.0, 4.0), score=score, edges=edges, timing_ms=timing)


def test_the_largest_difference_of_each_kind_is_told():
    ours = [_event(0, 5.0, None, 0.5), _event(1, 6.0, 0.9, 0.5), _event(2, 7.0, 0.8, 0.25), _event(3, 8.0, 0.7, 0.5)]
    theirs = [_event(0, 5.0, None, 0.5), _event(1, 6.5, 0.9, 0.5), _event(2, 4.0, 0.5, 0.25), _event(3, 9.0, 0.7, 1.0)]
    found = compare(ours, theirs, templates=2)
    assert (found.templates, found.frames, found.box_px, found.frame) == (2, 4, 3.0, 2)
    assert (found.score, found.edges) == (pytest.approx(0.3), 0.5)
    assert found.torch_ms == found.onnx_ms == 4.0
    assert compare(ours[:1], theirs[:1], 1).box_px == 0.0
    broken = [*theirs[:3], replace(theirs[3], edges=(), problem="frame 3: the network's output is not finite.")]
    with pytest.raises(ValueError, match=r"^ONNX Runtime: frame 3: the network's output is not finite"):
        compare(ours, broken, 1)


def test_other_weights_than_those_exported_are_told(tmp_path_factory, tmp_path):
    folder, source = toy_export(tmp_path_factory), toy_source(tmp_path_factory)
    (found,) = verify(folder, str(source), templates=(2,), frames=4)
    assert (found.templates, found.frames) == (2, 4) and found.box_px < LIMIT_PX
    model = load_model(source)
    model.score_head.layers[1].bias.data += 1
    save_model(model, read_manifest(folder).tracker, tmp_path / "trained-on")
    with pytest.raises(ValueError, match=r"^model: the weights of trained-on are not those that were exported"):
        list(verify(folder, str(tmp_path / "trained-on")))
    with pytest.raises(ValueError, match=r"^model: 'toy' is unknown"):
        list(verify(folder))


def test_every_number_of_templates_is_reached(tmp_path_factory, monkeypatch):
    folder, source = toy_export(tmp_path_factory), toy_source(tmp_path_factory)
    seen = []
    encode = OnnxBackend.encode
    monkeypatch.setattr(OnnxBackend, "encode", lambda self, shown: seen.append(len(shown)) or encode(self, shown))
    list(verify(folder, str(source), templates=(3,), frames=32))
    assert seen == [2, 3, 4, 4]
