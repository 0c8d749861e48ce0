"""Endless training batches, and the refiner's windows cut from the same pictures."""

import numpy as np
import torch
from torch.utils.data import IterableDataset, get_worker_info

from . import dashcam, decode, scenes, targets
from .geometry import box_of, iou, size_of
from .net import WINDOW
from .pool import Pool

SIZES = ((416, 320), (384, 352), (512, 256), (352, 384), (640, 320))  # width, height; one for a whole batch

WINDOWS = 64  # of a batch's pictures, for the refiner


class Batches(IterableDataset):
    """Yields (pictures uint8 (N, H, W), targets per stride, known: list of (quads, exact, ignored))."""

    def __init__(self, batch, seed):
        self.batch, self.seed = batch, seed

    def __iter__(self):
        worker = get_worker_info()
        rng = np.random.default_rng([self.seed, worker.id if worker else 0])
        pool, frames = Pool(), dashcam.frames("fit")
        while True:
            width, height = SIZES[rng.integers(len(SIZES))]
            made = [scenes.compose(rng, pool, frames, width, height) for _ in range(self.batch)]
            yield pack(made, width, height)


def pack(made, width, height):
    encoded = [targets.encode(q, e, i, width, height) for _, q, e, i in made]
    maps = [
        tuple(torch.from_numpy(np.stack([m[level][k] for m in encoded])) for k in range(4))
        for level in range(len(targets.RANGES))
    ]
    pictures = torch.from_numpy(np.stack([m[0] for m in made]))
    return pictures, maps, [m[1:] for m in made]


def refiner_batch(rng, pictures, outputs, known, threshold=0.06):
    """Windows around the locator's proposals (so its mistakes are the refiner's lessons) and around the true
    plates, displaced. → windows (M, 1, 64, 128) uint8, plate (M,), corners (M, 4, 2), trust (M,)."""
    rows = []
    for n, (quads, exact, ignored) in enumerate(known):
        picture = pictures[n].numpy()
        proposals, _ = decode.propose([o[n] for o in outputs], threshold, most=4)
        starts = [p for p in proposals if size_of(p)[0] > 8 and size_of(p)[1] > 4]
        starts += [displace(rng, q) for q, i in zip(quads, ignored) if not i]
        if rng.random() < 0.15 and len(quads):
            starts.append(displace(rng, quads[0], 4))
        if not starts:
            continue
        cut, matrices = decode.windows(picture, starts)
        rows += [(w, *lesson(s, m, quads, exact, ignored)) for w, m, s in zip(cut, matrices, starts)]
    rows = [rows[i] for i in rng.permutation(len(rows))[:WINDOWS]]
    windows, plate, corners, trust = (np.stack(c) for c in zip(*rows))
    return (
        torch.from_numpy(windows)[:, None],
        torch.from_numpy(plate),
        torch.from_numpy(corners),
        torch.from_numpy(trust),
    )


def displace(rng, quad, much=1.0):
    """A quad as the locator might have proposed it; sometimes far off, as where it took a recess for the plate."""
    w, h = size_of(quad)
    much *= 2.2 if rng.random() < 0.3 else 1.0
    scale = np.exp(rng.normal(0, 0.12 * much, 2)) * (rng.uniform(1.2, 2.1) if rng.random() < 0.12 else 1.0)
    turn = rng.normal(0, 0.05)
    around = (quad - quad.mean(0)) * scale
    around = around @ np.float32([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    shift = rng.normal(0, 0.06 * much, 2) * [w, 1.3 * h]
    return (around + quad.mean(0) + shift + rng.normal(0, 0.03, (4, 2)) * h).astype(np.float32)


def lesson(start, matrix, quads, exact, ignored):
    """What the refiner should say about the window around `start`: plate, corners, trust."""
    nothing = (np.float32(0), np.zeros((4, 2), np.float32), np.float32(0))
    if not len(quads):
        return nothing
    overlap = iou(box_of(start), box_of(quads))[0]
    best = int(overlap.argmax())
    if overlap[best] < 0.1:
        return nothing
    to_window = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]
    corners = (quads[best] @ to_window[:, :2].T + to_window[:, 2]) / WINDOW * 2 - 1
    plain = overlap[best] > 0.35 and abs(corners).max() < 1.15 and not ignored[best]
    plate = np.float32(1 if plain else -1)  # half a plate: no lesson
    return plate, corners.astype(np.float32), np.float32(plain and exact[best])
