"""What is stuck, screwed or clipped onto a plate: stickers, bolts, frames, dirt of years."""

import cv2
import numpy as np

from . import fonts, symbols
from .canvas import Canvas, random_color, vary

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
CITIES = """ATLANTA BOSTON CHICAGO DALLAS DENVER HOUSTON MIAMI OAKLAND PORTLAND SEATTLE TUCSON RENO TAMPA AUSTIN COLMA
 BURBANK PASADENA CONCORD DOWNTOWN VALLEY RIVERSIDE LONGVIEW SPRINGFIELD LAKESIDE CERRITOS""".split()
MAKES = "FORD TOYOTA HONDA NISSAN CHEVROLET LEXUS BMW VOLKSWAGEN SUBARU MAZDA KIA HYUNDAI DODGE AUDI ACURA MOTORS AUTO".split()
PHRASES = """ALUMNI|MY OTHER CAR IS A BROOM|ALL STAR|I LOVE MY DOG|UNIVERSITY|ENGINEERS|LEGENDS|GO TEAM|WORLD CHAMPIONS
|MEMBER|DEALER SALES|SERVICED BY|HAPPINESS IS|NEW YORK|IT AIN'T EASY|BEING THIS GOOD|LONDON""".replace("\n", "").split("|")


def sticker(c: Canvas, rng: np.random.Generator, corner: str) -> None:
    """A validation sticker (month, year or both) in a corner such as `tl`."""
    w, h = c.w * rng.uniform(0.08, 0.16), c.h * rng.uniform(0.11, 0.2)
    x = c.w * rng.uniform(0.02, 0.07) if corner[1] == "l" else c.w * rng.uniform(0.93, 0.98) - w
    y = c.h * rng.uniform(0.03, 0.08) if corner[0] == "t" else c.h * rng.uniform(0.92, 0.97) - h
    plain = rng.random() < 0.25  # printed on the plate, no paper
    if not plain:
        c.rect(x, y, x + w, y + h, random_color(rng))
    ink = random_color(rng, True) if plain or rng.random() < 0.6 else "FFFFFF"
    kind = rng.random()
    if rng.random() < 0.12:
        return  # an empty box
    text = rng.choice(MONTHS) if kind < 0.4 else f"{rng.integers(0, 100):02d}" if kind < 0.75 else f"{rng.integers(1, 13):02d}-{rng.integers(0, 30):02d}" if kind < 0.9 else str(rng.integers(1990, 2026))
    c.text(fonts.pick(rng, "sans"), text, x + w / 2, y + h * rng.uniform(0.4, 0.55), h * rng.uniform(0.5, 0.8), ink, w * 0.95)
    if rng.random() < 0.3:
        c.text(fonts.pick(rng, "sans"), "".join(map(str, rng.integers(0, 10, 7))), x + w / 2, y + h * 0.88, h * 0.2, ink, w * 0.9)


def bolts(c: Canvas, rng: np.random.Generator, spots: list[tuple[float, float]]) -> None:
    """Screws or their slots at the given places (fractions)."""
    r = c.h * rng.uniform(0.02, 0.045)
    shown = rng.random(2) < 0.75  # upper, lower pair
    style = rng.random()
    for x, y in spots:
        if not shown[int(y > 0.5)]:
            continue
        cx, cy = x * c.w + rng.normal(0, 1.5), y * c.h + rng.normal(0, 1)
        if style < 0.35:  # oblong hole, no screw
            c.rect(cx - 1.6 * r, cy - 0.6 * r, cx + 1.6 * r, cy + 0.6 * r, vary(rng, "202024" if rng.random() < 0.6 else "F0F0F0"), 0.85)
        else:
            tone = vary(rng, rng.choice(["B8B8B8", "303030", "707070", "8F7F5F", "E8E8E8"]), 12)
            c.disc(cx + 1, cy + 1, r, "000000", 0.4)
            c.disc(cx, cy, r, tone)
            c.disc(cx - 0.3 * r, cy - 0.3 * r, r * 0.35, "FFFFFF", 0.3)


