"""Pictures with known plates: what the locator trains on.

`compose(rng, pool, frames, width, height)` → picture uint8 (height, width), quads (n, 4, 2),
exact (n,) bool, ignored (n,) bool. The picture is what the locator would be given: already reduced.
"""

import numpy as np

from . import camera, car, distractors, paint
from .geometry import box_of, size_of
from .paste import pose
from .stage import Scene, brightness, contrast, erase, log_uniform, put, seen, view

RECIPES = ("dashcam", "rendered", "pasted", "cut", "none")
SHARES = (0.42, 0.28, 0.12, 0.08, 0.10)
CAPTIONS = 0.25


def compose(rng, pool, frames, width, height, recipe=None):
    recipe = recipe or rng.choice(RECIPES, p=SHARES)
    scene = globals()[f"_{recipe}"](rng, pool, frames, width, height)
    if recipe != "cut" and rng.random() < (0.9 if recipe in ("none", "pasted") else 0.4):
        distractors.scatter(rng, scene.canvas, scene.free)
    picture = camera.develop(rng, scene.canvas)
    if scene.outside is not None:
        w, h = np.int32(np.round(scene.outside))
        picture[h:], picture[:, w:] = 0, 0
    quads = np.float32(scene.quads).reshape(-1, 4, 2)
    exact, ignored = np.array(scene.exact, bool), np.array(scene.ignored, bool)
    if rng.random() < 0.5 and not len(quads):  # writing must stay readable where there are plates
        picture = picture[:, ::-1].copy()
    if recipe != "cut" and rng.random() < CAPTIONS:
        picture = distractors.caption(rng, picture, scene.free)
    for i, quad in enumerate(quads):  # a plate that is mostly outside, or hardly there, is nobody's duty
        ignored[i] |= seen(quad, width, height) < 0.75 or size_of(quad)[0] < 20 or contrast(picture, quad) < 5
    return picture, quads, exact, ignored


def _dashcam(rng, pool, frames, width, height):
    """A frame with its own plates, or with plates of other countries in their place."""
    canvas, quads, others = view(rng, frames, width, height, log_uniform(rng, 26, 0.55 * width))
    scene = Scene(canvas)
    for quad in others:
        scene.note(quad, ignored=True)
    for quad in quads:
        if rng.random() < 0.3:
            scene.note(quad, exact=False)
            continue
        box = box_of(quad)
        if box[2] < 2 or box[3] < 2 or box[0] > width - 2 or box[1] > height - 2:
            continue
        paper = brightness(canvas, box)
        erase(rng, scene.canvas, box)
        if rng.random() < 0.93:
            face = pool.draw(rng)
            aspect = face.shape[1] / face.shape[0]
            own = size_of(quad)[0] * rng.uniform(0.85, 1.1) * (1.0 if aspect > 3 else rng.uniform(0.75, 1.1))
            if rng.random() < 0.75:
                paper = np.clip(paper * rng.uniform(0.75, 1.3), 40, 255)
            else:
                paper = None
            new = pose(rng, quad.mean(0) + rng.normal(0, 0.03, 2) * own, own, aspect)
            put(rng, scene, pool, new, face, paper)
    for _ in range(rng.poisson(0.25)):
        _extra(rng, scene, pool)
    return scene


def _extra(rng, scene, pool, wild=1.5):
    """One more plate anywhere."""
    h, w = scene.canvas.shape
    face = pool.draw(rng)
    aspect = face.shape[1] / face.shape[0]
    width = log_uniform(rng, 26, 0.4 * w)
    quad = pose(rng, rng.uniform([0, 0], [w, h]), width, aspect, wild)
    if scene.free(box_of(quad)):
        put(rng, scene, pool, quad, face)


def _backdrop(rng, frames, width, height):
    if rng.random() < 0.5:
        canvas, quads, others = view(rng, frames, width, height)
        for quad in (*quads, *others):
            erase(rng, canvas, box_of(quad))
        return canvas
    canvas = paint.texture(rng, height, width)
    if rng.random() < 0.8:  # ground under a horizon
        y = int(rng.uniform(0.1, 0.8) * height)
        canvas[y:] = paint.texture(rng, height - y, width)
        for _ in range(rng.integers(0, 4)):
            paint.line(
                canvas,
                rng.uniform([0, y], [width, height]),
                rng.uniform([0, y], [width, height]),
                rng.uniform(120, 255),
                rng.uniform(1, 9),
            )
    return canvas


def _rendered(rng, pool, frames, width, height):
    """A drawn vehicle, or two, each with its plate."""
    scene = Scene(_backdrop(rng, frames, width, height))
    for i in range(1 if rng.random() < 0.8 else 2):
        face = pool.draw(rng)
        aspect = face.shape[1] / face.shape[0]
        plate = log_uniform(rng, 28, (0.6 if i == 0 else 0.2) * width)
        share = rng.uniform(0.16, 0.3) if aspect < 3 else rng.uniform(0.24, 0.36)  # of the car's width
        center = rng.uniform([0.15 * width, 0.2 * height], [0.85 * width, 0.9 * height])
        quad = pose(rng, center, plate, aspect)
        tilt = (quad[1, 1] - quad[0, 1]) / max(quad[1, 0] - quad[0, 0], 1)
        reach = plate / share * np.float32([-0.55, -1.0, 0.55, 0.45])
        if not scene.free(np.tile(center, 2) + reach):
            continue
        car.draw(rng, scene.canvas, center, plate / share, tilt, share, share / aspect)
        if rng.random() < 0.93:
            near = brightness(scene.canvas, box_of(quad))
            paper = np.clip(near + rng.normal(0, 12), 35, 255) if rng.random() < 0.2 else None  # hardly another tone
            put(rng, scene, pool, quad, face, paper)
    return scene


def _pasted(rng, pool, frames, width, height):
    """Plates out of place, so that a plate is known by its own look too."""
    scene = Scene(_backdrop(rng, frames, width, height))
    for _ in range(1 + rng.poisson(1.0)):
        _extra(rng, scene, pool)
    return scene


def _cut(rng, pool, frames, width, height):
    """A picture that is itself a plate, cut with little margin or a little too tightly; what remains of the
    canvas is outside the picture."""
    face = pool.draw(rng)
    aspect = face.shape[1] / face.shape[0] * rng.uniform(0.85, 1.15)
    long = rng.uniform(0.55, 1.0) * min(width, height * aspect)
    size = np.float32([long, long / aspect])
    canvas = paint.texture(rng, height, width) if rng.random() < 0.6 else _backdrop(rng, frames, width, height)
    scene = Scene(canvas, outside=size)
    margin = rng.uniform(0.84, 1.04) if rng.random() < 0.7 else rng.uniform(0.6, 0.9)
    quad = pose(rng, size / 2 * rng.normal(1, 0.025, 2), size[0] * margin, aspect, 0.4)
    put(rng, scene, pool, quad, face)
    return scene


def _none(rng, pool, frames, width, height):
    """No plate."""
    scene = Scene(_backdrop(rng, frames, width, height))
    if rng.random() < 0.4:
        car.draw(
            rng,
            scene.canvas,
            rng.uniform([0, 0], [width, height]),
            rng.uniform(0.3, 1.5) * width,
            rng.normal(0, 0.1),
            0.25,
            0.1,
        )
    return scene
