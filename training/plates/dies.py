"""Invented plate dies: the 36 characters as strokes of one width, in endlessly varied proportions.

No open font is a plate die. What dies share (one stroke width, square round bowls, narrow letters, odd 1, 4, 6, 7,
G, M, W) is drawn here from parameters; a die is named `die:N` and made from the seed N.
"""

from functools import lru_cache

import cv2
import numpy as np

NARROW = 0.48
SQUARE_FROM = 2000  # dies of this number and beyond are square, as those of Brazil
Path = list[np.ndarray]  # polylines in the unit square, y downward


def _arc(cx: float, cy: float, rx: float, ry: float, a0: float, a1: float, n: float) -> np.ndarray:
    """From angle a0 to a1 (degrees, clockwise from the right): on a superellipse of exponent n > 0 (2 round, 5
    square), or on a rectangle with rounded corners if n < 0. Then -n is the corners' radius as a fraction of rx,
    about the same in x and y once the character is drawn NARROW times as wide as high."""
    t = np.deg2rad(np.linspace(a0, a1, 2 + int(abs(a1 - a0) / 7)))
    c, s = np.cos(t).round(6), np.sin(t).round(6)
    if n > 0:
        return np.stack([cx + rx * np.sign(c) * np.abs(c) ** (2 / n), cy + ry * np.sign(s) * np.abs(s) ** (2 / n)], 1)
    r, q = -n * rx, min(ry, -n * rx * NARROW)
    return np.stack([cx + np.sign(c) * (rx - r) + r * c, cy + np.sign(s) * (ry - q) + q * s], 1)


def _join(*parts) -> np.ndarray:
    return np.concatenate([np.atleast_2d(np.asarray(p, float)) for p in parts])


