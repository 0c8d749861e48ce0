"""The stroke notation that issuers' dies are drawn in, and how a die becomes masks.

A glyph is a text: strokes separated by `/`, points `x,y` in the unit square between the stroke's axes (y downward).
`r` after a point rounds that corner by the die's radius, `z` closes a stroke, and a stroke that begins with `*0.6`
is that much thinner. `0,0 0,1r 1,1r 1,0` is a U.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np

JITTER = 0.014  # of the height: how far a point of a worn or newly cut die lies from the drawn one


@dataclass(frozen=True, eq=False)  # by identity: dies are constants, and keys of the cache
class Die:
    """One set of stamping dies. Lengths are fractions of the character height.

    glyphs  char → strokes; every one of A-Z and 0-9
    width   between the axes of the left and right strokes
    stroke  thickness
    corner  of rounded corners, 0 … 1: 1 makes a semicircle of a bowl's end, 0.3 a square bowl
    oval    bowls without straight sides
    chamfer corners cut straight instead of rounded
    widths  char → its width relative to `width`
    gap     between characters, least and most
    """

    glyphs: dict[str, str]
    width: float = 0.33
    stroke: float = 0.105
    corner: float = 1.0
    oval: bool = False
    chamfer: bool = False
    widths: dict[str, float] = field(default_factory=dict)
    gap: tuple[float, float] = (0.07, 0.13)


def _rounded(points: np.ndarray, marks: list[bool], closed: bool, die: Die) -> np.ndarray:
    """The polyline (in units of the height) with its marked corners rounded or cut."""
    n = len(points)
    out = []
    for k in range(n):
        before, here, after = points[k - 1], points[k], points[(k + 1) % n]
        if not marks[k] or not closed and k in (0, n - 1):
            out.append(here[None])
            continue
        ends = []
        for other, j in ((before, k - 1), (after, (k + 1) % n)):
            length = np.hypot(*(other - here)) + 1e-9
            free = length / 2 if marks[j] and (closed or 0 < j % n < n - 1) else length
            reach = die.corner * free if die.oval else min(free, die.corner * die.width / 2)
            ends.append(here + (other - here) * reach / length)
        if die.chamfer:
            out.append(np.array(ends))
            continue
        t = np.linspace(0, 1, 9)[:, None]
        c0, c1 = (e + (here - e) * 0.5523 for e in ends)  # a quarter of an ellipse as a cubic
        out.append((1 - t) ** 3 * ends[0] + 3 * t * (1 - t) ** 2 * c0 + 3 * t**2 * (1 - t) * c1 + t**3 * ends[1])
    line = np.concatenate(out)
    return np.concatenate([line, line[:1]]) if closed else line


def _paths(die: Die, char: str, rng: np.random.Generator | None, amount: float) -> list[tuple[np.ndarray, float]]:
    """(polyline in units of the height, relative thickness) of each stroke of a character."""
    width = die.width * die.widths.get(char, 1.0)
    moved: dict[tuple[float, float], np.ndarray] = {}  # a point that two strokes share moves once
    paths = []
    for stroke in die.glyphs[char].split("/"):
        thin, points, marks, closed = 1.0, [], [], False
        for word in stroke.split():
            if word == "z":
                closed = True
            elif word.startswith("*"):
                thin = float(word[1:])
            else:
                marks.append(word.endswith("r"))
                x, y = map(float, word.rstrip("r").split(","))
                if rng is not None and (x, y) not in moved:
                    edge = 0.0 if y in (0, 1) else 1.0  # heads and feet stay in line
                    moved[x, y] = rng.normal(0, JITTER * amount, 2) * (1, edge)
                points.append(np.array([x * width, y]) + moved.get((x, y), 0))
        paths.append((_rounded(np.array(points), marks, closed, die), thin))
    return paths


@lru_cache(4096)
def glyph(die: Die, char: str, height: int, variant: int = 0, amount: float = 1.0) -> np.ndarray:
    """Tight uint8 mask of a character, `height` px high. Variant 0 is the die as drawn; others differ a little in every
    point, in stroke and width, `amount` times as much as worn dies do."""
    rng, stroke = None, die.stroke
    if variant:
        whole = np.random.default_rng(variant)  # the same for all characters of a variant
        stroke *= float(np.exp(whole.normal(0, 0.08 * amount)))
        die = Die(die.glyphs, die.width * float(np.exp(whole.normal(0, 0.04 * amount))), stroke, float(np.clip(die.corner * np.exp(whole.normal(0, 0.1 * amount)), 0, 1)), die.oval, die.chamfer, die.widths, die.gap)
        rng = np.random.default_rng([variant, ord(char)])
    t = max(2, round(stroke * height))
    mask = np.zeros((height, int(height * (die.width * 2.2 + stroke)) + 8), np.uint8)
    for path, thin in _paths(die, char, rng, amount):
        points = path * (height, height - t) + (height * 0.15 + t, t / 2)
        cv2.polylines(mask, [np.round(points * 16).astype(np.int32)], False, 255, max(1, round(t * thin)), cv2.LINE_AA, 4)
    xs = np.flatnonzero(mask.max(0) > 40)
    return mask[:, xs.min() : xs.max() + 1]
