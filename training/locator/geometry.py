"""Quads, boxes and the maps between them.

A quad is a float32 array (4, 2): x, y of the plate's top-left, top-right, bottom-right and bottom-left
corner *as printed* (so a plate upside down would start at its lower right). Unit: pixels, where pixel
(0, 0) has its center at (0.5, 0.5).
"""

import cv2
import numpy as np


def box_of(quad):
    """Axis-aligned box (x0, y0, x1, y1) of quads (..., 4, 2)."""
    return np.concatenate([quad.min(-2), quad.max(-2)], -1)


def quad_of_box(x, y, w, h):
    return np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


def iou(a, b):
    """IoU of boxes a (n, 4) with b (m, 4) → (n, m)."""
    a, b = np.asarray(a, np.float32).reshape(-1, 1, 4), np.asarray(b, np.float32).reshape(1, -1, 4)
    side = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None)
    inter = side.prod(-1)
    area = lambda t: (t[..., 2:] - t[..., :2]).prod(-1)
    return inter / np.maximum(area(a) + area(b) - inter, 1e-6)


def size_of(quad):
    """Mean width and height of a quad along its own sides."""
    q = np.asarray(quad, np.float32)
    length = lambda i, j: float(np.hypot(*(q[i] - q[j])))
    return (length(0, 1) + length(3, 2)) / 2, (length(0, 3) + length(1, 2)) / 2


def suppress(quads, scores, limit=0.35, nested=False):
    """Indices of the quads that remain, best first, when of two that overlap the better one stays. A small one
    inside a large one overlaps too, unless `nested`."""
    order, kept = np.argsort(-scores), []
    boxes = box_of(quads) if len(quads) else np.zeros((0, 4), np.float32)
    for i in order:
        if all(iou(boxes[i], boxes[k])[0, 0] < limit and (nested or not _inside(boxes[i], boxes[k])) for k in kept):
            kept.append(i)
    return np.array(kept, int)


def _inside(a, b, share=0.8):
    """Whether the smaller of two boxes lies mostly in the other: a plate does not hold a plate."""
    side = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    least = min((a[2:] - a[:2]).prod(), (b[2:] - b[:2]).prod())
    return side.prod() > share * max(least, 1e-6)


def frame_of(quad, grow):
    """The parallelogram around a quad, `grow` = (along, across) times as large, as three corners
    (top-left, top-right, bottom-left): float32 (3, 2). The refiner looks at this window."""
    q = np.asarray(quad, np.float32)
    center = q.mean(0)
    along = (q[1] - q[0] + q[2] - q[3]) / 4 * grow[0]
    across = (q[3] - q[0] + q[2] - q[1]) / 4 * grow[1]
    return np.float32([center - along - across, center + along - across, center - along + across])


def cut(image, frame, width, height):
    """Sample the parallelogram `frame` of a gray image (H, W) into uint8 (height, width), and return with
    it the 2×3 matrix from window pixels to image pixels. The image is halved first while it is more than
    twice as fine as the window, so that nothing aliases; outside the image all is black."""
    to_image = cv2.getAffineTransform(np.float32([[0, 0], [width, 0], [0, height]]), frame)
    scale, half = 1.0, image
    while np.hypot(*to_image[:, 0]) / scale > 2 and min(half.shape) > 16:
        half = cv2.resize(half, (half.shape[1] // 2, half.shape[0] // 2), interpolation=cv2.INTER_AREA)
        scale *= 2
    sample = to_image / scale
    sample[:, 2] += sample[:, :2] @ [0.5, 0.5] - 0.5  # pixel centers
    window = cv2.warpAffine(
        half, sample, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT
    )
    return window, to_image


def apply_affine(matrix, points):
    return (np.asarray(points, np.float32) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
