"""Draws European plates: one long line with the blue band, two-line square ones, and older ones without band."""

import numpy as np

from . import fittings, fonts, grammar, serial, symbols
from .canvas import Canvas, random_color, vary
from .plate import Char, Plate

# country: code on the band, patterns, share of yellow grounds, seals between the groups. `~` in a pattern is the
# place of one or two round seals (inspection, coat of arms).
COUNTRIES = {
    "de": ("D", "@~@ ###,@@~@@ ###,@@@~@@ ###,@~@@ ####,@@~@@ ####,@@@~@ ###,@~@@ ###,@@@~@@ ##,@@-@@ ###,@@~@@ ##E,@@~@@ ##H", 0.0),
    "fr": ("F", "@@-###-@@,@@-###-@@,#### @@ ##,### @@@ ##", 0.06),
    "es": ("E", "#### @@@,####-@@@,@-####-@@,@@-####-@", 0.0),
    "it": ("I", "@@ ###@@,@@~###@@,@@ ### @@", 0.0),
    "nl": ("NL", "##-@@-##,@@-###-@,#-@@@-##,@-###-@@,##-@@@-#,@@-@@-##,@@@-##-@", 0.92),
    "be": ("B", "#-@@@-###,@@@-###,###-@@@", 0.0),
    "lu": ("L", "@@ ####,#####,@@####", 0.95),
    "at": ("A", "@~#####@,@@~###@@,@@~####@,@~####@@,@@~###@@,@@-###@@", 0.0),
    "ch": ("", "@@.######,@@ ######,@@.#####,@@~######", 0.0),
    "cz": ("CZ", "#@#~####,#@# ####,#@@~####,@@@ ##-##,@@@~##-##,@@ ##-##,@@@ ####", 0.05),
    "sk": ("SK", "@@~###@@,@@-###@@,@@~###@@,@@-###@@,@@~@@@@@,@@###@@", 0.03),
    "pl": ("PL", "@@ #####,@@@ ####,@@ ####@,@@@ #@##,@@@ ##@#,@# ####,@@@~#####,@@@ ####@", 0.05),
    "hu": ("H", "@@@-###,@@~@@-###,@@ @@-###", 0.04),
    "ro": ("RO", "@@ ## @@@,@ ### @@@,@ ## @@@,@@-##-@@@,@@~##~@@@", 0.02),
    "bg": ("BG", "@@ #### @@,@ #### @@,@@####@@", 0.02),
    "hr": ("HR", "@@~###-@@,@@~####-@@,@@~###-@,@@ ###-@@,@@~####-@", 0.0),
    "si": ("SLO", "@@~@@-###,@@~##-@@@,@@~@#-###,@@ @@-###", 0.0),
    "rs": ("SRB", "@@~###-@@,@@~####-@@,@@ ###-@@", 0.0),
    "ba": ("BIH", "@##-@-###,###-@-###", 0.0),
    "me": ("MNE", "@@~@@###,@@ @@###", 0.0),
    "mk": ("NMK", "@@~####-@@,@@ #### @@,@@-###-@@", 0.0),
    "al": ("AL", "@@ ### @@,@@~###@@", 0.0),
    "gr": ("GR", "@@@-####,@@@ ####", 0.02),
    "pt": ("P", "##-##-@@,##-@@-##,@@-##-##,@@-##-@@", 0.0),
    "gb": ("GB", "@@## @@@,@@##@@@,@### @@@,@@@ ###@,@@@ ###,@## @@@", 0.45),
    "ie": ("IRL", "##-@-####,##-@-#####,###-@-####,##-@@-####,###-@@-###,###-@-#####", 0.0),
    "dk": ("DK", "@@ ## ###,@@ #####", 0.08),
    "se": ("S", "@@@ ###,@@@ ##@,@@@~###", 0.02),
    "no": ("N", "@@ #####,@@#####,@@~#####", 0.02),
    "fi": ("FIN", "@@@-###,@@@-##,@@-###", 0.02),
    "ee": ("EST", "### @@@,###@@@,### @@", 0.0),
    "lv": ("LV", "@@-####,@@-###,@@-##", 0.0),
    "lt": ("LT", "@@@~###,@@@ ###", 0.0),
    "ua": ("UA", "@@ #### @@,@@####@@", 0.02),
    "by": ("BY", "#### @@-#,####@@-#", 0.0),
    "md": ("MD", "@@@ ###,@ @@ ###,@@ @@ ###", 0.0),
    "tr": ("TR", "## @@@ ###,## @@ ####,## @ ####,## @@@ ##,## @@ ###", 0.0),
    "is": ("IS", "@@~@##,@@~###,@@@##", 0.0),
}
_SHARE = {"de": 3, "sk": 3, "cz": 2, "fr": 2, "gb": 2, "it": 1.5, "es": 1.5, "ro": 1.5, "pl": 1.5, "nl": 1.5, "no": 1.2}
_NAMES = list(COUNTRIES)
_P = np.array([_SHARE.get(n, 0.8) for n in _NAMES]) / sum(_SHARE.get(n, 0.8) for n in _NAMES)
_NO_BAND = {"ch": 1.0, "sk": 0.25, "cz": 0.35, "de": 0.12, "gb": 0.5, "fr": 0.15, "dk": 0.5, "no": 0.3, "es": 0.2, "se": 0.2, "is": 0.4}
_RED = {"be"}  # countries whose ink is red


