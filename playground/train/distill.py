"""What a teacher says of a batch, and how far the student is from it (paper 3.2 and 3.3, spec 2.3 and 2.4).

Both distillations are the same two terms: the four edge distributions, and the outputs of chosen blocks. A dense
teacher gives edges as the marginals of its corner maps, so the student never asks which kind of teacher it has.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from playground.config import ModelConfig
from playground.data.batch import Batch
from playground.model import Memory, MixFormer, Prediction
from playground.model.backbone import Keep
from playground.settings import require


def locate_groups(
    model: MixFormer, batch: Batch, keep: Keep = None, features: bool = False, attention: bool = False
) -> Prediction:
    """Encode each group's templates once and locate the target in all search regions of the group."""
    per_group = batch.search.shape[0] // batch.templates.shape[0]
    memory = model.encode(batch.templates, keep, features)
    shared = Memory(
        tuple(
            type(block)(block.keys.repeat_interleave(per_group, 0), block.values.repeat_interleave(per_group, 0))
            for block in memory.blocks
        ),
        tuple(tokens.repeat_interleave(per_group, 0) for tokens in memory.tokens),
    )
    return model.locate(batch.search, shared, keep, features, attention)


@torch.no_grad()
def ask_teacher(teacher: MixFormer, batch: Batch, features: bool) -> Prediction:
    """The teacher's prediction for a batch cut for the student, resized where the teacher's sizes are others."""
    templates = _resized(batch.templates.flatten(0, 1), teacher.config.template_size)
    seen = batch._replace(
        templates=templates.view(*batch.templates.shape[:2], *templates.shape[1:]),
        search=_resized(batch.search, teacher.config.search_size),
    )
    return locate_groups(teacher, seen, features=features)


def check_pairs(student: ModelConfig, teacher: ModelConfig, pairs: tuple[tuple[int, int], ...]) -> None:
    """Raise ``ValueError`` naming ``distill.pairs`` unless the blocks exist and their outputs have equal shapes."""
    beyond = [pair for pair in pairs if not 0 <= pair[1] < teacher.depth]
    require(not beyond, f"distill.pairs: the teacher's blocks are 0..{teacher.depth - 1}; got {beyond}.")
    alike = [(c.dim, c.search_grid, c.template_grid, c.prediction_tokens) for c in (student, teacher)]
    require(
        not pairs or alike[0] == alike[1],
        "distill.pairs: features can only be matched between networks of the same width, token grids and head; "
        "leave pairs empty and set loss.features to 0.",
    )


def _resized(images: Tensor, size: int) -> Tensor:
    if images.shape[-1] == size:
        return images
    return F.interpolate(images, size, mode="bilinear", align_corners=False, antialias=images.shape[-1] > size)
