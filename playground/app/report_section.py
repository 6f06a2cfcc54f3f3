"""One data set on the page of ``playground report``: tables, plots, then strips over time."""

from collections.abc import Iterator
from html import escape

from playground.app.report_html import plot, scroll, table, titled
from playground.app.report_strips import strip_sections
from playground.app.report_tables import shown
from playground.evaluate import metrics
from playground.evaluate.protocol import Protocol, find_protocol
from playground.evaluate.results import Results
from playground.evaluate.standing import Curve, Standing, mean_curve
from playground.evaluate.summary import ALL
from playground.evaluate.tables import TITLES
from playground.visualise.dots import dots_figure
from playground.visualise.looks import Look
from playground.visualise.pareto import Point, pareto_figure
from playground.visualise.rates import rates_figure

Looks = dict[str, Look]
MEASURES = {
    "auc": "Success AUC",
    "precision": "Precision at 20 px",
    "normalised": "Normalised precision",
    "ao": "Average overlap",
    "sr50": "Success rate at IoU 0.5",
    "sr75": "Success rate at IoU 0.75",
}
NOTE = (
    "The interval holds 95 % of the means of resampled sequences. Time is the median from a frame being in memory to "
    "its box. Lost: how often the IoU stayed below 0.1 for 10 frames or more."
)


def anchor(results: Results) -> str:
    """Where on the page the data set is, as HTML has it in an attribute."""
    return f"data-{escape(results.name)}"


def section(results: Results, found: list[Standing], looks: Looks, strips: int) -> str:
    """The HTML of a data set, whose trackers ``found`` come best first; strips for at most ``strips`` sequences."""
    rules = find_protocol(results.data.protocol)
    lead = (
        f"{len(results.sequences)} sequences from <code>{escape(results.data.location)}</code>, by the rules of "
        f"<b>{escape(results.data.protocol)}</b>. {_in_words(rules)}"
    )
    known = [one for one in found if one.means is not None]
    parts = [
        f'<section id="{anchor(results)}"><h2>{escape(results.name)}</h2><p class="lead">{lead}</p>',
        scroll(_overview(found, rules, looks), "Trackers, best first"),
        f'<p class="note">{" ".join(_notes(found))}</p>',
    ]
    if known:
        parts += [_plots(known, rules, looks), _groups(known, rules, looks), _dots(known, rules, looks)]
        parts += strip_sections(results.sequences, known, rules, looks, strips)
    return "".join([*parts, "</section>"])


def _in_words(rules: Protocol) -> str:
    first = {"hit": "counts as a hit", "miss": "counts as a miss", "left out": "is left out"}[rules.first]
    absent = {"hit": "count as hits", "miss": "count as misses", "left out": "are left out"}[rules.absent_overlap]
    weigh = "Frames" if rules.mean_over == "frames" else "Sequences"
    return f"The given frame {first}; in the overlap, frames without a target {absent}. {weigh} weigh the same."


def _named(one: Standing, looks: Looks) -> str:
    return f'<i style="background: {looks[one.name].colour}"></i>{escape(one.name)}'


def _overview(found: list[Standing], rules: Protocol, looks: Looks) -> str:
    headline, *others = rules.measures
    head = ["tracker", TITLES[headline], "95 % interval", *(TITLES[name] for name in others)]
    best = {
        name: max((getattr(one.means, name).mean for one in found if one.means), default=0.0) for name in rules.measures
    }
    rows = []
    for one in found:
        cells = [_named(one, looks)]
        for name in rules.measures:
            value = getattr(one.means, name) if one.means else None
            text = f"{value.mean:.3f}" if value else "withheld"
            cells.append(f"<b>{text}</b>" if value and value.mean == best[name] else text)
            cells += [shown(value) if value else ""] if name == headline else []
        summary = one.summary
        cells += [f"{summary.frame_ms:.1f}", f"{summary.frame_ms_p95:.1f}"]
        cells += [str(summary.failures), str(summary.recovered)] if one.means else ["", ""]
        rows.append((one.name, cells))
    return table([*head, "ms a frame", "95th percentile", "lost", "found again"], rows)


