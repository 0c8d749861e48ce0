"""Brushes: everything here draws on a gray float32 canvas (H, W), 0…255, in place or on a new one."""

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(os.environ.get("SIGHTLINE_FONTS", Path.home() / ".cache/sightline/fonts"))  # see training/fonts.sh
LETTERS = np.array(list("ABCDEFGHIJKLMNOPRSTUVWYZ"))
WORDS = """metro parking hotel auto service sale pizza bank open police school bus taxi rent premium sport turbo
 quattro hybrid limited express transport cargo security alarm dealer motors garage ford toyota nissan chevrolet
 honda dodge renault peugeot skoda logan sandero camry civic silverado express fresh water coffee pharmacy market
 shop exit stop slow caution baby on board vote peace just married www info call us free delivery power""".split()


def noise(rng, height, width, grain, amount):
    """Smooth random relief: `grain` pixels from hill to hill, standard deviation `amount`."""
    small = rng.normal(0, amount, (max(2, int(height / grain) + 2), max(2, int(width / grain) + 2)))
    return cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def texture(rng, height, width):
    """A surface: asphalt, wall, foliage, sky: relief of several grains around a gray, perhaps with bricks."""
    canvas = np.full((height, width), rng.uniform(15, 235), np.float32)
    canvas += np.linspace(-1, 1, height, dtype=np.float32)[:, None] * rng.normal(0, 25)
    for grain in (120, 40, 12, 4, 2):
        if rng.random() < 0.6:
            canvas += noise(rng, height, width, grain, abs(rng.normal(0, 14)))
    if rng.random() < 0.15:
        bars(rng, canvas, (0, 0, width, height))
    return canvas


def blend(canvas, mask, value, alpha=1.0, corner=(0, 0)):
    """Lay `value` (a gray or an array like mask) over the canvas where mask (uint8) says so."""
    x, y = map(int, corner)
    h, w = mask.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + w, canvas.shape[1]), min(y + h, canvas.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    window = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
    a = mask[window].astype(np.float32) * (alpha / 255)
    v = value[window] if isinstance(value, np.ndarray) else value
    area = canvas[y0:y1, x0:x1]
    area += a * (v - area)


def polygon(canvas, points, value, alpha=1.0):
    """Anti-aliased polygon."""
    points = np.float32(points)
    x0, y0 = np.floor(points.min(0)).astype(int) - 1
    x1, y1 = np.ceil(points.max(0)).astype(int) + 2
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, canvas.shape[1]), min(y1, canvas.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [np.int32(np.round((points - [x0, y0]) * 16))], 255, cv2.LINE_AA, 4)
    if isinstance(value, np.ndarray):
        value = value[y0:y1, x0:x1]
    blend(canvas, mask, value, alpha, (x0, y0))


def rounded(x, y, w, h, radius):
    """Outline of a rectangle with round corners: points (n, 2)."""
    radius = min(radius, w / 2, h / 2)
    turn = np.linspace(0, np.pi / 2, 5)
    points = []
    for cx, cy, start in (
        (x + w - radius, y + h - radius, 0),
        (x + radius, y + h - radius, 1),
        (x + radius, y + radius, 2),
        (x + w - radius, y + radius, 3),
    ):
        a = turn + start * np.pi / 2
        points.append(np.stack([cx + radius * np.cos(a), cy + radius * np.sin(a)], 1))
    return np.concatenate(points)


def ellipse(canvas, center, axes, value, alpha=1.0):
    a = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    polygon(canvas, np.stack([center[0] + axes[0] * np.cos(a), center[1] + axes[1] * np.sin(a)], 1), value, alpha)


def line(canvas, p, q, value, thickness=1.0, alpha=1.0):
    p, q = np.float32(p), np.float32(q)
    n = np.float32([q[1] - p[1], p[0] - q[0]])
    n *= thickness / 2 / (np.hypot(*n) + 1e-6)
    polygon(canvas, [p + n, q + n, q - n, p - n], value, alpha)


def bars(rng, canvas, box, light=None):
    """A grille: parallel bars or a mesh."""
    x, y, w, h = box
    step = max(3.0, rng.uniform(0.04, 0.25) * min(w, h) if h > 20 else 4)
    light = rng.uniform(10, 240) if light is None else light
    if rng.random() < 0.4:  # few and strong: a fence, a gate, a jeep's grille
        step = max(step, min(w, h) * rng.uniform(0.15, 0.4))
    mode = rng.integers(3)
    if mode in (0, 2):
        for yy in np.arange(y + step / 2, y + h, step):
            line(canvas, (x, yy), (x + w, yy), light, step * rng.uniform(0.2, 0.5), 0.8)
    if mode in (1, 2):
        for xx in np.arange(x + step / 2, x + w, step):
            line(canvas, (xx, y), (xx, y + h), light, step * rng.uniform(0.2, 0.5), 0.8)


def phrase(rng, kind=None):
    """A text that is not a plate's: a word or two, a phone number, an address, a date."""
    kind = kind or rng.choice(["word", "word", "words", "phone", "web", "date", "number"])
    word = lambda: str(rng.choice(WORDS))
    if kind == "word":
        text = word()
    elif kind == "words":
        text = f"{word()} {word()}" + (f" {word()}" if rng.random() < 0.4 else "")
    elif kind == "phone":
        d = rng.integers(0, 10, 10)
        text = "{}{}{}-{}{}{}-{}{}{}{}".format(*d) if rng.random() < 0.5 else "({}{}{}) {}{}{} {}{}{}{}".format(*d)
    elif kind == "web":
        text = f"www.{word()}{word()}.com"
    elif kind == "date":
        text = "20{:02d}-{:02d}-{:02d} {:02d}:{:02d}:{:02d}".format(*rng.integers(0, [30, 13, 30, 24, 60, 60]))
    else:
        text = str(rng.integers(1, 999))
    return str(rng.choice([text.upper(), text.title(), text]))


@lru_cache(1)
def _faces():
    return sorted(str(p) for p in FONTS.glob("*.[to]tf"))


@lru_cache(4096)
def _written(face, content):
    """Tight uint8 mask of a line of text, about 48 pixels high."""
    font = ImageFont.truetype(face, 48)
    x0, y0, x1, y1 = font.getbbox(content)
    image = Image.new("L", (max(1, x1 - x0) + 4, max(1, y1 - y0) + 4))
    ImageDraw.Draw(image).text((2 - x0, 2 - y0), content, fill=255, font=font)
    return np.asarray(image)


def text(rng, canvas, content, center, height, value, alpha=1.0):
    """A line of text in any face, `height` pixels high, around `center`; returns its (width, height)."""
    faces = _faces()
    mask = _written(faces[rng.integers(len(faces))], content)
    scale = height / mask.shape[0]
    size = (max(2, round(mask.shape[1] * scale * rng.uniform(0.85, 1.2))), max(2, round(height)))
    mask = cv2.resize(mask, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    blend(canvas, mask, value, alpha, (center[0] - size[0] / 2, center[1] - size[1] / 2))
    return size
