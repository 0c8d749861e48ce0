"""What a wrong answer costs."""

from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss


def locator_loss(outputs, targets):
    """outputs: per stride (N, 9, h, w); targets: per stride score, weight (N, h, w), corners (N, 8, h, w),
    trust (N, h, w). → score loss (penalty-reduced focal, as in CenterNet), corner loss (relative to size)."""
    score_sum = corner_sum = 0.0
    peaks = trusted = 0.0
    for out, (score, weight, corners, trust) in zip(outputs, targets):
        logit = out[:, 0].float()
        p = logit.sigmoid().clamp(1e-5, 1 - 1e-5)
        peak = (score > 0.999).float() * weight
        hit = -peak * (1 - p) ** 2 * p.log()
        miss = -((1 - score) ** 4) * (1 - peak) * weight * p**2 * (1 - p).log()
        score_sum = score_sum + hit.sum() + miss.sum()
        error = smooth_l1_loss(out[:, 1:].float(), corners, reduction="none", beta=0.02).mean(1)
        corner_sum = corner_sum + (error * trust).sum()
        peaks = peaks + peak.sum()
        trusted = trusted + (trust > 0).sum()
    return score_sum / peaks.clamp(min=1), corner_sum / trusted.clamp(min=1)


def refiner_loss(output, maps, places, plate, corners, trust):
    """output (N, 9); maps (N, 4, 512): logarithms; places (512, 2) of the maps; plate (N,) 0 or 1, negative where
    unknown; corners (N, 4, 2) in window units; trust (N,). → plate loss, corner loss, map loss."""
    known = plate >= 0
    say = binary_cross_entropy_with_logits(output[known, 0], plate[known])
    share = trust / trust.sum().clamp(min=1)
    error = smooth_l1_loss(output[:, 1:], corners.flatten(1), reduction="none", beta=0.01).mean(1)
    # the maps should be small hills, one place wide, at the corners (places lie 1/16 and 1/8 apart)
    apart = (corners[:, :, None] - places) * places.new_tensor([16.0, 8.0])
    hill = (-0.5 * (apart**2).sum(-1)).softmax(-1)
    return say, (error * share).sum(), (-(hill * maps).sum(-1).mean(1) * share).sum()
