"""The network: one class for every row of `playground.config.PRESETS`."""

from playground.model.backbone import Memory
from playground.model.mixformer import MixFormer, Prediction

__all__ = ["Memory", "MixFormer", "Prediction"]
