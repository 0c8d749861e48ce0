"""The stage on which scenes are set: a canvas that knows its plates, views of real frames, and what the recipes
of `scenes.py` do to them."""

import cv2
import numpy as np

from . import dashcam, paint
from .geometry import apply_affine, box_of, iou, size_of
from .paste import light, paste


class Scene:
    """A canvas and the plates on it."""

    def __init__(self, canvas, outside=None):
        self.canvas = np.ascontiguousarray(canvas, np.float32)
        self.outside = outside  # (width, height) where the picture ends and padding begins
        self.quads, self.exact, self.ignored = [], [], []

    def note(self, quad, exact=True, ignored=False):
        self.quads.append(np.float32(quad))
        self.exact.append(exact)
        self.ignored.append(ignored)

    def free(self, box):
        """Whether a box touches no plate."""
        return not self.quads or iou(box, box_of(np.stack(self.quads))).max() <= 0


def put(rng, scene, pool, quad, face=None, paper=None):
    """Paste a plate of the pool at the quad and note it."""
    face = pool.draw(rng) if face is None else face
    if rng.random() < 0.06:
        face = 255 - face  # more dark plates than are on the road: they are the harder ones
    if paper is None:
        paper = np.clip(rng.normal(175, 55), 45, 255)
    edge = rng.uniform(0.3, 0.9)
    if rng.random() < 0.35:  # its shadow on what is behind it
        shift = np.float32([rng.normal(0, 0.02), rng.uniform(0.0, 0.08)]) * size_of(quad)[1]
        dark = (quad - quad.mean(0)) * rng.uniform(1.0, 1.06) + quad.mean(0) + shift
        paint.polygon(scene.canvas, dark, rng.uniform(0, 60), rng.uniform(0.3, 0.9))
    paste(scene.canvas, light(rng, face, paper), quad, edge, rng.choice([0.0, 0.06, 0.1]))
    scene.note(quad)
    if rng.random() < 0.15:
        _shade(rng, scene.canvas, quad)


def _shade(rng, canvas, quad):
    """The plate and what surrounds it lie in the shade, while the rest of the picture is bright."""
    w, h = size_of(quad)
    mask = np.zeros(canvas.shape, np.uint8)
    axes = np.int32([w * rng.uniform(0.6, 2.5), max(h, 0.3 * w) * rng.uniform(0.8, 3)])
    center = np.int32(quad.mean(0) + rng.normal(0, 0.3, 2) * [w, h])
    cv2.ellipse(mask, tuple(map(int, center)), tuple(map(int, axes)), 0, 0, 360, 255, -1)
    soft = cv2.blur(mask, (int(max(3, w * rng.uniform(0.1, 1))),) * 2).astype(np.float32) / 255
    canvas *= 1 - soft * rng.uniform(0.3, 0.8)


def view(rng, frames, width, height, wanted=None):
    """Part of a dashcam frame, scaled so that one of its plates is about `wanted` pixels wide:
    → canvas (height, width), the frame's quads in it, and those of its unlabeled plates."""
    path, quads, others = frames[rng.integers(len(frames))]
    image = dashcam.gray(path)
    h, w = image.shape
    anchor = quads[rng.integers(len(quads))]
    scale = rng.uniform(0.4, 1.3) if wanted is None else wanted / size_of(anchor)[0]
    scale = float(np.clip(scale, 0.42, 2.2))
    span = np.float32([width, height]) / scale  # of the frame
    target = anchor.mean(0) if rng.random() < 0.85 else rng.uniform([0, 0], [w, h])
    origin = target - span * rng.uniform(0.1, 0.9, 2)
    origin = np.clip(origin, np.minimum(0, [w, h] - span), np.maximum(0, [w, h] - span))
    if scale < 0.6:  # halve before warping, so that nothing aliases
        image = cv2.resize(image, (w // 2, h // 2), interpolation=cv2.INTER_AREA)
    own = image.shape[1] / w
    move = np.float32([[scale, 0, -origin[0] * scale], [0, scale, -origin[1] * scale]])
    warp = move / [[own, own, 1]]
    canvas = cv2.warpAffine(
        image,
        warp.astype(np.float32),
        (width, height),
        flags=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    moved = [np.float32([apply_affine(move, q) for q in some]).reshape(-1, 4, 2) for some in (quads, others)]
    return canvas.astype(np.float32), *moved


def brightness(canvas, box):
    x0, y0, x1, y1 = np.clip(box, 0, [canvas.shape[1], canvas.shape[0]] * 2).astype(int)
    part = canvas[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
    return float(np.percentile(part, 85)) if part.size else 150.0


def erase(rng, canvas, box):
    """Fill a box from the rows above and below it."""
    h, w = canvas.shape
    mx, my = 0.06 * (box[2] - box[0]) + 1, 0.12 * (box[3] - box[1]) + 1
    x0, x1 = int(np.clip(box[0] - mx, 0, w - 1)), int(np.clip(box[2] + mx, 1, w))
    y0, y1 = int(np.clip(box[1] - my, 0, h - 1)), int(np.clip(box[3] + my, 1, h))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    above, below = canvas[max(y0 - 1, 0), x0:x1], canvas[min(y1, h - 1), x0:x1]
    ramp = np.linspace(0, 1, y1 - y0, dtype=np.float32)[:, None]
    fill = above * (1 - ramp) + below * ramp
    canvas[y0:y1, x0:x1] = cv2.blur(fill, (7, 3)) + rng.normal(0, 2, fill.shape)


def contrast(picture, quad):
    """Standard deviation of the grays inside the plate's box, without the sensor's noise."""
    h, w = picture.shape
    x0, y0, x1, y1 = np.clip(box_of(quad), 0, [w, h, w, h]).astype(int)
    dx, dy = (x1 - x0) // 8, (y1 - y0) // 6
    inside = picture[y0 + dy : y1 - dy, x0 + dx : x1 - dx]
    return float(cv2.resize(inside, (24, 10), interpolation=cv2.INTER_AREA).std()) if inside.size else 0.0


def seen(quad, width, height):
    """Share of a quad's box that lies in the picture."""
    x0, y0, x1, y1 = box_of(quad)
    inside = max(0, min(x1, width) - max(x0, 0)) * max(0, min(y1, height) - max(y0, 0))
    return inside / max((x1 - x0) * (y1 - y0), 1e-6)


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))
