"""Things that look like plates and are not."""

import numpy as np

from . import paint
from .paste import paste, pose


def scatter(rng, canvas, free):
    """Put a few such things on the canvas, where `free(box)` allows."""
    h, w = canvas.shape
    for _ in range(1 + rng.poisson(1.5)):
        kind = MAKERS[rng.integers(len(MAKERS))]
        face = kind(rng)
        aspect = face.shape[1] / face.shape[0]
        width = float(np.exp(rng.uniform(np.log(14), np.log(0.5 * w)))) * min(1, (aspect / 2) ** 0.5)
        quad = pose(rng, rng.uniform([0, 0], [w, h]), max(width, 6), aspect)
        if free(np.concatenate([quad.min(0), quad.max(0)])):
            paste(canvas, face, quad, rng.uniform(0.3, 1.0), rng.choice([0.0, 0.05, 0.2]))


def _tones(rng):
    back = rng.uniform(20, 250)
    return back, np.clip(back + rng.choice([-1, 1]) * rng.uniform(50, 200), 0, 255)


def billboard(rng):
    """Several lines of text and perhaps a picture: storefronts, advertising, information boards."""
    w, h = int(rng.uniform(100, 320)), int(rng.uniform(60, 200))
    back, ink = _tones(rng)
    face = np.full((h, w), back, np.float32)
    lines = rng.integers(2, 6)
    for i in range(lines):
        size = h / (lines + 1) * rng.uniform(0.35, 0.85)
        paint.text(rng, face, paint.phrase(rng), (rng.uniform(0.3, 0.7) * w, (i + 1) * h / (lines + 1)), size, ink)
    if rng.random() < 0.4:
        paint.ellipse(face, (rng.uniform(0, w), rng.uniform(0, h)), rng.uniform(5, 50, 2), rng.uniform(0, 255))
    return face


def shop_sign(rng):
    """A line of words, an address, a phone number."""
    back, ink = _tones(rng)
    face = np.full((60, int(rng.uniform(120, 420))), back, np.float32)
    content = paint.phrase(rng, str(rng.choice(["words", "web", "phone"])))  # one word would be a vanity plate
    paint.text(rng, face, content, (face.shape[1] / 2, 30), rng.uniform(18, 45), ink)
    return face


def road_sign(rng):
    """Round, triangular or square, with a number, an arrow or a bar."""
    s = 90
    face = np.full((s, s), rng.uniform(20, 230), np.float32)
    back, ink = _tones(rng)
    if rng.random() < 0.6:
        paint.ellipse(face, (s / 2, s / 2), (s * 0.48, s * 0.48), ink)
        paint.ellipse(face, (s / 2, s / 2), (s * 0.38, s * 0.38), back)
    else:
        paint.polygon(face, [[s / 2, 4], [s - 4, s - 8], [4, s - 8]], ink)
        paint.polygon(face, [[s / 2, 22], [s - 18, s - 16], [18, s - 16]], back)
    if rng.random() < 0.6:
        paint.text(rng, face, str(rng.integers(1, 13) * 10), (s / 2, s / 2), s * 0.35, ink)
    else:
        paint.line(face, rng.uniform(25, 65, 2), rng.uniform(25, 65, 2), ink, 8)
    return face


def empty_holder(rng):
    """A plate's frame or holder without a plate: dealer's lettering below, nothing in the middle."""
    w, h = 200, int(rng.choice([45, 100]))
    back, ink = _tones(rng)
    face = np.full((h, w), ink, np.float32)
    paint.polygon(face, paint.rounded(6, 6, w - 12, h * 0.75, 3), back)
    face[8 : int(h * 0.7), 8 : w - 8] += paint.noise(rng, int(h * 0.7) - 8, w - 16, 12, rng.uniform(0, 12))
    if rng.random() < 0.7:
        paint.text(rng, face, paint.phrase(rng, "words"), (w / 2, h * 0.9), h * 0.12, 255 - ink)
    return face


def grille(rng):
    w, h = int(rng.uniform(80, 300)), int(rng.uniform(40, 120))
    face = np.full((h, w), rng.uniform(0, 120), np.float32)
    paint.bars(rng, face, (0, 0, w, h))
    return face


def blank(rng):
    """A light or dark rectangle: a window, a lamp, a sticker, a vent; perhaps with a border."""
    w, h = int(rng.uniform(60, 260)), int(rng.uniform(40, 110))
    back, ink = _tones(rng)
    face = np.full((h, w), ink, np.float32)
    e = rng.uniform(0, 0.12) * h
    paint.polygon(face, paint.rounded(e, e, w - 2 * e, h - 2 * e, 4), back)
    return face + paint.noise(rng, h, w, rng.uniform(4, 60), rng.uniform(0, rng.choice([25, 90])))  # reflections


def window_row(rng):
    """The windows of a house or a bus, the posts of a fence: a row of like things is the commonest mistake."""
    n = rng.integers(3, 9)
    w, h = int(30 * n), int(rng.uniform(30, 80))
    back, ink = _tones(rng)
    face = np.full((h, w), back, np.float32)
    fill = rng.uniform(0.25, 0.85)
    for i in range(n):
        paint.polygon(
            face, paint.rounded(30 * i + 15 * (1 - fill), h * 0.15, 30 * fill, h * 0.7, rng.uniform(0, 8)), ink
        )
    return face


def sticker(rng):
    """A small round or square thing with one or two letters."""
    s = int(rng.uniform(40, 90))
    back, ink = _tones(rng)
    face = np.full((s, int(s * rng.uniform(1, 1.5))), back, np.float32)
    paint.text(
        rng, face, "".join(rng.choice(paint.LETTERS, rng.integers(1, 3))), (face.shape[1] / 2, s / 2), s * 0.5, ink
    )
    return face


