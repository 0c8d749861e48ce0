"""The dies of the issuers: drawn by hand after what their plates look like, never traced.

A die is named `issuer:NAME/VARIANT` among the faces of fonts.py; variant 0 is as drawn, others differ a little.
"""

import numpy as np

from . import california, north, south, west, world
from .stroke import Die, glyph

DIES: dict[str, Die] = {
    "ca": california.TODAY, "ca-blue": california.BLUE, "ca-narrow": california.NARROW,
    "az": west.ARIZONA, "nv": west.NEVADA, "wa": west.WASHINGTON, "or": west.OREGON, "co": west.COLORADO, "ut": west.UTAH, "hi": west.HAWAII, "id": west.IDAHO,
    "tx": south.TEXAS, "tx-flat": south.TEXAS_FLAT, "fl": south.FLORIDA, "nc": south.CAROLINA, "ga": south.GEORGIA, "al": south.ALABAMA,
    "la": south.LOUISIANA, "ky": south.KENTUCKY, "ms": south.MISSISSIPPI, "va": south.VIRGINIA,
    "ny": north.NEW_YORK, "nj": north.NEW_JERSEY, "pa": north.PENNSYLVANIA, "ma": north.MASSACHUSETTS, "md": north.MARYLAND, "ct": north.CONNECTICUT,
    "nh": north.NEW_HAMPSHIRE, "il": north.ILLINOIS, "mi": north.MICHIGAN, "mn": north.MINNESOTA, "in": north.INDIANA_FLAT, "wi": north.WISCONSIN,
    "mo": north.MISSOURI, "ks": north.KANSAS, "nd": north.DAKOTA,
    "gb": world.BRITAIN, "gb-old": world.BRITAIN_OLD, "ind": world.INDIA, "br": world.BRAZIL, "br-narrow": world.BRAZIL_NARROW, "au": world.AUSTRALIA,
}
# Which dies a region's plates are struck with, most usual first; states without a drawing of their own have a neighbor's
# that looks alike.
OF_REGION = {
    "us-ca": "ca ca ca ca ca-narrow", "us-az": "az", "us-nv": "nv nv ca", "us-wa": "wa", "us-or": "or", "us-co": "co", "us-ut": "ut", "us-hi": "hi",
    "us-id": "id", "us-mt": "co id", "us-wy": "nd ks", "us-nm": "az la", "us-ak": "az hi", "us-tx": "tx tx tx-flat tx-flat", "us-ok": "la nd", "us-ar": "hi mo",
    "us-fl": "fl", "us-nc": "nc", "us-ga": "ga", "us-al": "al", "us-la": "la", "us-ky": "ky", "us-ms": "ms", "us-va": "va", "us-wv": "mo hi", "us-sc": "wi tx-flat",
    "us-tn": "tx-flat wi", "us-ny": "ny", "us-nj": "nj", "us-pa": "pa", "us-ma": "ma", "us-md": "md", "us-ct": "ct", "us-nh": "nh", "us-me": "nh md", "us-vt": "ct",
    "us-ri": "ct ny", "us-de": "in ks", "us-dc": "ct tx-flat", "us-il": "il", "us-mi": "mi", "us-mn": "mn", "us-in": "in", "us-wi": "wi", "us-mo": "mo", "us-ks": "ks",
    "us-nd": "nd", "us-sd": "in nd", "us-ne": "nj in", "us-ia": "nj mo", "us-oh": "ny in", "us-pr": "tx", "us-gu": "ca", "us-vi": "fl", "us-as": "ca", "us-mp": "ca",
    "gb": "gb gb gb gb-old", "ie": "gb ind", "in": "ind ind gb", "br": "br br br-narrow", "my": "ind gb-old", "il": "gb-old ind",
    **dict.fromkeys(("au-nsw", "au-vic", "au-qld", "au-wa", "au-sa", "au-act", "au-tas", "au-nt", "nz"), "au"),
}
OPEN_4 = {"us-ca", "us-il"}  # regions whose dies have a 4 that is an L at a distance
VARIANTS = 8  # of each die in training; validation has others, twice as far from the drawing


def face(rng: np.random.Generator, region: str, unseen: bool, die: str = "") -> str | None:
    """The name of a die for a plate of the region, or of one of the dies named in `die`; None where there is none."""
    names = (die or OF_REGION.get(region, "")).split()
    if not names:
        return None
    name = names[rng.integers(len(names))]
    return f"issuer:{name}/{rng.integers(100, 108) if unseen else rng.integers(0, VARIANTS)}"


def gap(name: str) -> tuple[float, float]:
    """The least and the greatest gap between characters of a die called `issuer:NAME/VARIANT`."""
    return DIES[name.removeprefix("issuer:").split("/")[0]].gap


def face_glyph(name: str, char: str, height: int) -> np.ndarray:
    """The mask of a character in the die called `issuer:NAME/VARIANT`."""
    die, variant = name.removeprefix("issuer:").split("/")
    return glyph(DIES[die], char, height, int(variant), 2.0 if int(variant) >= 100 else 1.0)
