"""The result of a rendering."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Plate:
    """One clean, flat, frontal plate face.

    image       H×W×3 uint8 RGB
    text        what a reader should output: A-Z and 0-9 of the registration. Small stacked letters (county,
                type and organisation codes on US plates), symbols and the European band are not part of it.
    region      `us-ca`, `mx-bcn`, `ca-on`, `de`, `br` …; None where the design belongs to no region
    lines       1, or 2 for plates with the registration on two lines
    char_boxes  (x, y, w, h) in pixels, one for each character of `text`
    """

    image: np.ndarray
    text: str
    region: str | None
    lines: int = 1
    char_boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
