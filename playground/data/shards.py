"""Tar shards of training pictures in WebDataset naming: boxed stills, and clips with a box a frame."""

import json
import os.path
import tarfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import aiohttp
import fsspec
import numpy as np
from webdataset.shardlists import expand_urls
from webdataset.tariterators import group_by_keys

from playground.data.clip import Clip
from playground.data.members import MOST_FILE, read_members
from playground.data.sequence import DIFFERENT, parse_boxes
from playground.data.skipped import Fault, Note
from playground.plain_files import open_plain
from playground.video.read import IMAGE_SUFFIXES

TRUTH = "groundtruth_rect"
LARGE = f"files of a shard that are larger than {MOST_FILE >> 20} MiB, or stored with holes"

_Sample = dict[str, Any]  # "__key__", and the bytes of each file by what follows the key and a dot


def read_shards(place: str, note: Note) -> Iterator[Clip]:
    """Every still and clip of the tar files at ``place``, one shard after the other, one clip in memory at a time.

    ``place`` is a folder of tar files, one tar file, or anything `fsspec` opens: ``https://``, ``s3://``,
    ``hf://datasets/USER/NAME/FILE.tar``; ``{000..009}`` and ``{a,b}`` stand for several.

    A still is ``KEY.jpg`` (or another picture) and ``KEY.json`` side by side: the JSON has ``source``, ``boxes`` x, y,
    w, h in 0-based pixels, and where known ``polygons`` or ``mask_ids``, one a box, these with ``KEY.mask.png``. No
    boxes mean a picture without known objects. A clip is ``CLIP/0001.jpg ...`` with ``CLIP/groundtruth_rect.txt``,
    ``x,y,w,h`` a line, 0-based, NaN = absent, and where known ``CLIP/0001.mask.png`` with 1 inside the object; its
    source is its name up to the first underscore. Files of one key lie side by side in the tar, and so do a clip's.

    What is broken is noted; what was read before the end of a damaged shard stays. Raises ``ValueError`` for a folder
    without tar files, and naming the package that an address needs.
    """
    for url in _urls(place):
        for name, samples in groupby(_samples(url, note), key=_name):
            found = list(samples)
            try:
                yield _still(name, found[0]) if "json" in found[0] else _clip(name, found)
            except Fault as fault:
                note(fault)


def _urls(place: str) -> list[str]:
    if os.path.isdir(place):  # not Path's, which has no answer for an address longer than a file name may be
        if found := sorted(str(shard) for shard in Path(place).glob("*.tar")):
            return found
        raise ValueError(f"data: {place} holds no tar files; give the folder that does, or FORMAT:PLACE.")
    try:
        return [place] if os.path.exists(place) else expand_urls(place)
    except (ValueError, AssertionError) as error:  # braces that do not close, a ${variable} that is not set
        raise ValueError(f"data: {place} names no tar files ({error}).") from error


def _samples(url: str, note: Note) -> Iterator[_Sample]:
    """Files that share a key, where they are a picture, its JSON or a clip's boxes."""

    def noted(error: Exception) -> bool:
        note(Fault(f"{url} ({error.args[0]})", "files that are twice in a shard"))
        return True

    for sample in group_by_keys(_members(url, note), handler=noted):
        if "json" in sample or _image(sample) or sample["__key__"].endswith(TRUTH):
            yield sample


def _members(url: str, note: Note) -> Iterator[_Sample]:
    """Every file of a shard with its name, up to where the shard can be read."""
    try:
        with _open(url) as file:
            for name, content in read_members(file, lambda name: note(Fault(f"{url} ({name})", LARGE))):
                yield {"fname": name.removeprefix("./"), "data": content, "__url__": url}
    except FileNotFoundError:
        note(Fault(url, "shards that are not there"))
    except (OSError, EOFError, tarfile.TarError, aiohttp.ClientError):
        note(Fault(url, "shards that cannot be read to the end"))


def _open(url: str) -> Any:
    # One request for a whole shard: not every server gives parts, and five minutes, as fsspec allows, may not do.
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
    if os.path.exists(url):
        return open_plain(Path(url))
    web = {"block_size": 0, "client_kwargs": {"timeout": timeout}}
    options = web if url.startswith(("http://", "https://")) else {}
    try:
        return fsspec.open(url, "rb", **options).open()
    except ImportError as error:
        needed = getattr(error.__cause__, "name", None) or error
        raise ValueError(f"data: {url} needs a package that is missing: pip install {needed}") from error
    except (OSError, aiohttp.ClientError):
        raise  # this shard is not there or cannot be reached; others may be
    except Exception as error:  # every protocol has errors of its own, as for missing credentials
        raise ValueError(f"data: {url} cannot be opened ({error}).") from error


def _name(sample: _Sample) -> str:
    """A still's key; for a picture without JSON, and for a clip's boxes, the folder it is in."""
    key: str = sample["__key__"]
    return key if "json" in sample else key.rpartition("/")[0]


def _image(sample: _Sample) -> bytes | None:
    return next((sample[suffix[1:]] for suffix in IMAGE_SUFFIXES if suffix[1:] in sample), None)


def _still(name: str, sample: _Sample) -> Clip:
    image, mask = _image(sample), sample.get("mask.png")
    if image is None:
        raise Fault(name, "JSON files without a picture of the same name before or after them")
    try:
        text = json.loads(sample["json"])
        boxes = np.array(text["boxes"], np.float64) if text["boxes"] else np.zeros((0, 4))
        polygons = tuple(np.array(outline, np.float64).reshape(-1, 2) for outline in text.get("polygons", ()))
        ids = tuple(text.get("mask_ids", ())) if mask else ()
        source = text["source"]
        right = isinstance(text["boxes"], list) and isinstance(source, str) and all(type(value) is int for value in ids)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise Fault(name, "JSON files that cannot be read or have no source and boxes") from error
    if not right or boxes.shape != (len(boxes), 4) or {len(polygons), len(ids)} - {0, len(boxes)}:
        raise Fault(name, "JSON files whose boxes are not four numbers, with one outline or whole mask value each")
    return Clip(
        source=source,
        name=name,
        frames=(image,),
        boxes=boxes[None],
        masks=(mask,) if ids else (),
        mask_ids=ids,
        polygons=polygons,
    )


def _clip(name: str, samples: list[_Sample]) -> Clip:
    truth = next((sample["txt"] for sample in samples if sample["__key__"].endswith(TRUTH) and "txt" in sample), None)
    pictures = sorted((sample for sample in samples if _image(sample)), key=lambda sample: sample["__key__"])
    if truth is None or not name:
        first = samples[0]["__key__"]
        raise Fault(first, f"pictures without a JSON file of the same name or a {TRUTH}.txt in their folder")
    boxes = parse_boxes(truth.decode(errors="replace"), name)
    if len(boxes) != len(pictures) or not pictures:
        raise Fault(f"{name} ({len(pictures)} frames, {len(boxes)} boxes)", DIFFERENT)
    masks = tuple(sample.get("mask.png") for sample in pictures)
    return Clip(
        source=name.rpartition("/")[2].partition("_")[0],
        name=name,
        frames=tuple(image for sample in pictures if (image := _image(sample))),
        boxes=boxes[:, None],
        masks=masks if any(masks) else (),
        mask_ids=(1,) if any(masks) else (),
    )
