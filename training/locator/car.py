"""Rendered fronts and rears of vehicles: what surrounds a plate, drawn in gray at any size.

A car is drawn flat, in units of its own width (x from -0.5 to 0.5, y downwards, 0 at the plate's center),
then mapped by `at(x, y)` to the canvas. The plate itself is pasted by the caller.
"""

import numpy as np

from . import paint


class Painter:
    """Draws in car units on a canvas: width pixels across the car, center = the plate's place."""

    def __init__(self, rng, canvas, center, width, tilt):
        self.rng, self.canvas, self.center, self.width, self.tilt = rng, canvas, np.float32(center), width, tilt

    def at(self, points):
        p = np.float32(points) * self.width
        return np.stack([p[..., 0], p[..., 1] + p[..., 0] * self.tilt], -1) + self.center

    def shape(self, points, value, alpha=1.0):
        paint.polygon(self.canvas, self.at(points), value, alpha)

    def box(self, x, y, w, h, value, alpha=1.0, radius=0.01):
        self.shape(paint.rounded(x - w / 2, y - h / 2, w, h, radius), value, alpha)

    def seam(self, p, q, thickness=0.006):
        """A joint between panels: dark, with a bright edge beside it."""
        a, b = self.at([p, q])
        t = max(thickness * self.width, 0.7)
        paint.line(self.canvas, a, b, self.rng.uniform(0, 60), t, self.rng.uniform(0.4, 1))
        if self.rng.random() < 0.6:
            paint.line(
                self.canvas, a + [0, t], b + [0, t], self.rng.uniform(150, 255), t * 0.7, self.rng.uniform(0.1, 0.6)
            )


def draw(rng, canvas, center, width, tilt, plate_width, plate_height):
    """Draw a vehicle around a plate of plate_width × plate_height car units at `center`."""
    p = Painter(rng, canvas, center, width, tilt)
    body = _paintwork(rng, canvas)
    front, truck = rng.random() < 0.4, rng.random() < 0.2
    top = -rng.uniform(0.35, 0.85) if not truck else -rng.uniform(0.7, 1.2)
    belt, sill = -rng.uniform(0.1, 0.32), rng.uniform(0.12, 0.32)
    roof = rng.uniform(0.3, 0.47)
    p.shape(
        [[-0.46, sill + 0.05], [0.46, sill + 0.05], [0.42, sill + 0.1], [-0.42, sill + 0.1]], rng.uniform(0, 30), 0.8
    )
    for side in (-1, 1):  # wheels
        p.box(side * rng.uniform(0.38, 0.42), sill + 0.02, 0.12, 0.2, rng.uniform(5, 45), radius=0.03)
    p.shape(
        [
            [-0.5, belt],
            [-roof, top],
            [roof, top],
            [0.5, belt],
            [0.5, sill - 0.04],
            [0.44, sill + 0.04],
            [-0.44, sill + 0.04],
            [-0.5, sill - 0.04],
        ],
        body,
    )
    _window(p, top, belt, roof)
    (_front if front else _rear)(p, belt, sill, body)
    _recess(p, body, plate_width, plate_height, front)
    _lettering(p, belt, sill, plate_width, plate_height, truck)


def _paintwork(rng, canvas):
    """The paint as a whole canvas: a tone, lighter above, with the reflections of the surroundings."""
    h, w = canvas.shape
    tone = rng.choice([rng.uniform(8, 60), rng.uniform(60, 170), rng.uniform(170, 250)])
    body = np.full((h, w), tone, np.float32)
    body += paint.noise(rng, h, w, rng.uniform(40, 200), rng.uniform(0, 22))
    body += (paint.noise(rng, h, 2, rng.uniform(8, 60), rng.uniform(0, 22)))[:, :1]  # horizontal streaks
    if rng.random() < 0.3:  # dirt
        body += paint.noise(rng, h, w, 2.0, rng.uniform(2, 12))
    return body


