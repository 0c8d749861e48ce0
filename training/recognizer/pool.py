"""A rotating pool of synthetic samples between one generating process and the trainer.

Samples lie in shards: `NNNNNN.npz` with `image` S×64×160×3 uint8, `text` S×14 uint8 (class numbers, 0 past the end),
`place` S×14 int8 (output column of each character's center: 0-39 the upper line, 40-79 the lower, -1 past the end) and
`region` S int16. The only line of a plate counts as the lower. Shard N is made from seed N alone, so a pool can be made again. The generator keeps only the
newest shards; the trainer keeps those in memory and draws at random.

    python -m recognizer.pool checkpoints/run/pool [REST]      generates until it is stopped
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

from .alphabet import NO_REGION, REGION_INDEX, encode

SHARD = 1500  # samples
VIEWS = 3  # views of each plate: drawing a plate costs as much as two views
KEEP = 45  # shards on disk and in memory
LONGEST = 14
COLUMNS = 40
ENOUGH = 10  # shards
EASY = 3  # first shards, of sharp and large plates: with these the network learns the basics of reading


def make_shard(seed: int, size: int = SHARD, views: int = VIEWS, family: str | None = None) -> dict[str, np.ndarray]:
    from plates import INPUT_H, INPUT_W, render_plate
    from plates.sample import view

    rng = np.random.default_rng(seed)
    image = np.empty((size, INPUT_H, INPUT_W, 3), np.uint8)
    text = np.zeros((size, LONGEST), np.uint8)
    place = np.full((size, LONGEST), -1, np.int8)
    region = np.full(size, NO_REGION, np.int16)
    for k in range(size):
        if k % views == 0:
            plate = render_plate(rng, family)
            while len(plate.chars) > LONGEST:
                plate = render_plate(rng, family)
        image[k], centers, seen = view(rng, plate, 1.0 if seed <= EASY else 0.27)
        upper = _upper(plate)
        columns = np.clip(centers[:, 0] / INPUT_W * COLUMNS, 0, COLUMNS - 1).astype(int)
        place[k, : len(columns)] = np.where(upper, columns, columns + COLUMNS)
        text[k, : len(seen.marked)] = encode(seen.marked)
        region[k] = REGION_INDEX[plate.region] if plate.region else NO_REGION
    return {"image": image, "text": text, "place": place, "region": region}


def _upper(plate) -> np.ndarray:
    """Which characters are on the first of two lines."""
    y = np.array([c.y + c.h / 2 for c in plate.chars])
    return (y < (y.min() + y.max()) / 2) if plate.lines == 2 else np.zeros(len(y), bool)


def generate(folder: Path, rest: float) -> None:
    """Makes shards until it is stopped. From ENOUGH shards on it rests `rest` times as long as the last one took: the trainer
    can use a sample more than once, and what it shares the core with is better spent on steps."""
    folder.mkdir(parents=True, exist_ok=True)
    last = max((int(p.stem) for p in folder.glob("[0-9]*.npz")), default=0)
    while True:
        last += 1
        start = time.monotonic()
        part = folder / f".{last:06d}.part.npz"
        np.savez(part, **make_shard(last))  # type: ignore[arg-type]  # takes them for its own options
        os.replace(part, folder / f"{last:06d}.npz")
        there = sorted(folder.glob("[0-9]*.npz"))
        for old in there[:-KEEP]:
            old.unlink()
        if len(there) >= ENOUGH:
            time.sleep(rest * (time.monotonic() - start))


class Pool:
    """The shards in memory. `refresh` takes in what has been made since."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.shards: dict[int, dict[str, np.ndarray]] = {}
        while not self.refresh():
            time.sleep(5)

    def refresh(self) -> bool:
        for path in sorted(self.folder.glob("[0-9]*.npz")):
            if int(path.stem) not in self.shards:
                try:
                    with np.load(path) as f:
                        self.shards[int(path.stem)] = dict(f)
                except FileNotFoundError:
                    continue  # the generator has just removed it
        for old in sorted(self.shards)[:-KEEP]:
            del self.shards[old]
        return bool(self.shards)

    def batch(self, rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
        """n samples drawn from all shards, newer ones twice as often."""
        keys = sorted(self.shards)
        weight = np.linspace(1, 2, len(keys))
        at = rng.choice(len(keys), n, p=weight / weight.sum())
        rows = rng.integers(0, SHARD, n)
        pick = [(self.shards[keys[a]], r) for a, r in zip(at, rows)]
        return tuple(np.stack([s[name][r] for s, r in pick]) for name in ("image", "text", "place", "region"))


if __name__ == "__main__":
    import cv2

    cv2.setNumThreads(1)
    os.nice(2)  # with few cores the trainer goes first: it may use a sample several times
    generate(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0)
