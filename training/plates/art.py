"""Painters of plate backgrounds, named in the designs: each gets (canvas, rng, design's ink)."""

import numpy as np

from . import fonts, symbols
from .canvas import Canvas, random_color, vary


def _ridge(c: Canvas, rng, base: float, height: float, color, alpha: float = 1.0, n: int = 9, y_to: float = 1.0) -> None:
    """A range of hills or mountains: its foot at y_to, its line around base (fractions of the height)."""
    xs = np.linspace(-0.05, 1.05, n) * c.w
    ys = (base + rng.normal(0, height, n)) * c.h
    c.polygon(np.array([*zip(xs, ys), (c.w * 1.05, y_to * c.h), (-c.w * 0.05, y_to * c.h)]), color, alpha)


def hills(c, rng, ink):
    for k in range(rng.integers(1, 4)):
        _ridge(c, rng, rng.uniform(0.6, 0.85), 0.05, vary(rng, rng.choice(["7FA66B", "5F8FA8", "A8C08F", "3F6F4F", "C8A87F"]), 25), rng.uniform(0.3, 0.9))


def mountains(c, rng, ink):
    _ridge(c, rng, rng.uniform(0.3, 0.5), 0.09, vary(rng, rng.choice(["8FA4CC", "B8A8C8", "F4F4F8", "6F86B8"]), 20), rng.uniform(0.4, 0.9), 14)
    if rng.random() < 0.6:
        _ridge(c, rng, rng.uniform(0.6, 0.8), 0.05, vary(rng, rng.choice(["D8C8A8", "A8B8D8", "F0E8D8"]), 20), 0.8, 12)


def snowpeaks(c, rng, ink):
    _ridge(c, rng, 0.24, 0.05, vary(rng, "FFFFFF", 6), 1, 16, y_to=0.75)


def purplehills(c, rng, ink):
    _ridge(c, rng, 0.82, 0.05, vary(rng, rng.choice(["6F3F7F", "8F3F5F", "4F3F7F"])), 0.95, 12)


def pines(c, rng, ink):
    _ridge(c, rng, 0.75, 0.04, vary(rng, "3F5F97"), 0.7, 12)
    for side in (0.04, 0.95):
        for k in range(3):
            x, y = (side + rng.normal(0, 0.02)) * c.w, 0.8 * c.h
            c.polygon(np.array([(x, y - rng.uniform(0.2, 0.5) * c.h), (x + 7, y), (x - 7, y)]), vary(rng, "23355F"))


def rainbow(c, rng, ink):
    for k, color in enumerate(["E86060", "F0A050", "F4E070", "8FCF8F", "7FA8E0", "A88FCF"]):
        t = np.linspace(np.pi * 1.02, np.pi * 1.98, 40)
        r = c.w * (0.52 - 0.012 * k)
        c.line(np.stack([c.w / 2 + np.cos(t) * r, c.h * 0.98 + np.sin(t) * r * 0.72], 1), vary(rng, color), 2, 0.6)


def arch(c, rng, ink):
    x, r = c.w * rng.uniform(0.45, 0.62), c.h * 0.33
    t = np.linspace(np.pi, 2 * np.pi, 24)
    outer = np.stack([x + np.cos(t) * r, c.h * 0.55 + np.sin(t) * r * 1.1], 1)
    c.line(np.array([(x - r, c.h * 0.95), *outer, (x + r, c.h * 0.95)]), vary(rng, "D86A30"), c.h * 0.13, 0.9)
    _ridge(c, rng, 0.85, 0.04, vary(rng, "E08048"), 0.9)


def starband(c, rng, ink):
    c.gradient([(0, vary(rng, "2A4A9C")), (1, vary(rng, "6F8FD0"))], 0, 0.2)
    for _ in range(30):
        c.polygon(symbols.star() * rng.uniform(2, 5) + (rng.uniform(0, c.w), rng.uniform(0, 0.26) * c.h), vary(rng, rng.choice(["FFFFFF", "2A4A9C"])), 0.9)


