"""Draws Brazilian plates: the gray ones with the city's strip (ABC-1234) and Mercosur ones (ABC1D23), for cars and,
on two lines, for motorcycles; and the other Mercosur countries' new plates."""

import numpy as np

from . import dies, fittings, fonts, grammar, serial, symbols
from .canvas import Canvas, vary
from .plate import Plate

CITIES = """BA-SALVADOR BA-CAMAÇARI SP-SÃO~PAULO SP-CAMPINAS SP-DIADEMA RJ-RIO~DE~JANEIRO RJ-NITERÓI MG-BELO~HORIZONTE MG-CONTAGEM
 PR-CURITIBA PR-LONDRINA RS-PORTO~ALEGRE SC-FLORIANÓPOLIS SC-JOINVILLE DF-BRASÍLIA GO-GOIÂNIA ES-VITÓRIA ES-VILA~VELHA CE-FORTALEZA
 PE-RECIFE PE-OLINDA PA-BELÉM AM-MANAUS MT-CUIABÁ MS-CAMPO~GRANDE PB-JOÃO~PESSOA RN-NATAL AL-MACEIÓ SE-ARACAJU PI-TERESINA MA-SÃO~LUÍS
 TO-PALMAS RO-PORTO~VELHO AC-RIO~BRANCO AP-MACAPÁ RR-BOA~VISTA MG-UBERLÂNDIA SP-SANTOS SP-SOROCABA BA-FEIRA~DE~SANTANA""".replace("~", " ~").split()
CITIES = " ".join(CITIES).replace(" ~", "\u00a0").split(" ")


def _text(rng, plain: str) -> str:
    if rng.random() < 0.2:  # letters that differ in a corner
        return grammar.fill(rng, "".join(rng.choice(list("OODDQGCUJ")) if c == "@" else c for c in plain))
    return grammar.fill(rng, plain) if rng.random() < 0.92 else grammar.noise(rng).replace("*", "-").replace(".", "-")


def _old(rng: np.random.Generator, two: bool) -> Plate:
    w, h = (210, 180) if two else (400, 130)
    kind = rng.choice(["private", "taxi", "official", "white", "black"], p=[0.84, 0.08, 0.03, 0.03, 0.02])
    ground = {"private": rng.choice(["A9ACB0", "B8BABC", "98999C", "C8C8C6", "C4C0B4"]), "taxi": "B0202A", "official": "F0F0F0", "white": "F0F0F0", "black": "202022"}[kind]
    printed = {"taxi": "F0F0F0", "black": "D8D8D8", "white": "B0202A"}.get(kind, "1C1C20")
    c = Canvas(w, h, vary(rng, ground, 8))
    ink = vary(rng, printed, 14)
    if rng.random() < 0.5:
        fittings.border(c, rng, ink if rng.random() < 0.5 else vary(rng, "D0D0D0"), rng.uniform(2, 5), rng.uniform(1, 3), 8)
    if not two or rng.random() < 0.8:
        y0, y1 = (0.07, 0.25) if not two else (0.05, 0.2)
        x0, x1 = rng.uniform(0.2, 0.3), rng.uniform(0.7, 0.8)
        if rng.random() < 0.6:  # the riveted strip
            c.rect(x0 * w, y0 * h, x1 * w, y1 * h, vary(rng, ground, 14))
            if rng.random() < 0.6:
                for y in (y0, y1):
                    c.rect(x0 * w, y * h, x1 * w, y * h + 1.2, ink, 0.6)
        c.text(fonts.pick(rng, "sans"), rng.choice(CITIES).replace("\u00a0", " "), w / 2, h * (y0 + y1) / 2, h * rng.uniform(0.1, 0.14), ink, w * (x1 - x0) * 0.95, stretch=rng.uniform(0.9, 1.3))
    style = serial.random_style(rng, "eu" if rng.random() < 0.75 else "us", ink)
    style.gap, style.emboss = float(rng.uniform(0.08, 0.2)), style.emboss * 1.2
    style.o_is_zero = rng.random() < 0.15
    if rng.random() < 0.6 * (0.5 if fonts.unseen else 1):
        style = serial.issuer_style(rng, "br", "", style)
    elif rng.random() < 0.5 and not fonts.unseen:
        style.face = f"die:{dies.SQUARE_FROM + rng.integers(0, 300)}"
    if two:
        upper, lower = grammar.fill(rng, "@@@"), grammar.fill(rng, "####")
        boxes = serial.draw(c, rng, upper, (w * 0.1, h * 0.24, w * 0.9, h * 0.56), style) + serial.draw(c, rng, lower, (w * 0.05, h * 0.62, w * 0.95, h * 0.94), style)
    else:
        plain = _text(rng, rng.choice(["@@@-####", "@@@.####", "@@@ ####"], p=[0.7, 0.25, 0.05]))
        top = rng.uniform(0.31, 0.4)
        boxes = serial.draw(c, rng, plain, (w * rng.uniform(0.02, 0.06), h * top, w * rng.uniform(0.94, 0.98), h * rng.uniform(0.86, 0.95)), style)
    if rng.random() < 0.6:  # the lead seal on its wire
        x, y = w * rng.uniform(0.08, 0.2), h * rng.uniform(0.1, 0.24)
        c.polygon(symbols.blob(rng, 10, 0.25) * rng.uniform(5, 9) + (x, y), vary(rng, rng.choice(["C03030", "D8B030", "2F7F3F", "E0E0E0", "202020"]), 20))
        c.line([(x, y), (x + rng.normal(0, 14), y - rng.uniform(2, 10))], vary(rng, "606060"), 1)
    fittings.bolts(c, rng, [(rng.uniform(0.1, 0.25), 0.12), (rng.uniform(0.75, 0.9), 0.12), (rng.uniform(0.3, 0.4), 0.95), (rng.uniform(0.6, 0.7), 0.95)])
    fittings.wear(c, rng)
    return Plate(c.done(), "br", 2 if two else 1, boxes)


