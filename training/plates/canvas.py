"""A picture to paint plates on, and the paints: gradients, text, shapes. Colors are `RRGGBB` strings or RGB arrays."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import ArrayLike

from . import fonts

Color = str | np.ndarray


@lru_cache(1000)
def _hex(code: str) -> tuple[int, int, int]:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def rgb(color: Color) -> np.ndarray:
    return np.array(_hex(color) if isinstance(color, str) else color, np.float32)


def vary(rng: np.random.Generator, color: Color, amount: float = 14) -> np.ndarray:
    """A color near the given one: paints fade, prints differ."""
    return np.clip(rgb(color) + rng.normal(0, amount, 3), 0, 255)


def random_color(rng: np.random.Generator, dark: bool | None = None) -> np.ndarray:
    """Any color, or one that is dark or light enough to contrast with its opposite."""
    c = rng.uniform(0, 255, 3)
    luma = c @ (0.3, 0.6, 0.1)
    if dark is True and luma > 95:
        c *= 95 / luma * rng.uniform(0.3, 1)
    if dark is False and luma < 150:
        c = 255 - (255 - c) * (105 / (255 - luma)) * rng.uniform(0.2, 1)
    return c


class Canvas:
    def __init__(self, width: int, height: int, color: Color = "FFFFFF"):
        self.w, self.h = width, height
        self.px = np.empty((height, width, 3), np.float32)
        self.px[:] = rgb(color)

    def blend(self, mask: np.ndarray, x: float, y: float, color: Color, alpha: float = 1.0) -> None:
        """Paints a color through a uint8 mask whose top left corner is at (x, y); may stick out."""
        x, y = round(x), round(y)
        x0, y0 = max(0, x), max(0, y)
        x1, y1 = min(self.w, x + mask.shape[1]), min(self.h, y + mask.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        a = mask[y0 - y : y1 - y, x0 - x : x1 - x, None].astype(np.float32) * (alpha / 255)
        part = self.px[y0:y1, x0:x1]
        part += (rgb(color) - part) * a

    def gradient(self, stops: list[tuple[float, Color]], y0: float = 0, y1: float = 1) -> None:
        """A vertical gradient between the heights y0 and y1 (fractions); stops at fractions of that span."""
        top, bottom = int(y0 * self.h), max(int(y0 * self.h) + 1, int(y1 * self.h))
        t = np.linspace(0, 1, bottom - top)
        at = [s[0] for s in stops]
        cols = np.array([rgb(s[1]) for s in stops])
        self.px[top:bottom] = np.stack([np.interp(t, at, cols[:, k]) for k in range(3)], 1)[:, None]

    def rect(self, x0: float, y0: float, x1: float, y1: float, color: Color, alpha: float = 1.0) -> None:
        """A filled rectangle in pixels."""
        part = self.px[max(0, int(y0)) : max(0, int(y1)), max(0, int(x0)) : max(0, int(x1))]
        part += (rgb(color) - part) * alpha

    def text(self, face: str, text: str, cx: float, cy: float, height: float, color: Color,
             max_width: float | None = None, align: str = "c", stretch: float = 1.0, alpha: float = 1.0) -> tuple[int, int]:
        """A line of text of the given height, centered at (cx, cy) or with its left or right end at cx.
        Returns the width and height drawn."""
        mask = fonts.line(face, text)
        h = max(3, round(height))
        w = max(2, round(mask.shape[1] * h / mask.shape[0] * stretch))
        if max_width and w > max_width:
            # Wide lines are squeezed a bit and then made smaller.
            h = max(3, round(h * (max_width / w) ** 0.6))
            w = max(2, int(max_width))
        small = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)
        x = cx - w / 2 if align == "c" else cx if align == "l" else cx - w
        self.blend(small, x, cy - h / 2, color, alpha)
        return w, h

    def polygon(self, points: np.ndarray, color: Color, alpha: float = 1.0) -> None:
        """A filled polygon, points in pixels (N×2)."""
        points = np.asarray(points, np.float32)
        x0, y0 = np.floor(points.min(0)).astype(int) - 1
        x1, y1 = np.ceil(points.max(0)).astype(int) + 2
        mask = np.zeros((max(1, y1 - y0), max(1, x1 - x0)), np.uint8)
        cv2.fillPoly(mask, [np.round((points - (x0, y0)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        self.blend(mask, x0, y0, color, alpha)

    def disc(self, cx: float, cy: float, r: float, color: Color, alpha: float = 1.0, ring: float = 0) -> None:
        """A disc, or a ring of the given thickness in pixels."""
        n = int(np.ceil(r)) + 2
        mask = np.zeros((2 * n + 1, 2 * n + 1), np.uint8)
        thickness = max(1, round(ring)) if ring else -1
        cv2.circle(mask, (n * 16, n * 16), int(r * 16), 255, thickness, cv2.LINE_AA, 4)
        self.blend(mask, cx - n, cy - n, color, alpha)

    def line(self, points: ArrayLike, color: Color, thickness: float, alpha: float = 1.0) -> None:
        """A polyline in pixels."""
        mask = np.zeros((self.h, self.w), np.uint8)
        cv2.polylines(mask, [np.round(np.asarray(points) * 16).astype(np.int32)], False, 255, max(1, int(thickness)), cv2.LINE_AA, 4)
        self.blend(mask, 0, 0, color, alpha)

    def done(self) -> np.ndarray:
        return np.clip(self.px, 0, 255).astype(np.uint8)
