"""The page's left side: clip, boxes, frames, model and device, which all tabs share. Layout and wiring only."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from playground.app.demo import choosing, limits
from playground.app.demo.clip import Clip
from playground.app.demo.examples import RELEASE_EXAMPLES, make_examples
from playground.app.demo.models import offered_models
from playground.app.demo.picker import SHOW_NUMBERS, make_picker, picker_value
from playground.app.demo.targets import Targets
from playground.app.demo.toggle import DEVICES, why_no_gpu
from playground.box import Box

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

# Runs in the browser when something that a link says has changed.
WRITE_LINK = """(picker, start, x, y, w, h, model, device) => {
  const box = [x, y, w, h].every(Number.isFinite) ? [x, y, w, h].join(",") : "";
  if (window.playgroundLink) {
    const known = picker.link !== ""; // an upload cannot be linked
    window.playgroundLink({ clip: picker.link, start: known ? start : "", box: known ? box : "", model, device });
  }
  return [];
}"""
COPY = '<div class="link"><button type="button">Copy a link to this</button> <span role="status"></span></div>'
GREY_GPU = """
const grey = () => {
  const option = document.querySelector('#device input[value="gpu"]');
  if (option === null) return setTimeout(grey, 200);
  if (!props.value) return;
  option.disabled = true;
  option.closest("label").classList.add("greyed");
  option.closest("label").title = props.value;
};
grey();
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chooser:
    """The components of the left side."""

    clip: Any
    key: Any
    targets: Any
    picker: Any
    start: Any
    end: Any
    numbers: list[Any]
    model: Any
    device: Any
    about: Any

    def inputs(self) -> list[Any]:
        """The components whose values `playground.app.demo.chosen.read_chosen` takes."""
        return [self.clip, self.key, self.targets, self.start, self.end, *self.numbers, self.model, self.device]

    def loaded(self) -> list[Any]:
        """The components that a newly chosen clip fills."""
        return [self.clip, self.key, self.targets, self.picker, self.start, self.end, *self.numbers]


def step(number: int, title: str, note: str = "") -> None:
    """A numbered heading."""
    gr.HTML(f'<h2 class="step"><span>{number}</span>{title}<small>{note}</small></h2>')


def make_chooser(folder: Path, clip: Clip, image: Any, box: Box, model: str, device: str) -> Chooser:
    """The left side with a first clip, its first frame and a box on it; examples are rendered into ``folder``."""
    targets = Targets(boxes=(box,))
    with gr.Column(elem_classes="needs-clip"):
        step(1, "Choose a clip", f"up to {limits.MAX_FILE_MB} MB and {limits.MAX_SECONDS // 60} minutes, or an example")
        with gr.Row(equal_height=True):
            upload = gr.File(
                file_types=["video"], label="Upload a video", show_label=False, height=118, scale=2, min_width=130,
                elem_id="upload",
            )  # fmt: skip
            with gr.Column(scale=3, min_width=210):
                examples = make_examples(clip.link)
        address = gr.Textbox(
            label="Address of a video", show_label=False, placeholder="…or the address of a video: https://", lines=1,
            max_lines=1, elem_id="address", submit_btn="Load",
        )  # fmt: skip
        step(2, "Drag a box around the target", "or type it in pixels")
        picker = make_picker(picker_value(image, targets, clip.caption(), clip.link))
        with gr.Row(elem_id="numbers"):
            numbers = [
                gr.Number(value, label=name, precision=0, min_width=62, placeholder="–", elem_id=f"box-{name}", scale=1)
                for name, value in zip("xywh", box.as_tuple(), strict=True)
            ]
        with gr.Row(elem_id="frames"):
            start, end = (
                gr.Slider(
                    0, clip.frames - 1, value, step=1, label=f"{name} frame", buttons=[], elem_id=name.lower(),
                    min_width=150,
                )
                for name, value in (("Start", 0), ("End", clip.frames - 1))
            )  # fmt: skip
    step(3, "Model and device")
    with gr.Row():
        model_box = gr.Dropdown(
            sorted({*offered_models(), model}), value=model, allow_custom_value=True, elem_id="model",
            label="Model, folder or USER/REPO", scale=1, min_width=180,
        )  # fmt: skip
        device_box = gr.Radio(
            list(DEVICES.items()), value=device, label="Device", info=why_no_gpu() or None, elem_id="device", scale=1,
            min_width=190,
        )  # fmt: skip
    about = gr.HTML(choosing.about_model(model), elem_id="about-model")
    gr.HTML(why_no_gpu(), html_template="<span></span>", js_on_load=GREY_GPU, elem_classes="no-size")
    gr.HTML(COPY, js_on_load=Path(__file__).with_name("link.js").read_text(encoding="utf-8"), elem_id="link")
    # What the visitor's page holds of the clip.
    key = gr.Textbox(clip.key, label="Key of the clip", visible="hidden", elem_id="clip-key")
    chooser = Chooser(
        clip=gr.State(clip, time_to_live=limits.KEEP_S), key=key,
        targets=gr.State(targets, time_to_live=limits.KEEP_S),
        picker=picker, start=start, end=end, numbers=numbers, model=model_box, device=device_box,
        about=about,
    )  # fmt: skip
    _wire(chooser, folder, upload, examples, address)
    return chooser


def _wire(chooser: Chooser, folder: Path, upload: Any, examples: Any, address: Any) -> None:
    def choose_example(data: gr.EventData) -> list[Any]:
        return choosing.show_example(folder, data._data.get("name"))

    examples.select(choose_example, None, chooser.loaded(), **QUIET)
    # Emptied at once, so that the next file can be dropped; the line under the picture names what is loaded.
    uploaded = upload.upload(choosing.show_upload, upload, chooser.loaded(), **QUIET)
    uploaded.success(None, None, upload, js=RELEASE_EXAMPLES, **QUIET)
    uploaded.failure(lambda: None, None, upload, **QUIET)
    fetched = address.submit(
        partial(choosing.show_address, folder), address, chooser.loaded(), concurrency_limit=2, **QUIET
    )
    fetched.success(None, None, address, js=RELEASE_EXAMPLES, **QUIET)
    shown = [chooser.clip, chooser.key, chooser.targets, chooser.start, *chooser.numbers]
    chooser.start.input(choosing.show_frame, shown, chooser.picker, trigger_mode="always_last", **QUIET)
    chooser.picker.select(choosing.take_targets, None, [chooser.targets, *chooser.numbers], **QUIET)
    for number in chooser.numbers:
        number.change(None, chooser.numbers, None, js=SHOW_NUMBERS, **QUIET)
    model, device, about = chooser.model, chooser.device, chooser.about
    device.input(choosing.switch_device, [device, model], [model, about], **QUIET)
    model.input(choosing.tell_model, model, about, **QUIET)
    linked = [chooser.picker, chooser.start, *chooser.numbers, model, device]
    changes = [component.change for component in (chooser.start, *chooser.numbers, model, device)]
    gr.on([*changes, chooser.picker.change], None, linked, None, js=WRITE_LINK, **QUIET)
