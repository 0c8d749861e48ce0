"""What light, lens, sensor and compression do to a picture of a plate."""

import cv2
import numpy as np


def light(rng: np.random.Generator, image: np.ndarray) -> np.ndarray:
    """Exposure, contrast, white balance, shadows, glare. Float32 in and out."""
    h, w = image.shape[:2]
    if rng.random() < 0.55:  # a lit and an unlit part, or a slow change
        field = cv2.resize(rng.uniform(0.55, 1.15, (2, 3)).astype(np.float32), (w, h), interpolation=cv2.INTER_LINEAR)
        image = image * field[..., None]
    if rng.random() < 0.12:  # the sharp edge of a shadow
        a, b = rng.uniform(-1, 1), rng.uniform(0.2, 0.8)
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        side = np.clip(((yy / h - b) + a * (xx / w - 0.5)) * w / rng.uniform(2, 20) + 0.5, 0, 1)
        image = image * (1 - side[..., None] * rng.uniform(0.3, 0.7))
    if rng.random() < 0.08:  # glare
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        spot = np.exp(-(((xx - rng.uniform(0, w)) / (w * rng.uniform(0.1, 0.5))) ** 2 + ((yy - rng.uniform(0, h)) / (h * rng.uniform(0.1, 0.6))) ** 2))
        image = image + spot[..., None] * rng.uniform(60, 220)
    kind = rng.random()
    if kind < 0.12:  # infrared or old cameras: monochrome
        gray = image @ np.array(rng.dirichlet([2, 3, 1]), np.float32)
        image = np.repeat(gray[..., None], 3, 2)
    elif kind < 0.6:
        image = image * rng.normal(1, 0.07, 3).astype(np.float32)
        if rng.random() < 0.35:  # colors washed out or strengthened
            gray = image.mean(2, keepdims=True)
            image = gray + (image - gray) * rng.uniform(0.3, 1.5)
    exposure = rng.random()
    if rng.random() < 0.09:  # washed out: bright parts bloom over thin strokes, what is left is pale
        image = image + cv2.GaussianBlur(np.clip(image - rng.uniform(60, 140), 0, 255), (0, 0), w * rng.uniform(0.004, 0.012)) * rng.uniform(0.3, 1.2)
        image = 255 - (255 - np.clip(image, 0, 255)) * rng.uniform(0.25, 0.8)
    elif exposure < 0.13:  # night, deep shade
        image = image * rng.uniform(0.12, 0.45)
    elif exposure < 0.22:  # overexposed
        image = image * rng.uniform(1.15, 1.7)
    else:
        image = image * rng.uniform(0.55, 1.15)
    if rng.random() < 0.3:  # haze: less contrast on a raised floor
        image = image * rng.uniform(0.25, 0.9) + rng.uniform(10, 80)
    if rng.random() < 0.25:
        image = 255 * (np.clip(image, 0, 255) / 255) ** rng.uniform(0.65, 1.5)
    return np.clip(image, 0, 255)


def _motion(rng: np.random.Generator, length: float) -> np.ndarray:
    """A line kernel of the given length in px, mostly along the horizontal."""
    n = int(np.ceil(length)) | 1
    kernel = np.zeros((n, n), np.float32)
    angle = rng.normal(0, 0.5) if rng.random() < 0.75 else rng.uniform(0, np.pi)
    d = np.array([np.cos(angle), np.sin(angle)]) * (length - 1) / 2
    center = (n - 1) / 2
    p, q = (np.round((center - d) * 16).astype(int), np.round((center + d) * 16).astype(int))
    cv2.line(kernel, p.tolist(), q.tolist(), 1.0, 1, cv2.LINE_AA, 4)
    return kernel / max(kernel.sum(), 1e-6)


def _jpeg(image: np.ndarray, quality: float) -> np.ndarray:
    _, file = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    again = cv2.imdecode(file, cv2.IMREAD_COLOR)
    assert again is not None, "what was just written can be read"
    return again


def _video(rng: np.random.Generator, image: np.ndarray, width: float) -> np.ndarray:
    """A frame of a surveillance camera: hardly out of focus, sharpened with halos, and compressed in blocks that are
    not of the picture's scale, because it was scaled between two compressions. Float32 in, uint8 out."""
    if rng.random() < 0.35:
        image = cv2.filter2D(image, -1, _motion(rng, max(2.0, width / 35 * rng.uniform(0.2, 1))))
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.2, 0.25 + width / 160))
    h, w = image.shape[:2]
    f = float(np.exp(rng.uniform(np.log(max(0.55, 44 / width)), np.log(1.7))))
    image = cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA if f < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.6:
        image = image + (image - cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.6))) * rng.uniform(0.4, 2.6)
    image = image + rng.standard_normal((*image.shape[:2], 1), np.float32) * rng.uniform(0, 6)
    if rng.random() < 0.1:  # the two fields of an interlaced frame
        image[1::2] = np.roll(image[1::2], int(rng.integers(1, 3)), 1)
    image = _jpeg(image, rng.uniform(12, 70))
    image = cv2.resize(image, (w, h), interpolation=int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_AREA])))
    return _jpeg(image, rng.uniform(35, 95)) if rng.random() < 0.7 else image


def degrade(rng: np.random.Generator, image: np.ndarray, plate_width: float | None = None, mild: bool = False) -> np.ndarray:
    """A bad camera's version of an RGB uint8 crop. plate_width (px) sets how much blur leaves it readable; by
    default the crop's own width. `mild` leaves out most blur and noise: a photograph taken of the plate."""
    width = plate_width or image.shape[1]
    less = 0.4 if mild else 1.0
    image = light(rng, image.astype(np.float32))
    if not mild and rng.random() < 0.45:
        return _video(rng, image, width)
    blur = rng.random()
    if blur < 0.5:  # defocus
        image = cv2.GaussianBlur(image, (0, 0), max(0.2, less * width / 68 * rng.uniform(0.1, 1.0) ** 1.7))
    elif blur < 0.65 and not mild:
        image = cv2.filter2D(image, -1, _motion(rng, max(2.0, width / 30 * rng.uniform(0.15, 1))))
    if not mild and rng.random() < 0.15:  # taken from a smaller picture
        f = rng.uniform(0.45, 0.8)
        if width * f > 45:
            small = cv2.resize(image, None, fx=f, fy=f, interpolation=cv2.INTER_AREA)
            image = cv2.resize(small, (image.shape[1], image.shape[0]), interpolation=int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC])))
    if rng.random() < 0.3:  # the camera's own sharpening, with halos
        image = image + (image - cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 2.0))) * rng.uniform(0.3, 1.8)
    if rng.random() < 0.6:
        level = less * rng.uniform(1, 11) * (1 if rng.random() < 0.85 else 1.8)
        noise = rng.standard_normal(image.shape[:2] + ((3,) if rng.random() < 0.5 else (1,)), np.float32)
        if rng.random() < 0.4:
            noise = cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.5, 1.0)).reshape(*image.shape[:2], -1) * 1.6
        image = image + noise * level * np.clip(image.mean() / 110, 0.35, 1.2)
    if rng.random() < 0.03:  # interlaced video of a moving car
        image[1::2] = np.roll(image[1::2], int(rng.integers(1, 3)), 1)
    if rng.random() < 0.75:
        return _jpeg(image, rng.uniform(60, 95) if mild else rng.uniform(22, 95) if rng.random() < 0.75 else rng.uniform(7, 25))
    return np.clip(image, 0, 255).astype(np.uint8)
