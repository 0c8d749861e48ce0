"""What a camera does to a picture: light, lens, sensor, compression, and the date in the corner."""

import cv2
import numpy as np

from . import paint


def develop(rng, image):
    """float32 (H, W) → uint8 (H, W) as some camera would have delivered it."""
    image = np.clip(image, 0, 255)
    kind = rng.choice(["plain", "dark", "harsh", "hazy", "mono"], p=[0.6, 0.12, 0.1, 0.1, 0.08])
    gamma = {
        "plain": rng.uniform(0.8, 1.25),
        "dark": rng.uniform(1.3, 2.4),
        "harsh": rng.uniform(0.7, 1.3),
        "hazy": rng.uniform(0.7, 1.1),
        "mono": rng.uniform(1.0, 2.0),
    }[kind]
    image = 255 * (image / 255) ** gamma
    if kind == "harsh":
        image = (image - 128) * rng.uniform(1.2, 1.8) + 128 + rng.uniform(-25, 35)
    elif kind == "hazy":
        veil = rng.uniform(0.2, 0.6)
        image = image * (1 - veil) + veil * rng.uniform(90, 220)
    elif kind == "dark" and rng.random() < 0.5:
        image = image * rng.uniform(0.35, 0.8)
    if rng.random() < 0.12:
        _shadow(rng, image)
    if rng.random() < 0.1:
        _flare(rng, image)
    image = _lens(rng, np.clip(image, 0, 255))
    if rng.random() < 0.7:
        image = image + rng.standard_normal(image.shape, dtype=np.float32) * rng.gamma(1.5, 2.5)
    image = np.clip(image, 0, 255)
    if rng.random() < 0.06:
        _stamp(rng, image)
    image = image.astype(np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(25, 92))
        image = cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    return image


def _lens(rng, image):
    draw = rng.random()
    if draw < 0.35:
        return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.35, 1.3))
    if draw < 0.43:  # motion, mostly along the road
        length, angle = rng.uniform(2, 7), rng.normal(0, 0.5)
        size = 2 * int(length / 2 + 1) + 1
        kernel = np.zeros((size, size), np.float32)
        dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
        c = size // 2
        cv2.line(kernel, (round(c - dx), round(c - dy)), (round(c + dx), round(c + dy)), 1.0)
        return cv2.filter2D(image, -1, kernel / kernel.sum())
    if draw < 0.6:  # sharpened by the camera, with its halos
        return image + rng.uniform(0.3, 1.5) * (image - cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.6)))
    return image


def _shadow(rng, image):
    h, w = image.shape
    mask = np.zeros((h, w), np.uint8)
    center = rng.uniform([0, 0], [w, h])
    points = center + rng.normal(0, 1, (rng.integers(3, 7), 2)) * [w / 2, h / 2]
    cv2.fillConvexPoly(mask, cv2.convexHull(np.int32(points)), 255)
    soft = cv2.blur(mask, (int(rng.integers(2, 25)),) * 2).astype(np.float32) / 255
    image *= 1 - soft * rng.uniform(0.2, 0.7)


def _flare(rng, image):
    """A low sun or headlights."""
    h, w = image.shape
    ys, xs = np.mgrid[:h, :w].astype(np.float32)
    for _ in range(rng.integers(1, 4)):
        cx, cy, size = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(4, 60)
        distance = (xs - cx) ** 2 + (ys - cy) ** 2
        image += rng.uniform(100, 400) * np.exp(-distance / (2 * size**2)) + rng.uniform(0, 60) / (
            1 + distance / (16 * size**2)
        )


def _stamp(rng, image):
    h, w = image.shape
    size = rng.uniform(6, 16)
    center = (rng.uniform(0.15, 0.85) * w, size if rng.random() < 0.6 else h - size)
    content = paint.phrase(rng, "date" if rng.random() < 0.7 else "words")
    value = rng.choice([255.0, 230.0, 20.0])
    if rng.random() < 0.3:
        paint.polygon(image, paint.rounded(center[0] - 80, center[1] - size, 160, 2 * size, 0), 255 - value, 0.7)
    paint.text(rng, image, content, center, size, value)
