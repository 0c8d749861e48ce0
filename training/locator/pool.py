"""A store of rendered plates, so that composing a scene does not wait for fonts.

    python -m training.locator.pool --count 6000 --seed 1      (about ten minutes)

Each plate is kept as gray uint8, at most HEIGHT high, in one memory-mapped file.
"""

import argparse
import os
from pathlib import Path

import cv2
import numpy as np

CACHE = Path(os.environ.get("SIGHTLINE_CACHE", Path.home() / ".cache" / "sightline" / "locator"))
HEIGHT = 120


class Pool:
    """Plates written by `main`; `pool.draw(rng)` → gray (h, w) uint8, corner to corner."""

    def __init__(self, folder=CACHE):
        self.pixels = np.load(folder / "plates.npy", mmap_mode="r")
        self.index = np.load(folder / "plates-index.npy")  # offset, height, width

    def draw(self, rng):
        offset, h, w = self.index[rng.integers(len(self.index))]
        return np.array(self.pixels[offset : offset + h * w]).reshape(h, w)


def to_gray(rng, rgb):
    """Gray as one of many cameras would see the colors: mostly the eye's weights, sometimes infrared-like."""
    weights = np.float32([0.299, 0.587, 0.114])
    if rng.random() < 0.3:
        weights = rng.dirichlet([1.5, 1.5, 1.0]).astype(np.float32)
    return np.clip(rgb.astype(np.float32) @ weights, 0, 255).astype(np.uint8)


def main():
    from training.plates import render_plate

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng, parts, index, offset = np.random.default_rng(args.seed), [], [], 0
    for _ in range(args.count):
        face = to_gray(rng, render_plate(rng).image)
        scale = HEIGHT / face.shape[0]
        if scale < 1:
            face = cv2.resize(face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        parts.append(face.ravel())
        index.append((offset, *face.shape))
        offset += face.size
    CACHE.mkdir(parents=True, exist_ok=True)
    np.save(CACHE / "plates.npy", np.concatenate(parts))
    np.save(CACHE / "plates-index.npy", np.array(index))


if __name__ == "__main__":
    main()