def farm(c, rng, ink):
    color = vary(rng, rng.choice(["A8BCD4", "B8C4CC", "C04838"]), 15)
    for _ in range(6):
        x, w, h = rng.uniform(0, 1) * c.w, rng.uniform(8, 30), rng.uniform(10, 45)
        c.rect(x, c.h * 0.82 - h, x + w, c.h * 0.82, color, 0.5)
        c.polygon(np.array([(x - 2, c.h * 0.82 - h), (x + w / 2, c.h * 0.82 - h - 10), (x + w + 2, c.h * 0.82 - h)]), color, 0.6)
    if rng.random() < 0.6:  # a silo of bars, taken for a character if one looks too quickly
        x, y, w, h = c.w * rng.uniform(0.84, 0.93), c.h * rng.uniform(0.3, 0.5), c.w * rng.uniform(0.03, 0.07), c.h * rng.uniform(0.25, 0.4)
        for k in range(4):
            c.rect(x + w * k / 4, y, x + w * k / 4 + 1.5, y + h, vary(rng, "6F86B0"), 0.7)
            c.rect(x, y + h * k / 4, x + w, y + h * k / 4 + 1.5, vary(rng, "6F86B0"), 0.7)


def plane(c, rng, ink):
    blue = vary(rng, "7FA4D4")
    for k in range(2):
        c.line(np.array([(c.w * 0.3, c.h * (0.12 + 0.08 * k)), (c.w * 0.75, c.h * (0.2 + 0.08 * k))]), blue, 3, 0.7)
    for _ in range(25):
        x = rng.uniform(0, c.w)
        c.line(np.array([(x, c.h * 0.82), (x + rng.normal(0, 8), c.h * rng.uniform(0.6, 0.8))]), blue, 1, 0.6)


def buffalo(c, rng, ink):
    c.polygon(symbols.blob(rng) * 16 + (c.w * 0.1, c.h * 0.78), vary(rng, "6F3F2F"))
    c.rect(c.w * 0.25, c.h * 0.77, c.w * 0.75, c.h * 0.88, vary(rng, "2F4F8F" if rng.random() < 0.5 else "2F2F2F"))
    _ridge(c, rng, 0.92, 0.02, vary(rng, "D89A2F"), 0.9)


def bridge(c, rng, ink):
    color = vary(rng, "4F6FA8")
    for x in (0.3, 0.7):
        c.rect(c.w * x - 2, c.h * 0.25, c.w * x + 2, c.h * 0.75, color, 0.7)
    t = np.linspace(0, 1, 20)
    c.line(np.stack([t * c.w, c.h * (0.6 - 0.3 * np.abs(np.cos(np.pi * 2.5 * (t - 0.1))))], 1), color, 1, 0.7)


def faces(c, rng, ink):
    for k in range(4):
        c.polygon(symbols.blob(rng) * rng.uniform(14, 22) + (c.w * (0.35 + 0.12 * k), c.h * 0.45), vary(rng, "E8ECF0"), 0.7)
    _ridge(c, rng, 0.75, 0.05, vary(rng, "F4F4F4"), 0.8)


def tower(c, rng, ink):
    x = c.w * rng.uniform(0.6, 0.8)
    c.polygon(np.array([(x - 35, c.h * 0.8), (x - 20, c.h * 0.3), (x + 20, c.h * 0.28), (x + 40, c.h * 0.8)]), vary(rng, "B8A890"), 0.8)
    _ridge(c, rng, 0.8, 0.03, vary(rng, "5F7F4F"), 0.9)


def skyline(c, rng, ink):
    blue = vary(rng, "24408F")
    _ridge(c, rng, 0.84, 0.02, blue, 1, 20)
    c.disc(c.w * 0.93, c.h * 0.12, 9, vary(rng, "FFFFFF"))
    c.polygon(symbols.blob(rng) * 14 + (c.w * 0.5, c.h * 0.78), blue)


