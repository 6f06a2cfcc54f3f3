"""What the notebooks share: how they begin and end, their exercises, and short real runs of the training stages."""

from playground.lesson.approach import approach_figure
from playground.lesson.batch_sheet import batch_sheet
from playground.lesson.costs import costs
from playground.lesson.course import course_figure, later
from playground.lesson.exercise import Verdict, check
from playground.lesson.fading import while_fading
from playground.lesson.files import files_in, ports
from playground.lesson.film import Film, film
from playground.lesson.measure import (
    Agreement,
    agreement,
    answers,
    blind_iou,
    blind_kl,
    held_out_crops,
    in_the_middle,
    iou_on,
    known_crops,
    overlaps,
    overlaps_on,
    tracked,
    tracks_of,
    unseen_clip,
)
from playground.lesson.opening import Lesson, begin, run_time
from playground.lesson.pictures import Picture, drawing, filmstrip, shown_to, side_by_side
from playground.lesson.practice import Practice, before, earlier_or_now, practise, world
from playground.lesson.spoken import spoken
from playground.lesson.stages import (
    deep_stage,
    fade_stage,
    shallow_stage,
    sparse_stage,
    teacher_stage,
)
from playground.lesson.words import Words, table

__all__ = [
    "Agreement",
    "Film",
    "Lesson",
    "Picture",
    "Practice",
    "Verdict",
    "Words",
    "agreement",
    "answers",
    "approach_figure",
    "batch_sheet",
    "before",
    "begin",
    "blind_iou",
    "blind_kl",
    "check",
    "costs",
    "course_figure",
    "deep_stage",
    "drawing",
    "earlier_or_now",
    "fade_stage",
    "files_in",
    "film",
    "filmstrip",
    "held_out_crops",
    "in_the_middle",
    "iou_on",
    "known_crops",
    "later",
    "overlaps",
    "overlaps_on",
    "ports",
    "practise",
    "run_time",
    "shallow_stage",
    "shown_to",
    "side_by_side",
    "sparse_stage",
    "spoken",
    "table",
    "teacher_stage",
    "tracked",
    "tracks_of",
    "unseen_clip",
    "while_fading",
    "world",
]
