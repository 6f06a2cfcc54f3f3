"""Groups share their templates, and a teacher of any size and head answers for the student's batch."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_training import TINY, TINY_DENSE, TINY_SCORED, random_batch, tiny
from torch.testing import assert_close

from playground.model.prune import fade
from playground.train.distill import ask_teacher, check_pairs, locate_groups


@pytest.mark.parametrize("per_group", [1, 3])
def test_groups_share_their_templates(per_group):
    model, batch = tiny(TINY_SCORED).double().eval(), random_batch(groups=2, per_group=per_group)
    templates, search = batch.templates.double(), batch.search.double()
    keep = fade(4, (1,), 0.4)
    shared = locate_groups(model, batch._replace(templates=templates, search=search), keep, features=True)
    for i in range(2 * per_group):
        group = i // per_group
        alone = model(templates[group : group + 1], search[i : i + 1], keep, features=True)
        exact = {"rtol": 0, "atol": 1e-6}  # the head answers in float32
        assert_close(shared.box[i], alone.box[0], **exact)
        assert_close(shared.score_logit[i], alone.score_logit[0], **exact)
        for ours, theirs in zip(shared.features, alone.features, strict=True):
            assert_close(ours[i], theirs[0], rtol=0, atol=1e-12)


def test_gradients_through_shared_templates_are_those_of_repeated_ones():
    batch = random_batch(groups=2, per_group=3)
    one, other = tiny().double(), tiny().double()
    templates, search = batch.templates.double(), batch.search.double()
    locate_groups(one, batch._replace(templates=templates, search=search)).edges[:, 0, 0].sum().backward()
    other(templates.repeat_interleave(3, 0), search).edges[:, 0, 0].sum().backward()
    for (name, p), q in zip(one.named_parameters(), other.parameters(), strict=True):
        assert_close(p.grad, q.grad, rtol=1e-5, atol=1e-7, msg=lambda m, n=name: f"{n}: {m}")


def test_a_teacher_of_the_same_sizes_sees_the_same_pictures():
    batch, teacher = random_batch(), tiny(TINY_DENSE)
    teacher.eval()
    said = ask_teacher(teacher, batch, features=False)
    expected = teacher(batch.templates.repeat_interleave(2, 0), batch.search)
    assert_close(said.edges, expected.edges)
    assert not said.edges.requires_grad and said.features == ()


@pytest.mark.parametrize(("template", "search"), [(32, 64), (8, 16), (16, 48)])
def test_a_teacher_of_other_sizes_sees_the_same_pictures_resized(monkeypatch, template, search):
    batch, seen = random_batch(), {}
    teacher = tiny(replace(TINY, template_size=template, search_size=search)).eval()
    encode, locate = teacher.encode, teacher.locate
    monkeypatch.setattr(teacher, "encode", lambda t, *rest: seen.update(template=t[1, 1]) or encode(t, *rest))
    monkeypatch.setattr(teacher, "locate", lambda s, *rest: seen.update(search=s[3]) or locate(s, *rest))
    said = ask_teacher(teacher, batch, features=True)
    assert said.box.shape == (4, 4) and len(said.features) == 4
    for name, mine, size in (("template", batch.templates[1, 1], template), ("search", batch.search[3], search)):
        for got, channel in zip(seen[name], mine, strict=True):
            # Pillow's bilinear filter is another implementation of the same antialiased resize.
            by_pillow = np.asarray(Image.fromarray(channel.numpy()).resize((size, size), Image.Resampling.BILINEAR))
            assert_close(got, torch.from_numpy(by_pillow.copy()), rtol=0, atol=1e-4)


def test_pairs_need_blocks_that_exist():
    check_pairs(TINY, TINY, ((0, 1), (3, 3)))
    for beyond in ((0, 4), (0, -1)):
        with pytest.raises(ValueError, match=r"^distill.pairs: the teacher's blocks are 0\.\.3; got "):
            check_pairs(TINY, TINY, ((1, 1), beyond))


@pytest.mark.parametrize(
    "other",
    [
        {"dim": 32},
        {"search_size": 48},
        {"template_size": 24},
        {"tokens": 1},
        {"head": "corners"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_pairs_need_outputs_of_equal_shape(other):
    teacher = replace(TINY, **other)
    check_pairs(TINY, teacher, ())
    with pytest.raises(ValueError, match="^distill.pairs: features can only be matched between networks of the same"):
        check_pairs(TINY, teacher, ((0, 0),))


def test_other_patches_with_the_same_grids_can_be_matched():
    teacher = tiny(replace(TINY, template_size=32, search_size=64, patch=16)).eval()
    check_pairs(TINY, teacher.config, ((0, 0),))
    mine = locate_groups(tiny().eval(), random_batch(), features=True)
    theirs = ask_teacher(teacher, random_batch(), features=True)
    assert [t.shape for t in theirs.features] == [t.shape for t in mine.features]
