"""Functions that write a little, for processes of `faulty.call` in which something happens while they do."""

from pathlib import Path

from playground.export import folder as module
from playground.export.folder import write_folder


def put_folder(folder: Path, text: str, swaps: bool) -> None:
    """Replace ``folder`` by one with two files that belong together, where names can be swapped in one step or not."""
    if not swaps:
        module._exchange = lambda one, other: False
    with module.replacing_folder(folder, "mark") as beside:
        write_folder(beside / "deep", {f"only-{text}": b""})
        (beside / "mark").write_text(text)


def put_export(source: Path, traced: Path, out: Path) -> None:
    """`export_onnx` as fp16 with graphs that were traced before, since tracing takes longer than all the rest."""
    import onnx

    from playground.export import onnx as exporting

    exporting.trace_step = lambda model, attention: onnx.load(traced / exporting.STEP)
    exporting.trace_encode = lambda model: onnx.load(traced / exporting.ENCODE)
    exporting.export_onnx(str(source), out, dtype="fp16")


def ablate_untrained(words: list[str]) -> None:
    """The command ``ablate`` where every run was trained and measured before."""
    from playground.app import ablate_command
    from playground.app.cli import main

    ablate_command.run_arms = lambda *_, **__: iter(())
    ablate_command._measured = lambda folder, arms, device: {arm: 0.5 for arm in arms}
    main(words)


def space_of_a_file(words: list[str]) -> None:
    """The command ``publish-space`` with one file, since its clips are rendered and kept elsewhere before."""
    from playground.app import space_files
    from playground.app.cli import main

    space_files.space_files = lambda *_: {"app.py": bytes(5000)}
    main(words)
