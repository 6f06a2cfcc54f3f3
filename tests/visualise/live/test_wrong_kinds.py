"""What a reader may give a view by mistake is a sentence, and NumPy's numbers do: as a notebook runs it.

In a process of its own, for here each call is checked against its types before the package can say anything.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import json
import numpy as np
from dataclasses import replace
from playground.config import PRESETS, CropConfig
from playground.model import MixFormer
from playground.video.synthetic import WorldConfig, render_clip
from playground.visualise import live
from playground.visualise.inside import cut_clip, look_inside
from playground.visualise.live.view import in_a_sentence

model = MixFormer(replace(PRESETS["toy-deep"], depth=2)).eval()
clip = render_clip(3, WorldConfig(width=96, height=72, frames=3, size=(0.3, 0.35), occlusion=0, leave_frame=0))
crops = cut_clip(model.config, CropConfig(), clip.frames, clip.boxes, 1)
seen = look_inside(model, crops[0])
views = [
    live.attention_view(seen, layer="3"),
    live.attention_view(seen, layer=1.5),
    live.attention_view(seen, head=0.5),
    live.attention_view(seen, mass="50%"),
    live.edges_view(seen, layer="1"),
    live.edges_view(seen, temperature=None),
    live.patch_view(seen, row="a"),
    live.removal_view(model, crops[0], blocks=1),
    live.removal_view(model, crops[0], blocks="12"),
    live.study_view(model, crops, remove=1.5),
    live.attention_view(None),
]
said = [text if isinstance(text := in_a_sentence(view), str) else "a figure" for view in views]
plain, numpy = (
    live.attention_view(seen, layer=kind(1), head=kind(2)).figure().to_json() for kind in (int, np.int64)
)
print(json.dumps({"said": said, "same": plain == numpy}))
"""


def test_each_wrong_kind_is_a_sentence_and_numpy_s_numbers_do():
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert told["same"]
    assert told["said"] == [
        "layer: must be a whole number; got &#x27;3&#x27;.",
        "layer: must be a whole number; got 1.5.",
        "head: must be a whole number; got 0.5.",
        "mass: must be a number; got &#x27;50%&#x27;.",
        "layer: must be a whole number; got &#x27;1&#x27;.",
        "temperature: must be a number; got None.",
        "row: must be a whole number; got &#x27;a&#x27;.",
        "blocks: give several numbers, such as [1, 2], or [1] for one; got 1.",
        "blocks: give several numbers, such as [1, 2], or [1] for one; got &#x27;12&#x27;.",
        "remove: must be a whole number; got 1.5.",
        "frames: give what look_inside gave, one or several of them; got None.",
    ]
