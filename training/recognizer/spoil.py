"""Plates as the world spoils them, for the fit of the confidence alone: too few pixels, motion, a wrong quad, a bar in
front of a character, an edge cut off, washed out. What a person cannot read any more must come out unsure."""

import cv2
import numpy as np

KINDS = ("far", "moved", "askew", "hidden", "cut", "pale")


def spoil(rng: np.random.Generator, image: np.ndarray, kind: str) -> np.ndarray:
    """The crop H × W × 3 uint8, spoiled in one way of KINDS; `image` stays as it is."""
    h, w = image.shape[:2]
    if kind == "far":
        across, down = (share := rng.uniform(0.2, 0.5)), max(share, 0.35)
        small = cv2.resize(image, None, fx=across, fy=down, interpolation=cv2.INTER_AREA)
        return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)
    if kind == "moved":
        far = int(rng.integers(3, 13))
        return cv2.blur(image, (far, 1) if rng.random() < 0.7 else (1, max(3, far // 2)))
    if kind == "askew":
        corners = np.array([(0, 0), (w, 0), (w, h), (0, h)], np.float32)
        found = (corners + rng.normal(0, 1, (4, 2)) * (5, 3)).astype(np.float32)
        return cv2.warpPerspective(image, cv2.getPerspectiveTransform(corners, found), (w, h), borderMode=cv2.BORDER_REPLICATE)
    if kind == "hidden":
        at, wide = int(rng.integers(5, w - 10)), int(rng.integers(3, 14))
        image = image.copy()
        image[:, at : at + wide] = rng.integers(0, 255, 3)
        return image
    if kind == "cut":
        lost = int(rng.integers(4, 22))
        return cv2.resize(image[:, lost:] if rng.random() < 0.5 else image[:, :-lost], (w, h))
    pale = (image.astype(float) - 128) * rng.uniform(0.08, 0.35) + rng.uniform(80, 220) + rng.normal(0, 2.5, image.shape)
    return np.clip(pale, 0, 255).astype(np.uint8)


def spoiled(images: np.ndarray, seed: int = 5) -> np.ndarray:
    """Each of the crops N × H × W × 3 once more, spoiled in a way drawn at random."""
    rng = np.random.default_rng(seed)
    return np.stack([spoil(rng, image, KINDS[int(rng.integers(len(KINDS)))]) for image in images])