def lamp(rng):
    """A headlight or taillight: ribbed glass in a frame, with a bright or dark middle."""
    w, h = int(rng.uniform(70, 200)), int(rng.uniform(50, 110))
    tone = rng.uniform(40, 235)
    face = np.full((h, w), tone, np.float32) + paint.noise(rng, h, w, rng.uniform(8, 40), rng.uniform(5, 40))
    step = rng.uniform(3, 10)
    face += rng.uniform(5, 60) * np.sin(np.arange(w, dtype=np.float32) * (6.28 / step))
    if rng.random() < 0.7:
        paint.ellipse(
            face,
            rng.uniform([0.2 * w, 0.3 * h], [0.8 * w, 0.7 * h]),
            rng.uniform(0.15, 0.45, 2) * h,
            rng.uniform(0, 255),
            0.8,
        )
    return face


def logo(rng):
    """A maker's badge: a disc or shield with a ring and a few letters or strokes."""
    s = 80
    face = np.full((s, s), rng.uniform(20, 235), np.float32)
    back, ink = _tones(rng)
    axes = np.float32([0.46, rng.uniform(0.3, 0.46)]) * s
    paint.ellipse(face, (s / 2, s / 2), axes, ink)
    paint.ellipse(face, (s / 2, s / 2), axes * rng.uniform(0.7, 0.9), back)
    if rng.random() < 0.6:
        letters = "".join(rng.choice(paint.LETTERS, rng.integers(2, 6)))
        paint.text(rng, face, letters, (s / 2, s / 2), s * rng.uniform(0.18, 0.35), ink)
    else:
        for _ in range(rng.integers(2, 5)):
            paint.line(face, rng.uniform(15, 65, 2), rng.uniform(15, 65, 2), ink, 6)
    return face


def chevrons(rng):
    """Arrows in a row, hazard stripes."""
    n, h = rng.integers(2, 6), 60
    w = int(h * n * rng.uniform(0.6, 1.0))
    back, ink = _tones(rng)
    face = np.full((h, w), back, np.float32)
    lean = rng.choice([-1, 1]) * rng.uniform(0.2, 0.5) * h
    for i in range(-1, n + 1):
        x, t = w * (i + 0.5) / n, w / n * rng.uniform(0.35, 0.55)
        middle = h / 2 if rng.random() < 0.9 else h
        paint.polygon(face, [[x, 0], [x + t, 0], [x + t + lean, middle], [x + t, h], [x, h], [x + lean, middle]], ink)
    return face


def stamp(rng):
    """Date and time on one or two lines, as cameras burn them in."""
    back, ink = _tones(rng)
    two = rng.random() < 0.5
    face = np.full((70 if two else 36, 200 if two else 330), back, np.float32)
    written = paint.phrase(rng, "date")
    for i, part in enumerate(written.split(" ", 1) if two else [written]):
        paint.text(rng, face, part, (face.shape[1] / 2, 18 + 33 * i), rng.uniform(18, 28), ink)
    return face


def lettering(rng):
    """Big letters on the side of a van or a truck."""
    back = rng.uniform(20, 240)
    face = np.full((110, 360), back, np.float32) + paint.noise(rng, 110, 360, 60, 4)
    ink = np.clip(back + rng.choice([-1, 1]) * rng.uniform(50, 200), 0, 255)
    kinds = ["word", "words", "phone", "number"]
    paint.text(rng, face, paint.phrase(rng, str(rng.choice(kinds))), (180, 40), rng.uniform(30, 60), ink)
    if rng.random() < 0.6:
        paint.text(rng, face, paint.phrase(rng), (180, 88), rng.uniform(10, 26), ink)
    return face


def caption(rng, picture, free):
    """Burned into the picture (uint8), upright, along its upper or lower edge: time, place, the camera's name. Light letters
    with a dark edge, dark ones with a light edge, or letters on a bar. Returns the picture; never over a plate (`free`)."""
    h, w = picture.shape
    canvas = picture.astype(np.float32)
    for _ in range(1 + (rng.random() < 0.4)):
        size = rng.uniform(8, max(10, 0.08 * h))
        written = paint.phrase(rng, str(rng.choice(["date", "date", "words", "number"])))
        if rng.random() < 0.4:
            written = f"{rng.choice(['CAM', 'Camera', 'CH', 'Lane', 'Cam'])} {rng.integers(1, 40)} {written}"
        across = min(0.48 * w, 0.3 * size * len(written))
        middle = (rng.choice([across + 2, w / 2, w - across - 2]), rng.choice([size, h - size]))
        box = np.float32([middle[0] - across, middle[1] - size, middle[0] + across, middle[1] + size])
        if not free(box):
            continue
        ink = rng.choice([250.0, 250.0, 225.0, 5.0])
        if rng.random() < 0.3:
            paint.polygon(canvas, paint.rounded(box[0], box[1], 2 * across, 2 * size, 0), 255 - ink, rng.uniform(0.4, 1))
        seed, edged = int(rng.integers(1 << 31)), rng.random() < 0.6
        for dx, dy, tone in [(-1, 0, 255 - ink), (1, 0, 255 - ink), (0, -1, 255 - ink), (0, 1, 255 - ink), (0, 0, ink)]:
            if edged or tone == ink:  # the same generator each time: the same face
                paint.text(np.random.default_rng(seed), canvas, written, (middle[0] + dx, middle[1] + dy), size, tone)
    return np.clip(canvas, 0, 255).astype(np.uint8)


MAKERS = (
    billboard,
    billboard,
    shop_sign,
    shop_sign,
    road_sign,
    empty_holder,
    grille,
    blank,
    window_row,
    sticker,
    lamp,
    lamp,
    logo,
    logo,
    chevrons,
    stamp,
    lettering,
)
