"""The classes of the recogniser and the way between texts and class numbers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that the scripts find the package `plates`

from plates.render import regions  # noqa: E402

BLANK = 0
ALPHABET = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # class 0 is CTC's blank
REGIONS = regions()
REGION_INDEX = {r: k for k, r in enumerate(REGIONS)}
NO_REGION = -100  # label of plates that belong to none; ignored by the loss
FOLD = str.maketrans("OQI", "001")


def encode(text: str) -> list[int]:
    return [ALPHABET.index(c) for c in text]


def folded(text: str) -> str:
    """The text with O = 0 = Q and I = 1."""
    return text.translate(FOLD)
