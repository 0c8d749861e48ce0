"""The measure-only photographs as the recogniser sees them when the locator is right. Never trained on."""

import json
import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from . import alphabet  # noqa: F401  (puts the package `plates` on the path)
from plates.sample import rectify

DATA = Path(os.environ.get("SIGHTLINE_DATA", Path(__file__).resolve().parents[3] / "shared/data"))
SETS = ("plates-us", "scenes-us", "scenes-eu", "scenes-br")
MARGIN = 0.03  # of the box, on each side


@lru_cache(None)
def load(name: str) -> tuple[np.ndarray, list[str], list[str | None]] | None:
    """Crops N × 64 × 160 × 3 RGB uint8, texts, regions (None where not labelled); None where the set is absent."""
    labels = DATA / name / "labels.jsonl"
    if not labels.exists():
        return None
    crops, texts, regions = [], [], []
    for row in map(json.loads, labels.read_text().splitlines()):
        picture = cv2.imread(str(DATA / name / row["image"]))[..., ::-1]
        for plate in row["plates"]:
            if "box" in plate:
                x, y, w, h = plate["box"]
                x0, y0, x1, y1 = x - MARGIN * w, y - MARGIN * h, x + w * (1 + MARGIN), y + h * (1 + MARGIN)
            else:
                x0, y0, x1, y1 = 0, 0, picture.shape[1], picture.shape[0]
            crops.append(rectify(np.ascontiguousarray(picture), np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)))
            texts.append(plate["text"])
            regions.append(plate.get("region"))
    return np.stack(crops), texts, regions
