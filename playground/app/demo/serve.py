"""The page served: port, limits, theme."""

import os
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import gradio as gr
from starlette.middleware import Middleware

from playground.app.demo import limits
from playground.app.demo.allocator import give_back_memory, trimming
from playground.app.demo.cache import own_cache
from playground.app.demo.guard import guard
from playground.app.demo.layout import build
from playground.app.demo.models import models_only_from
from playground.app.demo.toggle import default_device, get_tracker, paired_model
from playground.cores import cores
from playground.settings import require

THREADS = "OMP_NUM_THREADS"  # read when PyTorch is loaded; may be a list, of which the first counts
# Buttons are dark enough for white words on them: 5.5 to 1.
THEME = gr.themes.Default(primary_hue="teal", neutral_hue="slate", font=["system-ui", "sans-serif"]).set(
    button_primary_background_fill="*primary_700",
    button_primary_background_fill_hover="*primary_800",
    button_primary_background_fill_dark="*primary_700",
    button_primary_background_fill_hover_dark="*primary_600",
    button_primary_text_color="white",
    button_primary_text_color_dark="white",
)


def launch(
    model: str | None = None,
    port: int | None = None,
    share: bool = False,
    mcp: bool = False,
    examples: Path | None = None,
    browser_page: str = "",
    models_from: Sequence[Path] = (),
) -> None:
    """Serve the page until it is interrupted, on ``port`` or the first free one from 7860.

    ``model``, ``examples`` and ``browser_page`` as `build` takes them. With ``mcp`` its endpoints are tools of an MCP
    server too. With ``models_from``, and wherever others than this machine can reach the page, the model folders that
    can be named are those inside of ``models_from`` and ``model``.
    Raises ``ValueError`` naming ``model``, ``port``, ``browser_page``, ``models_from`` or ``mcp``.
    """
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"port: must be from 1 to 65535; got {port}.")
    linked = browser_page.startswith(("http://", "https://"))
    require(linked or not browser_page, f"browser_page: must begin with http:// or https://; got {browser_page!r}.")
    for folder in models_from:
        require(folder.expanduser().is_dir(), f"models_from: {folder} is no folder; give one that holds model folders.")
    own = [Path(model)] if model and Path(model).expanduser().is_dir() else []
    closed = bool(models_from) or is_public(share)
    share_cores()
    give_back_memory()
    with own_cache() as kept, trimming(), models_only_from([*models_from, *own] if closed else None):
        page = build(model, examples, browser_page)
        try:
            page.launch(
                server_port=port,
                share=share,
                max_file_size=f"{limits.MAX_FILE_MB}mb",
                theme=THEME,
                css_paths=Path(__file__).with_name("page.css"),
                footer_links=["api", "settings"],
                mcp_server=mcp,
                state_session_capacity=limits.VISITS_KEPT,
                app_kwargs={"middleware": [Middleware(guard, notes=kept if mcp else None)]},
                prevent_thread_lock=True,
            )
        except OSError as error:
            wanted = port or "every one from 7860"
            raise ValueError(f"port: {wanted} cannot be used ({error}); choose another.") from error
        except ImportError as error:
            raise ValueError(
                "mcp: a package is missing; install it with: pip install 'mixformer-playground[mcp]'."
            ) from error
        try:
            warm_up(model)
        except BaseException:  # an interruption too: nobody is to be served by what is being taken down
            page.close()
            raise
        page.block_thread()


def warm_up(model: str | None) -> None:
    """Load PyTorch and the model that the page starts with, so that the first visitor's job need not.

    It comes after the page is up: it takes seconds, in which a visitor can already choose.
    """
    device = default_device()
    get_tracker(model or paired_model(device), device)


def is_public(share: bool) -> bool:
    """Whether others than this machine can reach the page: by Gradio's link, in a Space, or at the address that
    ``GRADIO_SERVER_NAME`` has it listen on."""
    listens = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    try:
        here = ip_address(listens).is_loopback
    except ValueError:
        here = listens == "localhost"
    return share or "SPACE_ID" in os.environ or not here


def share_cores() -> None:
    """Give PyTorch no more threads than leaves every job its share of the cores, beside the encoding of its video.

    Threads that outnumber the cores wait for each other in busy loops: with two of them on two busy cores a frame took
    ten times as long as with one. PyTorch tells no thread that has computed already, so this comes before the first
    job; where it is not loaded yet, by the variable that it will read.
    """
    most = max(1, cores() // limits.JOBS_AT_ONCE)
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(min(torch.get_num_threads(), most))
        return
    asked = os.environ.get(THREADS, "").partition(",")[0].strip()
    os.environ[THREADS] = str(min(int(asked), most) if asked.isdecimal() and int(asked) else most)