def _band(c: Canvas, rng, x0: float, x1: float, code: str, stars: bool = True) -> None:
    """The blue band with the ring of stars, or a flag, above the country's letters, between x0 and x1 px."""
    blue = vary(rng, rng.choice(["1F45A8", "2A55B8", "173488", "3A6FC8"]), 12)
    c.rect(x0, 0, x1, c.h, blue)
    w = x1 - x0
    cx = (x0 + x1) / 2
    if stars:
        for t in np.arange(0, 6.28, 6.283 / 12):
            c.disc(cx + np.cos(t) * w * 0.27, c.h * 0.34 + np.sin(t) * w * 0.27, max(1.0, w * 0.05), vary(rng, "F4D84A"))
    elif rng.random() < 0.7:  # a small flag
        c.rect(x0 + w * 0.2, c.h * 0.2, x1 - w * 0.2, c.h * 0.45, random_color(rng))
        c.rect(x0 + w * 0.2, c.h * 0.28, x1 - w * 0.2, c.h * 0.36, random_color(rng))
    if code:
        c.text(fonts.pick(rng, "sans"), code, cx, c.h * rng.uniform(0.74, 0.82), c.h * rng.uniform(0.17, 0.25), vary(rng, "FFFFFF", 8), w * 0.85)


def _inner_code(c: Canvas, rng, code: str, w: float) -> None:
    """The older Slovak and Czech way: a coat of arms over the country's code, without a band."""
    cx = w * 0.55
    if rng.random() < 0.85:
        c.polygon(symbols.SHIELD * (w * 0.28, c.h * 0.16) + (cx, c.h * rng.uniform(0.27, 0.36)), vary(rng, rng.choice(["C83038", "C83038", "3F5FA8"])))
        c.disc(cx, c.h * 0.4, w * 0.14, vary(rng, "3050A0"))
    c.text(fonts.pick(rng, "sans"), code, cx, c.h * 0.76, c.h * rng.uniform(0.15, 0.2), vary(rng, "202028"), w * 0.75)


def _seals(c: Canvas, rng, style: serial.Style, cx: float, h: float) -> None:
    """Round seals one above the other, a hyphen with a seal above or below, a coat of arms, or nothing."""
    kind = rng.choice(["two", "coat", "hyphen1", "hyphen2", "one", "none"], p=[0.3, 0.22, 0.14, 0.14, 0.12, 0.08])
    r = h * rng.uniform(0.12, 0.19)
    mid = c.h * 0.5
    if kind == "coat":
        c.polygon(symbols.SHIELD * (r * 1.2, r * 1.4) + (cx, mid + rng.normal(0, 3)), vary(rng, rng.choice(["C83038", "3050A0", "D8B030", "808088"]), 20))
        c.polygon(symbols.blob(rng) * r * 0.7 + (cx, mid), random_color(rng))
        return
    for k, dy in enumerate((-1.35, 1.35)):
        if kind == "none" or kind == "one" and k == 0 or kind == "hyphen1" and k == 1 or kind == "hyphen2" and k == 0:
            continue
        y = mid + dy * r * (1 if kind != "one" else rng.uniform(-0.6, 0.8))
        c.disc(cx, y, r, vary(rng, rng.choice(["E06A30", "3FA858", "F0F0F0", "C8CCD0", "D8B040", "4F7FC8", "C83038", "B0A070"]), 20))
        c.polygon(symbols.blob(rng, 10, 0.3) * r * 0.55 + (cx, y), random_color(rng), 0.8)
        if rng.random() < 0.5:
            c.disc(cx, y, r * 0.9, random_color(rng, True), 0.7, ring=max(1, r * 0.15))
    if kind.startswith("hyphen"):
        c.rect(cx - r * 0.9, mid - h * 0.05, cx + r * 0.9, mid + h * 0.05, style.ink)


def _draw(c: Canvas, rng, plain: str, box, style: serial.Style) -> list[Char]:
    """As serial.draw, with `~` as a symbol of this module."""
    at = plain.find("~")
    if at < 0:
        return serial.draw(c, rng, plain, box, style)
    style.symbol = "none"
    gapped = plain.replace("~", "   ")
    style.space = min(style.space, 0.2)
    boxes = serial.draw(c, rng, gapped, box, style)
    n = len(grammar.text_of(plain[:at]))
    if 0 < n < len(boxes):
        left, right = boxes[n - 1].x + boxes[n - 1].w, boxes[n].x
        _seals(c, rng, style, (left + right) / 2, min(boxes[0].h, (right - left) * 1.9))
    return boxes


