"""A contact sheet of synthetic crops beside real ones: do they look alike?

    python -m recognizer.preview [FAMILY] [--set plates-us] [--seed 1] [--out preview.png]
"""

import argparse
from pathlib import Path

import numpy as np

from plates import FAMILIES, rectified_sample

from . import sheet
from .real import load

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("family", nargs="?", choices=list(FAMILIES))
parser.add_argument("--set", default="plates-us")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--out", type=Path, default=Path("preview.png"))
args = parser.parse_args()

rng = np.random.default_rng(args.seed)
real = load(args.set)
items = []
for row in range(14):
    if row % 2 and real:
        for k in rng.integers(0, len(real[1]), 8):
            items.append((real[0][k], f"{real[1][k]} {real[2][k] or ''} real", (255, 200, 0)))
    else:
        for _ in range(8):
            crop, text, region = rectified_sample(rng, args.family)
            items.append((crop, f"{text} {region or ''}", (0, 255, 0)))
sheet.save(args.out, items)
