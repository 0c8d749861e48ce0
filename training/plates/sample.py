"""What the locator hands to the recognizer: a plate on a vehicle, seen badly, cut out along imperfect corners."""

from dataclasses import replace

import cv2
import numpy as np

from . import fittings, fonts, symbols
from .canvas import Canvas, random_color, vary
from .degrade import degrade
from .plate import Plate
from .render import render_plate

INPUT_H, INPUT_W = 64, 160  # px, the recognizer's input; every plate is stretched to it
HIDDEN_SHARE = 0.03  # of views with a character that cannot be seen


def _surroundings(rng: np.random.Generator, w: int, h: int, box: tuple[float, float, float, float], long: bool) -> Canvas:
    """The part of a vehicle around a plate: paint, edges, shadows, and the plate's holder."""
    tone = random_color(rng) if rng.random() < 0.4 else vary(rng, rng.choice(["101012", "303236", "808488", "D8DADC", "8F1F22", "1F2F5F"]), 15)
    c = Canvas(w, h, tone)
    c.gradient([(0, tone * rng.uniform(0.6, 1.2)), (rng.uniform(0.2, 0.8), tone * rng.uniform(0.6, 1.2)), (1, tone * rng.uniform(0.3, 1.1))])
    for _ in range(rng.integers(0, 6)):
        y = rng.uniform(0, h)
        c.line([(0, y), (w, y + rng.normal(0, h * 0.06))], random_color(rng) if rng.random() < 0.2 else tone * rng.uniform(0.3, 1.5), rng.uniform(1, h * 0.08))
    if rng.random() < 0.25:
        for _ in range(rng.integers(1, 5)):
            c.polygon(symbols.blob(rng) * rng.uniform(0.05, 0.3) * w + (rng.uniform(0, w), rng.uniform(0, h)), random_color(rng), 0.8)
    x0, y0, x1, y1 = box
    pw, ph = x1 - x0, y1 - y0
    if rng.random() < (0.7 if long else 0.35):  # a holder or a recess
        m = rng.uniform(0.01, 0.05) * pw
        foot = rng.uniform(0.0, 0.22) * ph if long else m
        holder = vary(rng, rng.choice(["0C0C0E", "18181A", "2A2A2E", "B0B4B8", "E0E0E0"], p=[0.4, 0.25, 0.15, 0.1, 0.1]), 8)
        c.rect(x0 - m, y0 - m, x1 + m, y1 + m + foot, holder)
        if foot > 0.1 * ph and rng.random() < 0.8:
            words = rng.choice([f"AUTO {rng.choice(fittings.MAKES)}", f"{rng.choice(fittings.CITIES)} {rng.integers(100, 999)}/{rng.integers(1000, 99999)}", "www.autohaus-info.de", "CZECH REPUBLIC", "AUTO MOBIL SERVIS"])
            c.text(fonts.pick(rng, "sans"), words, (x0 + x1) / 2, y1 + (foot + m) / 2, foot * rng.uniform(0.45, 0.9), random_color(rng, bool(holder.mean() > 120)), pw * 0.95, stretch=rng.uniform(1, 1.6))
    elif rng.random() < 0.5:
        c.rect(x0 + rng.normal(0, 2), y0 - ph * 0.06, x1 + 2, y1 + ph * rng.uniform(0, 0.12), "000000", rng.uniform(0.2, 0.6))
    return c


def _perturb(rng: np.random.Generator, quad: np.ndarray) -> np.ndarray:
    """The plate as the camera sees it: turned, sheared, in perspective. Corners clockwise from the top left, px."""
    center, (w, h) = quad.mean(0), quad[2] - quad[0]
    rough = rng.random() < 0.3
    turn = np.deg2rad(rng.normal(0, 7 if rough else 2.5))
    shear, tilt = rng.normal(0, 0.12 if rough else 0.04), rng.normal(0, 0.1 if rough else 0.03)
    p = quad - center
    p = p + np.stack([p[:, 1] * shear, p[:, 0] * tilt], 1)
    p = p @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    p += rng.normal(0, 0.03 if rough else 0.012, (4, 2)) * (min(w, 3 * h), h)
    return p + center