def _window(p, top, belt, roof):
    rng = p.rng
    dark = rng.uniform(10, 110)
    if rng.random() < 0.35:  # trees and houses mirrored in it
        dark = dark + paint.noise(rng, *p.canvas.shape, rng.uniform(6, 50), rng.uniform(10, 70))
    a, b = top + 0.04, belt - rng.uniform(0.0, 0.08)
    p.shape([[-roof + 0.03, a], [roof - 0.03, a], [0.42, b], [-0.42, b]], dark)
    for _ in range(rng.integers(0, 4)):  # reflections, headrests
        x, w = rng.uniform(-0.35, 0.35), rng.uniform(0.04, 0.2)
        p.shape(
            [[x - w, b - 0.02], [x - w * 0.6, a + 0.05], [x + w * 0.6, a + 0.03], [x + w, b - 0.02]],
            rng.uniform(0, 220),
            rng.uniform(0.1, 0.5),
        )
    if rng.random() < 0.3:
        p.seam((rng.uniform(-0.3, 0), b - 0.01), (rng.uniform(0, 0.3), b - rng.uniform(0.02, 0.12)), 0.012)


def _rear(p, belt, sill, body):
    rng = p.rng
    y = belt + rng.uniform(0.0, 0.12)
    light_h, light_w = rng.uniform(0.05, 0.14), rng.uniform(0.06, 0.2)
    tone = rng.choice([rng.uniform(40, 110), rng.uniform(110, 255)])
    for side in (-1, 1):
        p.box(side * (0.49 - light_w / 2), y + light_h / 2, light_w, light_h, tone, radius=0.03)
        for _ in range(rng.integers(0, 3)):
            p.box(
                side * (0.49 - light_w * rng.uniform(0.2, 0.8)),
                y + light_h * rng.uniform(0.2, 0.8),
                light_w * 0.4,
                light_h * 0.3,
                rng.uniform(80, 255),
                rng.uniform(0.3, 1),
                0.01,
            )
    if rng.random() < 0.8:
        p.seam((-0.47, belt + 0.01), (0.47, belt + 0.01))
    bumper = sill - rng.uniform(0.08, 0.25)
    if rng.random() < 0.5:
        p.box(
            0,
            (bumper + sill) / 2,
            rng.uniform(0.9, 0.99),
            sill - bumper,
            rng.uniform(15, 240),
            rng.uniform(0.5, 1),
            0.02,
        )
    p.seam((-0.49, bumper), (0.49, bumper), 0.008)
    if rng.random() < 0.4:  # exhaust, tow ball, reflectors
        for x in rng.uniform(-0.4, 0.4, 2):
            paint.ellipse(p.canvas, p.at([x, sill]), (0.025 * p.width, 0.018 * p.width), rng.uniform(5, 180))
    if rng.random() < 0.3:
        for side in (-1, 1):
            p.box(side * 0.4, sill - 0.04, 0.09, 0.02, rng.uniform(60, 200))
    if rng.random() < 0.4:  # chrome or black strip above the plate
        p.box(0, rng.uniform(-0.13, -0.05), rng.uniform(0.3, 0.7), rng.uniform(0.01, 0.035), rng.uniform(5, 250))
    _logo(p, rng.uniform(belt, -0.08))


def _front(p, belt, sill, body):
    rng = p.rng
    grille_y, grille_h, grille_w = rng.uniform(-0.2, 0.02), rng.uniform(0.06, 0.2), rng.uniform(0.25, 0.7)
    p.box(0, grille_y, grille_w, grille_h, rng.uniform(5, 70), radius=0.03)
    corner = p.at([-grille_w / 2, grille_y - grille_h / 2])
    paint.bars(rng, p.canvas, (*corner, grille_w * p.width, grille_h * p.width))
    tone = rng.uniform(100, 255)
    for side in (-1, 1):
        x, y = side * rng.uniform(0.33, 0.4), grille_y + rng.uniform(-0.04, 0.04)
        axes = np.float32([rng.uniform(0.06, 0.1), rng.uniform(0.04, 0.08)]) * p.width
        paint.ellipse(p.canvas, p.at([x, y]), axes, tone)
        paint.ellipse(p.canvas, p.at([x, y]), axes * 0.5, rng.uniform(60, 255), 0.7)
    if rng.random() < 0.6:
        p.box(
            0, rng.uniform(0.08, sill), rng.uniform(0.4, 0.9), rng.uniform(0.03, 0.12), rng.uniform(0, 60), radius=0.03
        )
    p.seam((-0.45, belt), (0.45, belt))
    if rng.random() < 0.5:
        p.seam((-0.49, grille_y + 0.12), (0.49, grille_y + 0.12))
    _logo(p, grille_y)


