"""From the networks' numbers to plates: the reference that the runtime in TypeScript repeats."""

import numpy as np

from . import geometry
from .net import GROW, OFFSET, STRIDES, WINDOW

PROPOSALS = 8  # at most so many go to the refiner


def sigmoid(x):
    return 1 / (1 + np.exp(-np.float32(x)))


def propose(outputs, threshold, most=PROPOSALS):
    """Locator outputs of one picture, per stride (9, h, w) → quads (n, 4, 2) in the reduced picture's
    pixels and scores (n,), best first. A proposal is a cell that no neighbor beats."""
    quads, scores = [], []
    for stride, out in zip(STRIDES, outputs):
        limit = np.log(threshold / (1 - threshold))
        ys, xs = np.nonzero(_peaks(out[0]) & (out[0] > limit))
        center = (np.stack([xs, ys], 1) + 0.5) * stride
        offset = out[1:, ys, xs].T.reshape(-1, 4, 2) * (OFFSET * stride)
        quads.append(center[:, None] + offset)
        scores.append(sigmoid(out[0, ys, xs]))
    quads, scores = np.concatenate(quads).astype(np.float32), np.concatenate(scores)
    best = np.argsort(-scores)[: 4 * most]
    kept = geometry.suppress(quads[best], scores[best], nested=True)[:most]
    return quads[best][kept], scores[best][kept]


def _peaks(score):
    """Cells that are the greatest of their 3×3 neighborhood."""
    padded = np.pad(score, 1, constant_values=-np.inf)
    h, w = score.shape
    shifted = [padded[dy : dy + h, dx : dx + w] for dy in range(3) for dx in range(3)]
    return score >= np.max(shifted, 0)


def windows(picture, quads):
    """What the refiner sees of each proposal: uint8 (n, 64, 128) and the 2×3 matrices from window pixels to
    the picture. `picture` may be finer than the one the locator saw; the quads are in its pixels."""
    cuts = [geometry.cut(picture, geometry.frame_of(q, GROW), *WINDOW) for q in quads]
    return np.stack([c[0] for c in cuts]), [c[1] for c in cuts]


def corners(output, matrix):
    """Refiner output (9,) → quad (4, 2) in the picture's pixels."""
    inside = (output[1:].reshape(4, 2) + 1) / 2 * WINDOW
    return geometry.apply_affine(matrix, inside)