def cornerstar(c, rng, ink):
    c.polygon(symbols.star() * rng.uniform(12, 20) + (c.w * 0.1, c.h * 0.16), vary(rng, "FFFFFF") if c.px[20, 30].mean() < 200 else rng.choice(["24408F", "1C1C1E"]))


def cornermap(c, rng, ink):
    c.polygon(np.array([(-1, -0.6), (1, -0.6), (1, 0.6), (-0.5, 0.6), (-1, 0.9)]) * 13 + (c.w * 0.1, c.h * 0.15), vary(rng, ink))


def corneremblem(c, rng, ink):
    c.polygon(symbols.blob(rng) * 18 + (c.w * 0.1, c.h * 0.2), vary(rng, "C0303C"))
    c.line(np.array([(4, c.h * 0.4), (c.w * 0.3, c.h * 0.1)]), vary(rng, "4F7F4F"), 3)


def redlines(c, rng, ink):
    for y in (0.24, 0.8):
        c.rect(0, y * c.h, c.w, y * c.h + 2.5, vary(rng, "C0303C"))


def redarc(c, rng, ink):
    if rng.random() < 0.5:
        c.disc(c.w / 2, c.h * 1.45, c.h * 0.68, vary(rng, "24519C"))


def countybar(c, rng, ink):
    if rng.random() < 0.8:
        c.rect(c.w * 0.2, c.h * 0.8, c.w * 0.8, c.h * 0.94, vary(rng, "2A44A0"))


def flagstripe(c, rng, ink):
    for k in range(5):
        c.polygon(np.array([(0, c.h * (0.75 + k * 0.05)), (c.w * 0.5, c.h * (0.8 + k * 0.04)), (c.w * 0.5, c.h * (0.82 + k * 0.04)), (0, c.h * (0.78 + k * 0.05))]), vary(rng, "C0303C"), 0.8)


def chickadee(c, rng, ink):
    for _ in range(6):
        c.polygon(symbols.blob(rng, 10, 0.4) * rng.uniform(6, 18) + (c.w * rng.uniform(0.02, 0.16), c.h * rng.uniform(0.3, 0.8)), vary(rng, rng.choice(["3F6F4F", "7F6F4F", "2F2F2F", "A8906F"]), 20), 0.7)
    _ridge(c, rng, 0.86, 0.03, vary(rng, "2F5A40"), 1, 20)


def explore(c, rng, ink):
    c.text(fonts.pick(rng, "sans"), rng.choice(["EXPLORE", "Reinvent in"]), c.w * 0.14, c.h * 0.12, c.h * 0.07, ink)
    _ridge(c, rng, 0.27, 0.02, vary(rng, "3F6F8F"), 0.6, 16, y_to=0.3)


def outline(c, rng, ink):
    c.line((np.array([(0.03, 0.05), (0.97, 0.05), (0.97, 0.8), (0.4, 0.85), (0.3, 0.95), (0.12, 0.6), (0.03, 0.05)]) + rng.normal(0, 0.01, (7, 2))) * (c.w, c.h), vary(rng, "FFFFFF"), 2)


def mapoutline(c, rng, ink):
    c.line(np.array([(0.04, 0.2), (0.8, 0.25), (0.9, 0.4), (0.96, 0.8), (0.25, 0.8), (0.25, 0.6), (0.04, 0.6), (0.04, 0.2)]) * (c.w, c.h), vary(rng, "C0303C"), 1, 0.8)


def wave(c, rng, ink):
    t = np.linspace(0, 1, 30)
    y = rng.uniform(0.35, 0.7) + rng.uniform(0.05, 0.15) * np.sin(t * rng.uniform(3, 9) + rng.uniform(0, 6))
    c.polygon(np.array([*zip(t * c.w, y * c.h), (c.w, c.h), (0, c.h)]), vary(rng, rng.choice(["C4CCDC", "A8C4E4", "D4DCE4"]), 15), 0.6)


