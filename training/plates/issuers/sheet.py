"""The sheet of all dies, to be laid beside photographs of real plates.

    python -m plates.issuers.sheet [--out dies.png] [--die ca]
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from . import DIES
from .stroke import glyph

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sheet(names: list[str], height: int = 72) -> np.ndarray:
    """A gray picture with one row of all characters for each named die."""
    rows = []
    for name in names:
        row = np.full((height + 16, 110 + 36 * (height * 3 // 4)), 255, np.uint8)
        cv2.putText(row, name, (4, height // 2 + 8), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 1, cv2.LINE_AA)
        for k, char in enumerate(CHARACTERS):
            mask = glyph(DIES[name], char, height)
            x = 110 + k * (height * 3 // 4)
            width = min(mask.shape[1], row.shape[1] - x)
            row[8 : 8 + height, x : x + width] = np.minimum(row[8 : 8 + height, x : x + width], 255 - mask[:, :width])
        rows.append(row)
    return np.concatenate(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("dies.png"))
    parser.add_argument("--die", choices=list(DIES), nargs="*", help="only these")
    args = parser.parse_args()
    cv2.imwrite(str(args.out), sheet(args.die or list(DIES)))
    print(args.out)


if __name__ == "__main__":
    main()
