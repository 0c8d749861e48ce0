"""Draws the plates of designs_world.py."""

import numpy as np

from . import fittings, fonts, grammar, serial, symbols
from .canvas import Canvas, random_color, vary
from .designs_world import DESIGNS, Design
from .plate import Plate

_REGIONS = [d.region for d in DESIGNS]
_P = np.array([(4.0 if r == "in" else 1.0) / _REGIONS.count(r) for r in _REGIONS])
_P /= _P.sum()


def _of(rng: np.random.Generator, choices: str) -> str:
    return str(rng.choice(choices.split(",")))


def _line(c: Canvas, rng: np.random.Generator, text: str, y: float, size: float, ink) -> None:
    c.text(fonts.pick(rng, "sans"), text, c.w * 0.5, c.h * y, c.h * size, ink, c.w * rng.uniform(0.6, 0.95), stretch=rng.uniform(0.9, 1.3))


def _serial(rng: np.random.Generator, d: Design) -> str:
    if rng.random() < 0.9:
        return grammar.fill(rng, _of(rng, d.patterns))
    return grammar.vanity(rng, 7) if rng.random() < 0.6 else grammar.noise(rng)


def render(rng: np.random.Generator) -> Plate:
    d = DESIGNS[rng.choice(len(DESIGNS), p=_P)]
    ground, printed = _of(rng, d.colors).split("-")
    c = Canvas(*d.size, vary(rng, ground, 8))
    ink = vary(rng, printed, 12)
    if rng.random() < 0.6:
        fittings.border(c, rng, ink if rng.random() < 0.7 else random_color(rng), rng.uniform(2, 5), rng.uniform(1, 3.5), rng.uniform(4, 12))
    top, bottom, left = 0.12, 0.88, 0.03
    head, foot, band = _of(rng, d.head), _of(rng, d.foot), _of(rng, d.band)
    if head:
        size = rng.uniform(0.1, 0.16)
        _line(c, rng, head, 0.05 + size / 2, size, ink if rng.random() < 0.8 else random_color(rng))
        top = size + 0.1
    if foot:
        size = rng.uniform(0.09, 0.15)
        _line(c, rng, foot, 0.95 - size / 2, size, ink if rng.random() < 0.8 else random_color(rng))
        bottom = 0.9 - size
    if band:
        w = c.h * rng.uniform(0.26, 0.4)
        c.rect(0, 0, w, c.h, vary(rng, "2A55B8", 12))
        c.text(fonts.pick(rng, "sans"), band, w / 2, c.h * rng.uniform(0.5, 0.8), c.h * rng.uniform(0.12, 0.22), vary(rng, "FFFFFF", 8), w * 0.85)
        left = w / c.w + 0.015
    elif d.region == "ae" and rng.random() < 0.8:  # the emirate's name in Arabic, as far as a camera sees it
        for k in range(rng.integers(3, 7)):
            c.polygon(symbols.blob(rng, 8, 0.5) * (c.h * 0.06, c.h * 0.08) + (c.w * (0.3 + 0.07 * k), c.h * 0.2), ink)
        top = 0.3
    style = serial.random_style(rng, "eu" if rng.random() < 0.6 else "us", ink, rng.choice(["star", "diamond", "map", "crest"]))
    style.space, style.gap, style.o_is_zero = float(rng.uniform(0.12, 0.5)), float(rng.uniform(0.08, 0.22)), rng.random() < 0.4
    if rng.random() < 0.7 * (0.5 if fonts.unseen else 1):
        style = serial.issuer_style(rng, d.region, "", style)
    plain = _serial(rng, d)
    x0, x1 = c.w * (left + rng.uniform(0, 0.03)), c.w * rng.uniform(0.94, 0.98)
    upper, _, lower = plain.partition("|")
    if lower:
        mid = (top + bottom) / 2
        chars = serial.draw(c, rng, upper, (x0, c.h * top, x1, c.h * (mid - 0.03)), style) + serial.draw(c, rng, lower, (x0, c.h * (mid + 0.04), x1, c.h * bottom), style)
    else:
        chars = serial.draw(c, rng, upper, (x0, c.h * top, x1, c.h * bottom), style)
    fittings.bolts(c, rng, [(0.18, 0.1), (0.82, 0.1)] if rng.random() < 0.6 else [(0.1, 0.5), (0.9, 0.5)])
    fittings.wear(c, rng)
    return Plate(c.done(), d.region, 2 if lower else 1, chars)