def snowline(c, rng, ink):
    _ridge(c, rng, 0.2, 0.03, vary(rng, "F4F4F8"), 1, 20, y_to=0.3)


def grayfigure(c, rng, ink):
    c.polygon(symbols.blob(rng, 20) * c.h * 0.28 + (c.w * rng.uniform(0.75, 0.9), c.h * 0.5), vary(rng, "B8C8BC"), 0.6)


def greenframe(c, rng, ink):
    c.rect(0, c.h * 0.25, c.w, c.h * 0.265, vary(rng, "FFFFFF"), 0.8)
    c.rect(0, c.h * 0.78, c.w, c.h * 0.795, vary(rng, "FFFFFF"), 0.8)
    c.polygon(symbols.blob(rng) * 9 + (c.w * 0.1, c.h * 0.13), vary(rng, "FFFFFF"), 0.9)


def palemountain(c, rng, ink):
    c.polygon(np.array([(0.2, 0.8), (0.45, 0.2), (0.55, 0.22), (0.85, 0.8)]) * (c.w, c.h), vary(rng, "A8C4E8"), 0.6)


def wisconsin(c, rng, ink):
    c.rect(0, c.h * 0.2, c.w, c.h * 0.225, vary(rng, "C0242F"))
    for k in range(5):
        c.polygon(symbols.blob(rng, 8) * 8 + (c.w * (0.66 + 0.05 * k), c.h * 0.13), vary(rng, rng.choice(["3F8F4F", "27489C", "D83F2F", "F0C040"])))


def mexican(c, rng, ink):
    for _ in range(rng.integers(1, 5)):
        kind = rng.random()
        if kind < 0.5:
            c.polygon(symbols.blob(rng) * rng.uniform(10, 30) + (rng.uniform(0, c.w), rng.choice([0.1, 0.9]) * c.h), random_color(rng), 0.7)
        else:
            wave(c, rng, ink)


def leftfigure(c, rng, ink):
    for _ in range(4):
        c.polygon(symbols.blob(rng, 12, 0.4) * rng.uniform(8, 22) + (c.w * rng.uniform(0.03, 0.16), c.h * rng.uniform(0.3, 0.75)), random_color(rng, rng.random() < 0.6), 0.8)


def seal(c, rng, ink):
    c.disc(c.w / 2, c.h * 0.52, c.h * 0.36, vary(rng, "8FA4C4"), 0.35, 5)
    c.polygon(symbols.blob(rng, 20) * c.h * 0.2 + (c.w / 2, c.h * 0.5), vary(rng, "9FB0CC"), 0.3)


def emblem(c, rng, ink):
    symbols.emblem(c, rng, c.w * 0.1, c.h * 0.5, c.h * 0.15)


def clutter(c, rng, ink):
    """Strokes and boxes like buildings, trees or poles near the ends, where they can be taken for characters."""
    for _ in range(rng.integers(1, 7)):
        x = c.w * (rng.uniform(0, 0.14) if rng.random() < 0.5 else rng.uniform(0.86, 1))
        y0, y1 = c.h * np.sort(rng.uniform(0.2, 0.85, 2))
        c.rect(x, y0, x + c.w * rng.uniform(0.004, 0.04), y1, random_color(rng), rng.uniform(0.15, 0.6))


def scenery(c, rng, ink):
    """A picture of anything: for personal, special and invented plates."""
    painters = [hills, mountains, wave, purplehills, pines, farm, mexican, seal, leftfigure, grayfigure, snowline, palemountain]
    for k in rng.integers(0, len(painters), rng.integers(1, 4)):
        painters[k](c, rng, ink)


def paint(c: Canvas, rng: np.random.Generator, name: str, ink) -> None:
    globals()[name](c, rng, ink)
