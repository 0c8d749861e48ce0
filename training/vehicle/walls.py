"""Plates on a wall, a fence, a hedge: pictures without a vehicle, of which no color can be told. Their colors are those of
bricks, painted boards, stone and leaves; the white of the plate is in the middle, as in every picture that the network gets."""

import cv2
import numpy as np

from .patch import ABOVE, BELOW, HALF, HEIGHT, WIDTH

BRICKS, BOARDS, TILES, LEAVES = range(4)
# Hue in turns, saturation and value, each from … to.
COLORS = {
    BRICKS: ((-0.03, 0.08), (0.15, 0.8), (0.2, 0.85)),
    BOARDS: ((0.0, 1.0), (0.0, 0.8), (0.15, 0.95)),
    TILES: ((0.0, 1.0), (0.0, 0.4), (0.3, 0.95)),
    LEAVES: ((0.18, 0.4), (0.2, 0.8), (0.15, 0.7)),
}


def rgb(hue: float, saturation: float, value: float) -> np.ndarray:
    """0 … 1, from a hue in turns."""
    return value * (1 - saturation + saturation * np.clip(np.abs((hue * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1))


def cells(kind: int, rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Width and height of a piece of the wall, width of a joint, how far every other row is moved; meters, the last in pieces."""
    if kind == BRICKS:
        long = rng.uniform(0.18, 0.3)
        return long, long * rng.uniform(0.25, 0.45), rng.uniform(0.005, 0.02), 0.5
    if kind == BOARDS:
        wide, high = rng.uniform(0.06, 0.25), 5.0
        return (high, wide, rng.uniform(0.004, 0.015), 0.0) if rng.random() < 0.5 else (wide, high, rng.uniform(0.004, 0.015), 0.0)
    wide = rng.uniform(0.1, 0.8)
    return wide, wide * rng.uniform(0.4, 1.0), rng.uniform(0.004, 0.03), float(rng.choice([0, 0.5]))


def wall(rng: np.random.Generator) -> np.ndarray:
    """HEIGHT × WIDTH × 3 RGB uint8."""
    kind = int(rng.choice([BRICKS, BRICKS, BOARDS, TILES, LEAVES]))
    hue, saturation, value = (float(rng.uniform(*span)) for span in COLORS[kind])
    unit = WIDTH / (2 * HALF)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture: np.ndarray
    turn = rng.normal(0, 0.04)
    across, down = (x * np.cos(turn) + y * np.sin(turn)) / unit + rng.uniform(0, 5), (y * np.cos(turn) - x * np.sin(turn)) / unit + rng.uniform(0, 5)
    if kind == LEAVES:
        level = sum(cv2.resize(rng.normal(0, 1, (max(2, HEIGHT // g), max(2, WIDTH // g))).astype(np.float32), (WIDTH, HEIGHT)) for g in (3, 6, 12, 30))
        picture = rgb(hue, saturation, value) * (1 + 0.25 * np.asarray(level)[..., None])
    else:
        wide, high, joint, moved = cells(kind, rng)
        row = np.floor(down / high).astype(int)
        along = across / wide + moved * (row % 2)
        piece = (np.floor(along).astype(int) * 131 + row * 977) % 997
        differ = rng.normal(0, rng.uniform(0.02, 0.12), (997, 3)) * np.array([0.15, 0.6, 1.0])
        colors = np.stack([rgb(hue + a, float(np.clip(saturation + b, 0, 1)), float(np.clip(value + c, 0, 1))) for a, b, c in differ])
        picture = colors[piece]
        gap = (along % 1 * wide < joint) | (down / high % 1 * high < joint)
        picture[gap] = rgb(rng.uniform(0.05, 0.15), rng.uniform(0, 0.2), rng.uniform(0.25, 0.95))
    picture = picture * (1 + rng.normal(0, 0.25) * np.linspace(-1, 1, HEIGHT)[:, None, None] + rng.normal(0, 0.25) * np.linspace(-1, 1, WIDTH)[None, :, None])
    canvas = np.clip(picture * 255, 0, 255).astype(np.float32)
    plate(rng, canvas, unit)
    if rng.random() < 0.7:
        canvas = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.3, 1.8)))
    light = 2 ** rng.normal(0, 0.3) * 2 ** rng.normal(0, 0.07, 3)
    return np.clip(canvas * light + rng.normal(0, rng.uniform(0, 6), canvas.shape), 0, 255).astype(np.uint8)


def plate(rng: np.random.Generator, canvas: np.ndarray, unit: float) -> None:
    """A light rectangle with dark strokes in the middle of what the network sees."""
    long = rng.random() < 0.5
    w, h = (0.52, 0.11) if long else (0.305, 0.152)
    x, y = WIDTH / 2, HEIGHT * ABOVE / (ABOVE + BELOW)
    at = np.array([x - w * unit / 2, y - h * unit / 2, x + w * unit / 2, y + h * unit / 2]).round().astype(int)
    canvas[at[1]:at[3], at[0]:at[2]] = rng.uniform(170, 250) * 2 ** rng.normal(0, 0.05, 3)
    for k in range(7):
        left = at[0] + 2 + int(k * (at[2] - at[0] - 4) / 7)
        canvas[at[1] + 3:at[3] - 3, left:left + max(1, int(unit * 0.02))] = rng.uniform(10, 90)


def walls(count: int, seed: int = 11) -> np.ndarray:
    """count × HEIGHT × WIDTH × 3."""
    rng = np.random.default_rng(seed)
    return np.stack([wall(rng) for _ in range(count)])
