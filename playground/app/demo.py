"""The Gradio page: choose a clip, drag a box, watch it followed, take the files. Layout and wiring only."""

import tempfile
from pathlib import Path
from typing import Any, get_args

import gradio as gr

from playground.app.clip import MAX_FILE_MB, MAX_FRAMES
from playground.app.examples import RELEASE_EXAMPLES, example_clip, example_start, make_examples
from playground.app.job import get_tracker, read_setting
from playground.app.page_events import (
    SETTINGS,
    StopSign,
    begin_track,
    end_track,
    model_settings,
    raise_stop,
    run_track,
    show_empty,
    show_example,
    show_frame,
    show_upload,
    take_box,
    track_file,
)
from playground.app.picker import SHOW_NUMBERS, make_picker, picker_value
from playground.app.stage import EMPTY
from playground.backends.torch import Device, pick_device
from playground.hub import embedded_models
from playground.video.synthetic import EXAMPLES

TITLE = "MixFormer Playground"
DOWNLOADS = {"mp4": "Video .mp4", "csv": "Boxes .csv", "json": "Events .json", "txt": "Boxes .txt"}
CLEAN_EVERY_S, KEEP_S = 3600, 6 * 3600
WAITING_PLACES = 16
ONE_AT_A_TIME: dict[str, Any] = {"concurrency_id": "track", "concurrency_limit": 1}
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def build(default_model: str = "mini-small") -> gr.Blocks:
    """The page, with the first example chosen and a box on it. Raises ``ValueError`` naming ``model``."""
    config = get_tracker(default_model, "auto", {}).config
    folder = tempfile.TemporaryDirectory(prefix="playground-examples-")
    first = next(iter(EXAMPLES))
    image, box = example_start(first)
    clip = example_clip(first, Path(folder.name))

    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(CLEAN_EVERY_S, KEEP_S)) as page:
        chosen, sign = gr.State(clip), gr.State(StopSign())
        gr.HTML(
            f"<h1>{TITLE}</h1><p>Draw a box around something in a video and see it followed, on this machine. "
            "Choose a clip, drag a box on any frame, press Track.</p>",
            elem_id="header",
        )
        with gr.Row(equal_height=False):
            with gr.Column(scale=1, min_width=380):
                _step(1, "Choose a clip", f"your own, up to {MAX_FILE_MB} MB, or an example")
                with gr.Row(equal_height=True):
                    upload = gr.File(
                        file_types=["video"], show_label=False, height=118, scale=2, min_width=150, elem_id="upload"
                    )
                    with gr.Column(scale=3, min_width=220):
                        examples = make_examples(first)
                _step(2, "Drag a box around the target", "or type its corner and size in pixels")
                picker = make_picker(picker_value(image, box, clip.caption()))
                with gr.Group():
                    start = gr.Slider(0, clip.frames - 1, 0, step=1, label="Start frame", buttons=[], elem_id="start")
                    with gr.Row(elem_id="numbers"):
                        numbers = [
                            gr.Number(
                                value, label=name, precision=0, min_width=70, placeholder="–", elem_id=f"box-{name}"
                            )
                            for name, value in zip("xywh", box.as_tuple(), strict=True)
                        ]
            with gr.Column(scale=1, min_width=380):
                _step(3, "Track it", f"the first {MAX_FRAMES} frames from the start frame on")
                with gr.Group(), gr.Row():
                    model = gr.Dropdown(
                        sorted({*embedded_models(), default_model}), value=default_model, allow_custom_value=True,
                        label="Model (or a folder, or USER/REPO)", scale=3, min_width=160, elem_id="model",
                    )  # fmt: skip
                    device = gr.Dropdown(_devices(), value="auto", label="Device", scale=2, min_width=120)
                with gr.Accordion("Advanced", open=False), gr.Row():
                    settings = [
                        gr.Number(
                            read_setting(config, name), label=name.rpartition(".")[2].replace("_", " "),
                            precision=0 if whole else None, step=1 if whole else 0.1, min_width=100,
                        )
                        for name, whole in SETTINGS.items()
                    ]  # fmt: skip
                with gr.Row():
                    track = gr.Button("Track", variant="primary", elem_id="track")
                    stop = gr.Button("Stop", variant="stop", visible=False, elem_id="stop")
                stage = gr.HTML(EMPTY, elem_id="stage")
                with gr.Column(visible=False, elem_id="results") as results:
                    video = gr.Video(show_label=False, autoplay=True, loop=True, buttons=[], elem_id="video")
                    summary = gr.HTML(elem_id="summary")
                    plot = gr.Plot(show_label=False, elem_id="plot")
                    with gr.Row():
                        downloads = [
                            gr.DownloadButton(label, size="sm", min_width=90, elem_id=f"download-{kind}")
                            for kind, label in DOWNLOADS.items()
                        ]

        loaded = [chosen, picker, start, *numbers]

        def choose_example(data: gr.EventData) -> list[Any]:
            return show_example(Path(folder.name), data._data.get("name"))

        examples.select(choose_example, None, loaded, **QUIET)
        # Emptied at once, so that the next file can be dropped; the line under the picture names what is loaded.
        uploaded = upload.upload(show_upload, upload, loaded, **QUIET)
        uploaded.success(None, None, upload, js=RELEASE_EXAMPLES, **QUIET)
        uploaded.failure(lambda: None, None, upload, **QUIET)
        start.input(show_frame, [chosen, start, *numbers], picker, trigger_mode="always_last", **QUIET)
        picker.select(take_box, None, numbers, **QUIET)
        for number in numbers:
            number.change(None, numbers, None, js=SHOW_NUMBERS, **QUIET)
        model.change(model_settings, model, settings, **QUIET)

        begun = track.click(begin_track, sign, [stage, results, track, stop], queue=False, **QUIET)
        run = begun.then(
            run_track,
            [sign, chosen, model, device, start, *numbers, *settings],
            [stage, results, video, summary, plot, *downloads],
            **ONE_AT_A_TIME,
            **QUIET,
        )
        run.success(end_track, None, [track, stop], queue=False, **QUIET)
        run.failure(show_empty, None, [stage, track, stop], queue=False, **QUIET)
        stop.click(raise_stop, sign, None, queue=False, **QUIET)
        _endpoint(default_model)
    return page.queue(max_size=WAITING_PLACES, default_concurrency_limit=4)


