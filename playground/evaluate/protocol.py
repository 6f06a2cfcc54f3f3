"""The rules by which each benchmark turns boxes into numbers, as data (spec 4.5).

Rules differ in what is done with the given first frame, with frames without a true box, and in whether frames or
sequences weigh the same. The official formulas of most benchmarks count pixels inclusively: a box ends at x + w - 1,
and 1 is added to every difference. On boxes x, y, w, h each +1 meets its -1, so IoU and centre error are those of
continuous coordinates; ``pixels`` says how the rules are written down, and nothing computes with it.
"""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["miss", "hit", "left out"]
Measure = Literal["auc", "precision", "normalised", "ao", "sr50", "sr75"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """``first`` says what the given frame counts as; ``absent_...`` what a frame without a true box counts as, in the
    overlap (success AUC, AO, SR), the centre error in pixels, and the one in shares of the target's size.

    ``mean_over`` says what weighs the same in the mean of a data set. ``clip`` cuts found and true boxes at the frame's
    border first. ``measures`` are the benchmark's own; the first is its headline.
    """

    first: Verdict
    absent_overlap: Verdict
    absent_centre: Verdict
    absent_normalised: Verdict
    pixels: Literal["inclusive", "continuous"]
    mean_over: Literal["sequences", "frames"] = "sequences"
    clip: bool = False
    measures: tuple[Measure, ...] = ("auc", "precision", "normalised")


# Only frames that were tracked and have a true box. For data without rules of its own, and for what is compared here.
PLAIN = Protocol(
    first="left out",
    absent_overlap="left out",
    absent_centre="left out",
    absent_normalised="left out",
    pixels="continuous",
)

# The analysis code that MixFormerV2 and its peers report with: every frame counts, the given one as a hit.
_OFFICIAL = Protocol(
    first="hit", absent_overlap="miss", absent_centre="miss", absent_normalised="hit", pixels="inclusive"
)
_LASOT = Protocol(
    first="hit", absent_overlap="miss", absent_centre="miss", absent_normalised="miss", pixels="inclusive"
)
_UAV123 = Protocol(first="hit", absent_overlap="miss", absent_centre="hit", absent_normalised="hit", pixels="inclusive")

# The GOT-10k toolkit: boxes inside the frame only, and all frames of all sequences in one mean.
_GOT10K = Protocol(
    first="left out",
    absent_overlap="left out",
    absent_centre="left out",
    absent_normalised="left out",
    pixels="continuous",
    mean_over="frames",
    clip=True,
    measures=("ao", "sr50", "sr75"),
)

# By the format of the data (`playground.data.benchmarks`). DAVIS and VOT have measures of their own that need masks or
# restarts, so a box tracker is measured on them by the plain rules.
PROTOCOLS: dict[str, Protocol] = {
    "plain": PLAIN,
    "otb": _OFFICIAL,
    "lasot": _LASOT,
    "lasotext": _OFFICIAL,
    "tnl2k": _OFFICIAL,
    "uav123": _UAV123,
    "nfs": _OFFICIAL,
    "trackingnet": _OFFICIAL,
    "got10k": _GOT10K,
    "davis": PLAIN,
    "vot": PLAIN,
    "videos": PLAIN,
}


def find_protocol(name: str) -> Protocol:
    """The rules called ``name``. Raises ``ValueError`` naming ``protocol`` when there are none."""
    if name not in PROTOCOLS:
        raise ValueError(f"protocol: must be one of {', '.join(PROTOCOLS)}; got {name!r}.")
    return PROTOCOLS[name]
