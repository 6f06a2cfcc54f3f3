"""Writes twins.json: values of box, crop, update and tracker that their JavaScript twins must reproduce.

    python tests/golden/make_twins.py

`tests/web/test_twins.py` checks that the file is what this script would write today.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np

from playground.app.boxes_file import FORMATS
from playground.box import Box
from playground.config import CropConfig, TrackerConfig, UpdateConfig
from playground.crop import crop, crop_map, normalise
from playground.events import TrackEvent
from playground.tracker import Answer, FakeBackend, Tracker
from playground.tracker.update import Templates, beats, consider, refresh, same_online

OUT = Path(__file__).resolve().parent / "twins.json"
WIDTH, HEIGHT = 61, 43


def picture(shift: int = 0) -> np.ndarray:
    """RGB uint8 ``(HEIGHT, WIDTH, 3)`` by a formula in whole numbers, the same in every language."""
    y, x, c = np.mgrid[:HEIGHT, :WIDTH, :3] + np.array([0, shift, 0]).reshape(3, 1, 1, 1)
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 17 * 5 + ((x ^ y) & 7) * 11) % 256).astype(np.uint8)


def boxes() -> dict[str, Any]:
    clipped = []
    for box in [
        (5, 6, 20, 10),
        (-30, 4, 12, 9),
        (55, 40, 30, 30),
        (10, 10, 0.5, 0.25),
        (-5, -5, 200, 100),
        (70, 50, 4, 4),
    ]:
        for margin in (4.0, 10.0, 50.0):
            clipped.append({"box": box, "margin": margin, "out": Box(*box).clip(WIDTH, HEIGHT, margin).as_tuple()})
    refused = []
    for box in [
        (1, 2, 3, 4),
        (1, 2, 0, 4),
        (1, 2, 3, -4),
        (61, 2, 3, 4),
        (0, -9.5, 3, 4),
        (0, 0, 300, 4),
        (-2.5, 3, 9, 9),
    ]:
        try:
            Box(*box).check_start(WIDTH, HEIGHT)
            said = ""
        except ValueError as error:
            said = str(error)
        refused.append({"box": box, "said": said})
    return {"clip": clipped, "check_start": refused}


def crops() -> list[dict[str, Any]]:
    """Inside, over each border, up to the last column, wholly outside; made smaller, larger and exactly half."""
    image = picture()
    rows = []
    for box, factor, size in [
        ((20, 15, 8, 6), 2.0, 12), ((20, 15, 8, 6), 4.5, 16), ((2, 3, 9, 9), 4.0, 16), ((50, 33, 9, 9), 3.0, 20),
        ((20, 15, 16, 16), 2.0, 16), ((20, 15, 8, 8), 1.0, 24), ((29, 20, 16, 12), 2.0, 28), ((0, 0, 61, 43), 4.5, 24),
        ((-40, 5, 6, 6), 2.0, 8), ((57, 10, 3, 3), 2.0, 7), ((52, 10, 4, 4), 2.5, 10), ((20.5, 15.5, 7, 7), 1.0, 7),
        ((12.3, 8.9, 0.4, 0.3), 1.0, 5),
    ]:  # fmt: skip
        cut, place = crop(image, Box(*box), factor, size)
        rows.append(
            {
                "box": box,
                "factor": factor,
                "size": size,
                "place": [place.x0, place.y0, place.side],
                "to_crop": place.to_crop(Box(*box)),
                "to_frame": place.to_frame((0.25, 0.5, 0.75, 0.625)).as_tuple(),
                "pixels": cut.reshape(-1).tolist(),
            }
        )
    return rows


def updates() -> list[dict[str, Any]]:
    """Templates as names, after every frame of a run of scores, for several rules."""
    scores = [0.2, 0.7, 0.6, 0.9, 0.95, 0.4, 0.3, 0.2, 0.1, 0.8, 0.81, 0.5, 0.6, 0.55, 0.7, 0.65, 0.9]
    runs = []
    for rules in (
        UpdateConfig(interval=3, min_score=0.5),
        UpdateConfig(interval=4, min_score=0.0, decay=0.75, max_templates=3),
        UpdateConfig(interval=1, min_score=0.65, max_templates=2),
    ):
        names: dict[int, int] = {}
        templates = Templates.start(_named(names, 0))
        rows = []
        for frame, score in enumerate(scores, 1):
            better = beats(templates, score, rules)
            before = templates
            templates = consider(templates, score, _named(names, frame) if better else None, rules)
            templates = refresh(templates, frame, rules)
            rows.append(
                {
                    "beats": better,
                    "same_online": same_online(before, templates),
                    "stack": [names[id(one)] for one in [templates.first, *templates.online]],
                    "candidate": names[id(templates.candidate)],
                    "best": templates.best,
                    "oldest": templates.oldest,
                }
            )
        runs.append({"config": dataclasses.asdict(rules), "scores": scores, "rows": rows})
    return runs


_KEPT = []  # templates are told apart by identity, so none may be freed while names are given


def _named(names: dict[int, int], name: int) -> np.ndarray:
    template = np.zeros((3, 1, 1), np.float32)
    _KEPT.append(template)
    names[id(template)] = name
    return template


ANSWERS = [
    ((0.375, 0.4, 0.625, 0.65), 0.9), ((0.4, 0.35, 0.7, 0.6), 0.8), ((0.3, 0.3, 0.6, 0.7), 0.95),
    ((float("nan"), 0.3, 0.6, 0.7), 0.9), ((0.45, 0.4, 0.75, 0.7), 0.1), ((0.1, 0.1, 0.9, 0.95), 0.7),
    ((0.9, 0.9, 1.0, 1.0), 0.6), ((0.4, 0.4, 0.4, 0.4), 0.99), ((0.3, 0.3, 0.7, 0.7), 0.5),
]  # fmt: skip


def tracks() -> list[dict[str, Any]]:
    """Whole tracks by a backend that answers in turn, once with scores and once without."""
    return [_track(scored) for scored in (True, False)]


def _track(scored: bool) -> dict[str, Any]:
    """One track; ``seen``: sums of what the backend is shown, in whole grey levels; ``shown``: how many templates."""
    config = TrackerConfig(
        crop=CropConfig(search_factor=4.0, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
        update=UpdateConfig(interval=2, min_score=0.5, max_templates=2),
        clip_margin=4.0,
    )
    answers = iter(ANSWERS)
    seen: list[int] = []
    shown: list[int] = []

    def answer(search: np.ndarray, memory: np.ndarray) -> Answer:
        box, score = next(answers)
        seen.append(round(float(search.sum(dtype=np.float64)) * 255))
        shown.append(len(memory))
        return Answer(box, score if scored else None, np.full((4, 2), 0.5))

    tracker = Tracker(FakeBackend(answer), config)
    state, event = tracker.start(picture(), Box(22, 14, 11, 9))
    events = [event]
    for i in range(len(ANSWERS)):
        state, event = tracker.step(state, picture(i + 1), time_s=(i + 1) / 25)
        events.append(event)
    return {
        "config": dataclasses.asdict(config),
        "box": [22, 14, 11, 9],
        "answers": [
            [[None if value != value else value for value in box], score if scored else None] for box, score in ANSWERS
        ],
        "seen": seen,
        "shown": shown,
        "events": [json.loads(dataclasses.replace(event, timing_ms={}).to_json()) for event in events],
    }


def files() -> dict[str, Any]:
    """Two events and their boxes file as CSV and as plain text."""
    events = [
        TrackEvent(index=0, time_s=0.0, box=Box(1.5, 2.25, 30.128, 4)),
        TrackEvent(
            index=7, time_s=0.2333, box=Box(1 / 3, 2e-9, 64, 2 / 3), score=0.12345, lost=True, edges=((0.5, 0.5),) * 4
        ),
    ]
    text = {
        suffix: form.head("") + form.between.join(map(form.entry, events)) + form.tail
        for suffix, form in FORMATS.items()
    }
    return {"events": [json.loads(event.to_json()) for event in events], "csv": text[".csv"], "txt": text[".txt"]}


def make() -> dict[str, Any]:
    """Everything that the twins are checked against."""
    cut = crop(picture(), Box(20, 15, 8, 6), 2.0, 6)[0]
    usual = CropConfig()
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "round": [[value, round(value)] for value in (-2.5, -1.5, -0.5, -0.4, 0.5, 1.5, 2.5, 2.4999, 3.5, -7.51, 12.0)],
        "box": boxes(),
        "crop": crops(),
        "crop_map": [
            [box, factor, [place.x0, place.y0, place.side]]
            for box, factor in [((0.5, 0.5, 4, 4), 1.0), ((1.5, 2.5, 3, 3), 2.0), ((-9.75, 3.25, 7.5, 2.5), 4.5)]
            for place in [crop_map(Box(*box), factor, 32)]
        ],
        "normalise": {
            "pixels": cut.reshape(-1).tolist(),
            "mean": usual.mean,
            "std": usual.std,
            "input": normalise(cut, usual.mean, usual.std).reshape(-1).tolist(),
        },
        "update": updates(),
        "tracker": tracks(),
        "files": files(),
    }


if __name__ == "__main__":
    OUT.write_text(json.dumps(make(), separators=(",", ":")) + "\n", encoding="utf-8")
