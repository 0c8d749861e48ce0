"""Plate grammar as a prior over the texts of a beam: never a filter, a vanity plate only loses a little.

A text's score is its log probability plus `weight` · log(v + (1 - v) · m), where m is the probability, over the
regions, that the text has one of the region's patterns, and v the share of plates without pattern. O and I are
letters and 0 and 1 digits here: mostly the prior decides between these.
"""

from functools import lru_cache

import numpy as np

from .alphabet import REGIONS
from .grammar_table import grammar_table

_TABLE = grammar_table()


@lru_cache(None)
def _shapes() -> list[tuple[str, ...]]:
    return [tuple(_TABLE[r]) for r in REGIONS]


def fits(text: str, pattern: str) -> bool:
    return len(text) == len(pattern) and all(
        c.isalpha() if p == "@" else c.isdigit() if p == "#" else c == p for c, p in zip(text, pattern))


def rerank(beams: list[tuple[str, float]], region: np.ndarray, weight: float, free: float) -> list[tuple[str, float]]:
    """beams: (text, log p), best first; region: probability of each of REGIONS; free: v. Best first by the joint score,
    renormalized to the beam's own mass."""
    if not beams:
        return beams
    likely = np.flatnonzero(region > 0.005)
    shapes = _shapes()
    scored = []
    for text, log_p in beams:
        m = sum(float(region[r]) for r in likely if any(fits(text, p) for p in shapes[r]))
        scored.append((text, log_p + weight * np.log(free + (1 - free) * m)))
    mass = np.logaddexp.reduce([p for _, p in beams])
    change = mass - np.logaddexp.reduce([p for _, p in scored])
    return sorted(((t, float(p + change)) for t, p in scored), key=lambda tp: -tp[1])