def guessed(rng: np.random.Generator, quad: np.ndarray) -> np.ndarray:
    """The corners a locator finds: true ones with errors; at times only an upright box around them."""
    kind = rng.random()
    if kind < 0.22:
        lo, hi = quad.min(0), quad.max(0)
        quad = np.array([lo, (hi[0], lo[1]), hi, (lo[0], hi[1])])
    center = quad.mean(0)
    w, h = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[3] - quad[0]))
    across, down = (quad[1] - quad[0]) / w, (quad[3] - quad[0]) / h
    loose = np.clip(rng.normal(0.02, 0.035, 2), -0.04, 0.2) if rng.random() < 0.8 else rng.uniform(0, 0.16, 2)
    shift = rng.normal(0, 0.015) * w * across + rng.normal(0, 0.035) * h * down
    p = quad - center
    p = p + np.outer(np.array([-1, 1, 1, -1]) * loose[0] * w / 2, across) + np.outer(np.array([-1, -1, 1, 1]) * loose[1] * h, down)
    p += np.outer(rng.normal(0, 0.01, 4) * w, across) + np.outer(rng.normal(0, 0.025, 4) * h, down)
    return p + center + shift


def _opening(rng: np.random.Generator, quad: np.ndarray, plate: Plate) -> np.ndarray:
    """The part of a plate that a wide frame leaves open, taken for the plate: name, slogan and edges are cut off."""
    h, w = plate.image.shape[:2]
    boxes = np.array([(c.x, c.y, c.w, c.h) for c in plate.chars])
    margin = rng.uniform(0.02, 0.08, 4)
    x0, x1 = max(0, boxes[:, 0].min() / w - margin[0]), min(1, (boxes[:, 0] + boxes[:, 2]).max() / w + margin[1])
    y0, y1 = max(0, boxes[:, 1].min() / h - margin[2]), min(1, (boxes[:, 1] + boxes[:, 3]).max() / h + margin[3])
    x0, y0 = np.array([x0, y0]) * rng.uniform(0, 1, 2)
    x1, y1 = 1 - np.array([1 - x1, 1 - y1]) * rng.uniform(0, 1, 2)
    if rng.random() < 0.6:
        x0, x1 = 0.0, 1.0
    across = lambda x, y: (quad[0] * (1 - x) + quad[1] * x) * (1 - y) + (quad[3] * (1 - x) + quad[2] * x) * y
    return np.array([across(x0, y0), across(x1, y0), across(x1, y1), across(x0, y1)])


def _hide(rng: np.random.Generator, plate: Plate) -> Plate:
    """Something hides one character, and no more than the gaps beside it: a post, a ball, mud. It is then HIDDEN."""
    k = int(rng.integers(len(plate.chars)))
    char = plate.chars[k]
    c = Canvas(plate.image.shape[1], plate.image.shape[0])
    c.px[:] = plate.image
    tone = random_color(rng, True) if rng.random() < 0.6 else random_color(rng)
    cx, cy = char.x + char.w / 2, char.y + char.h / 2
    wide = char.w + 0.1 * char.h
    kind = rng.random()
    if kind < 0.45 and plate.lines == 1:  # a post, a pole, a rope
        lean = rng.normal(0, 0.02) * c.h
        c.polygon(np.array([(cx - wide / 2 - lean, 0), (cx + wide / 2 - lean, 0), (cx + wide / 2 + lean, c.h), (cx - wide / 2 + lean, c.h)]), tone)
        if rng.random() < 0.6:
            c.rect(cx - wide * 0.2, 0, cx, c.h, tone * rng.uniform(1, 1.5), 0.5)
    else:  # a ball with its light, a badge, mud: as wide as the character, higher or lower than it is wide
        c.polygon(symbols.blob(rng, 18, 0.06 if kind < 0.8 else 0.2) * (wide * 0.62, char.h * 0.58) + (cx, cy), tone)
        if kind < 0.8:
            c.disc(cx - wide * 0.12, cy - char.h * 0.15, wide * rng.uniform(0.05, 0.2), "FFFFFF", rng.uniform(0.1, 0.7))
    return replace(plate.hiding(k), image=c.done())


