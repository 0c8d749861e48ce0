"""The photographs that may be trained on (openimages, CC BY 2.0; virginia, MIT; attribution in models/README.md), each time
seen a little differently. The pictures that real.kept() names stay out, for validation."""

import json

import cv2
import numpy as np

from plates.degrade import degrade
from plates.sample import guessed, rectify

from . import real
from .alphabet import NO_REGION, REGION_INDEX, encode
from .pool import LONGEST

AROUND = 0.6  # of the plate's box on each side, kept for looser cuts


class Photographs:
    """Cut-outs of the trainable sets, `each` of them in every batch; none where the data folder is absent."""

    def __init__(self, each: int):
        self.items: list[tuple[np.ndarray, np.ndarray, str, int]] = []  # RGB cut-out, its quad, text, region
        for name in real.TRAINABLE if each else ():
            labels = real.DATA / name / "labels.jsonl"
            for row in map(json.loads, labels.read_text().splitlines() if labels.exists() else ()):
                if not real.kept(name, row["image"]):
                    self._add(real.picture(name, row["image"]), row["plates"])
        self.each = each if self.items else 0
        print(f"{len(self.items)} photographed plates to train on, {self.each} in each batch", flush=True)

    def _add(self, picture: np.ndarray, plates: list[dict]) -> None:
        for plate in plates:
            text = plate.get("text")
            if not text or len(text) > LONGEST or plate.get("small_letters"):
                continue  # of a text that counts small letters it is not said which are small
            x, y, w, h = plate["box"]
            x0, y0 = max(0, int(x - AROUND * w)), max(0, int(y - AROUND * h))
            cut = picture[y0 : int(y + h * (1 + AROUND)), x0 : int(x + w * (1 + AROUND))]
            most = 640 / max(640, cut.shape[1])
            cut = np.ascontiguousarray(cv2.resize(cut, None, fx=most, fy=most, interpolation=cv2.INTER_AREA))
            box = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float64)
            self.items.append((cut, (box - (x0, y0)) * most, text, REGION_INDEX.get(plate.get("region") or "", NO_REGION)))

    def view(self, rng: np.random.Generator, k: int) -> np.ndarray:
        """Plate k in the recognizer's input size, cut out and degraded at random."""
        cut, quad, _, _ = self.items[k]
        width = float(np.hypot(*(quad[1] - quad[0])))
        if rng.random() < 0.5:
            f = float(rng.uniform(max(0.25, min(1.0, 60 / width)), 1.0))
            cut, quad, width = cv2.resize(cut, None, fx=f, fy=f, interpolation=cv2.INTER_AREA), quad * f, width * f
        if rng.random() < 0.5:
            cut = degrade(rng, cut, width, mild=True)
        return rectify(cut, guessed(rng, quad))

    def mixed_into(self, rng: np.random.Generator, batch: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
        """The batch (image, text, place, region) with its last samples replaced by photographs; places unknown (-1)."""
        image, text, place, region = batch
        for row in range(len(image) - self.each, len(image)):
            k = int(rng.integers(len(self.items)))
            image[row] = self.view(rng, k)
            text[row], place[row], region[row] = 0, -1, self.items[k][3]
            text[row, : len(self.items[k][2])] = encode(self.items[k][2])
        return image, text, place, region
