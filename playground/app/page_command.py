"""``playground page``: the tracker in a browser, served from here or put into a folder for a static host."""

import threading
from pathlib import Path
from typing import Annotated

import tyro

from playground.app.terminal import say


def page(
    model: Annotated[tuple[str, ...], tyro.conf.arg(metavar="NAME|FOLDER|USER/REPO"), tyro.conf.UseAppendAction] = (),
    dtype: Annotated[tuple[str, ...], tyro.conf.arg(metavar="fp32|fp16|int8"), tyro.conf.UseAppendAction] = (),
    port: int | None = None,
    build: Path | None = None,
    runtime: Path | None = None,
    cache: Path | None = None,
) -> None:
    """Serve the page that tracks in the visitor's own browser: webcam, file or example, nothing uploaded.

    Args:
        model: a model as for track, or a folder that export wrote; can be given several times; mini-small when left
            out. What was not exported is exported once, into the cache.
        dtype: how weights are stored; can be given several times. When left out: as the model folder holds them
            exported, and fp32 and int8 where the extra export is installed.
        port: the port to serve on, to this machine alone; the first free one from 7860 when left out.
        build: write the page into this new folder for a static host, and serve nothing.
        runtime: where npm put onnxruntime-web; playground/web/node_modules when left out. Where it is not, browsers
            fetch it from a pinned public address.
        cache: the folder for exports; PLAYGROUND_CACHE or ~/.cache/mixformer-playground when left out.
    """
    from playground.app.page.exports import PageModel, page_models
    from playground.app.page.runtime import find_runtime
    from playground.app.page.server import open_server, pack_ahead
    from playground.app.page.site import make_site, write_site
    from playground.cache import default_cache

    found = find_runtime(runtime)
    models = []
    for item in page_models(model or ("mini-small",), dtype, cache or default_cache()):
        models.append(item) if isinstance(item, PageModel) else say(item)
    site = make_site(models, found)
    where = "from here" if found else "from a public address; to have it here, run npm ci in playground/web"
    if build is not None:
        write_site(site, build)
        say(f"{build}: the page; ONNX Runtime Web comes {where}")
        return
    with open_server(site, port) as server:
        threading.Thread(target=pack_ahead, args=(site,), daemon=True).start()
        say(f"{server.address} (Ctrl-C ends it); ONNX Runtime Web comes {where}")
        server.serve_forever()
