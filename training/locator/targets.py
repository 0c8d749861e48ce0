"""What the locator should say about a picture whose plates are known."""

import numpy as np

from .geometry import size_of
from .net import OFFSET, STRIDES

# Which stride sees a plate of which size (square root of width × height, pixels of the reduced picture).
# The ranges overlap, so that no size sits on a border.
RANGES = ((0, 58), (42, 122), (88, 1e9))
SPREAD = (0.35, 0.5)  # width of the bell of the score target, in half plate widths and heights
SMALLEST = 17.0  # a plate narrower than this is neither asked for nor punished


def encode(quads, exact, ignored, width, height):
    """quads (n, 4, 2); exact (n,) bool: corners are true, not just a hand-drawn box; ignored (n,) bool.
    → for each stride: score (h, w) in 0…1, weight (h, w) of a wrong score, corners (8, h, w), trust (h, w)."""
    maps = []
    for stride, (low, high) in zip(STRIDES, RANGES):
        h, w = height // stride, width // stride
        ys, xs = np.mgrid[:h, :w].astype(np.float32)
        px, py = (xs + 0.5) * stride, (ys + 0.5) * stride
        score, weight = np.zeros((h, w), np.float32), np.ones((h, w), np.float32)
        corners, trust = np.zeros((8, h, w), np.float32), np.zeros((h, w), np.float32)
        for quad, true, ignore in zip(quads, exact, ignored):
            pw, ph = size_of(quad)
            bell, inside = _bell(quad, px, py)
            mine = low <= np.sqrt(pw * ph) < high and not ignore and pw >= SMALLEST
            if not mine:  # another stride's plate (or nobody's): saying "plate" here is no mistake
                weight[inside] = 0
                continue
            peak = np.unravel_index(bell.argmax(), bell.shape)
            if bell[peak] < 0.2:  # its center is outside the picture
                weight[inside] = 0
                continue
            bell = np.minimum(bell / bell[peak], 1)
            better = bell > score
            score = np.maximum(score, bell)
            offset = (quad.reshape(4, 2, 1, 1) - np.stack([px, py])).reshape(8, h, w) / (OFFSET * stride)
            near = better & (bell > 0.4)
            corners[:, near] = offset[:, near]
            # errors count relative to the plate's size, and hand-drawn boxes say little about corners
            trust[near] = bell[near] * (OFFSET * stride / np.sqrt(pw * ph)) * (1.0 if true else 0.0)
        maps.append((score, weight, corners, trust))
    return maps


def _bell(quad, px, py):
    """Bell over the plate (1 at its center) and the mask of cells that lie on it."""
    center = quad.mean(0)
    along = (quad[1] - quad[0] + quad[2] - quad[3]) / 4
    across = (quad[3] - quad[0] + quad[2] - quad[1]) / 4
    det = along[0] * across[1] - along[1] * across[0]
    dx, dy = px - center[0], py - center[1]
    u = (dx * across[1] - dy * across[0]) / det
    v = (dy * along[0] - dx * along[1]) / det
    return np.exp(-0.5 * ((u / SPREAD[0]) ** 2 + (v / SPREAD[1]) ** 2)), (abs(u) < 1.1) & (abs(v) < 1.2)
