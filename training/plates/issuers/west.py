"""Dies of the western states."""

from .skeleton import BARE_1, BENT_7, LOW_Y, PLAIN, SPUR_G, SQUARE_5, STUBS, TALL_4, WIDTHS
from .stroke import Die

ARIZONA = Die(PLAIN | {"1": ".1,.12 .5,0 .5,1 / 0,1 1,1", "A": "0,1 .42,0 .58,0 1,1 / .14,.72 .86,.72", "9": "0,0r 1,0r 1,.55r 0,.55r z / .35,1 1,.72r 1,.28"},
              width=0.3, stroke=0.102, widths=WIDTHS)
NEVADA = Die(PLAIN | {"4": ".74,1 .74,0 0,.7 1,.7", "M": "0,1 0,0 .5,.44 1,0 1,1", "A": "0,1 .34,0 .66,0 1,1 / .1,.7 .9,.7"},
             width=0.34, stroke=0.128, widths=WIDTHS, gap=(0.06, 0.11))
WASHINGTON = Die(PLAIN | {"4": TALL_4, "G": SPUR_G, "W": "0,0 .2,1 .5,.3 .8,1 1,0", "7": BENT_7}, width=0.31, stroke=0.102, widths=WIDTHS | {"1": 0.55})
OREGON = Die(PLAIN | {"5": SQUARE_5, "1": ".1,.18 .5,0 .5,1 / .1,1 .9,1"}, width=0.36, stroke=0.093, corner=0.65, widths=WIDTHS)
COLORADO = Die(PLAIN | {"5": SQUARE_5, "Y": LOW_Y, "J": "1,0 1,1r 0,1r 0,.66"},
               width=0.4, stroke=0.128, corner=0.7, widths=WIDTHS | {"W": 1.05, "M": 1.05})
UTAH = Die(PLAIN | STUBS | {"1": ".1,.2 .5,0 .5,1 / 0,1 1,1", "Z": "0,.12 0,0 1,0 0,1 1,1 1,.88"}, width=0.33, stroke=0.136, corner=0.75, widths=WIDTHS)
HAWAII = Die(PLAIN | {"1": BARE_1, "2": "0,.26 0,0r 1,0r 1,.36r 0,1 1,1", "M": "0,1 0,0 .5,.6 1,0 1,1"}, width=0.34, stroke=0.085, widths=WIDTHS | {"1": 0.35})
IDAHO = Die(PLAIN | {"6": "0,.42r 1,.42r 1,1r 0,1r z / .8,0 .1,.4r 0,.72", "W": "0,0 .22,1 .5,.45 .78,1 1,0"}, width=0.3, stroke=0.102, widths=WIDTHS)
