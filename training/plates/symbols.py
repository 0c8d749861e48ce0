"""Small pictures on plates: what is between the groups of a serial, and organizations' emblems."""

import numpy as np

from . import fonts
from .canvas import Canvas, Color, random_color, vary


def blob(rng: np.random.Generator, n: int = 14, rough: float = 0.35) -> np.ndarray:
    """An irregular closed outline around the origin, radius about 1: an animal, a map, a stain."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = np.clip(rng.normal(1, rough, n), 0.25, 1.6)
    return np.stack([np.cos(angle) * radius, np.sin(angle) * radius], 1)


def star(points: int = 5, inner: float = 0.4) -> np.ndarray:
    angle = np.arange(2 * points) * np.pi / points - np.pi / 2
    radius = np.where(np.arange(2 * points) % 2 == 0, 1, inner)
    return np.stack([np.cos(angle) * radius, np.sin(angle) * radius], 1)


HEART = np.array([(0, 1), (-0.9, 0.1), (-1, -0.4), (-0.7, -0.8), (-0.3, -0.8), (0, -0.4), (0.3, -0.8), (0.7, -0.8), (1, -0.4), (0.9, 0.1)])
SHIELD = np.array([(-0.8, -1), (0, -0.85), (0.8, -1), (0.85, 0.2), (0.5, 0.7), (0, 1), (-0.5, 0.7), (-0.85, 0.2)])
DIAMOND = np.array([(0, -1), (0.7, 0), (0, 1), (-0.7, 0)])
# A rider on a bucking horse, in two parts: the rider with his hat, the horse.
RIDER = np.array([(-.3, -.85), (-.05, -1.05), (.2, -.95), (.12, -.75), (.25, -.5), (.35, -.2), (.1, 0), (.05, .35), (-.15, .3), (-.1, -.1), (-.1, -.5), (-.2, -.7)])
HORSE = np.array([(-.95, .1), (-.9, -.2), (-.7, -.4), (-.4, -.3), (-.65, -.1), (-.5, -.2), (-.1, -.15), (.3, 0), (.6, .2), (.9, .6), (.95, .9), (.6, .8), (.4, .6),
                  (.45, .95), (.2, 1), (.2, .6), (-.1, .45), (-.4, .5), (-.45, .75), (-.6, 1.05), (-.75, 1), (-.65, .6), (-.7, .3), (-.75, .05)])


def draw(c: Canvas, rng: np.random.Generator, name: str, cx: float, cy: float, r: float, ink) -> None:
    """Draws the named symbol of radius r px at (cx, cy) in the plate's ink or its own colors."""
    def at(shape: np.ndarray, size: float = 1.0, dx: float = 0, dy: float = 0) -> np.ndarray:
        return shape * r * size + (cx + dx * r, cy + dy * r)

    if name == "star":
        c.polygon(at(star()), ink)
    elif name == "kids":  # California's four: a heart, a star, a hand, a plus
        kind = rng.integers(4)
        if kind == 2:
            c.polygon(at(blob(rng, 10, .12), .45, 0, .3), ink)
            for a in (-1.1, -.5, -.15, .2, .75):
                c.line([(cx, cy + .3 * r), (cx + np.sin(a) * r, cy + .3 * r - np.cos(a) * r * 1.1)], ink, max(1, r * .22))
        elif kind == 3:
            c.rect(cx - .8 * r, cy - .25 * r, cx + .8 * r, cy + .25 * r, ink)
            c.rect(cx - .25 * r, cy - .8 * r, cx + .25 * r, cy + .8 * r, ink)
        else:
            c.polygon(at(HEART if kind == 0 else star()), ink)
    elif name == "diamond":
        c.polygon(at(DIAMOND), ink)
    elif name == "keystone":
        c.polygon(at(np.array([(-.5, -.6), (.5, -.6), (.4, .6), (-.4, .6)]), .6), ink)
    elif name == "heart":
        c.polygon(at(HEART), random_color(rng) if rng.random() < .5 else ink)
    elif name == "map":
        c.polygon(at(blob(rng, 12, .3), .6), vary(rng, ink, 30))
    elif name == "texas":
        c.polygon(at(np.array([(-.2, -1), (.2, -1), (.2, -.5), (1, -.3), (1, .3), (.4, .9), (.2, 1), (-.2, .4), (-.5, .5), (-1, 0), (-.2, 0)]), .8), random_color(rng, True) if rng.random() < .5 else ink)
    elif name == "longdash":
        c.rect(cx - r * 1.1, cy - r * .15, cx + r * 1.1, cy + r * .12, ink)
    elif name == "flagbars":
        red = vary(rng, "C8282F")
        for k, dy in enumerate((-.5, 0.0, .5)):
            if k == 0:
                for dx in (-.7, 0, .7):
                    c.polygon(star() * r * .25 + (cx + dx * r, cy - .6 * r), red)
            else:
                c.rect(cx - r, cy + dy * r - .12 * r, cx + r, cy + dy * r + .14 * r, red)
    elif name == "zia":
        red = vary(rng, "C8282F") if rng.random() < .6 else vary(rng, "F0C030")
        for k in range(4):
            d = np.array([(0, -1), (1, 0), (0, 1), (-1, 0)][k])
            n = d[::-1]
            for o in (-.3, -.1, .1, .3):
                c.line([(cx, cy) + r * (d * .4 + n * o), (cx, cy) + r * (d * (1 - abs(o)) * 1.1 + n * o)], red, r * .1)
        c.disc(cx, cy, r * .45, red, ring=r * .15)
    elif name in ("orange", "peach"):
        base = vary(rng, "E8862A" if name == "orange" else "F0A070", 20)
        if name == "orange":
            c.polygon(at(blob(rng, 16, .25), 1.2), vary(rng, "6FA866", 20), .7)
        for dx, dy in ((-.35, .1), (.35, .25))[: 2 if name == "orange" else 1]:
            c.disc(cx + dx * r, cy + dy * r, r * (.55 if name == "orange" else .85), base)
        for _ in range(2):
            c.polygon(at(DIAMOND @ np.array([[.5, .3], [-.3, .5]]), .6, rng.uniform(-.4, .4), -.6), vary(rng, "2F7A3C", 20))
        if rng.random() < .7:
            c.disc(cx, cy - .1 * r, r * .18, vary(rng, "FFFFFF", 10))
    elif name == "tree":
        green = vary(rng, "2F8A5C", 25)
        for k in range(4):
            c.polygon(at(np.array([(0, -1), (.6 + .1 * k, .2), (-.6 - .1 * k, .2)]), .6, 0, -1.1 + .55 * k), green)
        c.rect(cx - .1 * r, cy + .8 * r, cx + .1 * r, cy + 1.4 * r, green)
    elif name == "palm":
        dark = vary(rng, "23203F", 15)
        c.rect(cx - .08 * r, cy - .2 * r, cx + .08 * r, cy + r, dark)
        for _ in range(7):
            a = rng.uniform(0, 2 * np.pi)
            c.line([(cx, cy - .3 * r), (cx + np.cos(a) * r * .8, cy - .3 * r + np.sin(a) * r * .6)], dark, r * .2)
        c.polygon(at(blob(rng, 14, .3), .45, 0, -.4), dark)
    elif name == "rider":
        side = np.array([1 if rng.random() < .7 else -1, 1])
        size = rng.uniform(.9, 1.3)
        for part in (RIDER, HORSE):
            c.polygon(at((part + rng.normal(0, rng.uniform(.02, .1), part.shape)) * side, size), vary(rng, ink, 15))
    elif name == "flower":
        for a in rng.uniform(0, 6.28, 6):
            c.disc(cx + np.cos(a) * r * .5, cy + np.sin(a) * r * .5, r * .4, vary(rng, "F4F4EC", 12))
        c.disc(cx, cy, r * .2, vary(rng, "D8B040"))
        c.polygon(at(DIAMOND @ np.array([[0, 1], [1, 0]]), .9, 0, .5), vary(rng, "3F7F4A", 20), .6)
    elif name == "lighthouse":
        c.polygon(at(np.array([(-.25, -1), (.25, -1), (.4, 1.2), (-.4, 1.2)])), vary(rng, "F0EEE6", 15))
        c.polygon(at(np.array([(-.3, -1.3), (.3, -1.3), (.25, -.9), (-.25, -.9)])), vary(rng, "302820", 15))
        for up in (-.5, .2, .8):
            c.rect(cx - .33 * r, cy + up * r, cx + .33 * r, cy + (up + .25) * r, vary(rng, "404858", 25), .7)
    elif name == "crest":
        c.polygon(at(SHIELD), vary(rng, "D8B030"))
        for k in range(4):
            c.polygon(at(np.array([(0, 0), (.4, -.4), (.4, .1)]) @ np.array([[np.cos(k * 1.57), -np.sin(k * 1.57)], [np.sin(k * 1.57), np.cos(k * 1.57)]])), vary(rng, ["202020", "C03030"][k % 2]))
    elif name == "figure":  # a pale picture behind and between: pelican, Lincoln, diamond
        for k in range(3):
            c.polygon(at(blob(rng, 14, .4), rng.uniform(.4, 1.2), rng.normal(0, .3), rng.normal(0, .4)), random_color(rng), rng.uniform(.15, .5))
    elif name == "sticker":  # the year, on colored or white paper or in an outline, between the groups
        w, h = r * rng.uniform(.5, .75), r * rng.uniform(.6, 1)
        paper = random_color(rng) if rng.random() < .6 else vary(rng, "F0F0F0", 10)
        if rng.random() < .4:
            c.polygon(at(blob(rng, 10, .2), .95), vary(rng, ink, 20), rng.uniform(.3, 1))
        c.rect(cx - w, cy - h, cx + w, cy + h, paper)
        year = str(rng.integers(0, 30)).zfill(2)
        c.text(fonts.pick(rng, "sans"), year, cx, cy, h * rng.uniform(.8, 1.3), random_color(rng, bool(paper.mean() > 128)), w * 1.8)
    elif name == "cactus":
        c.line([(cx, cy + r), (cx, cy - r)], ink, r * .3)
        c.line([(cx - .5 * r, cy - .4 * r), (cx - .5 * r, cy + .1 * r), (cx + .5 * r, cy + .1 * r), (cx + .5 * r, cy - .5 * r)], ink, r * .2)
    elif name in ("seal", "emblem"):
        emblem(c, rng, cx, cy, r)
    else:
        draw(c, rng, rng.choice(["star", "diamond", "map", "seal", "heart", "crest", "figure", "flower", "tree", "sticker", "sticker", "sticker", "zia", "zia", "rider", "palm", "lighthouse", "cactus", "texas", "keystone"]), cx, cy, r, ink)


