"""Contact sheets: pictures in a grid with a caption each."""

from pathlib import Path

import cv2
import numpy as np

CELL = (200, 80)  # px, of a picture


def save(path: Path, items: list[tuple[np.ndarray, str, tuple[int, int, int]]], columns: int = 8) -> None:
    """items: RGB picture, caption, caption color."""
    cells = []
    for picture, caption, color in items:
        cell = np.zeros((CELL[1] + 14, CELL[0] + 4, 3), np.uint8)
        cell[: CELL[1], : CELL[0]] = cv2.resize(picture, CELL)
        cv2.putText(cell, caption, (0, CELL[1] + 11), cv2.FONT_HERSHEY_SIMPLEX, 0.38, color, 1, cv2.LINE_AA)
        cells.append(cell)
    if not cells:
        return
    while len(cells) % columns:
        cells.append(np.zeros_like(cells[0]))
    rows = [np.concatenate(cells[k : k + columns], 1) for k in range(0, len(cells), columns)]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.concatenate(rows)[..., ::-1])
