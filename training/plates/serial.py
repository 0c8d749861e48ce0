"""Draws a registration: glyphs of one die, separators, symbols and stacked letters, in a box."""

from dataclasses import dataclass

import cv2
import numpy as np

from . import fonts, issuers, symbols
from .canvas import Canvas, rgb
from .plate import Char


@dataclass
class Style:
    """How characters are made. Heights and gaps are fractions of the character height."""

    face: str
    ink: np.ndarray
    stretch: float = 1.0  # width factor of glyphs
    gap: float = 0.14  # between characters
    space: float = 0.3  # of a blank, beyond the gap
    weight: float = 0.0  # strokes thicker (> 0) or thinner (< 0)
    rounding: float = 0.0  # of stroke ends, sigma as a fraction of the height
    emboss: float = 0.0  # strength of lit and shaded edges
    light: tuple[float, float] = (-1.0, -1.0)  # direction the light comes from
    symbol: str = "star"
    slashed_zero: bool = False
    o_is_zero: bool = False
    worn: float = 0.0  # how much of the ink is rubbed off the raised faces: their edges stay
    pitch: float = 0.0  # if > 0: every character gets a cell of this width (monospaced dies)


@dataclass
class _Item:
    kind: str  # char, small, stack, gap, dash, dot, symbol
    value: str
    width: float  # fraction of the character height


def random_style(rng: np.random.Generator, kind: str, ink, symbol: str = "any") -> Style:
    return Style(
        face=fonts.pick(rng, kind), ink=rgb(ink), stretch=float(np.exp(rng.normal(0, 0.12))), gap=float(rng.uniform(0.05, 0.22)),
        space=float(rng.uniform(0.15, 0.5)), weight=float(rng.normal(0, 0.5)), rounding=float(rng.uniform(0, 0.045)),
        emboss=float(rng.choice([0, 0.3, 0.6, 1.0]) * rng.uniform(0.5, 1.5)), light=tuple(rng.normal(0, 1, 2)), symbol=symbol,
        slashed_zero=rng.random() < 0.08, worn=float(rng.uniform(0.2, 0.95)) if rng.random() < 0.06 else 0.0, o_is_zero=rng.random() < 0.4, pitch=float(rng.uniform(0.5, 0.62)) if rng.random() < 0.25 else 0.0,
    )


def issuer_style(rng: np.random.Generator, region: str, die: str, style: Style) -> Style:
    """The style in the region's own dies, or in the ones named in `die`; unchanged where none are drawn."""
    face = issuers.face(rng, region, fonts.unseen, die)
    if face:
        style.face, style.pitch, style.slashed_zero = face, 0.0, False
        style.gap, style.stretch = float(rng.uniform(*issuers.gap(face))), float(np.exp(rng.normal(0, 0.05)))
        style.weight, style.o_is_zero = float(rng.normal(0, 0.4)), rng.random() < 0.2
    return style


