"""The classes of the recognizer and the way between texts and class numbers."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that the scripts find the package `plates`

from plates.plate import HIDDEN, SMALL_DIGITS
from plates.render import regions

BLANK = 0
# The first classes are what the runtime publishes; class 0 is CTC's blank. Then small letters and digits, marked as
# Plate.marked has them, and a character that cannot be seen.
PUBLISHED = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHABET = PUBLISHED + SMALL_DIGITS + "abcdefghijklmnopqrstuvwxyz" + HIDDEN
REGIONS = regions()
REGION_INDEX = {r: k for k, r in enumerate(REGIONS)}
NO_REGION = -100  # label of plates that belong to none; ignored by the loss
FOLD = str.maketrans("OQI", "001")
_WHOLE = str.maketrans(SMALL_DIGITS, "0123456789")


def encode(text: str) -> list[int]:
    return [ALPHABET.index(c) for c in text]


def plain(text: str) -> str:
    """The registration as most write it: without small and hidden characters."""
    return "".join(c for c in text if c in PUBLISHED)


def whole(text: str) -> str:
    """The registration with its small characters as if they were large ones; hidden ones are left out."""
    return text.translate(_WHOLE).upper().replace(HIDDEN, "")


def folded(text: str) -> str:
    """The text with O = 0 = Q and I = 1."""
    return text.translate(FOLD)
