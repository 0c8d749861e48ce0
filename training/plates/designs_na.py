"""Mexican states and Canadian provinces: names, colors and serial patterns."""

from .designs_us import Design

_MX = """agu AGUASCALIENTES 7F2F6F|bcn BAJA CALIFORNIA B0283A|bcs BAJA CALIFORNIA SUR 2F7FA8|cam CAMPECHE 2F8F5F|chp CHIAPAS 2F7F3F
|chh CHIHUAHUA 27407F|coa COAHUILA C8702F|col COLIMA 3F9F4F|cmx CIUDAD DE MEXICO D8308F|dur DURANGO B0283A|gua GUANAJUATO 27489C
|gro GUERRERO 2F8F5F|hid HIDALGO 8F2F3F|jal JALISCO C88F2F|mex ESTADO DE MEXICO 2F8F4F|mic MICHOACAN 8F2F6F|mor MORELOS B0402F
|nay NAYARIT C89F2F|nle NUEVO LEON D87F2F|oax OAXACA B8305F|pue PUEBLA 27489C|que QUERETARO 2F6F9F|roo QUINTANA ROO 2FA8A8
|slp SAN LUIS POTOSI 27489C|sin SINALOA B0283A|son SONORA D8702F|tab TABASCO 3F9F4F|tam TAMAULIPAS 2F5F9F|tla TLAXCALA 8F2F3F
|ver VERACRUZ B0303F|yuc YUCATAN 2F8F8F|zac ZACATECAS 8F3F6F""".replace("\n", "").split("|")


def _mexican(entry: str) -> list[Design]:
    code, *words, color = entry.split(" ")
    name = " ".join(words)
    patterns = "@@@-##-##,@@@-###-@,@-###-@@@,@##-@@@,@@-##-###,@@-####-@"
    return [
        Design(f"mx-{code}", "FFFFFF", "1C1C20", f"{name}/sans/{color}/.12;{name.title()}/serif/{color}/.14;{name.title()}/script/{color}/.16",
               "MEXICO/sans/1C1C20/.08;MEXICO  DELANTERA/sans/1C1C20/.07;TRASERA  MEX/sans/1C1C20/.07", patterns, art="mexican", stickers=""),
        Design(f"mx-{code}", f"{color}:.2|FFFFFF:.62|{color}", "1C1C20", f"{name}/sans/FFFFFF/.12", f"{name.title()}/serif/FFFFFF/.1;DELANTERA/sans/FFFFFF/.08", patterns, art="hills", stickers=""),
    ]


def _c(code, *rest, **more) -> Design:
    return Design(f"ca-{code}", *rest, **more)


W = "FFFFFF"
DESIGNS = [d for entry in _MX for d in _mexican(entry)] + [
    _c("on", W, "27489C", "ONTARIO/sans/27489C/.14", "YOURS TO DISCOVER/sans/27489C/.1;A PLACE TO GROW/sans/27489C/.1", "@@@*###,@@@@*###,###*@@@,@@@@ ###", symbol="crest", stickers="tr br"),
    _c("on", "27408F", W, "ONTARIO/sans/FFFFFF/.15", "A PLACE TO GROW/sans/FFFFFF/.1", "@@@@ ###", stickers=""),
    _c("qc", W, "2A5FB0", "Québec/serif/2A5FB0/.17;Québec/sans/2A5FB0/.16", "Je me souviens/script/2A5FB0/.13;Je me souviens/serif/2A5FB0/.12", "### @@@,@## @@@,@@@ ###,###*@@@", symbol="crest", stickers=""),
    _c("bc", W, "27408F", "Beautiful/sans/27408F/.1;British Columbia/serif/27408F/.14", "British Columbia/serif/27408F/.14;BRITISH COLUMBIA/sans/27408F/.12", "@@@ ###,### @@@,@@# ##@,##@ @#@", symbol="seal", art="wave", stickers="br"),
    _c("ab", W, "C0303C", "Wild Rose Country/script/2F4F8F/.12;Alberta/script/C0303C/.2", "Alberta/script/C0303C/.2;Wild Rose Country/script/2F4F8F/.11", "@@@-####,@@@-###,@@@ ####", stickers="br tr"),
    _c("mb", "BCDCF0 F4F8FA 8FB88F", "1F2C4C", "Manitoba/serif/27408F/.16;MANITOBA/sans/27408F/.14", "Friendly Manitoba/script/27408F/.12;FRIENDLY/sans/27408F/.1", "@@@ ###", symbol="figure", art="hills", stickers="tr"),
    _c("sk", W, "1F5F3F", "Saskatchewan/serif/1F5F3F/.16;SASKATCHEWAN/sans/1F5F3F/.12", "Land of Living Skies/script/C8A02F/.12;LAND OF LIVING SKIES/sans/1F5F3F/.09", "### @@@,@@@ ###", symbol="figure", stickers="tr"),
    _c("ns", W, "27408F", "Nova Scotia/serif/27408F/.17", "Canada's Ocean Playground/script/27408F/.11", "@@@ ###", art="leftfigure", stickers="br"),
    _c("nb", W, "B8303C", "New Nouveau/serif/B8303C/.11;New Brunswick Nouveau/serif/B8303C/.11", "Brunswick/serif/B8303C/.15;CANADA/sans/B8303C/.1", "@@@ ###", symbol="seal", stickers="br"),
    _c("pe", "FFFFFF D8ECD8", "27408F", "Prince Edward Island/serif/27408F/.13", "Birthplace of Confederation/script/B8303C/.1;CANADA'S GREEN PROVINCE/sans/2F6F4F/.09", "## #@@,#### @@,##@@#", art="hills", stickers="br"),
    _c("nl", "F4F4F4 BCD4EC", "27408F", "Newfoundland & Labrador/serif/27408F/.12", "CANADA/sans/27408F/.1;A WORLD OF DIFFERENCE/sans/27408F/.08", "@@@ ###", art="leftfigure", stickers="tr"),
    _c("yt", "F8F0D0 F4D890", "1C1C1C", "Yukon/serif/1C1C1C/.16", "THE KLONDIKE/sans/1C1C1C/.1", "@@@ ##,@@@##", art="leftfigure", stickers="tr"),
    _c("nt", "CFE4F4 FFFFFF", "27408F", "NORTHWEST TERRITORIES/sans/27408F/.1;SPECTACULAR/sans/27408F/.09", "CANADA/sans/27408F/.09;EXPLORE CANADA'S ARCTIC/sans/27408F/.07", "######,### ###", stickers="tr"),
    _c("nu", "CFE4F4 FFFFFF", "1F2C5C", "NUNAVUT/sans/27408F/.13", "", "### ###,######", art="leftfigure", stickers="tr"),
]
