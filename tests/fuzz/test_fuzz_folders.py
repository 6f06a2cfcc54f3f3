"""Folders that are read back, with anything in place of anything: results, exported models, COCO. What was written, or
an error in words; nothing outside of the folder is opened."""

import json
import math
import os

import cv2
import numpy as np
import pytest
from exported import toy_export
from hypothesis import given
from hypothesis import strategies as st
from odd_input import DAMAGE, ODD, TEXTS, changed, damaged, only_below
from small_results import BAD_NAME, write_results

from playground.app.report_command import report_lines
from playground.backends.onnx import OnnxBackend
from playground.config import PRESETS, TrackerConfig
from playground.data.formats import read_location
from playground.data.skipped import Skipped
from playground.data.store import StoreBuilder
from playground.evaluate.results import DATA, PARTS, TRACKER, read_results
from playground.evaluate.tables import summary_lines
from playground.manifest import MANIFEST, Graph, Manifest, Port, describe_file, parse_manifest, read_manifest
from playground.settings import to_json

REPORTS_EVERY = 20  # a page takes ten times as long as its numbers


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return write_results(tmp_path_factory.mktemp("fuzz"))


def _read_back(folder, whole):
    """Read results and count with them. Boxes are those of ``whole``, for no test that asks this changes them."""
    with only_below(folder):
        (found,) = read_results(folder).values()
    for name, tracks in found.tracks.items():
        for track in tracks:
            there = {old.sequence.name: old.boxes for old in whole.tracks[name]}
            if track.sequence.name in there:
                assert np.array_equal(track.boxes, there[track.sequence.name], equal_nan=True)
    list(summary_lines(found))


def _in_words(error: ValueError, *names) -> bool:
    return any(str(name) in str(error) for name in names) and "Traceback" not in str(error)


@pytest.mark.parametrize("file", [DATA, f"good/{TRACKER}"])
@given(data=st.data())
def test_results_whose_record_says_anything_are_read_or_refused(results, file, data):
    (whole,) = read_results(results).values()
    path = results / "otb-data" / file
    before = path.read_text()
    values, way = data.draw(changed(json.loads(before)))
    try:
        path.write_text(json.dumps(values))
        _read_back(results, whole)
        if data.draw(st.integers(1, REPORTS_EVERY)) == 1:
            list(report_lines(results, None, "json", 1))
    except ValueError as error:
        assert _in_words(error, path, *way)
    finally:
        path.write_text(before)


