"""From a name, a folder or a Hub repository to a model folder; models in and out of such folders, and onto the Hub."""

from playground.hub.model_folder import (
    CARD,
    CARD_FACTS,
    EXPORT,
    MODEL_CONFIG,
    TRACKER_CONFIG,
    WEIGHTS,
    count_learned,
    load_model,
    load_tracker_config,
    save_model,
)
from playground.hub.names import embedded_models, resolve, resolve_export
from playground.hub.upload import Upload, model_files, push_model, push_space

__all__ = [
    "CARD",
    "CARD_FACTS",
    "EXPORT",
    "MODEL_CONFIG",
    "TRACKER_CONFIG",
    "WEIGHTS",
    "Upload",
    "count_learned",
    "embedded_models",
    "load_model",
    "load_tracker_config",
    "model_files",
    "push_model",
    "push_space",
    "resolve",
    "resolve_export",
    "save_model",
]
