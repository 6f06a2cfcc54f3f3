"""The commands of ``playground``: arguments in; on bad input one clear sentence and status 2."""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
    with _extra("demo", "demo"):
        from playground.app.demo import launch
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
    with _extra("train", "train"):
        from playground.app.train_command import train_lines
    _say_all(train_lines(arguments))


def resume(run: Positional[Path], /, device: Device = "auto") -> None:
    """Go on with a training run that was broken off; it ends as it would have without the break.

    Args:
        run: the folder of the run.
        device: where the network trains.
    """
    with _extra("resume", "train"):
        from playground.app.train_command import resume_lines
    _say_all(resume_lines(run, device))


def pipeline(
    scale: Positional[Annotated[str, tyro.conf.arg(metavar="toy|mini|base|small")]],
    /,
    out: Path | None = None,
    data: tuple[str, ...] = (),
    seed: int = 0,
    device: Device = "auto",
) -> None:
    """Train every stage of the paper's model reduction, teacher to small tracker; finished stages are passed over.

    Args:
        scale: toy, mini, base or small.
        out: the folder that gets one folder a stage; runs/SCALE when left out.
        data: where to find pictures: FORMAT:PLACE, or folders of tar files; beside the synthetic world.
        seed: of weights, batches and the synthetic world.
        device: where the networks train.
    """
    with _extra("pipeline", "train"):
        from playground.app.train_command import pipeline_lines
    _say_all(pipeline_lines(scale, out or Path("runs") / scale, data, seed, device))


def ablate(
    scale: str = "toy",
    out: Path | None = None,
    seeds: int = 3,
    only: tuple[str, ...] = (),
    report: Path | None = None,
    device: Device = "auto",
) -> None:
    """Replay the paper's comparisons and say which of its claims hold at this scale.

    Args:
        scale: toy or mini.
        out: the folder that gets the runs, one folder a seed; runs/ablate-SCALE when left out.
        seeds: how many times each comparison is made.
        only: some of the comparisons: tokens, sparse, removal, features, intermediate, mlp, chain; all when left out.
        report: a Markdown file whose section for this scale is written anew.
        device: where the networks train.
    """
    with _extra("ablate", "train"):
        from playground.app.ablate_command import ablate_lines
    _say_all(ablate_lines(scale, out or Path("runs") / f"ablate-{scale}", seeds, only, report, device))


def watch(run: Positional[Path], /, port: int | None = None) -> None:
    """Serve a page that draws a training run while it goes on: losses, IoU, learning rate and speed.

    Args:
        run: the folder of a run, or a folder of runs such as that of a pipeline.
        port: the port to serve on; the first free one from 7860 when left out.
    """
    with _extra("watch", "demo"):
        from playground.app.watch_command import serve
    serve(run, port)


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        _say(line)


COMMANDS: dict[str, Callable[..., None]] = {
    "track": track,
    "demo": demo,
    "evaluate": evaluate,
    "convert": convert,
    "resume": resume,
    "pipeline": pipeline,
    "ablate": ablate,
    "watch": watch,
}


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


@contextmanager
def _extra(command: str, extra: str) -> Iterator[None]:
    """An import inside that fails tells which extra of the package to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ValueError(
            f"{command}: {error.name} is missing; install it with: pip install 'mixformer-playground[{extra}]'."
        ) from error


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