def _logo(p, y):
    rng = p.rng
    if rng.random() < 0.25:
        return
    r = rng.uniform(0.015, 0.04) * p.width
    paint.ellipse(p.canvas, p.at([0, y]), (r * rng.uniform(1, 1.8), r), rng.uniform(0, 255))
    paint.ellipse(p.canvas, p.at([0, y]), (r * 0.7, r * 0.6), rng.uniform(0, 255), 0.8)
    a = rng.uniform(0, 6.28)
    d = np.float32([np.cos(a), np.sin(a)]) * r
    paint.line(p.canvas, p.at([0, y]) - d, p.at([0, y]) + d, rng.uniform(0, 255), r * 0.3)


def _recess(p, body, pw, ph, front):
    """The place of the plate: a recess in the trunk lid or a holder on the bumper."""
    rng = p.rng
    draw = rng.random()
    if draw < 0.55:
        w, h, shift = pw * rng.uniform(1.08, 1.9), ph * rng.uniform(1.1, 1.9), rng.uniform(-0.02, 0.02)
        inset = w * rng.uniform(0.35, 0.5)
        value = rng.choice([rng.uniform(5, 60), rng.uniform(60, 220)])
        points = [[-w / 2, shift - h / 2], [w / 2, shift - h / 2], [inset, shift + h / 2], [-inset, shift + h / 2]]
        p.shape(points, value, rng.uniform(0.3, 1))
        p.seam(points[0], points[1], 0.01)
        if rng.random() < 0.5:
            p.seam(points[3], points[2], 0.008)
    elif draw < 0.7:
        p.box(0, 0, pw * rng.uniform(1.02, 1.15), ph * rng.uniform(1.05, 1.3), rng.uniform(5, 70))
    elif draw < 0.9:  # a recess of the body's own color with a rim, often made for a wider plate
        w, h = max(pw, ph * rng.choice([2, 4.6])) * rng.uniform(1.06, 1.3), ph * rng.uniform(1.1, 1.6)
        shift = rng.uniform(-0.03, 0.03) * ph
        rim, inner = rng.uniform(0, 255), np.clip(body + rng.normal(0, 25), 0, 255).astype(np.float32)
        p.box(0, shift, w + 0.015, h + 0.015, rim, rng.uniform(0.2, 0.9), 0.03)
        p.box(0, shift, w, h, inner, 1, 0.025)
        if rng.random() < 0.4:  # ribs beside the plate
            for y in np.arange(-h * 0.4, h * 0.45, h * rng.uniform(0.12, 0.2)):
                for side in (-1, 1):
                    p.seam((side * pw * 0.53, y + shift), (side * w * 0.48, y + shift), 0.008)
    if not front and rng.random() < 0.4:  # two lamps above the plate
        for side in (-1, 1):
            p.box(
                side * pw * rng.uniform(0.2, 0.4), -ph * rng.uniform(0.6, 0.8), pw * 0.1, ph * 0.1, rng.uniform(80, 255)
            )


def _lettering(p, belt, sill, pw, ph, truck):
    """Model names, dealers' names, stickers, and the advertising of vans, beside the plate, never on it."""
    rng = p.rng
    for _ in range(rng.integers(0, 5 if truck else 4)):
        x, y = rng.uniform(-0.36, 0.36), rng.uniform(belt - 0.2, sill)
        h = rng.uniform(0.015, 0.05) * (2.2 if truck and rng.random() < 0.4 else 1)
        if abs(x) < pw / 2 + 0.1 and abs(y) < ph / 2 + h:
            continue
        if rng.random() < 0.3:
            p.box(x, y, h * rng.uniform(1, 5), h * rng.uniform(1.2, 2), rng.uniform(0, 255))
        paint.text(
            rng,
            p.canvas,
            paint.phrase(rng),
            p.at([x, y]),
            max(3, h * p.width),
            rng.uniform(0, 255),
            rng.uniform(0.5, 1),
        )
