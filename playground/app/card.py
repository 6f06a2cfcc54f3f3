"""The model card: a README rendered from a model folder and its facts, the same every time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from playground.app.card_facts import CardFacts, Measured, Source, read_facts
from playground.app.card_measured import measured_of
from playground.app.card_runs import base_of, network_words, runs_behind
from playground.app.event_words import clock
from playground.app.markdown import cell, table_lines
from playground.app.trackers import fingerprint
from playground.evaluate.tables import TITLES
from playground.hub import EXPORT, WEIGHTS, load_model, load_tracker_config
from playground.manifest import MANIFEST, read_manifest
from playground.model import MixFormer
from playground.settings import from_json, require

LIBRARY = "mixformer-playground"
TASK = "visual-object-tracking"  # the Hub has no pipeline for it, so the card has no pipeline_tag
PAPER = "https://arxiv.org/abs/2305.15896"


def gather_facts(
    folder: Path,
    *,
    results: Path | None = None,
    training: Path | None = None,
    sources: Path | None = None,
    machine: str = "",
    base: tuple[str, ...] = (),
    note: str = "",
) -> CardFacts:
    """The facts that ``folder`` has, with those renewed that are given.

    ``results`` is the folder of an evaluation, ``training`` the last run of the chain that made the weights,
    ``sources`` a JSON list of `Source`, ``machine`` where it was trained, ``base`` what it was distilled from (found in
    ``training`` when empty). Raises ``ValueError`` naming what cannot be read.
    """
    facts = read_facts(folder)
    if results is not None:
        facts = replace(facts, measured=measured_of(results, fingerprint(folder)))
    if training is not None:
        facts = replace(facts, runs=runs_behind(training), base=base_of(training))
    if sources is not None:
        facts = replace(facts, sources=_read_sources(sources))
    return replace(facts, machine=machine or facts.machine, base=base or facts.base, note=note or facts.note)


def render_card(folder: Path, facts: CardFacts, name: str = "") -> str:
    """The card of the model in ``folder`` under ``name``: an embedded name or ``USER/REPO``, as people will load it.

    Base models without a user are taken to lie beside it. Raises ``ValueError`` as `load_model` does.
    """
    name = name or folder.resolve().name
    facts = replace(facts, base=owned(facts.base, name))
    model = load_model(folder)
    parts = [_front_matter(name, facts), *_what(folder, name, model, facts), *_use(folder, name)]
    for measured in facts.measured:
        parts += _figures(name, measured)
    parts += [*_training(facts), *_data(facts), *_limits(model), *_licence(facts)]
    return "\n\n".join(parts) + "\n"


def owned(base: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Base models as a card of the model ``name`` calls them: those without a user belong to the user of ``name``."""
    owner = name.rpartition("/")[0]
    return tuple(f"{owner}/{one}" if owner and "/" not in one else one for one in base)


def _front_matter(name: str, facts: CardFacts) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    results = [
        EvalResult(
            task_type=TASK,
            dataset_type=measured.data,
            dataset_name=f"{measured.data}, {measured.sequences} sequences, rules of {measured.protocol}",
            metric_type=measure,
            metric_name=TITLES[measure],
            metric_value=round(figure.mean, 4),
        )
        for measured in facts.measured
        for measure, figure in measured.measures.items()
    ]
    data = ModelCardData(
        license=facts.licence,
        library_name=LIBRARY,
        tags=[TASK, "mixformerv2", *(["distillation"] if facts.base else [])],
        base_model=list(facts.base) or None,
        datasets=sorted({source.dataset for source in facts.sources if source.dataset}) or None,
        model_name=name.rpartition("/")[2] if results else None,
        eval_results=results or None,
    )
    return f"---\n{data.to_yaml()}\n---"


def _what(folder: Path, name: str, model: MixFormer, facts: CardFacts) -> Iterator[str]:
    config = model.config
    count = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    size = (folder / WEIGHTS).stat().st_size / 1e6
    yield f"# {name.rpartition('/')[2]}"
    yield (
        f"A [MixFormerV2]({PAPER}) for one target: {network_words(config)}, patches of {config.patch} px, template "
        f"{config.template_size} px, search region {config.search_size} px "
        f"(factor {load_tracker_config(folder).crop.search_factor:g}), {config.bins} bins an edge. "
        f"{count:,} parameters, {size:.2f} MB of safetensors."
    )
    if facts.base:
        yield f"Distilled from {', '.join(f'`{one}`' for one in facts.base)}."
    if facts.note:
        yield facts.note


def _use(folder: Path, name: str) -> Iterator[str]:
    yield "## Use"
    yield (
        "```python\nimport playground as pg\n\n"
        f'tracker = pg.load("{name}")\n'
        'for event in pg.track(tracker, "clip.mp4", pg.Box(120, 80, 64, 48)):\n'
        "    print(event.index, event.box, event.score)\n```"
    )
    yield "The box is x, y, width and height in pixels of the first frame. In a shell:"
    yield f"```sh\nplayground track clip.mp4 --box 120,80,64,48 --model {name} --out tracked.mp4\n```"
    if (folder / EXPORT / MANIFEST).is_file():
        dtype = read_manifest(folder / EXPORT).dtype
        yield f'The same network for ONNX Runtime ({dtype}) is in `onnx/`: `pg.load("{name}", backend="onnx")`.'