@pytest.mark.parametrize("file", [DATA, TRACKER, *(f"hard{part}.txt" for part in PARTS)])
@given(steps=DAMAGE)
def test_damaged_results_are_read_or_refused(results, file, steps):
    path = results / "otb-data" / ("" if file == DATA else "good") / file
    before = path.read_bytes()
    try:
        path.write_bytes(damaged(before, steps))
        with only_below(results):
            (found,) = read_results(results).values()
        list(summary_lines(found))
    except ValueError as error:
        assert _in_words(error, path)
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("part", PARTS)
@given(text=TEXTS)
def test_a_result_of_any_text_is_numbers_or_unfinished_or_refused(results, part, text):
    path = results / "otb-data" / BAD_NAME / f"hard{part}.txt"
    before = path.read_text()
    lines = before.splitlines()
    try:
        path.write_text("\n".join([text.replace("\n", ","), *lines[1:]]) + "\n")
        with only_below(results):
            (found,) = read_results(results).values()
        list(summary_lines(found))
    except ValueError as error:
        assert _in_words(error, path)
    else:
        tracks = {track.sequence.name: track for track in found.tracks[BAD_NAME]}
        if "hard" in tracks:
            assert not np.isinf(tracks["hard"].boxes).any() and tracks["hard"].boxes.shape == (len(lines), 4)
    finally:
        path.write_text(before)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder whose manifest is right, without graphs that anything could run."""
    folder = tmp_path_factory.mktemp("manifest") / "toy"
    folder.mkdir()
    (folder.parent / "out").write_bytes(b"secret")
    content = {"encode.onnx": b"first", "step.onnx": b"second", "weights.bin": bytes(50)}
    for name, raw in content.items():
        (folder / name).write_bytes(raw)
    names = ("templates", "memory", "search", "edges", "box")
    ports = {name: Port(name=name, dtype="float32", shape=(1, 2)) for name in names}
    manifest = Manifest(
        format=1, name="toy", source_sha256="0" * 64, dtype="fp32", opset=20, model=PRESETS["toy-deep"],
        tracker=TrackerConfig(), versions={}, weights="weights.bin",
        encode=Graph(file="encode.onnx", inputs=(ports["templates"],), outputs=(ports["memory"],)),
        step=Graph(file="step.onnx", inputs=(ports["search"], ports["memory"]), outputs=(ports["edges"], ports["box"])),
        files={name: describe_file(folder / name) for name in content},
    )  # fmt: skip
    (folder / MANIFEST).write_text(to_json(manifest))
    return folder


@given(data=st.data())
def test_a_manifest_with_anything_in_place_of_a_field_names_files_of_its_folder(exported, data):
    before = (exported / MANIFEST).read_text()
    values = json.loads(before)
    if data.draw(st.booleans()):  # a name that another folder is reached by
        name = data.draw(st.sampled_from(["../out", str(exported.parent / "out"), "..\\out"]) | st.text(max_size=8))
        values["files"][name] = values["files"].pop("weights.bin")
        values["weights"] = name
    else:
        values, _ = data.draw(changed(values))
    try:
        (exported / MANIFEST).write_text(json.dumps(values))
        with only_below(exported):
            found = read_manifest(exported)
    except ValueError as error:
        assert str(error).startswith("manifest: ")
    else:
        assert all(os.path.dirname((exported / name).resolve()) == str(exported) for name in found.files)
        assert json.loads(to_json(found)) == json.loads(to_json(parse_manifest(exported)))
    finally:
        (exported / MANIFEST).write_text(before)


@given(steps=DAMAGE)
def test_a_damaged_manifest_is_refused_or_whole(exported, steps):
    before = (exported / MANIFEST).read_bytes()
    try:
        (exported / MANIFEST).write_bytes(damaged(before, steps))
        read_manifest(exported)
    except ValueError as error:
        assert str(error).startswith("manifest: ")
    finally:
        (exported / MANIFEST).write_bytes(before)


@pytest.fixture(scope="module")
def graphs(tmp_path_factory):
    """A real export in a folder of its own, what it says of a black picture, and its manifest."""
    folder = tmp_path_factory.mktemp("graphs") / "toy"
    folder.mkdir()
    for path in toy_export(tmp_path_factory).iterdir():
        (folder / path.name).symlink_to(path)
    return folder, _answer(OnnxBackend(folder)), json.loads((folder / MANIFEST).read_text())


def _answer(backend):
    memory = backend.encode(np.zeros((2, 3, backend.template_size, backend.template_size), np.float32))
    return backend.locate(np.zeros((1, 3, backend.search_size, backend.search_size), np.float32), memory).box_rel


@given(data=st.data())
def test_graphs_under_a_manifest_of_another_network_give_the_same_box_or_are_refused(graphs, data):
    folder, box, before = graphs
    part = data.draw(st.sampled_from(["model", "model", "opset", "dtype", "weights", "encode", "step"]))
    number = st.sampled_from([16, 24, 32, 48, 64, 72, 96, 1, 2, 3, 4, 6, True, False]) | ODD
    values, way = data.draw(changed({part: before[part]}, number))
    (folder / MANIFEST).unlink()
    try:
        (folder / MANIFEST).write_text(json.dumps(before | values))
        assert _answer(OnnxBackend(folder, threads=1)) == box
    except ValueError as error:
        assert str(error).startswith("manifest: "), (way, error)
    finally:
        (folder / MANIFEST).write_text(json.dumps(before))


@pytest.fixture(scope="module")
def coco(tmp_path_factory):
    root = tmp_path_factory.mktemp("coco")
    (root / "annotations").mkdir()
    (root / "train2017").mkdir()
    for name in ("000007.png", "000009.png"):
        cv2.imwrite(str(root / "train2017" / name), np.full((40, 60, 3), 90, np.uint8))
        cv2.imwrite(str(root / name), np.full((40, 60, 3), 10, np.uint8))  # outside of the pictures' folder
    outline = [[10, 10, 30, 10, 30, 30, 10, 30]]
    table = {
        "images": [{"id": 7, "file_name": "000007.png"}, {"id": 9, "file_name": "000009.png"}],
        "annotations": [
            {"id": 1, "image_id": 7, "bbox": [10, 10, 20, 20], "segmentation": outline, "iscrowd": 0},
            {"id": 2, "image_id": 7, "bbox": [1.5, 2, 13, 14], "segmentation": {"counts": "abc"}, "iscrowd": 0},
            {"id": 3, "image_id": 9, "bbox": [5, 6, 17, 18], "segmentation": outline, "iscrowd": 0},
        ],
    }
    return root, table


@given(data=st.data())
def test_coco_with_anything_in_place_of_a_field_gives_its_boxes_or_faults(coco, data):
    root, table = coco
    names = st.sampled_from(["../000007.png", str(root / "000007.png"), "..\\000009.png", "000009.png", 7, 9])
    values, _ = data.draw(changed(table, names | ODD | st.integers(-(2**40), 2**40)))
    (root / "annotations" / "instances_train2017.json").write_text(json.dumps(values))
    builder, skipped = StoreBuilder(), Skipped()
    try:
        with only_below(root / "annotations", root / "train2017"):
            clips = list(read_location(f"coco:{root}", skipped))
            for clip in clips:
                builder.add(clip)
    except ValueError as error:
        assert str(error).startswith("data: ")
        return
    assert len(clips) == 2 or skipped.lines() or values["annotations"] != table["annotations"]
    for clip in clips:
        (frame,) = clip.frames
        ids = [image["id"] for image in values["images"] if image["file_name"] == frame.name]
        objects = [one for one in values["annotations"] if one["image_id"] in ids and not one.get("iscrowd")]
        assert frame.parent == root / "train2017" and len(ids) == 1
        for box in clip.boxes[0].tolist():
            assert any(all(math.isclose(float(a), b) for a, b in zip(one["bbox"], box, strict=True)) for one in objects)


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", '{"images": [], "annotations": 1}', "\ufeff{}", '"', ""])
def test_what_is_no_coco_is_refused(coco, text):
    root, _ = coco
    (root / "annotations" / "instances_train2017.json").write_text(text)
    with pytest.raises(ValueError, match="^data: .* has no COCO images and annotations"):
        list(read_location(f"coco:{root}", Skipped()))
