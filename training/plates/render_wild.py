"""Draws plates of no region: any size, colors, fonts, texts around the serial. They keep the reader from leaning
on designs it knows; also American motorcycle plates (7 × 4 inch), whose region is too small a print to learn."""

import numpy as np

from . import art, fittings, fonts, grammar, serial, symbols
from .canvas import Canvas, random_color
from .plate import Plate
from .render_us import COUNTIES, LEAGUES


def render(rng: np.random.Generator) -> Plate:
    w, h = [(320, 160), (300, 130), (400, 120), (500, 110), (220, 140), (260, 150)][rng.integers(6)]
    two = w / h < 1.9 and rng.random() < 0.45
    light = rng.random() < 0.75
    c = Canvas(w, h)
    c.gradient([(t, random_color(rng, not light)) for t in np.linspace(0, 1, rng.integers(1, 4))])
    ink = random_color(rng, light)
    if rng.random() < 0.15:  # low contrast
        ink = 0.5 * ink + 0.5 * c.px.mean((0, 1))
    if rng.random() < 0.4:
        art.paint(c, rng, "scenery", ink)
    if rng.random() < 0.5:
        fittings.border(c, rng, random_color(rng), rng.uniform(1, 6), rng.uniform(1, 4), rng.uniform(2, 14))
    top = bottom = 0.1
    for above in (True, False):
        if rng.random() < (0.75 if w / h < 4 else 0.2):
            size = rng.uniform(0.07, 0.18)
            words = rng.choice(COUNTIES + LEAGUES + fittings.CITIES)
            c.text(fonts.pick(rng, rng.choice(["sans", "serif", "script"])), words if rng.random() < 0.6 else words.title(),
                   w * rng.uniform(0.4, 0.6), h * (0.05 + size / 2 if above else 0.95 - size / 2), h * size, random_color(rng, light) if rng.random() < 0.8 else random_color(rng), w * 0.9)
            top, bottom = (0.07 + size, bottom) if above else (top, 0.07 + size)
    style = serial.random_style(rng, rng.choice(["us", "eu"]), ink, "any")
    style.stretch *= float(np.exp(rng.normal(0, 0.12)))
    kind = rng.random()
    plain = grammar.noise(rng) if kind < 0.6 else grammar.vanity(rng, 8)
    y0, y1 = h * (top + rng.uniform(0.02, 0.06)), h * (1 - bottom - rng.uniform(0.02, 0.06))
    x0, x1 = w * rng.uniform(0.02, 0.08), w * rng.uniform(0.92, 0.98)
    if two:
        text = grammar.text_of(plain)
        at = int(rng.integers(1, max(2, min(4, len(text) - 1))))
        mid = (y0 + y1) / 2 + rng.normal(0, 0.02) * h
        if rng.random() < 0.25:  # a small first line of two or three characters beside or above
            mid = y0 + (y1 - y0) * 0.4
        boxes = serial.draw(c, rng, text[:at], (x0, y0, x1, mid - 0.02 * h), style) + serial.draw(c, rng, text[at:], (x0, mid + 0.03 * h, x1, y1), style)
    else:
        if rng.random() < 0.25:
            r = rng.uniform(0.06, 0.1) * w
            symbols.emblem(c, rng, x0 + r, (y0 + y1) / 2, min(r, (y1 - y0) / 2))
            x0 += 2.2 * r
        if rng.random() < 0.2:
            opening, closing = "{}" if rng.random() < 0.7 else "()"
            stack = opening + grammar.fill(rng, rng.choice(["@@", "@@@", "##", "@"])) + closing
            plain = stack + plain if rng.random() < 0.5 else plain + stack
        boxes = serial.draw(c, rng, plain, (x0, y0, x1, y1), style)
    for corner in rng.choice(["tl", "tr", "bl", "br"], rng.integers(0, 3), replace=False):
        if w / h < 3 and not two:
            fittings.sticker(c, rng, corner)
    fittings.bolts(c, rng, [(0.2, 0.08), (0.8, 0.08), (0.2, 0.92), (0.8, 0.92)])
    fittings.wear(c, rng)
    if rng.random() < 0.25 and w / h < 3.2 and not two:
        fittings.us_frame(c, rng)
    return Plate(c.done(), None, 2 if two else 1, boxes)
