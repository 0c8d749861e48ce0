"""Contact sheets: many small pictures on one, to look at."""

import cv2
import numpy as np

from .geometry import box_of

TILE, COLUMNS, MOST = (320, 240), 5, 40


def write(path, cases):
    """cases: (gray picture, quads of interest (green), what was found (red, with its score)). Each tile shows
    the whole picture above and the place of interest below it. No cases, no file."""
    path.unlink(missing_ok=True)
    if not cases:
        return
    tiles = [np.vstack([_whole(*c), _close(*c)]) for c in cases[:MOST]]
    while len(tiles) % COLUMNS:
        tiles.append(np.zeros_like(tiles[0]))
    cv2.imwrite(str(path), np.vstack([np.hstack(tiles[i : i + COLUMNS]) for i in range(0, len(tiles), COLUMNS)]))


def _whole(picture, quads, found):
    h, w = picture.shape
    scale = min(TILE[0] / w, TILE[1] / h)
    return _draw(picture, np.float32([[scale, 0, 0], [0, scale, 0]]), TILE, quads, found)


def _close(picture, quads, found):
    x0, y0, x1, y1 = box_of(quads[0])
    scale = TILE[0] / max(2.5 * (x1 - x0), 6 * (y1 - y0))
    size = (TILE[0], TILE[1] // 2)
    move = np.float32(
        [[scale, 0, size[0] / 2 - scale * (x0 + x1) / 2], [0, scale, size[1] / 2 - scale * (y0 + y1) / 2]]
    )
    return _draw(picture, move, size, quads, found)


def _draw(picture, move, size, quads, found):
    tile = cv2.cvtColor(cv2.warpAffine(picture, move, size, flags=cv2.INTER_AREA), cv2.COLOR_GRAY2BGR)
    place = lambda q: np.int32(np.round(q @ move[:, :2].T + move[:, 2]))
    for quad in quads:
        cv2.polylines(tile, [place(quad)], True, (0, 220, 0), 1)
    for quad, score in zip(found.quads, found.scores):
        spot = place(quad)
        cv2.polylines(tile, [spot], True, (0, 0, 255), 1)
        cv2.putText(
            tile, f"{score:.2f}", tuple(map(int, spot[0] - [0, 2])), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 200, 255), 1
        )
    return tile
