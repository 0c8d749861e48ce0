"""Picture in, plates out: the cascade in Python, for measuring and as the pattern for the runtime."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import decode
from .geometry import suppress

LONGEST, SHORTEST = 640, 320  # the reduced picture's longer side is at most / at least this
PROPOSE = 0.15  # least score of a proposal that the refiner looks at
AGAIN = 0.35  # least score after the first look that earns a second one
ACCEPT = 0.65  # least score of a plate


@dataclass
class Found:
    """Plates of one picture, best first: corners (n, 4, 2) in the picture's pixels, and scores (n,)."""

    quads: np.ndarray
    scores: np.ndarray


def reduce(picture):
    """Gray (H, W) → the locator's input (h, w), sides multiples of 32, padded with black at the right and
    below, and the scale. Ready-cut small plates are enlarged a little."""
    h, w = picture.shape
    scale = float(np.clip(LONGEST / max(h, w), 0, max(1.0, SHORTEST / max(h, w))))
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    small = (
        picture
        if scale == 1
        else cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    )
    padded = np.zeros((-(-small.shape[0] // 32) * 32, -(-small.shape[1] // 32) * 32), np.uint8)
    padded[: small.shape[0], : small.shape[1]] = small
    return padded, scale


def find(picture, locate, refine, accept=ACCEPT, propose=PROPOSE):
    """picture: gray uint8 (H, W). locate: (1, 1, h, w) uint8 → three arrays (1, 9, …); refine: (n, 1, 64,
    128) uint8 → (n, 9)."""
    small, scale = reduce(picture)
    outputs = locate(small[None, None])
    quads, first = decode.propose([o[0] for o in outputs], propose)
    if not len(quads):
        return Found(quads, first)
    quads, second = look(picture, quads / scale, refine)
    good = score(first, second) >= AGAIN
    quads, first = quads[good], first[good]
    if not len(quads):
        return Found(quads, first)
    quads, second = look(picture, quads, refine)  # from where the first look put it: straighter and nearer
    scores = score(first, second)
    kept = suppress(quads, scores)
    kept = kept[scores[kept] >= accept]
    return Found(quads[kept], scores[kept])


def look(picture, quads, refine):
    """The refiner's view of quads (n, 4, 2): corrected quads and scores (n,)."""
    windows, matrices = decode.windows(picture, quads)
    output = refine(windows[:, None])
    return np.stack([decode.corners(o, m) for o, m in zip(output, matrices)]), decode.sigmoid(output[:, 0])


def score(first, second):
    """One score of the two: the refiner saw the plate larger and weighs more. The exponents were chosen on the
    held-out measure; the product keeps more plates at a given rate of false ones than either alone."""
    return first**0.25 * second**0.75
