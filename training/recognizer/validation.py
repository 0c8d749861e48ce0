"""Fixed synthetic sets in fonts that training never sees: one chooses checkpoints, another fits the calibration."""

import os
from pathlib import Path

import numpy as np

from .alphabet import ALPHABET, REGIONS

CACHE = Path(os.environ.get("SIGHTLINE_CACHE", Path.home() / ".cache/sightline"))


def validation() -> tuple[np.ndarray, list[str], list[str | None]]:
    """The set that chooses checkpoints and decides on INT8. Texts are marked (alphabet.py), here and below."""
    return _fixed(900_006, 1000)


def calibration() -> tuple[np.ndarray, list[str], list[str | None]]:
    """The set that the grammar's weight and the confidence are fitted on; no checkpoint was chosen by it."""
    return _fixed(900_007, 4000)


def _fixed(seed: int, size: int) -> tuple[np.ndarray, list[str], list[str | None]]:
    """Crops N×64×160×3 uint8, texts, regions; made once for a seed and kept in the cache."""
    path = CACHE / f"recognizer-validation-{seed}.npz"
    if not path.exists():
        from plates import fonts

        from .pool import make_shard

        fonts.unseen = True
        data = make_shard(seed, size, views=1)
        fonts.unseen = False
        CACHE.mkdir(parents=True, exist_ok=True)
        np.savez(path, **data)  # type: ignore[arg-type]  # takes them for its own options
    with np.load(path) as f:
        image, text, region = f["image"], f["text"], f["region"]
    return image, ["".join(ALPHABET[c] for c in t if c) for t in text], [REGIONS[r] if r >= 0 else None for r in region]
