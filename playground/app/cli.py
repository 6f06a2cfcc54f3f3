"""The commands of ``playground``: arguments in; on bad input one clear sentence and status 2."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from playground.app.doctor_command import doctor
from playground.app.export_command import export, verify
from playground.app.page_command import page
from playground.app.publish_command import card, publish, publish_space
from playground.app.terminal import Device, Model, extra, say, say_all, sentence


def track(
    video: Positional[str],
    /,
    box: Annotated[tuple[str, ...], tyro.conf.arg(metavar="X,Y,W,H"), tyro.conf.UseAppendAction],
    model: Model = "mini-small",
    out: Path | None = None,
    boxes: Path | None = None,
    start: int = 0,
    device: Device = "auto",
    backend: Annotated[str, tyro.conf.arg(metavar="torch|onnx|graph|auto")] = "torch",
) -> None:
    """Follow a box, or several, through a video.

    Args:
        video: a video file or URL, a folder of images, or webcam:0.
        box: the target on the first frame, in pixels, top-left corner first; once for each target.
        model: an embedded model, a model folder, or a repository on the Hub.
        out: write the video with the boxes drawn here (.mp4).
        boxes: write the boxes here (.csv, .json or .txt; of several targets NAME_1.txt, NAME_2.txt and so on).
        start: the number of the frame that the box was drawn on.
        device: where the network runs.
        backend: what runs it; onnx takes a folder that export wrote, graph is half precision on a CUDA device, auto
            what is quickest here and says the same.
    """
    from playground.app.track_command import track_to_files

    say(track_to_files(video, box, model, out, boxes, start, device, backend))


def demo(
    model: Model | None = None,
    port: int | None = None,
    share: bool = False,
    mcp: bool = False,
    browser_page: str = "",
    models_from: Annotated[tuple[Path, ...], tyro.conf.UseAppendAction] = (),
) -> None:
    """Serve the Gradio page: choose a video, drag a box, watch it followed.

    Args:
        model: the model the page starts with; the one that goes with the device when left out.
        port: the port to serve on; the first free one from 7860 when left out.
        share: ask Gradio for a public link.
        mcp: serve the endpoints as tools of an MCP server too; it needs mixformer-playground[mcp].
        browser_page: the address of a page made with playground page, for a link to it.
        models_from: a folder whose model folders visitors may name; can be given several times. When left out, any
            folder can be named on a page that this machine alone can reach, and none on a shared one.
    """
    from playground.app.demo.no_stubs import no_stubs

    with extra("demo", "demo"), no_stubs():
        from playground.app.demo.serve import launch
    launch(model=model, port=port, share=share, mcp=mcp, browser_page=browser_page, models_from=models_from)


def evaluate(
    data: Annotated[tuple[str, ...], tyro.conf.arg(metavar="FORMAT:PLACE"), tyro.conf.UseAppendAction] = (),
    tracker: Annotated[tuple[str, ...], tyro.conf.arg(metavar="[NAME=]TRACKER"), tyro.conf.UseAppendAction] = (),
    out: Path = Path("results"),
    jobs: int = 1,
    device: Device = "auto",
    protocol: str | None = None,
) -> None:
    """Measure trackers on annotated sequences by the benchmark's own rules; what is finished is not tracked again.

    Args:
        data: such as otb:path/to/sequences; can be given several times.
        tracker: a model as for track, onnx:FOLDER as export wrote it, first-box, kcf, csrt, mil, mosse or
            nanotrack:FOLDER; can be given several times; mini-small when left out. With NAME= its results are called
            NAME.
        out: the folder that gets the results, one folder a data set.
        jobs: how many sequences are tracked at the same time, each in a process of its own.
        device: where networks run.
        protocol: rules of another benchmark; plain leaves out the first frame and frames without a true box.
    """
    from playground.app.evaluate_command import evaluate_lines

    say_all(evaluate_lines(tracker, data, out, jobs, device, protocol))


def report(
    results: Positional[Path],
    /,
    out: Path | None = None,
    table: Annotated[str, tyro.conf.arg(metavar="text|markdown|json")] = "text",
    strips: int = 24,
) -> None:
    """Tables of an evaluation's results, and one page with all of its figures that works offline.

    Args:
        results: the folder that an evaluation wrote to.
        out: the page; report.html in the folder of the results when left out.
        table: what is printed: text, markdown or json.
        strips: of how many sequences of each data set the page shows the IoU over time, with pictures.
    """
    with extra("report", "report"):
        from playground.app.report_command import report_lines
    say_all(report_lines(results, out, table, strips))


def benchmark(
    model: Annotated[tuple[str, ...], tyro.conf.arg(metavar="NAME|FOLDER|USER/REPO"), tyro.conf.UseAppendAction] = (),
    device: Device = "auto",
    threads: int | None = None,
    frames: int = 150,
    video: Path | None = None,
    out: Path | None = None,
) -> None:
    """Time every stage of tracking on this machine, beside the same network without its memory of the templates.

    Args:
        model: a model as for track, onnx:FOLDER as export wrote it, or preset:NAME for one with random weights; can be
            given several times; mini-small when left out.
        device: where the networks run.
        threads: processor threads; all cores when left out.
        frames: how many are timed.
        video: what is tracked; a rendered clip of 640x480 when left out.
        out: a folder that gets the figures as files named by date and machine, such as benchmarks/results.
    """
    from playground.app.benchmark_command import benchmark_lines

    say_all(benchmark_lines(model, device, threads, frames, video, out))


def submit(folder: Positional[Path], out: Positional[Path], /) -> None:
    """Pack results on GOT-10k's or TrackingNet's test set into the zip that its server takes.

    Args:
        folder: RESULTS/DATA/TRACKER of an evaluation.
        out: the .zip to write.
    """
    from playground.evaluate.submission import pack

    say(pack(folder, out))


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

    say(convert_to_folder(checkpoint, out, heads, preset, half))


def train(arguments: list[str]) -> None:
    """Run a training recipe; ``playground train RECIPE --help`` lists every field that can be changed."""
    with extra("train", "train"):
        from playground.app.train_command import train_lines
    say_all(train_lines(arguments))


def resume(run: Positional[Path], /, device: Device = "auto") -> None:
    """Go on with a training run that was broken off; it ends as it would have without the break.

    Args:
        run: the folder of the run.
        device: where the network trains.
    """
    with extra("resume", "train"):
        from playground.app.train_command import resume_lines
    say_all(resume_lines(run, device))


def pipeline(
    scale: Positional[Annotated[str, tyro.conf.arg(metavar="toy|mini|mini-cpu|base|small")]],
    /,
    out: Path | None = None,
    data: tuple[str, ...] = (),
    seed: int = 0,
    device: Device = "auto",
    peer: str = "",
) -> None:
    """Train every stage of the paper's model reduction, teacher to small tracker; finished stages are passed over.

    Args:
        scale: toy, mini, mini-cpu, base or small.
        out: the folder that gets one folder a stage; runs/SCALE when left out.
        data: where to find pictures: FORMAT:PLACE, or folders of tar files; beside the synthetic world.
        seed: of weights, batches and the synthetic world.
        device: where the networks train.
        peer: a folder with NanoTrack v2's ONNX files, whose features the first stages imitate.
    """
    with extra("pipeline", "train"):
        from playground.app.train_command import pipeline_lines
    say_all(pipeline_lines(scale, out or Path("runs") / scale, data, seed, device, peer))


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
    with extra("ablate", "train"):
        from playground.app.ablate_command import ablate_lines
    say_all(ablate_lines(scale, out or Path("runs") / f"ablate-{scale}", seeds, only, report, device))


def watch(run: Positional[Path], /, port: int | None = None) -> None:
    """Serve a page that draws a training run while it goes on: losses, IoU, learning rate and speed.

    Args:
        run: the folder of a run, or a folder of runs such as that of a pipeline.
        port: the port to serve on; the first free one from 7860 when left out.
    """
    with extra("watch", "demo"):
        from playground.app.watch_command import serve
    serve(run, port)


COMMANDS: dict[str, Callable[..., None]] = {
    "track": track,
    "demo": demo,
    "evaluate": evaluate,
    "report": report,
    "benchmark": benchmark,
    "submit": submit,
    "convert": convert,
    "export": export,
    "verify": verify,
    "resume": resume,
    "pipeline": pipeline,
    "ablate": ablate,
    "watch": watch,
    "page": page,
    "doctor": doctor,
    "card": card,
    "publish": publish,
    "publish-space": publish_space,
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
        sys.stderr.write(f"playground: {sentence(error)}\n")
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
