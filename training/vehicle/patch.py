"""The vehicle around a plate, as the network sees it: 2 m wide, from 1.06 m above the plate's middle to 0.607 m below."""

import cv2
import numpy as np

WIDTH, HEIGHT = 192, 160
HALF, ABOVE, BELOW = 1.0, 1.06, 0.607  # meters
BEYOND = 114  # gray of what the photograph does not show


def meters(box: list[float]) -> float:
    """Pixels in a meter at a plate x, y, w, h; `plateMeters` of edge-agent/pictures/cut.ts."""
    return box[2] / (0.305 if box[3] / box[2] >= 0.33 else 0.52)


def cut(image: np.ndarray, box: list[float], scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0), mirrored: bool = False) -> np.ndarray:
    """HEIGHT × WIDTH × 3 uint8 of a photograph H × W × 3; `shift` in meters."""
    unit = meters(box)
    x, y = box[0] + box[2] / 2 + shift[0] * unit, box[1] + box[3] / 2 + shift[1] * unit
    left, right, top, bottom = x - HALF * unit * scale, x + HALF * unit * scale, y - ABOVE * unit * scale, y + BELOW * unit * scale
    if mirrored:
        left, right = right, left
    reduced = abs(right - left) / WIDTH
    if reduced > 2:  # else every other pixel would be skipped
        image = cv2.GaussianBlur(image, (0, 0), reduced * 0.4)
    corners = np.array([[left, top], [right, top], [left, bottom]], np.float32)
    matrix = cv2.getAffineTransform(corners, np.array([[0, 0], [WIDTH, 0], [0, HEIGHT]], np.float32))
    return cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(BEYOND,) * 3)
