"""Draws a North American plate (12 × 6 inch) from a design, in its common, personal and special forms."""

import numpy as np

from . import art, designs_na, designs_us, fittings, fonts, grammar, issuers, serial, symbols
from .canvas import Canvas, random_color, vary
from .designs_us import Design
from .plate import Plate

SIZE = (320, 160)  # px; 2:1
ISSUER_SHARE = 0.7  # of serials in the region's own dies; half of it in validation, so that unseen lettering stays in it
COUNTIES = """JACKSON CHEROKEE CLAYTON MARSHALL POLK JOHNSON SIOUX LINN MADISON LAUDERDALE RANKIN DAVIDSON SHELBY KNOX
 KENTON BOONE FAYETTE ORANGE LAKE CHATHAM HINDS WASHINGTON MONROE FRANKLIN GREENE CLAY MARION HAMILTON DADE BROWARD
 COBB FULTON GWINNETT LEE HARRISON SCOTT STORY DALLAS BLACK-HAWK WARREN PERRY CARROLL ADAMS""".split()
LEAGUES = """UNIVERSITY|STATE COLLEGE|VETERAN|WILDLIFE|FIREFIGHTER|PURPLE HEART|DISABLED|SUPPORT OUR TROOPS|ENDLESS SUMMER
|TAR HEELS|AGRICULTURE|CHILDREN FIRST|BREAST CANCER AWARENESS|NATIONAL GUARD|ALUMNI|HERITAGE|CONSERVATION|TRUCK|DEALER
|EXEMPT|APPORTIONED|PASSENGER|HISTORIC VEHICLE|COLLECTOR|AMATEUR RADIO|STREET ROD""".replace("\n", "").split("|")
_WEIGHT = {"us-ca": 9, "us-tx": 2.5, "us-fl": 1.5, "us-ny": 1.5, "us-nv": 1.5, "us-az": 1.5, "us-or": 1.3, "us-wa": 1.3, "us-va": 1.3, "us-mo": 2, "us-nm": 1.4, "us-wy": 1.4}  # many designs or many cars; the rest alike


def _weights(designs: list[Design]) -> np.ndarray:
    """Each region the same share whatever its number of designs, but for the weights above."""
    regions = [d.region for d in designs]
    w = np.array([_WEIGHT.get(r, 1) / regions.count(r) for r in regions])
    return w / w.sum()


US, NA = designs_us.DESIGNS, designs_na.DESIGNS
_P = {"us": _weights(US), "na": _weights(NA)}


def _ground(c: Canvas, rng: np.random.Generator, ground: str) -> None:
    if "|" in ground:
        parts = [p.split(":") for p in ground.split("|")]
        known = sum(float(p[1]) for p in parts if len(p) > 1)
        y = 0.0
        for p in parts:
            h = float(p[1]) if len(p) > 1 else 1 - known
            c.rect(0, y * c.h, c.w, (y + h) * c.h, vary(rng, p[0], 8))
            y += h
    else:
        colors = ground.split(" ")
        c.gradient([(k / max(1, len(colors) - 1), vary(rng, x, 8)) for k, x in enumerate(colors)])


def _place(c: Canvas, rng: np.random.Generator, spec: str, y: float, jitter: float = 0.012) -> None:
    """Writes one of the texts of a design at the height y (fraction)."""
    option = rng.choice(spec.split(";"))
    if not option:
        return
    text, kind, color, size = option.split("/") if option.count("/") == 3 else (option, "sans", "1C1C1C", ".11")
    text = text.replace("COUNTY", rng.choice(COUNTIES)).replace("##", f"{rng.integers(1, 93):02d}")
    size = float(size) * rng.uniform(0.85, 1.15)
    c.text(fonts.pick(rng, kind), text, c.w * (0.5 + rng.normal(0, 0.015)), c.h * (y + rng.normal(0, jitter)), c.h * size, vary(rng, color, 10), c.w * rng.uniform(0.55, 0.9), stretch=rng.uniform(0.85, 1.2))


def _special(rng: np.random.Generator, longest: int = 6) -> str:
    """A serial of an organization's plate: short, sometimes with stacked letters before or after."""
    body = grammar.fill(rng, rng.choice(["####", "#####", "@####", "####@", "@@###", "@@####", "####@@", "###@@", "@@@##", "###", "@@ ###", "@#@##"]))
    opening, closing = "{}" if rng.random() < 0.85 else "()"
    stack = opening + grammar.fill(rng, rng.choice(["@@", "@@", "@@@", "@", "#@"])) + closing
    kind = rng.random()
    return stack + body if kind < 0.35 else body + stack if kind < 0.65 else body


