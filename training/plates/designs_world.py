"""Plates of other countries that traffic or a user's pictures may show: Australia's states, New Zealand, India, Israel,
South Africa, Malaysia, the Emirates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    """Texts, patterns and inks are separated by `,`; a pattern with `|` goes on two lines.

    colors  `ground-ink` pairs, drawn with equal chance
    head     texts above, of which one is drawn; and foot, below; and band, letters on a blue band at the left
    """

    region: str
    patterns: str
    colors: str
    size: tuple[int, int] = (372, 134)
    head: str = ""
    foot: str = ""
    band: str = ""


_AU = "@@@-###,@@@ ###"
DESIGNS = [
    Design("au-nsw", "@@-##-@@,@@@-##@,@@-##-@@,@@@-###,@@@*##@", "F2C21F-161616,F2C21F-161616,F4F4F4-161616", foot="NEW SOUTH WALES,NEW SOUTH WALES,NSW - THE FIRST STATE"),
    Design("au-nsw", "{NSW}@@@*##@,{NSW}@@@*###,{NSW}@@-##-@@", "F4F4F4-161616,161616-F4F4F4", size=(480, 110)),
    Design("au-vic", "@@@-###,@@@*###,#@@-#@@,#@@*#@@", "F4F4F4-27408F,F4F4F4-1F6B3F", foot="VICTORIA - THE PLACE TO BE,VICTORIA - ON THE MOVE,VICTORIA - GARDEN STATE,VIC - THE EDUCATION STATE", head=",,VICTORIA"),
    Design("au-qld", "###-@@@,###*@@@,###-@@#", "F4F4F4-7F2438,F4F4F4-1F6B3F", foot="QUEENSLAND - SUNSHINE STATE,QUEENSLAND - SMART STATE"),
    Design("au-wa", "1@@@-###,1@@@*###,#@@-###,@@@ ###", "F4F4F4-27408F,F2C21F-161616,27408F-F4F4F4", head="WESTERN AUSTRALIA", foot=",,THE GOLDEN STATE"),
    Design("au-sa", "@###-@@@,@@@-###,@### @@@", "F4F4F4-161616,F4F4F4-27408F", foot="SOUTH AUSTRALIA,SA - THE FESTIVAL STATE"),
    Design("au-act", "Y@@-##@,Y@@*##@", "F4F4F4-27408F", head="ACT,CANBERRA - THE NATION'S CAPITAL", foot="CANBERRA - THE NATION'S CAPITAL,"),
    Design("au-tas", "@-##-@@,@@-####,@*##*@@", "F4F4F4-27408F", foot="TASMANIA - EXPLORE THE POSSIBILITIES,TASMANIA - YOUR NATURAL STATE"),
    Design("au-nt", "@@-##-@@,###-###", "F4F4F4-B0502A,F4F4F4-161616", foot="NT - OUTBACK AUSTRALIA"),
    Design("nz", "@@@###,@@####,@@@*###", "F4F4F4-161616,F4F4F4-161616,161616-F0F0F0", size=(360, 125), foot=",,NEW ZEALAND"),
    Design("in", "@@ ## @@ ####,@@##@@####,@@-##-@@-####,@@ ## @ ####,@@.##.@@.####,@@ #@ ####,@@#@@@####", "F4F4F4-161616,F4F4F4-161616,F4F4F4-161616,F2C21F-161616,161616-F2C840,F4F4F4-C03030,2F8F4F-F4F4F4", size=(500, 110), band=",,IND"),
    Design("in", "@@ ##|@@ ####,@@ ## @@|####,@@-##|@ ####,@@ ##@|####", "F4F4F4-161616,F4F4F4-161616,F2C21F-161616,161616-F2C840", size=(300, 180), band=",,IND"),
    Design("il", "##-###-##,###-##-###,##-###-##,###-###", "F2C030-161616,F2C030-161616,F2C030-161616,F4F4F4-161616", size=(520, 112), band="IL,IL,"),
    Design("za", "@@@ ### GP,@@ ## @@ GP,@@@ ### L,@@@ ### MP,CA ###-###,CA #####,CY ###-###,ND ###-###", "F4F4F4-161616,F4F4F4-27408F,F2C21F-161616", size=(480, 112)),
    Design("my", "@@@ ####,W@@ ####,@@@ ###,B@@ ####,W ####@", "161616-F0F0F0,161616-F0F0F0,F4F4F4-B0303C", size=(480, 118)),
    Design("my", "@@@|####,W@@|####", "161616-F0F0F0", size=(260, 170)),
    Design("ae", "@ #####,## #####,@ ####,# #####,@@ #####", "F4F4F4-161616,F4F4F4-161616,F2C21F-161616", size=(480, 110), head=",,DUBAI", foot=",U.A.E"),
]
