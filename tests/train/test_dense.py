"""Dense supervision: the maps that the box describes have the least loss."""

import torch

from playground.train.dense import DenseProbe, dense_losses


def test_the_true_maps_have_next_to_no_inside_loss_and_the_least_corner_loss():
    box = torch.tensor([[0.25, 0.5, 0.75, 0.875]])
    place = (torch.arange(8) + 0.5) / 8
    inside = ((place >= 0.5) & (place <= 0.875))[:, None] & ((place >= 0.25) & (place <= 0.75))[None]
    near = [((place[None] - x) ** 2 + (place[:, None] - y) ** 2) * 64 for x, y in ((0.25, 0.5), (0.75, 0.875))]
    true = torch.stack([(inside.float() * 2 - 1) * 20, *(-0.5 * d for d in near)]).flatten(1)[None]
    inside_loss, corner_loss = dense_losses(true, box)
    assert inside_loss.item() < 1e-6
    noise = 30 * torch.randn(1, 3, 64, generator=torch.Generator().manual_seed(0))
    for other in (torch.zeros_like(true), true.flip(-1), true + noise):
        worse_inside, worse_corner = dense_losses(other, box)
        assert worse_corner > corner_loss and worse_inside > inside_loss


def test_corners_outside_the_crop_and_empty_boxes_stay_finite():
    maps = DenseProbe(16)(torch.randn(3, 49, 16))
    boxes = torch.tensor([[-0.5, -0.2, 0.3, 1.4], [0.5, 0.5, 0.5, 0.5], [1.2, 1.2, 1.5, 1.6]])
    losses = dense_losses(maps, boxes)
    sum(loss.sum() for loss in losses).backward()
    assert all(torch.isfinite(loss).all() for loss in losses)