def _serial_of(rng, country: str) -> str:
    kind = rng.random()
    if kind < 0.86:
        return grammar.fill(rng, rng.choice(COUNTRIES[country][1].split(",")))
    return grammar.noise(rng) if kind < 0.93 else grammar.vanity(rng, 8).replace("*", "~")


def render(rng: np.random.Generator) -> Plate:
    country = _NAMES[rng.choice(len(_NAMES), p=_P)]
    code, _, yellow = COUNTRIES[country]
    two = rng.random() < 0.14
    w, h = (int(rng.choice([200, 240, 160])), 130) if two else (int(rng.choice([500, 520, 480, 440])), 110)
    c = Canvas(w, h, vary(rng, rng.choice(["F8F8F8", "E8E8E4", "F2F2F2"]), 5))
    is_yellow = rng.random() < yellow
    if is_yellow:
        c.gradient([(0, vary(rng, rng.choice(["F2C21F", "F0B010", "E8CC3A"]), 12))])
    dark = rng.random() < 0.04
    if dark:
        c.gradient([(0, random_color(rng, True))])
    ink = vary(rng, "F0F0F0", 8) if dark else vary(rng, rng.choice(["9F2230", "B01828"]) if country in _RED else "141416", 10)
    if not dark and rng.random() < 0.03:
        ink = vary(rng, rng.choice(["1F7F4F", "2040A0", "C02030"]))
    style = serial.random_style(rng, "eu", ink)
    style.gap, style.o_is_zero = float(rng.uniform(0.08, 0.24)), rng.random() < 0.25
    if rng.random() < 0.7 * (0.5 if fonts.unseen else 1):
        style = serial.issuer_style(rng, country, "", style)
    style.slashed_zero = rng.random() < (0.15 if country in ("de", "cz", "nl") else 0.03)
    style.space = float(rng.uniform(0.12, 0.4))
    left, right = w * 0.025, w * 0.975
    if not two or rng.random() < 0.6:
        bw = h * rng.uniform(0.3, 0.42) if not two else w * rng.uniform(0.12, 0.2)
        if rng.random() >= _NO_BAND.get(country, 0.06):
            _band(c, rng, 0, bw, code, stars=country not in ("gb", "no", "tr", "ua", "rs", "ba", "me", "mk", "al", "by", "md", "is") or rng.random() < 0.2)
            left = bw + w * 0.012
        elif country in ("sk", "cz") and rng.random() < 0.6 and not two:
            _inner_code(c, rng, code, bw * 1.1)
            left = bw * 1.1
        if (country in ("it", "fr", "al", "pt") and rng.random() < 0.75 or rng.random() < 0.02) and not two:
            rb = h * rng.uniform(0.28, 0.38)
            _band(c, rng, w - rb, w, f"{rng.integers(1, 96):02d}" if country == "fr" else "", stars=False)
            right = w - rb - w * 0.012
    edge = rng.uniform(1, 4)
    if rng.random() < 0.8:
        fittings.border(c, rng, ink if rng.random() < 0.8 else vary(rng, "707078"), edge, rng.uniform(1, 3.5), rng.uniform(3, 9))
    top, bottom = rng.uniform(0.1, 0.19), rng.uniform(0.81, 0.9)
    plain = _serial_of(rng, country)
    if two:
        groups = [g for g in plain.replace("~", " ").replace("-", " ").replace(".", " ").replace("*", " ").split(" ") if g]
        if len(groups) < 2:
            groups = [groups[0][: len(groups[0]) // 2], groups[0][len(groups[0]) // 2 :]]
        cut = 1 if len(groups) == 2 or rng.random() < 0.6 else 2
        upper, lower = " ".join(groups[:cut]), rng.choice([" ", "-"]).join(groups[cut:])
        boxes = serial.draw(c, rng, upper, (left, h * 0.07, right, h * 0.47), style) + serial.draw(c, rng, lower, (w * 0.03, h * 0.53, right, h * 0.93), style)
        lines = 2
    else:
        boxes, lines = _draw(c, rng, plain, (left + w * rng.uniform(0, 0.02), h * top, right - w * rng.uniform(0, 0.02), h * bottom), style), 1
    if rng.random() < 0.25:
        fittings.bolts(c, rng, [(rng.uniform(0.12, 0.25), 0.5), (rng.uniform(0.75, 0.88), 0.5)] if rng.random() < 0.6 else [(0.15, 0.12), (0.85, 0.12)])
    fittings.wear(c, rng)
    return Plate(c.done(), country, lines, boxes)