def launch(model: str = "mini-small", port: int | None = None, share: bool = False) -> None:
    """Serve the page until it is interrupted, on ``port`` or the first free one from 7860.

    Raises ``ValueError`` naming ``model`` or ``port``.
    """
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"port: must be from 1 to 65535; got {port}.")
    page = build(model)
    try:
        page.launch(
            server_port=port,
            share=share,
            max_file_size=f"{MAX_FILE_MB}mb",
            theme=gr.themes.Default(primary_hue="teal", neutral_hue="slate", font=["system-ui", "sans-serif"]),
            css_paths=Path(__file__).with_name("page.css"),
            footer_links=["api", "settings"],
        )
    except OSError as error:
        raise ValueError(f"port: {port or 'every one from 7860'} cannot be used ({error}); choose another.") from error


def _step(number: int, title: str, note: str = "") -> None:
    gr.HTML(f'<div class="step"><span>{number}</span>{title}<small>{note}</small></div>')


def _devices() -> list[tuple[str, str]]:
    """Label and value of every device that is there; ``auto`` says which one it takes."""
    names = [name for name in get_args(Device) if name == "auto" or _is_there(name)]
    return [(f"auto: {pick_device('auto')}" if name == "auto" else name, name) for name in names]


def _is_there(device: str) -> bool:
    try:
        pick_device(device)
    except ValueError:
        return False
    return True


def _endpoint(default_model: str) -> None:
    """The stable endpoint ``/track`` for programs; nothing of it is on the page."""
    with gr.Row(visible=False):
        inputs = [gr.File(label="video"), *(gr.Number(label=name) for name in "xywh")]
        inputs += [gr.Number(0, label="start", precision=0), gr.Textbox(default_model, label="model")]
        outputs = [gr.File(label="tracked"), gr.File(label="boxes", file_count="multiple"), gr.Textbox(label="summary")]
        gr.Button().click(track_file, inputs, outputs, api_name="track", **ONE_AT_A_TIME)
