"""Pictures on their way into training: read, measured by their header, and refused when damaged."""

import struct

import cv2
import layouts
import numpy as np
import pytest

from playground.data.clip import Clip, image_size, keep_objects, read_image, read_mask


def _encoded(suffix: str, options: tuple[int, ...] = ()) -> bytes:
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(rng.integers(0, 255, (70, 93, 3), np.uint8), (5, 5), 0)
    return cv2.imencode(suffix, image, list(options))[1].tobytes()


KINDS = {
    "jpeg": (".jpg", ()),
    "progressive": (".jpg", (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)),
    "png": (".png", ()),
    "webp": (".webp", ()),
    "bmp": (".bmp", ()),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_from_bytes_and_files_and_its_header_states_the_size(kind, tmp_path):
    data = _encoded(*KINDS[kind])
    path = tmp_path / "picture"
    path.write_bytes(data)
    image = read_image(path)
    assert image.shape == (70, 93, 3) and np.array_equal(image, read_image(data))
    assert np.array_equal(image[..., ::-1], cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR))
    assert image_size(path) == image_size(data) == (93, 70)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_picture_that_was_cut_short_is_refused(kind, share):
    data = _encoded(*KINDS[kind])
    with pytest.raises(ValueError, match=r"^data: a picture of \d+ bytes cannot be read"):
        read_image(data[: round(share * len(data))])


def test_a_thumbnail_does_not_pass_for_the_end_of_the_picture():
    data, small = _encoded(".jpg"), cv2.imencode(".jpg", np.zeros((8, 8, 3), np.uint8))[1].tobytes()
    block = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0" + small
    whole = data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
    assert read_image(whole).shape == (70, 93, 3)
    with pytest.raises(ValueError, match="cannot be read"):
        read_image(whole[:-200])


def test_files_that_are_missing_or_no_pictures_are_named(tmp_path):
    with pytest.raises(ValueError, match="^data: .*nowhere.jpg cannot be read"):
        read_image(tmp_path / "nowhere.jpg")
    with pytest.raises(ValueError, match="^data: .*nowhere.jpg cannot be read"):
        image_size(tmp_path / "nowhere.jpg")
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(ValueError, match="text.jpg cannot be read; it is damaged or no picture"):
        image_size(tmp_path / "text.jpg")


def test_a_photo_stored_on_its_side_has_the_size_that_it_is_read_with():
    data = _encoded(".jpg")
    # One TIFF entry: tag 0x112 (orientation), type SHORT, value 6 (turn a quarter to the right).
    tiff = b"II*\0\x08\0\0\0" + struct.pack("<HHHIHH", 1, 0x112, 3, 1, 6, 0) + b"\0\0\0\0"
    block = b"Exif\0\0" + tiff
    turned = data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]
    assert read_image(turned).shape == (93, 70, 3) and image_size(turned) == (70, 93)


def test_masks_keep_their_values_and_pixels_are_taken_as_they_are():
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert np.array_equal(read_mask(cv2.imencode(".png", mask)[1].tobytes()), mask)
    image = np.zeros((4, 6, 3), np.uint8)
    assert read_image(image) is image and image_size(image) == (6, 4)


def test_a_mask_with_a_palette_is_its_indices_not_their_colours(tmp_path):
    mask = np.random.default_rng(0).integers(0, 256, (13, 17), np.uint8)
    layouts.write_mask(tmp_path / "mask.png", mask)
    data = (tmp_path / "mask.png").read_bytes()
    assert np.array_equal(read_mask(tmp_path / "mask.png"), mask) and np.array_equal(read_mask(data), mask)
    (tmp_path / "mask.png").write_bytes(data[:-30])
    with pytest.raises(ValueError, match="mask.png cannot be read; it is damaged or no picture"):
        read_mask(tmp_path / "mask.png")


def test_keeping_objects_keeps_their_masks_and_outlines():
    clip = Clip(
        source="a",
        name="b",
        frames=(b"",),
        boxes=np.arange(12.0).reshape(1, 3, 4),
        masks=(b"mask",),
        mask_ids=(5, 6, 7),
        polygons=tuple(np.full((n + 3, 2), n, float) for n in range(3)),
    )
    kept = keep_objects(clip, np.array([True, False, True]))
    assert kept.boxes[0, :, 0].tolist() == [0, 8] and kept.mask_ids == (5, 7) and kept.masks == clip.masks
    assert [len(outline) for outline in kept.polygons] == [3, 5]
