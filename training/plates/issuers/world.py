"""Dies outside North America: Britain's and India's (after the British one), Brazil's gray plates, Australia's."""

from .skeleton import BARE_1, FLAT_3, PLAIN, ROUND_6, ROUND_9, SQUARE_5, STICK_1, WIDTHS
from .stroke import Die

_ROUND = PLAIN | {"6": ROUND_6, "9": ROUND_9}

# Bold and square; 1 and I are one bare stem, O and 0 one ring; M reaches halfway, the arms of K and R are steep.
BRITAIN = Die(_ROUND | {"1": STICK_1, "I": STICK_1, "M": "0,1 0,0 .5,.62 1,0 1,1", "W": "0,0 .2,1 .5,.3 .8,1 1,0", "7": "0,0 1,0 .36,1", "J": "1,0 1,1r 0,1r 0,.66",
                        "G": "1,.26 1,0r 0,0r 0,1r 1,1r 1,.56 .5,.56", "4": ".72,1 .72,0 0,.74 1,.74", "Q": "0,0r 1,0r 1,1r 0,1r z / .5,.68 1,1"},
              width=0.43, stroke=0.15, corner=0.8, widths=WIDTHS | {"M": 1.15, "W": 1.3, "E": 0.9, "F": 0.9, "L": 0.9}, gap=(0.1, 0.18))
BRITAIN_OLD = Die(BRITAIN.glyphs, width=0.46, stroke=0.125, corner=0.9, widths=BRITAIN.widths, gap=(0.1, 0.2))
INDIA = Die(BRITAIN.glyphs | {"1": ".3,.16 1,0 1,1", "I": PLAIN["I"]}, width=0.42, stroke=0.125, corner=0.85, widths=BRITAIN.widths | {"1": 0.4}, gap=(0.12, 0.24))
# Gray plates: wide square bowls, O and 0 alike but for their width, D square on the left, a bare 1 with a flag.
BRAZIL = Die(PLAIN | {"1": "0,.14 1,0 1,1", "0": "0,0r 1,0r 1,1r 0,1r z", "G": "1,.24 1,0r 0,0r 0,1r 1,1r 1,.54 .52,.54", "J": "1,0 1,1r 0,1r 0,.68",
                      "6": "1,.2 1,0r 0,0r 0,1r 1,1r 1,.44r 0,.44r", "9": "0,.8 0,1r 1,1r 1,0r 0,0r 0,.56r 1,.56r", "M": "0,1 0,0 .5,.7 1,0 1,1",
                      "W": "0,0 .22,1 .5,.2 .78,1 1,0", "Q": "0,0r 1,0r 1,1r 0,1r z / .55,.7 1.02,1.02", "5": SQUARE_5},
             width=0.48, stroke=0.125, corner=0.62, widths=WIDTHS | {"1": 0.3, "I": 0.4, "0": 0.92, "M": 1.2, "W": 1.35}, gap=(0.1, 0.17))
BRAZIL_NARROW = Die(BRAZIL.glyphs | {"3": FLAT_3}, width=0.42, stroke=0.115, corner=0.75, widths=BRAZIL.widths, gap=(0.12, 0.2))
AUSTRALIA = Die(_ROUND | {"1": BARE_1, "M": "0,1 0,0 .5,.6 1,0 1,1", "J": "1,0 1,1r 0,1r 0,.7"}, width=0.36, stroke=0.115, corner=0.9, widths=WIDTHS | {"1": 0.35}, gap=(0.09, 0.16))