def _notes(found: list[Standing]) -> Iterator[str]:
    yield NOTE
    places: dict[str, list[str]] = {}
    for one in found:
        record = one.record
        words = f"{record.machine}, {record.device}, {_count(record.threads, 'thread')}"
        words += f", {record.jobs} processes at a time" if record.jobs > 1 else ""
        places.setdefault(words, []).append(one.name)
    for words, names in places.items():
        yield f"{escape(', '.join(names))}: {escape(words)}." if len(places) > 1 else f"Run on {escape(words)}."
    for one in found:
        if one.missing:
            said = f"{one.name} has not finished {_count(len(one.missing), 'sequence')}, first {one.missing[0]}"
            yield f'<strong class="warning">{escape(said)}; its means are over the others.</strong>'


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _plots(found: list[Standing], rules: Protocol, looks: Looks) -> str:
    """Success, precision and normalised precision, and speed against the headline measure."""

    def rates(curve: Curve, measure: str, across: str, read_at: float | None = None) -> str:
        figure = rates_figure(
            {"success": metrics.THRESHOLDS, "near": metrics.PIXELS, "near_normalised": metrics.SHARES}[curve],
            {one.name: mean_curve(one, curve, rules) for one in found},
            {one.name: getattr(one.means, measure).mean for one in found},
            looks,
            across=across,
            upright="share of frames",
            rises=read_at is not None,
            read_at=read_at,
        )
        return plot(figure, f"{MEASURES[measure]} of every tracker as a curve")

    headline = rules.measures[0]
    points = []
    for one in found:
        value = getattr(one.means, headline)
        points.append(Point(name=one.name, ms=one.summary.frame_ms, value=value.mean, low=value.low, high=value.high))
    speed = plot(pareto_figure(points, looks, measure=MEASURES[headline]), "Speed of every tracker against accuracy")
    return "".join(
        [
            '<div class="pair">',
            titled(
                "Success",
                "Frames whose IoU lies above a threshold. The number is the mean of the curve, the AUC.",
                rates("success", "auc", "IoU threshold"),
            ),
            titled(
                "Precision",
                "Frames whose centre is at most so far off. The number is read at 20 pixels.",
                rates("near", "precision", "distance of the centres (pixels)", 20.0),
            ),
            titled(
                "Normalised precision",
                "As precision, in widths and heights of the target. The number is read at 0.2.",
                rates("near_normalised", "normalised", "distance of the centres (target sizes)", 0.2),
            ),
            titled(
                "Speed and accuracy",
                "Median time a frame. The dashed line joins those that no other beats in both.",
                speed,
            ),
            "</div>",
        ]
    )


def _groups(found: list[Standing], rules: Protocol, looks: Looks) -> str:
    headline = rules.measures[0]
    sizes: dict[str, int] = {}
    for one in found:
        for group, means in one.summary.groups.items():
            sizes[group] = max(sizes.get(group, 0), means.sequences)
    groups = sorted(sizes.keys() - {ALL})
    rows = []
    for one in found:
        values = [one.summary.groups.get(group) for group in groups]
        shares = [getattr(means, headline).mean if means else None for means in values]
        cells = ["" if s is None else f'<span style="--share: {s:.3f}">{s:.3f}</span>' for s in shares]
        rows.append((one.name, [_named(one, looks), *cells]))
    head = ["tracker", *(f"{group} ({sizes[group]})" for group in groups)]
    return titled(
        f"{MEASURES[headline]} by group",
        "By size and motion of the target, and by the data set's attributes; with numbers of sequences.",
        scroll(table(head, rows, "groups"), "Groups of sequences"),
    )


def _dots(found: list[Standing], rules: Protocol, looks: Looks) -> str:
    headline = rules.measures[0]
    values = {one.name: {score.name: getattr(score, headline) for score in one.scores} for one in found}
    figure = dots_figure(values, looks, measure=MEASURES[headline])
    return titled(
        "Sequence by sequence",
        "A row a sequence, the hardest at the bottom; a dot a tracker.",
        scroll(plot(figure, "Every tracker on every sequence"), "Sequence by sequence"),
    )
