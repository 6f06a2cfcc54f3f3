"""``playground card``, ``publish`` and ``publish-space``: a model or the demo on the Hub, with its card."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from playground.app.terminal import extra, say
from playground.hub import CARD, CARD_FACTS, push_model, push_space, resolve
from playground.hub.names import Repository, read_repository
from playground.hub.upload import File, existing, model_files
from playground.settings import require

Repo = Annotated[str, tyro.conf.arg(metavar="USER/REPO")]


def card(
    folder: Positional[Path],
    /,
    results: Path | None = None,
    training: Path | None = None,
    sources: Path | None = None,
    machine: str = "",
    base: tuple[str, ...] = (),
    note: str = "",
    name: str = "",
    write: bool = False,
) -> None:
    """Print a model's card, rendered from its settings, an evaluation's results and its training runs.

    Args:
        folder: the model folder.
        results: the folder that an evaluation of exactly these weights wrote to; without it no figure is claimed.
        training: the folder of the last training run; the runs before it are found from there.
        sources: a JSON list of the training pictures: name, place, licence, and dataset where they are on the Hub.
        machine: where it was trained, in words.
        base: what it was distilled from; found from training when left out.
        note: a paragraph of your own.
        name: the name to load it by; that of the folder when left out.
        write: write README.md, and card.json with what was gathered, into the folder.
    """
    from playground.app.card import gather_facts, render_card
    from playground.app.card_facts import write_facts
    from playground.files import replacing

    folder = _model_folder(folder)
    facts = gather_facts(
        folder, results=results, training=training, sources=sources, machine=machine, base=base, note=note
    )
    text = render_card(folder, facts, name)
    if not write:
        say(text.rstrip())
        return
    write_facts(folder, facts)
    with replacing(folder / CARD) as path:
        path.write_text(text, encoding="utf-8")
    say(f"{folder / CARD} and {CARD_FACTS} written")


def publish(
    folder: Positional[Path],
    repository: Positional[Repo],
    /,
    results: Path | None = None,
    training: Path | None = None,
    private: bool = False,
    revision: str = "",
    dry_run: bool = False,
) -> None:
    """Publish a model folder on the Hub: weights, settings, the export in onnx/ where there is one, and its card.

    Args:
        folder: the model folder; nothing else that lies in it is published.
        repository: where to; made when it is missing.
        results: measured figures for the card, as for card; those of card.json when left out.
        training: training runs for the card, as for card.
        private: make a new repository private.
        revision: the branch to publish on, made when it is missing; main when left out.
        dry_run: show the card and what would be published, and ask the Hub nothing.
    """
    from playground.app.card import gather_facts, owned, render_card

    place, folder = _place(repository, revision), _model_folder(folder)
    facts = gather_facts(folder, results=results, training=training)
    if facts.base and not dry_run:
        there = existing(owned(facts.base, place.name))
        for name in sorted({*owned(facts.base, place.name)} - {*there}):
            say(f"{name} is not on the Hub, so the card does not name it as base model")
        facts = replace(facts, base=there)
    text = render_card(folder, facts, place.name)
    files = model_files(folder, text)
    if dry_run:
        say(text)
        _say_files(files, place)
        return
    done = push_model(files, place, private=private)
    say(f"published {done.address}, commit {done.commit}")
    say(f'load it with: pg.load("{place.name}@{done.commit}")')


def publish_space(
    repository: Positional[Repo],
    /,
    private: bool = False,
    revision: str = "",
    dry_run: bool = False,
    out: Path | None = None,
    browser_page: str = "",
) -> None:
    """Publish the demo as a Gradio Space: space/ of the clone, the package, the embedded models and example clips.

    Args:
        repository: where to; made when it is missing.
        private: make a new Space private.
        revision: the branch to publish on, made when it is missing; main when left out.
        dry_run: show what would be published, and ask the Hub nothing.
        out: put the Space's files into this new folder instead, ready for python app.py.
        browser_page: the address of the page that tracks in the browser, which the tab Webcam links to.
    """
    with extra("publish-space", "demo"):
        from playground.app.space_files import space_files, write_space

    place = _place(repository, revision)
    if out is not None:
        write_space(out, place.name, browser_page)
        say(f"the Space is in {out}; start it with: python app.py")
        return
    files = space_files(place.name, browser_page)
    if dry_run:
        _say_files(files, place)
        return
    done = push_space(files, place, private=private)
    say(f"published {done.address}, commit {done.commit}")


def _model_folder(folder: Path) -> Path:
    require(folder.is_dir(), f"folder: there is no folder {folder}; give one that holds a model.")
    return resolve(str(folder.resolve()))


def _place(repository: str, revision: str) -> Repository:
    place = read_repository(repository)
    require(not (place.revision and revision), f"revision: {repository} names one already; leave --revision out.")
    return Repository(place.name, place.revision or revision)


def _say_files(files: Mapping[str, File], place: Repository) -> None:
    say(f"{len(files)} files would be published to {place.whole}:")
    for name, file in sorted(files.items()):
        size = file.stat().st_size if isinstance(file, Path) else len(file)
        say(f"  {name}  {size / 1e6:.3f} MB")