def _figures(name: str, measured: Measured) -> Iterator[str]:
    yield f"## Figures: {cell(measured.data)}"
    at_once = f", {measured.jobs} sequences at a time" if measured.jobs > 1 else ""
    versions = ", ".join(f"{library} {version}" for library, version in sorted(measured.versions.items()))
    yield (
        f"{measured.sequences} sequences, {measured.frames} judged frames, one pass from the first box. Command: "
        f"`playground evaluate --data {measured.data.partition('-')[0]}:FOLDER --tracker {name} --protocol "
        f"{measured.protocol}`. {measured.frame_ms:g} ms a frame (median) in that run: {measured.machine}, "
        f"{measured.device}, {measured.threads} thread{'s' * (measured.threads != 1)}{at_once}; {versions}."
    )
    yield _table(
        ["measure", "mean", "95 % interval"],
        [
            [TITLES[measure], f"{value.mean:.3f}", f"{value.low:.3f} to {value.high:.3f}"]
            for measure, value in measured.measures.items()
        ],
    )
    yield "The interval holds 95 % of the means of resampled sequences."
    first, second = (TITLES[measure] for measure in list(measured.measures)[:2])
    if measured.groups:
        rows = [[cell(g.name), str(g.sequences), f"{g.first:.3f}", f"{g.second:.3f}"] for g in measured.groups]
        yield _table(["targets", "sequences", first, second], rows)
    if measured.others:
        yield "Other trackers on the same sequences:"
        rows = [
            [cell(o.name), f"{o.figure.mean:.3f}", f"{o.figure.low:.3f} to {o.figure.high:.3f}", f"{o.frame_ms:g}"]
            for o in measured.others
        ]
        yield _table(["tracker", first, "95 % interval", "ms/frame"], rows)
    yield "Where it fails: its worst sequences. A loss is an IoU below 0.1 for 10 frames or more."
    rows = [[cell(f.name), f"{f.value:.3f}", str(f.lost), str(f.after) if f.lost else "-"] for f in measured.worst]
    yield _table(["sequence", first, "losses", "first after frames"], rows)


def _training(facts: CardFacts) -> Iterator[str]:
    if not facts.runs:
        return
    yield "## Training"
    seconds = sum(run.seconds for run in facts.runs)
    where = f" on {facts.machine}" if facts.machine else ""
    runs = f"{len(facts.runs)} runs, one after the other" if len(facts.runs) > 1 else "One run"
    yield f"{runs}, {clock(seconds)} (hours:minutes:seconds){where}, validation and saving left out."
    yield _table(
        ["run", "network", "starts from", "taught by", "steps", "search regions", "numbers", "time"],
        [
            [
                cell(run.name), run.network, cell(run.starts) or "random weights", cell(run.teacher) or "-",
                f"{run.steps:,}", f"{run.regions:,}", run.precision, clock(run.seconds),
            ]
            for run in facts.runs
        ],
        text=4,
    )  # fmt: skip
    yield "\n".join(["```sh", *(run.command for run in facts.runs), "```"])


def _data(facts: CardFacts) -> Iterator[str]:
    clips = max((run.synthetic_clips for run in facts.runs), default=0)
    if not clips and not facts.sources and not facts.runs:
        return
    yield "## Data"
    if clips:
        yield (
            f"{clips} clips a run of a rendered world (`playground.video.synthetic`), whose surfaces are drawn or cut "
            "from the photographs that scikit-image ships."
        )
    if facts.sources:
        rows = [[cell(one.name), cell(one.place), cell(one.licence)] for one in facts.sources]
        yield "Pictures, none of which is part of this repository:"
        yield _table(["name", "from", "licence"], rows, text=3)
    elif any(run.locations for run in facts.runs):
        yield "Beside these it saw pictures of which nothing is recorded here."


def _limits(model: MixFormer) -> Iterator[str]:
    yield "## Intended use and limits"
    yield (
        "For learning how such trackers work and are made smaller, and for following one object that a person has "
        "marked. Not for decisions about people, and not where a lost target does harm."
    )
    score = (
        "The score is a guess at being on the target, not a calibrated probability."
        if model.config.score_head
        else "It gives no score, so it cannot say that the target is gone, and its online template is never renewed."
    )
    yield (
        "One target at a time. No search over the whole frame: a target that leaves the search region is found again "
        f"only if it comes back to it. {score}"
    )


def _licence(facts: CardFacts) -> Iterator[str]:
    yield "## Licence"
    pictures = (
        " The training pictures keep their own terms, some of which allow research only or are not stated; the licence "
        "covers the weights as far as their makers can give it."
        if facts.sources
        else ""
    )
    yield f"{facts.licence.upper()}.{pictures}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], text: int = 1) -> str:
    return "\n".join(table_lines(head, rows, text))


def _read_sources(path: Path) -> tuple[Source, ...]:
    require(path.is_file(), f"sources: {path} is not there; give a JSON list of name, place and licence.")
    text = f'{{"sources": {path.read_text(encoding="utf-8")}}}'
    return from_json(CardFacts, text, str(path)).sources