def emblem(c: Canvas, rng: np.random.Generator, cx: float, cy: float, r: float) -> None:
    """An organization's logo: a seal, a shield, a monogram, an animal, a flag, a wheelchair."""
    kind = rng.choice(["seal", "shield", "blob", "letters", "flag", "wheelchair", "scene", "bird", "number", "thing", "portrait"],
                      p=[.18, .07, .11, .15, .06, .1, .08, .06, .08, .06, .05])
    a, b = random_color(rng), random_color(rng)
    if kind == "seal":
        c.disc(cx, cy, r, a)
        c.disc(cx, cy, r * rng.uniform(.8, .92), b)
        c.disc(cx, cy, r * rng.uniform(.5, .7), random_color(rng))
        c.polygon(blob(rng) * r * .4 + (cx, cy), random_color(rng))
        for t in np.arange(0, 6.28, .35):
            c.disc(cx + np.cos(t) * r * .78, cy + np.sin(t) * r * .78, max(.7, r * .05), a)
    elif kind == "shield":
        c.polygon(SHIELD * r + (cx, cy), a)
        c.polygon(SHIELD * r * .8 + (cx, cy), b)
        c.polygon(blob(rng) * r * .4 + (cx, cy), a)
    elif kind == "blob":
        for _ in range(rng.integers(1, 5)):
            c.polygon(blob(rng, int(rng.integers(5, 16)), .4) * r * rng.uniform(.3, 1) + (cx + rng.normal(0, r * .25), cy + rng.normal(0, r * .25)), random_color(rng))
    elif kind == "letters":  # a monogram is a trap: it is not part of the registration
        face = fonts.pick(rng, rng.choice(["serif", "sans", "script"]))
        text = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVW"), rng.integers(1, 4)))
        if rng.random() < .5:
            c.disc(cx, cy, r, a)
            c.disc(cx, cy, r * .85, b)
        c.text(face, text, cx, cy, r * rng.uniform(.7, 1.8), random_color(rng, True), r * rng.uniform(1.6, 2.1))
    elif kind == "bird":  # a body, thin legs, a neck; or an anchor, a tool: lines with a blob
        ink = random_color(rng, rng.random() < .7)
        c.polygon(blob(rng, 12, .3) * r * np.array([.6, .35]) + (cx, cy), ink)
        for _ in range(rng.integers(2, 5)):
            p = np.array([(cx + rng.normal(0, .2) * r, cy), (cx + rng.normal(0, .5) * r, cy + rng.uniform(-1, 1) * r), (cx + rng.normal(0, .7) * r, cy + rng.uniform(-1, 1) * r)])
            c.line(p, ink, max(1, r * rng.uniform(.06, .18)))
    elif kind == "portrait":
        c.rect(cx - r * .8, cy - r, cx + r * .8, cy + r, vary(rng, rng.choice(["303038", "8F7F6F", "C8D0D8", "28406F"]), 20))
        c.polygon(np.array([(-.7, 1), (-.5, .4), (.5, .4), (.7, 1)]) * r + (cx, cy), vary(rng, "202028", 15))
        c.disc(cx, cy - r * .15, r * .42, vary(rng, "C8A890", 20))
        c.polygon(blob(rng, 8, .3) * r * np.array([.45, .25]) + (cx, cy - r * .55), vary(rng, rng.choice(["302820", "B0B0B0", "6F4F30"]), 15))
    elif kind == "number":
        c.text(fonts.pick(rng, "sans"), str(rng.integers(1, 100)), cx, cy - .2 * r, r * rng.uniform(.8, 1.7), a, r * 2)
        c.text(fonts.pick(rng, "script"), "".join(rng.choice(list("aceimnorstuv"), 7)).title(), cx, cy + .7 * r, r * .45, random_color(rng, True), r * 2)
    elif kind == "thing":
        draw(c, rng, rng.choice(["lighthouse", "tree", "palm", "flower", "rider", "crest", "zia", "cactus", "heart", "orange"]), cx, cy, r * .8, random_color(rng, True))
    elif kind == "flag":
        for k in range(6):
            c.rect(cx - r, cy - .7 * r + k * .23 * r, cx + r, cy - .7 * r + (k + 1) * .23 * r, "C03038" if k % 2 == 0 else "F4F4F4")
        c.rect(cx - r, cy - .7 * r, cx - .1 * r, cy, "28356F")
    elif kind == "wheelchair":
        person: Color
        has_box = rng.random() < .4
        person = "FFFFFF" if has_box else random_color(rng, True)
        if has_box:
            c.rect(cx - r, cy - r, cx + r, cy + r, vary(rng, "2F62B5"))
        c.disc(cx, cy + .25 * r, r * .55, person, ring=r * .13)
        c.disc(cx - .1 * r, cy - .75 * r, r * .15, person)
        c.line([(cx - .1 * r, cy - .6 * r), (cx, cy + .1 * r), (cx + .5 * r, cy + .1 * r), (cx + .75 * r, cy + .7 * r)], person, r * .16)
    else:
        c.rect(cx - r, cy - r, cx + r, cy + r, a, .8)
        for _ in range(4):
            c.polygon(blob(rng, 8, .4) * r * .5 + (cx + rng.normal(0, r * .3), cy + rng.normal(0, r * .4)), random_color(rng), .8)