def _char_mask(style: Style, char: str) -> np.ndarray:
    if char == "O" and style.o_is_zero:
        char = "0"
    mask = fonts.glyph(style.face, char)
    if char == "0" and style.slashed_zero:
        mask = mask.copy()
        h, w = mask.shape
        cv2.line(mask, (int(w * 0.25), int(h * 0.85)), (int(w * 0.75), int(h * 0.15)), 255, max(4, h // 12), cv2.LINE_AA)
    return mask


def _items(serial: str, style: Style) -> list[_Item]:
    items, i = [], 0
    while i < len(serial):
        c = serial[i]
        if c == "(":
            end = serial.index(")", i)
            items += [_Item("small", x, _char_mask(style, x).shape[1] / _char_mask(style, x).shape[0] * SMALL) for x in serial[i + 1 : end]]
            i = end
        elif c == "{":
            end = serial.index("}", i)
            items.append(_Item("stack", serial[i + 1 : end], 0.34))
            i = end
        elif c == " ":
            items.append(_Item("gap", c, style.space))
        elif c == "-":
            items.append(_Item("dash", c, 0.3))
        elif c == ".":
            items.append(_Item("dot", c, 0.16))
        elif c == "*":
            items.append(_Item("symbol", c, WIDE.get(style.symbol, 0.5)))
        else:
            mask = _char_mask(style, c)
            natural = mask.shape[1] / mask.shape[0]
            # I and 1 keep their build in wide dies, and a monospaced die pads its narrow characters.
            items.append(_Item("char", c, natural * (style.stretch if natural > 0.3 else 1)))
        i += 1
    return items


SMALL = 0.58  # height of the small characters beside the others, of those

# Widths of the symbols that are larger than a star, as fractions of the character height.
WIDE = {"orange": 0.95, "peach": 0.85, "palm": 0.85, "tree": 0.7, "rider": 1.0, "figure": 0.85, "flower": 0.9, "longdash": 0.8, "zia": 0.85, "lighthouse": 0.7, "flagbars": 0.75, "emblem": 0.9}


def draw(c: Canvas, rng: np.random.Generator, serial: str, box: tuple[float, float, float, float], style: Style,
         align: str = "c") -> list[Char]:
    """Draws the serial as large as fits into box (x0, y0, x1, y1), in px. Returns its characters in reading order; those
    of a stack lie side by side in it, for the reader goes from left to right."""
    x0, y0, x1, y1 = box
    h = y1 - y0
    items = _items(serial, style)
    advance = [max(it.width, style.pitch) if it.kind == "char" else it.width for it in items]
    total = (sum(advance) + style.gap * max(0, len(items) - 1)) * h
    squeeze = min(1.0, (x1 - x0) / total)
    if squeeze < 0.72:  # narrower glyphs look wrong: make them lower as well
        shrink = max(squeeze / 0.72, 0.6)
        y0, y1 = y0 + h * (1 - shrink) / 2, y1 - h * (1 - shrink) / 2
        h, total, squeeze = h * shrink, total * shrink, squeeze / shrink
    x = x0 if align == "l" else x1 - total * squeeze if align == "r" else (x0 + x1 - total * squeeze) / 2
    layer = np.zeros((c.h, c.w), np.uint8)
    chars = []
    raised = rng.choice([0.0, 0.5, 1.0], p=[0.25, 0.35, 0.4])  # small characters: at the head, in the middle, at the foot
    for it, adv in zip(items, advance):
        w, cell = it.width * h * squeeze, adv * h * squeeze
        left, mid = x + (cell - w) / 2, (y0 + y1) / 2
        if it.kind == "char":
            _paste(layer, _char_mask(style, it.value), left, y0, w, h)
            chars.append(Char(it.value, left, y0, w, h))
        elif it.kind == "small":
            top = y0 + (h - h * SMALL) * raised
            _paste(layer, _char_mask(style, it.value), left, top, w, h * SMALL)
            chars.append(Char(it.value, left, top, w, h * SMALL, small=True))
        elif it.kind == "stack":
            n = len(it.value)
            each = h / n * (0.92 if n > 1 else 0.6)
            for k, ch in enumerate(it.value):
                _paste(layer, _char_mask(style, ch), left, y0 + k * (h / n) + (h / n - each) / 2, w, each)
                chars.append(Char(ch, left + k * w / n, y0, w / n, h, small=True))
        elif it.kind == "dash":
            t = h * (0.05 + 0.02 * style.gap)
            layer[int(mid - t) : int(mid + t) + 1, max(0, int(left + w * 0.1)) : max(0, int(left + w * 0.9))] = 255
        elif it.kind == "dot":
            cv2.circle(layer, (int(left + w / 2), int(mid)), max(1, int(h * 0.075)), 255, -1, cv2.LINE_AA)
        elif it.kind == "symbol":
            # Large pictures reach behind the characters beside them.
            r = h * WIDE[style.symbol] / 2 * max(squeeze, rng.uniform(0.75, 1.05)) if style.symbol in WIDE else min(w, h) * 0.42
            symbols.draw(c, rng, style.symbol, left + w / 2, mid, r, style.ink)
        x += cell + style.gap * h * squeeze
    _ink(c, layer, h, style)
    return chars


def _paste(layer: np.ndarray, mask: np.ndarray, x: float, y: float, w: float, h: float) -> None:
    w, h = max(2, round(w)), max(3, round(h))
    small = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
    x, y = round(x), round(y)
    x0, y0, x1, y1 = max(0, x), max(0, y), min(layer.shape[1], x + w), min(layer.shape[0], y + h)
    if x1 > x0 and y1 > y0:
        part = layer[y0:y1, x0:x1]
        np.maximum(part, small[y0 - y : y1 - y, x0 - x : x1 - x], out=part)


def _ink(c: Canvas, layer: np.ndarray, h: float, style: Style) -> None:
    """Puts the characters' layer on the plate with the die's weight, rounding and embossing."""
    mask: np.ndarray = layer.astype(np.float32) / 255
    if style.rounding or style.weight:
        sigma = 0.6 + style.rounding * h
        mask = cv2.GaussianBlur(mask, (0, 0), sigma)
        level = float(np.clip(0.5 - 0.12 * style.weight, 0.25, 0.7))
        mask = np.clip((mask - level) * 2.2 * sigma + 0.5, 0, 1)
    if style.emboss:
        relief = cv2.GaussianBlur(mask, (0, 0), 1.3)
        dx, dy = np.array(style.light) / (np.hypot(*style.light) + 1e-6) * 1.6
        moved = cv2.warpAffine(relief, np.array([[1, 0, dx], [0, 1, dy]], np.float32), (c.w, c.h))
        c.px += (moved - relief)[..., None] * (70 * style.emboss)
    bare: float | np.ndarray = 0.0
    if style.worn:
        size = max(1, int(h * 0.035)) * 2 + 1
        bare = cv2.GaussianBlur(cv2.erode(mask, np.ones((size, size), np.uint8)), (0, 0), 0.8)[..., None] * style.worn
    c.px += (style.ink - c.px) * mask[..., None] * (1 - bare)
    if style.emboss:
        c.px += (moved - relief)[..., None] * (35 * style.emboss)
