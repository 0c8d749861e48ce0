"""What each output column of the recognizer is taught."""

import numpy as np

LINE = 40  # columns of a line; the output has two lines


def columns(text: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Classes N × 80 per output column: a character's at its center, blank (0) elsewhere, -100 (not counted) beside it.

    text    N × L class numbers, 0 past the end
    place   N × L column of each character's center, -1 past the end
    """
    target = np.zeros((len(text), 2 * LINE), np.int64)
    rows, k = np.nonzero(place >= 0)
    at = place[rows, k].astype(int)
    for d in (-1, 1):
        beside = at + d
        inside = (beside // LINE == at // LINE) & (beside >= 0)
        target[rows[inside], beside[inside]] = -100
    target[rows, at] = text[rows, k]
    return target
