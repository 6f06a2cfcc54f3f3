"""The commands of ``playground``: arguments in; on bad input one clear sentence and status 2."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

Device = Annotated[str, tyro.conf.arg(help="auto, cpu, cuda or mps")]
Model = Annotated[str, tyro.conf.arg(metavar="NAME|FOLDER|USER/REPO")]


def track(
    video: Positional[str],
    /,
    box: Annotated[str, tyro.conf.arg(metavar="X,Y,W,H")],
    model: Model = "mini-small",
    out: Path | None = None,
    boxes: Path | None = None,
    start: int = 0,
    device: Device = "auto",
) -> None:
    """Follow a box through a video.

    Args:
        video: a video file or URL, a folder of images, or webcam:0.
        box: the target on the first frame, in pixels, top-left corner first.
        model: an embedded model, a model folder, or a repository on the Hub.
        out: write the video with the boxes drawn here (.mp4).
        boxes: write the boxes here (.csv, .json or .txt).
        start: the number of the frame that the box was drawn on.
        device: where the network runs.
    """
    from playground.app.track_command import track_to_files

    _say(track_to_files(video, box, model, out, boxes, start, device))


def demo(model: Model = "mini-small", port: int | None = None, share: bool = False) -> None:
    """Serve the Gradio page: choose a video, drag a box, watch it followed.

    Args:
        model: the model the page starts with.
        port: the port to serve on; the first free one from 7860 when left out.
        share: ask Gradio for a public link.
    """
    try:
        from playground.app.demo import launch
    except ModuleNotFoundError as error:
        raise ValueError(
            f"demo: {error.name} is missing; install it with: pip install 'mixformer-playground[demo]'."
        ) from error
    launch(model=model, port=port, share=share)


def evaluate(data: str, model: Model = "mini-small", device: Device = "auto") -> None:
    """Success AUC and precision on annotated sequences, one line each, and by group.

    Args:
        data: FORMAT:ROOT, such as otb:path/to/sequences.
        model: an embedded model, a model folder, or a repository on the Hub.
        device: where the network runs.
    """
    from playground.app.evaluate_command import evaluate_lines

    for line in evaluate_lines(data, model, device):
        _say(line)


def convert(
    checkpoint: Positional[Path],
    out: Positional[Path],
    /,
    heads: int | None = None,
    preset: str | None = None,
    half: bool = False,
) -> None:
    """Turn an official checkpoint into a model folder, without running any code inside it.

    Args:
        checkpoint: a released file of MixFormerV2 or MixViT, or a plain ViT of MAE or DeiT.
        out: the folder to write.
        heads: attention heads, where they are not one for every 64 channels.
        preset: the network that a plain ViT is to start.
        half: store float16 weights.
    """
    from playground.app.convert_command import convert_to_folder

    _say(convert_to_folder(checkpoint, out, heads, preset, half))


def train(arguments: list[str]) -> None:
    """Run a training recipe; ``playground train RECIPE --help`` lists every field that can be changed."""
    from playground.app.train_command import train_lines

    for line in train_lines(arguments):
        _say(line)


COMMANDS: dict[str, Callable[..., None]] = {"track": track, "demo": demo, "evaluate": evaluate, "convert": convert}


def main(arguments: list[str] | None = None) -> None:
    """Run one command. Bad input ends with one sentence on standard error and exit status 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    try:
        if arguments[:1] == ["train"]:  # its options depend on the recipe, so it reads them itself
            train(arguments[1:])
        else:
            described = {**COMMANDS, "train": train}
            tyro.extras.subcommand_cli_from_dict(described, prog="playground", args=arguments)
    except BrokenPipeError:
        raise SystemExit(0) from None
    except (ValueError, OSError, FloatingPointError) as error:
        sys.stderr.write(f"playground: {error}\n")
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
