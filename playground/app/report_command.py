"""``playground report``: tables of an evaluation's results in the terminal, and one page with all of its figures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from playground.app.report_page import report_page
from playground.app.report_tables import markdown_lines, to_json
from playground.evaluate.results import read_results
from playground.evaluate.tables import summary_lines
from playground.files import replacing
from playground.settings import require

Table = Literal["text", "markdown", "json"]


def report_lines(results: Path, out: Path | None, table: str, strips: int) -> Iterator[str]:
    """The lines of the ``table`` asked for; the page is written to ``out``, or into the folder of the results.

    With a table of text, a last line says where the page is; Markdown and JSON stand alone, to be piped into a file.
    Raises ``ValueError`` naming ``results``, ``table``, ``strips`` or ``out``.
    """
    require(table in get_args(Table), f"table: must be one of {', '.join(get_args(Table))}; got {table!r}.")
    require(strips >= 0, f"strips: must be 0 or more; got {strips}.")
    page = out or results / "report.html"
    require(page.parent.is_dir() or not out, f"out: the folder {page.parent} does not exist; make it first.")
    sets = list(read_results(results).values())
    text = report_page(sets, strips)
    with replacing(page) as beside:
        beside.write_text(text, encoding="utf-8")
    if table == "json":
        yield to_json(sets)
    elif table == "markdown":
        yield from markdown_lines(sets)
    else:
        for one in sets:
            yield from summary_lines(one)
            yield ""
        yield f"page: {page}"
