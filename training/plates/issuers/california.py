"""California's dies. What tells them from others: the open 4, slabs under 1 and on I, bars of B, D and E that begin left of
the stem, a straight slanted S, straight backs of 6 and 9, a wide flat A, a rounder 0 beside a squarer O."""

from .skeleton import OPEN_4, PLAIN, SLANT_S, STUBS, WIDTHS
from .stroke import Die

_GLYPHS = PLAIN | STUBS | {
    "4": OPEN_4,
    "S": SLANT_S,
    "1": "0,.17 .5,.04 .5,0 .5,1 / 0,1 1,1",
    "3": "0,.17 0,0r 1,0r 1,.45r .4,.45 / .4,.45 1,.45r 1,1r 0,1r 0,.84",
    "A": "0,1 .34,0 .66,0 1,1 / .1,.7 .9,.7",
    "M": "0,1 0,0 .5,.46 1,0 1,1",
    "W": "0,0 .14,1 .5,.36 .86,1 1,0",
    "Q": "0,0r 1,0r 1,1r 0,1r z / .5,.7 1.05,1.02",
    "7": "0,0 1,0 .98,.1 .36,1",
}
_SQUARER_O = "0,.16 0,.12 .12,0 .88,0 1,.12 1,.88 .88,1 .12,1 0,.88 z"

# Of the white plates since 1987 and, in the same shapes, of today's.
TODAY = Die(_GLYPHS | {"O": _SQUARER_O}, width=0.32, stroke=0.111, widths=WIDTHS, gap=(0.07, 0.12))
# Of blue and black plates, 1963 to 1986: thinner and wider, a barer 1, the S round.
BLUE = Die(_GLYPHS | {"S": PLAIN["S"], "0": _SQUARER_O, "O": _SQUARER_O, "B": PLAIN["B"], "D": PLAIN["D"], "E": PLAIN["E"]},
           width=0.34, stroke=0.098, corner=0.9, widths=WIDTHS, gap=(0.08, 0.14))
# Personal plates, cut a little narrower so that seven characters and a heart fit.
NARROW = Die(_GLYPHS | {"O": _SQUARER_O}, width=0.28, stroke=0.111, widths=WIDTHS | {"W": 1.3, "M": 1.2}, gap=(0.06, 0.1))