def strokes(rng: np.random.Generator, square: bool = False) -> tuple[dict[str, Path], dict[str, float]]:
    """The polylines of each character and its width relative to the common one, for one die; `square`: bowls with
    straight sides and tight corners, where O and D differ in their left corners alone."""
    n = rng.uniform(2.0, 5.0) if rng.random() < 0.5 else -rng.uniform(0.45, 1.0)
    if square:
        n = -rng.uniform(0.35, 0.7)
    bar = rng.uniform(0.42, 0.55)  # height of the middle bars
    u = lambda a, b: rng.uniform(a, b)
    flip = lambda chance: rng.random() < chance
    line = lambda *p: np.array(p, float)
    bowl = u(0.4, 0.6)
    g: dict[str, Path] = {}
    a = u(0, 0.12) if flip(0.6) else 0
    g["A"] = [line((0, 1), (0.5 - a, 0), (0.5 + a, 0), (1, 1)), line((0.15, b := u(0.6, 0.75)), (0.85, b))]
    g["B"] = [_join((0, 0), _arc(1 - bowl, bar / 2, bowl * 0.95, bar / 2, -90, 90, n), (0, bar)),
              _join(_arc(1 - bowl, (1 + bar) / 2, bowl, (1 - bar) / 2, -90, 90, n), (0, 1), (0, 0))]
    end = u(25, 55)
    g["C"] = [_arc(0.5, 0.5, 0.5, 0.5, -end, -360 + end, n)]
    g["D"] = [_join((0, 0), _arc(1 - bowl, 0.5, bowl, 0.5, -90, 90, max(n, 2.4) if n > 0 else n), (0, 1), (0, 0))]
    g["E"] = [line((1, 0), (0, 0), (0, 1), (1, 1)), line((0, bar), (u(0.7, 0.95), bar))]
    g["F"] = [line((1, 0), (0, 0), (0, 1)), line((0, bar), (u(0.7, 0.95), bar))]
    gb = u(0.48, 0.6)
    g["G"] = [_join(_arc(0.5, 0.5, 0.5, 0.5, -end, -360 + 10, n), (1, gb), (u(0.45, 0.65), gb))]
    if flip(0.3):
        g["G"].append(line((1, gb), (1, 1)))
    g["H"] = [line((0, 0), (0, 1)), line((1, 0), (1, 1)), line((0, bar), (1, bar))]
    g["I"] = [line((0.5, 0), (0.5, 1))]
    if serif := flip(0.25):
        g["I"] += [line((0, 0), (1, 0)), line((0, 1), (1, 1))]
    g["J"] = [_join((1, 0), _arc(0.5, 0.7, 0.5, 0.3, 0, u(150, 180), n))]
    if flip(0.15):
        g["J"].append(line((0.5, 0), (1, 0)))
    k = u(0.5, 0.65)
    g["K"] = [line((0, 0), (0, 1)), line((1, 0), (0, k)), line((u(0.2, 0.4), k - 0.15), (1, 1))]
    g["L"] = [line((0, 0), (0, 1), (1, 1))]
    m = u(0.45, 1.0)
    g["M"] = [line((0, 1), (0, 0), (0.5, m), (1, 0), (1, 1))]
    g["N"] = [line((0, 1), (0, 0), (1, 1), (1, 0))]
    g["O"] = [_arc(0.5, 0.5, 0.5, 0.5, 0, 360, n)]
    p = u(0.5, 0.58)
    g["P"] = [_join((0, 1), (0, 0), _arc(1 - bowl, p / 2, bowl, p / 2, -90, 90, n), (0, p))]
    g["Q"] = [g["O"][0], line((u(0.45, 0.65), u(0.62, 0.75)), (u(0.95, 1.1), u(0.98, 1.06)))]
    g["R"] = [g["P"][0], line((u(0.35, 0.6), p), (1, 1))]
    e = u(5, 35)
    g["S"] = [_join(_arc(0.5, bar / 2, 0.48, bar / 2, -e, -270, n), _arc(0.5, (1 + bar) / 2, 0.5, (1 - bar) / 2, -90, 180 - e, n))]
    g["T"] = [line((0, 0), (1, 0)), line((0.5, 0), (0.5, 1))]
    g["U"] = [_join((0, 0), _arc(0.5, 0.65, 0.5, 0.35, 180, 0, n), (1, 0))]
    v = u(0, 0.08)
    g["V"] = [line((0, 0), (0.5 - v, 1), (0.5 + v, 1), (1, 0))]
    w = u(0.0, 0.55)
    side = u(0.0, 0.25)
    g["W"] = [line((0, 0), (side, 1), (0.5, w), (1 - side, 1), (1, 0))]
    g["X"] = [line((0, 0), (1, 1)), line((1, 0), (0, 1))]
    y = u(0.42, 0.6)
    g["Y"] = [line((0, 0), (0.5, y), (1, 0)), line((0.5, y), (0.5, 1))]
    g["Z"] = [line((0, 0), (1, 0), (0, 1), (1, 1))]
    g["0"] = [_arc(0.5, 0.5, 0.5, 0.5, 0, 360, min(5, n * u(0.9, 1.3)) if n > 0 else n)]
    if flip(0.12):
        g["0"].append(line((0.2, 0.85), (0.8, 0.15)))
    g["1"] = [line((0, u(0.14, 0.3)), (0.7, 0), (0.7, 1))]
    if flip(0.35):
        g["1"] = [line((0.5, 0), (0.5, 1))]
    elif flip(0.35):
        g["1"].append(line((0.2, 1), (1.2, 1)))
    t = u(0.24, 0.32)
    g["2"] = [_join(_arc(0.5, t, 0.5, t, 190 - u(0, 15), 360 + u(15, 55), n), (0, 1), (1, 1))]
    if flip(0.3):
        g["3"] = [_join((0, 0), (0.95, 0), (0.4, bar * 0.85), _arc(0.5, (1 + bar) / 2, 0.5, (1 - bar) / 2, -80, 165, n))]
    else:
        g["3"] = [_arc(0.5, bar / 2, 0.47, bar / 2, -180 + e, 90, n), _arc(0.5, (1 + bar) / 2, 0.5, (1 - bar) / 2, -90, 180 - e, n)]
    f, s = u(0.6, 0.76), u(0.55, 0.85)
    g["4"] = [line((s, 1), (s, 0), (0, f), (1, f))] if flip(0.7) else [line((0.55, 0), (0, f), (1, f)), line((s, 0.4), (s, 1))]
    h = u(0.38, 0.48)
    g["5"] = [_join((0.93, 0), (0.06, 0), (0.03, h + 0.08), _arc(0.5, (1 + h) / 2, 0.5, (1 - h) / 2, -150, 180 - e, n))]
    low = u(0.36, 0.45)
    body = _arc(0.5, (1 + low) / 2, 0.5, (1 - low) / 2, 0, 360, n)
    if flip(0.45):  # straight back, as in FE and some US dies
        g["6"] = [body, line((u(0.55, 0.8), 0), (0.04, 0.6))]
    else:
        g["6"] = [body, _join(_arc(0.5, 0.4, 0.5, 0.4, -u(25, 60), -180, n), (0, 0.7))]
    g["9"] = [1 - part for part in g["6"]]
    g["7"] = [line((0, 0), (1, 0), (u(0.25, 0.5), 1))] if flip(0.75) else [_join((0, 0), (1, 0), (0.6, 0.4), (0.45, 1))]
    g["8"] = [_arc(0.5, bar / 2, u(0.42, 0.5), bar / 2, 0, 360, n), _arc(0.5, (1 + bar) / 2, 0.5, (1 - bar) / 2, 0, 360, n)]
    if flip(0.12):  # short serifs on the ends of the arms
        tick = u(0.1, 0.2)
        for c in "EFLTZ":
            ends = {"E": "01", "F": "0", "L": "1", "T": "0", "Z": "01"}[c]
            g[c] = g[c] + [line((1, float(y)), (1, abs(float(y) - tick))) for y in ends]
        g["T"].append(line((0, 0), (0, tick)))
    widths = {c: u(0.93, 1.05) for c in g}
    widths |= {"M": u(1.1, 1.4), "W": u(1.1, 1.5), "I": 0.7 if serif else 0.0, "1": u(0.35, 0.6), "J": u(0.8, 1), "L": u(0.82, 1), "E": u(0.8, 1), "F": u(0.8, 1)}
    if len(g["1"][0]) == 2:
        widths["1"] = 0.0
    return g, widths


@lru_cache(64)
def _die(seed: int) -> tuple[dict[str, Path], dict[str, float], float, float]:
    rng = np.random.default_rng(seed)
    g, widths = strokes(rng, seed >= SQUARE_FROM)
    return g, widths, rng.uniform(0.3, 0.52), rng.uniform(0.085, 0.17)  # width between stroke axes and stroke, of the height


def glyph(seed: int, char: str, height: int) -> np.ndarray:
    """uint8 mask of one character of a die, `height` px high, tight."""
    g, widths, width, stroke = _die(seed)
    t = max(2, round(stroke * height))
    w = max(1, round(widths[char] * width * height))
    mask = np.zeros((height, w + t + 4 + int(0.3 * w)), np.uint8)
    for part in g[char]:
        points = np.clip(part, -0.1, 1.3) * (w, height - t) + (t / 2 + 1, t / 2)
        cv2.polylines(mask, [np.round(points * 16).astype(np.int32)], False, 255, t, cv2.LINE_AA, 4)
    xs = np.flatnonzero(mask.max(0) > 40)
    return mask[:, xs.min() : xs.max() + 1]
