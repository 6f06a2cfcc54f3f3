"""What one visitor of the soak does, and whether the page's answer is right."""

import csv
import http.client
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from playground import load, track
from playground.box import Box
from playground.video.synthetic import WorldConfig, stream_clip
from playground.video.write import write_video

WIDTH, HEIGHT = 320, 240
LONGEST = (20, 35, 60)  # frames of the clips
ROUNDING = 0.0051  # of a box in the table that the page gives
BUSY = ("queue", "full")  # words of a clean refusal


@dataclass(frozen=True, kw_only=True)
class Lone:
    """A clip, the box on its first frame, and the boxes of a run that nothing else disturbs."""

    path: Path
    box: tuple[float, ...]
    boxes: list[tuple[float, ...]]


@dataclass(frozen=True, kw_only=True)
class Done:
    """One action: its name, the seconds it took, and what was wrong with the answer; empty when it was right, or when
    ``refused`` in a sentence."""

    action: str
    seconds: float
    wrong: str = ""
    refused: bool = False


def make_clips(folder: Path, model: str) -> list[Lone]:
    """Rendered clips with the boxes that ``model`` gives alone."""
    tracker, made = load(model, device="cpu"), []
    for seed, frames in enumerate(LONGEST):
        world = WorldConfig(width=WIDTH, height=HEIGHT, frames=frames, leave_frame=0)
        drawn = list(islice(stream_clip(seed, world), frames))
        path = folder / f"clip{seed}.mp4"
        write_video(path, (image for image, _, _ in drawn), 30)
        box = drawn[0][1].as_tuple()
        boxes = [event.box.as_tuple() for event in track(tracker, path, Box(*box))]
        made.append(Lone(path=path, box=box, boxes=boxes))
    return made


class Wrong(Exception):
    """An answer that is not the right one."""


def visit(address: str, model: str, clips: Sequence[Lone], folder: Path, number: int, end: float) -> list[Done]:
    """Visitor ``number``: actions in an order of its own until the clock says ``end``; a new client every ten."""
    chance, done = random.Random(number), []
    while time.monotonic() < end:
        try:
            client = Client(address, verbose=False, download_files=folder / f"visitor{number}")
        except Exception as error:
            done.append(Done(action="open the page", seconds=0, wrong=repr(error)))
            time.sleep(1)
            continue
        for _ in range(10):
            if time.monotonic() < end:
                (action,) = chance.choices(list(ACTIONS), weights=[weight for _, weight in ACTIONS.values()])
                clip = chance.choice(clips)
                done.append(_act(action, lambda run, c=client, k=clip: run(c, address, model, k)))
    return done


def _act(action: str, call: Callable[..., None]) -> Done:
    begin = time.monotonic()
    wrong, refused = "", False
    try:
        call(ACTIONS[action][0])
    except Exception as error:  # whatever it is, it is written down
        refused = all(word in str(error).lower() for word in BUSY)
        wrong = "" if refused else f"{type(error).__name__}: {error}"[:300]
    return Done(action=action, seconds=time.monotonic() - begin, wrong=wrong, refused=refused)


def _track(client: Client, address: str, model: str, clip: Lone) -> None:
    _, files, _ = client.predict(handle_file(clip.path), *clip.box, 0, model, api_name="/track")
    rows = csv.DictReader(Path(files[0]).read_text().splitlines())
    _agree([tuple(float(row[name]) for name in "xywh") for row in rows], clip.boxes)


def _compare(client: Client, address: str, model: str, clip: Lone) -> None:
    _, told = client.predict(handle_file(clip.path), *clip.box, 0, model, "first-box", api_name="/compare")
    _agree(told["boxes"][Path(model).name], clip.boxes)
    _agree(told["boxes"]["The first box"], [clip.box] * len(clip.boxes))


def _cancel(client: Client, address: str, model: str, clip: Lone) -> None:
    job = client.submit(handle_file(clip.path), *clip.box, 0, model, api_name="/track")
    time.sleep(0.2)
    job.cancel()


def _leave(client: Client, address: str, model: str, clip: Lone) -> None:
    """An upload that breaks off in its middle."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", "900000")
    connection.endheaders()
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n\r\n'
    connection.send(head + bytes(200_000))
    connection.close()


def _leave_waiting(client: Client, address: str, model: str, clip: Lone) -> None:
    """A job is asked for, and nobody stays to hear of it."""
    job = client.submit(handle_file(clip.path), *clip.box, 0, model, api_name="/track")
    del job


def _bad_upload(client: Client, address: str, model: str, clip: Lone) -> None:
    broken = clip.path.with_name(f"broken-{clip.path.stem}.mp4")
    if not broken.exists():
        broken.write_bytes(clip.path.read_bytes()[:500])
    _refused("video: ", lambda: client.predict(handle_file(broken), *clip.box, 0, model, api_name="/track"))


def _bad_box(client: Client, address: str, model: str, clip: Lone) -> None:
    _refused("box: ", lambda: client.predict(handle_file(clip.path), 5, 5, 0, 9, 0, model, api_name="/track"))


def _oversized(client: Client, address: str, model: str, clip: Lone) -> None:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    connection.putrequest("POST", "/gradio_api/upload")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(2**30))
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    if status != 413:
        raise Wrong(f"a gigabyte was answered with {status}")


def _models(client: Client, address: str, model: str, clip: Lone) -> None:
    told = client.predict(api_name="/models")
    if "limits" not in json.loads(json.dumps(told)):
        raise Wrong("the models came without limits")


# What is done, and how often next to the others.
ACTIONS: dict[str, tuple[Callable[[Client, str, str, Lone], None], int]] = {
    "track": (_track, 6),
    "compare": (_compare, 2),
    "cancel": (_cancel, 2),
    "leave while waiting": (_leave_waiting, 1),
    "leave while uploading": (_leave, 2),
    "bad upload": (_bad_upload, 2),
    "bad box": (_bad_box, 2),
    "oversized": (_oversized, 2),
    "models": (_models, 2),
}


def _agree(found: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> None:
    if len(found) != len(right):
        raise Wrong(f"{len(found)} boxes instead of {len(right)}")
    apart = max(abs(a - b) for one, other in zip(found, right, strict=True) for a, b in zip(one, other, strict=True))
    if apart > ROUNDING:
        raise Wrong(f"a box is {apart:.3f} pixels from the lone run's")


def _refused(beginning: str, call: Callable[[], object]) -> None:
    try:
        call()
    except AppError as error:
        if not str(error).startswith(beginning):
            raise
    else:
        raise Wrong(f"not refused with {beginning!r}")