def render(rng: np.random.Generator, area: str = "us") -> Plate:
    designs = US if area == "us" else NA
    d = designs[rng.choice(len(designs), p=_P["us" if area == "us" else "na"])]
    c = Canvas(*SIZE)
    form = rng.choice(["common", "vanity", "special", "recolored"], p=[0.59, 0.11, 0.23, 0.07])
    ink, ground, painter = vary(rng, d.ink, 10), d.ground, d.art
    if form == "recolored" or form == "special" and rng.random() < 0.6:
        light = rng.random() < 0.8
        ink, painter = random_color(rng, light), "scenery" if rng.random() < 0.7 else ""
        c.gradient([(0, random_color(rng, not light)), (0.5, random_color(rng, not light)), (1, random_color(rng, not light))] if rng.random() < 0.7 else [(0, random_color(rng, not light))])
    else:
        _ground(c, rng, ground)
    if painter:
        art.paint(c, rng, painter, ink)
    if rng.random() < 0.5:
        fittings.border(c, rng, ink if rng.random() < 0.6 else vary(rng, "F4F4F4"), rng.uniform(2, 5), rng.uniform(1, 3), rng.uniform(5, 14))

    if rng.random() < 0.22:
        art.clutter(c, rng, ink)
    style = serial.random_style(rng, "us", ink, d.symbol if rng.random() < 0.7 else "any")
    if rng.random() < ISSUER_SHARE * (0.5 if fonts.unseen else 1):
        style = serial.issuer_style(rng, d.region, d.die, style)
    pattern = rng.choice([p for p in d.patterns.split(",")])
    plain = grammar.fill(rng, pattern.strip())
    if form == "vanity":
        plain = grammar.vanity(rng, 7)
    elif rng.random() < 0.06:
        plain = grammar.noise(rng)
    elif rng.random() < 0.1:
        plain = plain.replace(" ", "*").replace("-", "*")
    if d.region in issuers.OPEN_4 and form != "vanity" and rng.random() < 0.4:
        plain = grammar.with_a_4(rng, plain)
    y0, y1 = d.band[0] + rng.normal(0, 0.015), d.band[1] + rng.normal(0, 0.02)
    if rng.random() < 0.25:
        y0, y1 = y0 + 0.03, y1 - 0.03
    x0, x1 = rng.uniform(0.02, 0.07), rng.uniform(0.93, 0.98)
    logo = None
    if form == "special":
        plain = _special(rng)
        if rng.random() < 0.85:
            r = rng.uniform(0.15, 0.34)
            logo = rng.choice(["l", "r", "m"], p=[0.72, 0.1, 0.18])
            at = {"l": 0.04 + r / 2, "r": 0.96 - r / 2, "m": 0.5}[logo]
            symbols.emblem(c, rng, at * c.w, rng.uniform(0.46, 0.56) * c.h, r * c.w / 2)
            x0, x1 = (0.05 + r, x1) if logo == "l" else (x0, 0.95 - r) if logo == "r" else (x0, x1)
            if logo == "m":
                style.symbol = "seal"
                plain = grammar.fill(rng, rng.choice(["##*##", "@@*##", "@##*##", "##@*#@", "###*##", "###*@@@", "@*###"]))

    swapped = form == "special" and rng.random() < 0.3  # the name below and a motto above
    _place(c, rng, d.bottom if swapped and d.bottom else d.top, d.band[0] / 2)
    if form == "special":
        motto = rng.choice(LEAGUES)
        kind = rng.choice(["sans", "serif", "script"])
        name = d.top if swapped else f"{motto if rng.random() < 0.5 else motto.title()}/{kind}/1C2A4A/.1"
        _place(c, rng, name, 0.885)
    else:
        _place(c, rng, d.bottom, 0.885)
    boxes = serial.draw(c, rng, plain, (x0 * c.w, y0 * c.h, x1 * c.w, y1 * c.h), style, align=rng.choice(["c", "l"], p=[0.85, 0.15]) if logo == "l" else "c")

    corners = str(rng.choice(d.stickers.split(";"))).split() if rng.random() < 0.7 else list(rng.choice(["tl", "tr", "bl", "br"], rng.integers(0, 5), replace=False))
    for corner in corners:
        fittings.sticker(c, rng, corner)
    fittings.bolts(c, rng, [(0.2, 0.08), (0.8, 0.08), (0.2, 0.92), (0.8, 0.92)])
    fittings.wear(c, rng)
    if rng.random() < 0.42:
        fittings.us_frame(c, rng)
    return Plate(c.done(), d.region, 1, boxes)