def us_frame(c: Canvas, rng: np.random.Generator) -> None:
    """A dealer's or fan's frame: covers the edges, often the state's name and the slogan."""
    tone = vary(rng, rng.choice(["101012", "18181C", "B8BCC0", "D8D8D8", "24408F", "8F1F28", "E8E8E8", "2A2A2C", "6F6F72"]), 10)
    side = c.w * rng.uniform(0.01, 0.045)
    top, bottom = c.h * rng.uniform(0.03, 0.21), c.h * rng.uniform(0.03, 0.2)
    if rng.random() < 0.24:  # it reaches the characters
        top, bottom = c.h * rng.uniform(0.12, 0.29, 2)
    elif rng.random() < 0.3:  # thin: chrome, plain
        top, bottom = c.h * rng.uniform(0.02, 0.08, 2)
    dark = np.mean(tone) < 120
    for x0, y0, x1, y1 in ((0, 0, c.w, top), (0, c.h - bottom, c.w, c.h), (0, 0, side, c.h), (c.w - side, 0, c.w, c.h)):
        c.rect(x0, y0, x1, y1, tone)
    c.rect(side, top, c.w - side, top + 1.5, "000000", 0.35)  # its shadow on the plate
    for y, h in ((top / 2, top), (c.h - bottom / 2, bottom)):
        if h > c.h * 0.07 and rng.random() < 0.85:
            kind = rng.random()
            text = f"{rng.choice(CITIES)} {rng.choice(MAKES)}" if kind < 0.4 else rng.choice(CITIES + MAKES) if kind < 0.6 else rng.choice(PHRASES) if kind < 0.85 else f"({rng.integers(200, 999)}) {rng.integers(200, 999)}-{rng.integers(1000, 9999)}"
            ink = random_color(rng, False) if dark else random_color(rng, True)
            c.text(fonts.pick(rng, rng.choice(["sans", "sans", "serif", "script"])), text, c.w / 2, y, h * rng.uniform(0.55, 0.9), ink, c.w * 0.92, stretch=rng.uniform(0.9, 1.5))
    if rng.random() < 0.1:  # knobs of a decorated frame
        for _ in range(12):
            c.disc(rng.choice([side, c.w - side]), rng.uniform(0, c.h), c.h * 0.05, random_color(rng))


def border(c: Canvas, rng: np.random.Generator, color, inset: float, thickness: float, radius: float) -> None:
    """A rounded line along the plate's edge (px)."""
    x0, y0, x1, y1 = inset, inset, c.w - inset, c.h - inset
    t = np.linspace(0, np.pi / 2, 6)
    corner = np.stack([1 - np.cos(t), 1 - np.sin(t)], 1) * radius
    points = np.concatenate([
        corner[::1] + (x0, y0), np.stack([x1 - corner[::-1, 0], y0 + corner[::-1, 1]], 1),
        np.stack([x1 - corner[:, 0], y1 - corner[:, 1]], 1), np.stack([x0 + corner[::-1, 0], y1 - corner[::-1, 1]], 1), [[x0, y0 + radius]]])
    c.line(points, color, thickness)


def wear(c: Canvas, rng: np.random.Generator) -> None:
    """Fading, rust, scratches, peeled paint, stains, dents' shading, on some plates."""
    if rng.random() < 0.5:  # uneven paint and dirt, of large scale
        coarse = rng.normal(0, 1, (3, 6)).astype(np.float32)
        field = cv2.resize(coarse, (c.w, c.h), interpolation=cv2.INTER_CUBIC)
        c.px += field[..., None] * rng.uniform(2, 9)
    if rng.random() < 0.15:  # stains
        for _ in range(rng.integers(1, 12)):
            c.polygon(symbols.blob(rng, 9, 0.4) * rng.uniform(1, 10) + (rng.uniform(0, c.w), rng.uniform(0, c.h)), vary(rng, rng.choice(["5F4A38", "2A2622", "8F6A40", "D8D8D4"]), 15), rng.uniform(0.2, 0.8))
    if rng.random() < 0.1:
        for _ in range(rng.integers(1, 5)):
            p = rng.uniform(0, 1, 2) * (c.w, c.h)
            c.line(np.array([p, p + rng.normal(0, 30, 2)]), vary(rng, "C8C8C8", 40), 1, 0.6)
    if rng.random() < 0.06:  # paint flaked off the characters
        mask = cv2.resize(rng.normal(0, 1, (c.h // 4, c.w // 4)).astype(np.float32), (c.w, c.h)) > rng.uniform(1.0, 1.8)
        ground = np.median(c.px.reshape(-1, 3), 0)
        c.px[mask] = c.px[mask] * 0.3 + ground * 0.7