def _mercosur(rng: np.random.Generator, two: bool) -> Plate:
    country, name, pattern = [("br", "BRASIL", "@@@#@##"), ("ar", "REPUBLICA ARGENTINA", "@@ ### @@"), ("uy", "URUGUAY", "@@@ ####"), ("py", "PARAGUAY", "@@@@ ###")][rng.choice(4, p=[0.7, 0.14, 0.08, 0.08])]
    w, h = (210, 180) if two else (400, 130)
    c = Canvas(w, h, vary(rng, "F2F2F0", 6))
    band = h * (0.23 if not two else 0.2)
    c.rect(0, 0, w, band, vary(rng, "1F3F98", 12))
    c.text(fonts.pick(rng, "sans"), name, w / 2, band / 2, band * 0.5, vary(rng, "FFFFFF"), w * 0.6)
    c.rect(w * 0.88, band * 0.2, w * 0.95, band * 0.8, vary(rng, "2F9F4F" if country == "br" else "A8D0F0"))
    c.polygon(symbols.star() * band * 0.25 + (w * 0.06, band / 2), vary(rng, "F4F4F4"))
    ink = vary(rng, rng.choice(["141416", "B0202A", "1F7F4F", "27489C"], p=[0.85, 0.09, 0.02, 0.04]), 10)
    style = serial.random_style(rng, "eu", ink)
    style.gap = float(rng.uniform(0.1, 0.25))
    fittings.border(c, rng, ink if rng.random() < 0.5 else vary(rng, "606068"), 2, rng.uniform(1, 2.5), 8)
    plain = _text(rng, pattern)
    left = w * 0.03
    if country == "br" and not two and rng.random() < 0.7:  # QR code and BR
        for _ in range(40):
            x, y = rng.integers(0, 9, 2) * 2.2
            c.rect(w * 0.025 + x, band + 6 + y, w * 0.025 + x + 2, band + 8 + y, "202020")
        c.text(fonts.pick(rng, "sans"), "BR", w * 0.05, h * 0.86, h * 0.13, ink)
        left = w * 0.09
    if two:
        n = 3 if country != "ar" else 2
        t = grammar.text_of(plain)
        boxes = serial.draw(c, rng, t[:n], (w * 0.1, h * 0.24, w * 0.9, h * 0.57), style) + serial.draw(c, rng, t[n:], (w * 0.06, h * 0.62, w * 0.94, h * 0.95), style)
    else:
        boxes = serial.draw(c, rng, plain, (left, h * rng.uniform(0.3, 0.34), w * 0.97, h * rng.uniform(0.88, 0.94)), style)
    fittings.wear(c, rng)
    return Plate(c.done(), country, 2 if two else 1, boxes)


def render(rng: np.random.Generator) -> Plate:
    two = rng.random() < 0.12
    return _old(rng, two) if rng.random() < 0.62 else _mercosur(rng, two)
