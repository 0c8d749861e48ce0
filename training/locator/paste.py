"""Putting a flat thing (a plate, a sign) into a scene, in perspective and in the scene's light."""

import cv2
import numpy as np

from .geometry import size_of
from .paint import rounded


def pose(rng, center, width, aspect, wild=1.0):
    """Quad of a plate seen by some camera: `width` pixels wide, height = width / aspect, leaning, turned
    and foreshortened a little (`wild` = 1) or more."""
    half = np.float32([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, width / aspect / 2]
    yaw = abs(rng.normal(0, 0.12 * wild))
    shear = np.clip(rng.normal(0, 0.09 * wild), -0.4, 0.4)  # seen from the side, its edges run down or up
    keystone = rng.normal(0, 0.03 * wild, 2)
    half[:, 0] *= 1 - min(yaw, 0.4)
    half[:, 1] += half[:, 0] * shear
    half *= 1 + np.sign(half[:, ::-1]) * keystone
    angle = np.clip(rng.normal(0, 0.035 * wild), -0.5, 0.5)
    turn = np.float32([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (half @ turn.T + center).astype(np.float32)


def paste(canvas, face, quad, soft=0.6, radius=0.0):
    """Draw face (h, w) gray on the canvas (float32) so that its corners fall on quad. `soft`: blur of the
    edge in pixels; `radius`: rounding of the corners, share of the height."""
    h, w = face.shape
    target = size_of(quad)
    scale = max(target[0] / w, target[1] / h)
    if scale < 0.8:  # reduce by area first: warping alone would alias
        face = cv2.resize(face, (max(4, round(w * scale)), max(4, round(h * scale))), interpolation=cv2.INTER_AREA)
        h, w = face.shape
    margin = int(np.ceil(3 * soft)) + 1
    x0, y0 = np.floor(quad.min(0)).astype(int) - margin
    x1, y1 = np.ceil(quad.max(0)).astype(int) + margin
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, canvas.shape[1]), min(y1, canvas.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    source = np.float32([[0, 0], [w, 0], [w, h], [0, h]]) - 0.5
    matrix = cv2.getPerspectiveTransform(source, (quad - [x0, y0] - 0.5).astype(np.float32))
    size = (int(x1 - x0), int(y1 - y0))
    drawn = cv2.warpPerspective(face.astype(np.float32), matrix, size, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1], size[0]), np.uint8)
    outline = rounded(0, 0, w, h, max(radius * h, 0.01)).astype(np.float32)
    outline = cv2.perspectiveTransform((outline - 0.5)[None], matrix)[0]
    cv2.fillPoly(mask, [np.int32(np.round(outline * 16))], 255, cv2.LINE_AA, 4)
    alpha = mask.astype(np.float32) / 255
    if soft > 0.3:
        alpha = cv2.GaussianBlur(alpha, (0, 0), soft)
    area = canvas[y0:y1, x0:x1]
    area += alpha * (drawn - area)


def light(rng, face, paper):
    """The face under the scene's light: its brightest tone becomes `paper`, with less contrast in shadow,
    perhaps a gradient, a shadow's edge across it, or a lamp's glare."""
    face = face.astype(np.float32)
    h, w = face.shape
    low = rng.uniform(0, 0.35 if rng.random() < 0.85 else 0.75) * paper  # what haze, glare and fading leave of black
    out = low + face / max(float(np.percentile(face, 97)), 60.0) * (paper - low)
    if rng.random() < 0.5:  # a gradient, mostly from above
        slope = np.linspace(-1, 1, h, dtype=np.float32)[:, None] * rng.normal(0, 0.15)
        out *= 1 + slope + np.linspace(-1, 1, w, dtype=np.float32)[None] * rng.normal(0, 0.08)
    if rng.random() < 0.25:  # the edge of a shadow: of the trunk lid from above, or of a tree
        edge = rng.uniform(0.05, 0.9) * h + (np.arange(w, dtype=np.float32) - w / 2) * rng.normal(0, 0.1)
        rows = np.arange(h, dtype=np.float32)[:, None]
        out *= 1 - rng.uniform(0.1, 0.33) * (1 - np.tanh((rows - edge[None]) / rng.uniform(1.4, 16)))
    if rng.random() < 0.08:  # a lamp shines on one place
        ys, xs = np.mgrid[:h, :w].astype(np.float32)
        cx, cy, s = rng.uniform(0, w), rng.uniform(0, h), rng.uniform(0.2, 0.7) * h
        out += rng.uniform(40, 200) * np.exp(-(((xs - cx) / s) ** 2 + ((ys - cy) / s) ** 2))
    return out