def view(rng: np.random.Generator, plate: Plate, near: float = 0.27) -> tuple[np.ndarray, np.ndarray, Plate]:
    """One view of a plate as INPUT_H × INPUT_W × 3 uint8 RGB; the centers (x, y) of its characters there, in px; and
    the plate as it can be read there, for a character may be hidden. `near` is the share of sharp, large views."""
    if rng.random() < HIDDEN_SHARE:
        plate = _hide(rng, plate)
    face = plate.image
    aspect = face.shape[1] / face.shape[0]
    long = aspect > 2.6
    close = rng.random() < near
    width = rng.uniform(140, 260) if close else float(np.exp(rng.uniform(np.log(46 if not long else 60), np.log(240 if rng.random() < 0.6 else 120))))
    height = width / aspect * np.exp(rng.normal(0, 0.09))
    W, H = int(width * 1.36) + 8, int(height * 1.6) + 8
    x0, y0 = (W - width) / 2, (H - height) / 2
    quad = np.array([(x0, y0), (x0 + width, y0), (x0 + width, y0 + height), (x0, y0 + height)])
    shrunk = min(1.0, 1.25 * width / face.shape[1])  # against aliasing, before the warp
    if shrunk < 0.9:
        face = cv2.resize(face, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    fh, fw = face.shape[:2]
    seen = _perturb(rng, quad)
    flat = np.array([(0, 0), (fw, 0), (fw, fh), (0, fh)], np.float32)
    scene = _surroundings(rng, W, H, (x0, y0, x0 + width, y0 + height), long).done()
    # The surroundings share the plate's perspective.
    scene = cv2.warpPerspective(scene, cv2.getPerspectiveTransform(quad.astype(np.float32), seen.astype(np.float32)), (W, H), borderMode=cv2.BORDER_REPLICATE)
    warp = cv2.getPerspectiveTransform(flat, seen.astype(np.float32))
    mask = np.full((fh, fw), 255, np.uint8)
    r = int(fh * rng.uniform(0.02, 0.1))
    for cy, cx in ((0, 0), (0, fw - r), (fh - r, 0), (fh - r, fw - r)):
        mask[cy : cy + r, cx : cx + r] = 0
        cv2.circle(mask, (r if cx == 0 else fw - r, r if cy == 0 else fh - r), r, 255, -1)
    a = cv2.warpPerspective(mask, warp, (W, H))[..., None].astype(np.float32) / 255
    on = cv2.warpPerspective(face, warp, (W, H), borderMode=cv2.BORDER_REPLICATE)
    picture = (scene * (1 - a) + on * a).astype(np.uint8)
    if rng.random() < 0.09:
        picture = _covered(rng, picture, seen)
    picture = degrade(rng, picture, width, mild=close)
    guess = guessed(rng, seen)
    if rng.random() < 0.12:
        guess = _opening(rng, guess, plate)
    centers: np.ndarray = np.array([[(x + w / 2, y + h / 2) for _, x, y, w, h, _ in plate.chars]], np.float32)
    scale = np.array([fw / plate.image.shape[1], fh / plate.image.shape[0]], np.float32)
    centers = cv2.perspectiveTransform(cv2.perspectiveTransform(centers * scale, warp), _to_input(guess))
    return rectify(picture, guess), centers[0], plate


def _to_input(quad: np.ndarray, s: int = 1) -> np.ndarray:
    """The transform that takes the quad to an input of s times INPUT_W × INPUT_H."""
    corners = np.array([(0, 0), (INPUT_W * s, 0), (INPUT_W * s, INPUT_H * s), (0, INPUT_H * s)], np.float32) - 0.5
    return cv2.getPerspectiveTransform(np.asarray(quad, np.float32) - 0.5, corners)


def _covered(rng: np.random.Generator, picture: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Something before the plate: a tow ball, a cable, a leaf, the rim of a bumper. Characters stay readable."""
    c = Canvas(picture.shape[1], picture.shape[0])
    c.px[:] = picture
    height = np.hypot(*(quad[3] - quad[0]))
    x, y = quad[3] + (quad[2] - quad[3]) * rng.uniform(0.1, 0.9)
    tone = random_color(rng, True) if rng.random() < 0.7 else random_color(rng)
    kind = rng.random()
    if kind < 0.45:
        c.disc(x, y + height * rng.uniform(-0.08, 0.1), height * rng.uniform(0.08, 0.2), tone)
    elif kind < 0.7:
        c.line([quad[3] + (0, height * rng.uniform(-0.12, 0.05)), quad[2] + (0, height * rng.uniform(-0.12, 0.05))], tone, height * rng.uniform(0.05, 0.16))
    else:
        c.polygon(symbols.blob(rng, 9, 0.4) * height * rng.uniform(0.04, 0.1) + quad.mean(0) + rng.normal(0, 0.3, 2) * (quad[2] - quad[0]), tone, rng.uniform(0.5, 1))
    return c.done()


def rectify(picture: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """Cuts the quad (corners clockwise from the top left, px) out as INPUT_H × INPUT_W × 3. Large plates are
    sampled at twice the size and averaged, as the runtime does."""
    w, h = np.hypot(*(quad[1] - quad[0])), np.hypot(*(quad[3] - quad[0]))
    s = 2 if w > 1.6 * INPUT_W or h > 1.6 * INPUT_H else 1
    out = cv2.warpPerspective(picture, _to_input(quad, s), (INPUT_W * s, INPUT_H * s), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return out if s == 1 else cv2.resize(out, (INPUT_W, INPUT_H), interpolation=cv2.INTER_AREA)


def rectified_sample(rng: np.random.Generator, family: str | None = None) -> tuple[np.ndarray, str, str | None]:
    """A crop at the recognizer's input size, its text with small characters marked, its region."""
    image, _, plate = view(rng, render_plate(rng, family))
    return image, plate.marked, plate.region
