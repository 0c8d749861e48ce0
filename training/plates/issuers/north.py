"""Dies of the north-eastern and the middle western states."""

from .skeleton import BARE_1, BENT_7, LOW_M, LOW_Y, OPEN_4, PLAIN, ROUND_6, ROUND_9, SLANT_S, SPUR_G, SQUARE_5, STICK_1, STUBS, TALL_4, WIDTHS
from .stroke import Die

NEW_YORK = Die(PLAIN | {"1": "0,.2 .5,.05 .5,0 .5,1 / 0,1 1,1", "6": "0,.42r 1,.42r 1,1r 0,1r z / .75,0 .06,.46r 0,.72", "W": "0,0 .2,1 .5,.28 .8,1 1,0"},
               width=0.27, stroke=0.098, widths=WIDTHS, gap=(0.08, 0.13))
NEW_JERSEY = Die(PLAIN | {"5": SQUARE_5, "6": ROUND_6, "9": ROUND_9, "1": ".05,.18 .5,0 .5,1 / 0,1 1,1", "M": "0,1 0,0 .5,.62 1,0 1,1"},
                 width=0.34, stroke=0.106, corner=0.55, chamfer=True, widths=WIDTHS)
PENNSYLVANIA = Die(PLAIN | {"4": ".7,1 .7,0 0,.8 1,.8", "6": ROUND_6, "9": ROUND_9, "1": BARE_1, "G": "1,.24 1,0r 0,0r 0,1r 1,1r 1,.56 .5,.56"},
                   width=0.3, stroke=0.106, corner=0.8, widths=WIDTHS | {"1": 0.3})
MASSACHUSETTS = Die(PLAIN | {"1": STICK_1, "R": "0,1 0,0 1,0r 1,.52r 0,.52 / .4,.52 1,1"}, width=0.32, stroke=0.102, widths=WIDTHS)
MARYLAND = Die(PLAIN | {"1": BARE_1, "S": SLANT_S, "7": BENT_7, "I": STICK_1}, width=0.32, stroke=0.081, widths=WIDTHS | {"1": 0.25})
CONNECTICUT = Die(PLAIN | {"1": "0,.16 1,0 1,1", "W": "0,0 .2,1 .5,.4 .8,1 1,0"}, width=0.33, stroke=0.119, widths=WIDTHS | {"1": 0.25})
NEW_HAMPSHIRE = Die(PLAIN | {"1": STICK_1, "Q": "0,0r 1,0r 1,1r 0,1r z / .45,.66 1.05,1.02"}, width=0.32, stroke=0.111, corner=0.85, widths=WIDTHS)

ILLINOIS = Die(PLAIN | {"4": OPEN_4, "1": ".1,.12 .5,0 .5,1 / 0,1 1,1", "Q": "0,0r 1,0r 1,1r 0,1r z / .55,.8 1.05,1.05", "Y": LOW_Y, "M": LOW_M},
               width=0.3, stroke=0.106, corner=0.6, widths=WIDTHS)
MICHIGAN = Die(PLAIN | {"6": ROUND_6, "9": ROUND_9, "5": SQUARE_5, "G": SPUR_G, "1": "0,.14 1,0 1,1", "4": TALL_4}, width=0.33, stroke=0.111, corner=0.6, widths=WIDTHS | {"1": 0.3})
MINNESOTA = Die(PLAIN | STUBS | {"1": ".05,.16 .5,0 .5,1 / 0,1 1,1", "M": LOW_M}, width=0.37, stroke=0.111, corner=0.85, widths=WIDTHS)
INDIANA_FLAT = Die(PLAIN | {"1": BARE_1, "I": STICK_1, "6": ROUND_6, "9": ROUND_9, "M": "0,1 0,0 .5,.75 1,0 1,1", "W": "0,0 .24,1 .5,.2 .76,1 1,0"},
                   width=0.28, stroke=0.123, widths=WIDTHS | {"1": 0.4}, gap=(0.08, 0.13))
WISCONSIN = Die(PLAIN | {"S": SLANT_S, "M": LOW_M, "1": ".05,.16 .5,0 .5,1 / 0,1 1,1", "G": SPUR_G}, width=0.3, stroke=0.106, widths=WIDTHS)
MISSOURI = Die(PLAIN | {"1": "0,.18 .5,0 .5,1 / 0,1 1,1"}, width=0.33, stroke=0.089, corner=0.9, widths=WIDTHS)
KANSAS = Die(PLAIN | {"1": "0,.18 1,0 1,1", "A": "0,1 .32,0 .68,0 1,1 / .1,.7 .9,.7", "4": ".68,1 .68,0 0,.7 1,.7"}, width=0.35, stroke=0.093, widths=WIDTHS | {"1": 0.3})
DAKOTA = Die(PLAIN | {"4": ".62,0 0,.76 1,.76 / .74,.3 .74,1", "1": "0,.16 1,0 1,1", "W": "0,0 .2,1 .5,.4 .8,1 1,0"}, width=0.35, stroke=0.128, widths=WIDTHS | {"1": 0.35})
