"""Inside a network: `look_inside` captures one frame as a value, and a figure for each question is drawn from it.

Names are looked up when they are first used: figures are drawn without PyTorch, which only the capturing needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.visualise.inside.budget import budget_figure
    from playground.visualise.inside.capture import look_inside
    from playground.visualise.inside.captured import Inside
    from playground.visualise.inside.compare import compare_figure, first_disagreement
    from playground.visualise.inside.corner_view import corners_figure
    from playground.visualise.inside.cost import Cost
    from playground.visualise.inside.costs import measure_costs
    from playground.visualise.inside.crops import Crops, cut, cut_clip, cut_step
    from playground.visualise.inside.difference import difference_figure
    from playground.visualise.inside.edge_view import edges_figure
    from playground.visualise.inside.fading import Fading, fade_through, fading_figure
    from playground.visualise.inside.footage import Footage, cut_footage, open_footage
    from playground.visualise.inside.layer_view import layers_figure
    from playground.visualise.inside.mask_view import mask_figure
    from playground.visualise.inside.moments import Moment, replay
    from playground.visualise.inside.patch_view import patch_figure
    from playground.visualise.inside.similarity import similarity_figure
    from playground.visualise.inside.static import to_png, to_static
    from playground.visualise.inside.study import LayerStudy, study_layers
    from playground.visualise.inside.study_view import study_figure
    from playground.visualise.inside.swipe import swipe_html
    from playground.visualise.inside.swipe_view import swipe_figure
    from playground.visualise.inside.talk_view import talk_figure
    from playground.visualise.inside.timeline import timeline_figure
    from playground.visualise.inside.token_attention import attention_figure

_HOME = {
    "Cost": "cost",
    "Crops": "crops",
    "Fading": "fading",
    "Footage": "footage",
    "Inside": "captured",
    "LayerStudy": "study",
    "Moment": "moments",
    "attention_figure": "token_attention",
    "budget_figure": "budget",
    "compare_figure": "compare",
    "corners_figure": "corner_view",
    "cut": "crops",
    "cut_clip": "crops",
    "cut_footage": "footage",
    "cut_step": "crops",
    "difference_figure": "difference",
    "edges_figure": "edge_view",
    "fade_through": "fading",
    "fading_figure": "fading",
    "first_disagreement": "compare",
    "layers_figure": "layer_view",
    "look_inside": "capture",
    "mask_figure": "mask_view",
    "measure_costs": "costs",
    "open_footage": "footage",
    "patch_figure": "patch_view",
    "replay": "moments",
    "similarity_figure": "similarity",
    "study_figure": "study_view",
    "study_layers": "study",
    "swipe_figure": "swipe_view",
    "swipe_html": "swipe",
    "talk_figure": "talk_view",
    "timeline_figure": "timeline",
    "to_png": "static",
    "to_static": "static",
}

__all__ = [
    "Cost",
    "Crops",
    "Fading",
    "Footage",
    "Inside",
    "LayerStudy",
    "Moment",
    "attention_figure",
    "budget_figure",
    "compare_figure",
    "corners_figure",
    "cut",
    "cut_clip",
    "cut_footage",
    "cut_step",
    "difference_figure",
    "edges_figure",
    "fade_through",
    "fading_figure",
    "first_disagreement",
    "layers_figure",
    "look_inside",
    "mask_figure",
    "measure_costs",
    "open_footage",
    "patch_figure",
    "replay",
    "similarity_figure",
    "study_figure",
    "study_layers",
    "swipe_figure",
    "swipe_html",
    "talk_figure",
    "timeline_figure",
    "to_png",
    "to_static",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
