"""Photographs for measuring, as the recognizer sees them when the locator is right. None of them is trained on: of the sets
that may be trained on (photographs.py), these are the pictures kept for validation."""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from plates.sample import rectify

from . import alphabet  # noqa: F401  (puts the package `plates` on the path)

DATA = Path(os.environ.get("SIGHTLINE_DATA_SETS", Path(__file__).resolve().parents[3] / "shared/data"))
SETS = ("plates-us", "scenes-us", "scenes-eu", "scenes-br", "ucsd", "caltech", "open-lpr", "kaggle", "closeup-us", "web-nl", "openimages")
TRAINABLE = ("openimages", "virginia")
MARGIN = 0.03  # of the box, on each side


def kept(name: str, image: str) -> bool:
    """Whether a trainable picture is kept for validation: a quarter of openimages, told by a hash of the file's name alone,
    so that a picture never changes sides. None of virginia: its eight pictures show some plates twice."""
    return name == "openimages" and hashlib.sha256(image.encode()).digest()[0] % 4 == 0


def picture(name: str, image: str) -> np.ndarray:
    """A photograph of a set, RGB."""
    path = DATA / name / image
    bgr = cv2.imread(str(path))
    if bgr is None:
        raise FileNotFoundError(f"{path} is not there, or no picture")
    return bgr[..., ::-1]


@lru_cache(None)
def load(name: str) -> tuple[np.ndarray, list[str], list[str | None]] | None:
    """Crops N × 64 × 160 × 3 RGB uint8, texts, regions (None where not labeled); None where the set is absent."""
    labels = DATA / name / "labels.jsonl"
    if not labels.exists():
        return None
    crops, texts, regions = [], [], []
    for row in map(json.loads, labels.read_text().splitlines()):
        if name in TRAINABLE and not kept(name, row["image"]):
            continue
        seen = picture(name, row["image"])
        for plate in row["plates"]:
            if not plate.get("text"):
                continue
            if "box" in plate:
                x, y, w, h = plate["box"]
                x0, y0, x1, y1 = x - MARGIN * w, y - MARGIN * h, x + w * (1 + MARGIN), y + h * (1 + MARGIN)
            else:
                x0, y0, x1, y1 = 0, 0, seen.shape[1], seen.shape[0]
            crops.append(rectify(np.ascontiguousarray(seen), np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)))
            texts.append(plate["text"])
            regions.append(plate.get("region"))
    return np.stack(crops), texts, regions
