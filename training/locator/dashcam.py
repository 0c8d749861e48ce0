"""The dashcam frames: the only real photographs that training may see."""

import json
import os
import re
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from .geometry import quad_of_box

DATA = Path(os.environ.get("SIGHTLINE_DATA_SETS", Path(__file__).parents[3] / "shared" / "data"))
UNLABELLED = Path(__file__).with_name("unlabeled.json")  # found by an early model, judged by eye
HELD_OUT = 10  # of every ten runs of 40 seconds of the train split, the last chooses thresholds


def labels(folder):
    """The lines of a set's labels.jsonl."""
    return [json.loads(line) for line in (DATA / folder / "labels.jsonl").read_text().splitlines()]


def frames(part):
    """part: `fit`, `held` (both of the train split; neighbors in time stay together) or `valid`.
    → list of (path, quads (n, 4, 2), others (m, 4, 2)): the hand-drawn boxes, and places of further plates
    that the labels leave out (small, blurred or cut off), which neither are asked for nor count as false."""
    wanted, others = [], json.loads(UNLABELLED.read_text())
    for line in labels("dashcam-ro"):
        if _part(line) == part:
            boxes = [p["box"] for p in line["plates"]], others.get(line["image"], [])
            quads = [np.float32([quad_of_box(*b) for b in some]).reshape(-1, 4, 2) for some in boxes]
            wanted.append((DATA / "dashcam-ro" / line["image"], *quads))
    return wanted


def _part(line):
    if line["split"] != "train":
        return line["split"]
    second = int(re.search(r"_t(\d+)", line["image"])[1])
    return "held" if (second // 40) % HELD_OUT == HELD_OUT - 1 else "fit"


@lru_cache(maxsize=600)
def gray(path):
    """A picture as gray uint8 (H, W)."""
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
