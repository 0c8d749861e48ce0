"""What plates of the US states and territories look like: public knowledge of designs from about 1980 on.

A design names its background, ink, the text above and below the serial, the serial patterns and the symbol that
`*` stands for. Texts are `TEXT/kind/color/size`, kind sans, serif or script, size a fraction of the plate's
height; several texts of a place are separated by `;`, and one of them is chosen. `COUNTY` and `YEAR` are filled in.
Backgrounds are colors from top to bottom (a gradient) or, with `|`, flat bands `color:height`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    region: str
    ground: str
    ink: str
    top: str
    bottom: str
    patterns: str  # separated by ","
    symbol: str = "any"
    art: str = ""  # names of painters in art.py
    stickers: str = "tr"  # corners: tl tr bl br, or "" for none
    die: str = ""  # of issuers.DIES, where not the region's usual ones
    band: tuple[float, float] = (0.255, 0.765)  # top and foot of the characters, fractions of the height


def _d(state, *rest, **more) -> Design:
    return Design(f"us-{state}", *rest, **more)


W = "FFFFFF"
DESIGNS = [
    _d("al", W, "B8242C", "Stars Fell On/script/FFFFFF/.13", "Alabama/serif/B8242C/.17", "##@###@,#@####@,##@####,#@#####", art="starband", stickers="bl br"),
    _d("al", "A9CBE8 E8F1F7 7FA66B", "1D2B5E", "Sweet Home;Alabama/script/1D3F8C/.16", "Alabama/script/1D3F8C/.18;Heart of Dixie/sans/1D3F8C/.1", "##@###@,#@####@,####@##,#@@####", art="hills", stickers="tl tr"),
    _d("al", W, "C22A30", "Heart of Dixie/sans/C22A30/.11", "ALABAMA/sans/2B3F8F/.16", "##@####,#@ #####,##@ ####", stickers="tl tr"),
    _d("ak", "F2B92B", "1B2A66", "ALASKA/sans/1B2A66/.17", "THE LAST FRONTIER/sans/1B2A66/.09;CELEBRATING STATEHOOD 1959-2009/sans/1B2A66/.08", "@@@*###,@@@ ###", symbol="map", stickers="tl tr br"),
    _d("ak", "E9A72C F4D35E F0E6C0", "1F2C63", "ALASKA/sans/1B2A66/.17", "CELEBRATING STATEHOOD 1959-2009/sans/1B2A66/.08", "@@@###", art="emblem", stickers="tl tr"),
    _d("ak", "8FB8DA F0EFEA D8B070", "18224F", "ALASKA/serif/18224F/.17", "THE LAST FRONTIER/serif/18224F/.09", "@@@ ###", art="mountains", stickers="tl tr"),
    _d("ar", "FFFFFF F2F2F4", "1D1D20", "Arkansas/serif/B0243A/.2;Arkansas/serif/24408F/.2", "The Natural State/serif/2B3F7F/.11", "###*@@@,### @@@,@@@ ##@,@@@*##@", symbol="figure", stickers="tl tr"),
    _d("ar", W, "C0272D", "Arkansas/serif/B0243A/.2", "The Natural State/serif/2B3F7F/.11", "### @@@,@@@ ###", stickers="tl tr"),
    _d("az", "CFE0D8 F3EBD2 F2D9A8", "1F5A5C", "ARIZONA/sans/4F9F97/.14", "GRAND CANYON STATE/sans/5A3D8A/.08", "@@@####,###.@@@,@@@#@#@,@##@@#@,@@@ ###", symbol="cactus", art="purplehills", stickers="tr", band=(0.32, 0.79)),
    _d("az", "7A2A38", W, "ARIZONA/sans/FFFFFF/.15", "GRAND CANYON STATE/sans/FFFFFF/.1", "@@@-###,#@@-###", stickers="tl tr"),
    *[_d("ca", W, "22306F", "California/script/D0282F/.22", foot, serials, stickers="tl tr", band=(0.38, 0.85))
      for foot, serials in ((";;SESQUICENTENNIAL - 150 YEARS/sans/C8282F/.08", "#@@@###"), (";dmv.ca.gov/sans/22306F/.08", "#@@@###"), ("", "#@@@###"), ("", "#@#####,#####@#,#@@####,##@####"))],
    _d("ca", W, "22306F", "CALIFORNIA/sans/C8282F/.15", "", "#@@@###,#@@@###,#@#####", stickers="tl tr", band=(0.36, 0.84)),
    _d("ca", W, "22306F", "CALIFORNIA/sans/C8282F/.14;CA EXEMPT/sans/22306F/.12;California/script/D0282F/.22", "", "#######,E######,@######", stickers="", band=(0.36, 0.84)),
    _d("ca", "FFFFFF F8E0A8 F4D890", "22306F", "CALIFORNIA/sans/C85A2F/.15", "THE GOLDEN STATE/sans/22306F/.08;", "#@@@###", stickers="tl tr", die="ca-blue ca", band=(0.34, 0.82)),
    _d("ca", "1F3F86", "F2C63A", "CALIFORNIA/sans/F2C63A/.14", "", "#@@@###,#@#####,### @@@,#@#####", stickers="tl tr", die="ca-blue", band=(0.33, 0.84)),
    _d("ca", "4F8FD0", "F6DE9A", "CALIFORNIA/sans/F6DE9A/.14", "", "#@@@###,### @@@", stickers="tl tr", die="ca-blue", band=(0.33, 0.84)),
    _d("ca", "161616", "F0C540", "CALIFORNIA/sans/F0C540/.14", "", "@@@ ###,#@@@###,@######,######@", stickers="bl br;tl tr", die="ca-blue ca", band=(0.33, 0.84)),
    _d("ca", "D8E8F4 F8F4E4 8FC8C8", "22306F", "California/script/D0282F/.2", "LAKE TAHOE/sans/2F7F7F/.09;YOSEMITE/sans/2F5F3F/.09;PROTECT OUR COAST/sans/22306F/.07", "##@#@@,##@@#@,###@@#,#@##@@", art="hills", stickers="tl tr", band=(0.36, 0.82)),
    _d("ca", "F8F8FA F4F0DC", "22306F", "California/script/D0282F/.2", ";HAVE A HEART, BE A STAR/sans/22306F/.07", "@*@@@@,@@*@@@@,@@@*@@@,###*@@@,@@@@*@,*@@@@@,@@@@@*", symbol="kids", stickers="tl tr", die="ca ca-narrow", band=(0.36, 0.84)),
    _d("co", "2C5A45:.24|FFFFFF", "1E4A38", "", "COLORADO/sans/1E4A38/.13", "###-@@@,@@@-###,@@@-@##,### @@@", art="snowpeaks", stickers="bl br"),
    _d("co", "1F5B43", W, "", "COLORADO/sans/FFFFFF/.14", "@@@ ###,@@@-####,@@ ####", art="greenframe", stickers="tl tr"),
    _d("ct", "5FA6DC CFE6F6 FFFFFF", "1F3061", "Connecticut/serif/1F3061/.15", "Constitution State/serif/1F3061/.12", "###.@@@,###-@@@,@@.#####,#@@@@#,@@@.###,@#####", symbol="map", art="cornermap", stickers=""),
    _d("ct", "24439A", W, "CONNECTICUT/sans/FFFFFF/.13", "CONSTITUTION STATE/sans/FFFFFF/.1", "###-@@@,### @@@", stickers="tl tr"),
    _d("de", "1E3F86", "E9C75A", "THE FIRST STATE/sans/E9C75A/.11", "DELAWARE/sans/E9C75A/.13", "######,#####,####,PC ####,C #####,{PC}#####", stickers="br"),
    _d("de", "1A2238", "E0BE55", "THE FIRST STATE/sans/E0BE55/.11", "DELAWARE/sans/E0BE55/.13", "######,#####", stickers="br"),
    _d("dc", W, "2E57A6", "WASHINGTON, DC/sans/2E57A6/.13", "TAXATION WITHOUT REPRESENTATION/sans/2E57A6/.09", "@@*####,@@ ####,###*###", symbol="flagbars", art="redlines", stickers="tl tr"),
    _d("dc", W, "24408F", "Washington, D.C./script/24408F/.15", "TAXATION WITHOUT REPRESENTATION/sans/24408F/.09;CELEBRATE & DISCOVER/sans/24408F/.1", "@@*####,{DC} ####,###*###", symbol="flagbars", art="redlines", stickers="tl tr"),
    _d("fl", "FFFFFF F4F7F2", "1F5B44", "MYFLORIDA.COM/serif/1F5B44/.13;FLORIDA/serif/1F5B44/.17", "SUNSHINE STATE/sans/1F5B44/.11;COUNTY/sans/1F5B44/.12;IN GOD WE TRUST/sans/1F5B44/.1", "@##*#@@,###*@@@,@@@*@##,##@*@@#,@##*@@#,@@@*###", symbol="orange", stickers="tr"),
    _d("fl", W, "C8452A", "FLORIDA/sans/2F7F4F/.17", "COUNTY/sans/2F7F4F/.12", "@@@ ##@,@@@*##@,@@@-###", symbol="map", stickers="tr"),
    _d("ga", "FFFFFF F2F2EC", "1A1A1C", "GEORGIA.gov/serif/2A2A2C/.16;www.GEORGIA.gov/serif/2A2A2C/.14", "COUNTY/sans/1A1A1C/.12;IN GOD WE TRUST/sans/1A1A1C/.1", "@@@*####,@@@####,####@@@", symbol="peach", stickers="br"),
    _d("ga", "E8F0E8 FFF4E0 F8E0C8", "1F1F22", "GEORGIA/sans/6F2F3F/.17;Georgia/serif/2F4F3F/.18", "COUNTY/sans/1A1A1C/.12;...on my mind/script/B04040/.1;PEACH STATE/sans/2F5F3F/.1", "@@@####,@@@ ####,### @@@,####@@@", art="hills", stickers="br"),
    _d("hi", W, "1C1C1E", "HAWAII/sans/1C1C1E/.13", "ALOHA STATE/sans/1C1C1E/.12", "@@@ ###,@@@###", art="rainbow", stickers="tr"),
    _d("ia", "C8DCEF F4F8FA CADDEB", "20489C", "IOWA/serif/20489C/.17", "COUNTY/sans/2A2F4F/.12", "### @@@,@@@ ###,#### @@,@@ ####", art="farm", stickers="bl br"),
    _d("ia", "1F4A9C", W, "IOWA/sans/FFFFFF/.15", "COUNTY/sans/FFFFFF/.12", "@@@ ###,### @@@", stickers="bl br"),
    _d("id", "C22F3F E8B8B0 FFFFFF 5F86BF", "1F2340", "Scenic IDAHO/serif/FFFFFF/.16;IDAHO/serif/FFFFFF/.16;1890 IDAHO 1990/serif/FFFFFF/.13", "FAMOUS POTATOES/sans/FFFFFF/.1;FAMOUS POTATOES/sans/1F2F5F/.1;CENTENNIAL/sans/C22F3F/.1", "#@ @####,#@ ####@,#@ ######,#@ ####,#@ @@###,{#@} ####@,{##} ######,@ ######,#@ ##@##,{DLR}####-##", art="pines", stickers="br bl"),
    _d("id", "1F5F3A", W, "IDAHO/sans/FFFFFF/.14", "FAMOUS POTATOES/sans/FFFFFF/.1", "#@ #####,@ ######", stickers="tl tr"),
    _d("il", "FFFFFF E8EEF6 BFD4EA", "9A2230", "Illinois/script/2F4F9C/.22", "Land of Lincoln/serif/9A2230/.11", "### ####,@## ####,@@ #####,### ###,###*####,@##*####", symbol="figure", stickers="tr"),
    _d("il", "FFFFFF E8EEF6", "9A2230", "Illinois/script/2F4F9C/.22", "Land of Lincoln/serif/9A2230/.11", "##### @,## ### @,####### {B},##### {B}", stickers="tr"),
    _d("il", W, "24408F", "ILLINOIS/sans/24408F/.14", "LAND OF LINCOLN/sans/24408F/.11", "@@ ####,@@@ ###,@## ###", stickers="tl tr"),
    _d("in", "1F4794 234C98 17346F", "FFFFFF", "## - COUNTY/sans/FFFFFF/.1", "INDIANA/serif/FFFFFF/.16", "###@@@,###@@,##@####", art="emblem", stickers="tl tr"),
    _d("in", "FFFFFF F3E6B8 E8D288", "1E3264", "INDIANA/serif/1E3264/.16", "IN GOD WE TRUST/serif/1E3264/.1;Crossroads of America/script/1E3264/.11", "###@@@,@@@###,##@####,######@", art="hills", stickers="tl tr"),
    _d("in", "F4F4F0 A9C8E4", "1E3264", "INDIANA/serif/1E3264/.16;Amber Waves of Grain/script/8F6F2F/.12", "INDIANA/serif/1E3264/.16;Bicentennial 1816-2016/sans/1E3264/.1", "###@@@,##@####,@@@###", stickers="tl tr"),
    _d("ks", "AFC3DA D8E3EC BCCFE0", "27356A", "KANSAS/serif/27356A/.17", "", "### @@@,@@@ ###,### @@@,####@@@", art="seal", stickers="tl tr"),
    _d("ks", "F4F8F0 BFD9EA", "1F3F77", "KANSAS/sans/1F3F77/.15", "To the Stars/script/1F3F77/.11;", "@@@ ###,####@@", stickers="tl tr bl"),
    _d("ky", "FFFFFF D6E4F2 8FB0DC", "27397F", "Kentucky/script/27397F/.22", "COUNTY/sans/FFFFFF/.12", "### @@@,@@@ ##@,@@@ ###,###@@@", symbol="map", art="countybar", stickers="br"),
    _d("ky", "EEF4FA C8D8EA", "27397F", "KENTUCKY/serif/27397F/.15;Bluegrass State/serif/27397F/.14", "COUNTY/sans/27397F/.12;IN GOD WE TRUST/sans/27397F/.1", "### @@@,###-@@@,@@@ ###,@#@###", stickers="br"),
    _d("la", W, "20242C", "Louisiana/script/B62032/.2;Louisiana/serif/B62032/.18", "Sportsman's Paradise/serif/C85A4A/.09;SPORTSMAN'S PARADISE/sans/27397F/.08", "@@@*###,@@@ ###,###*@@@", symbol="figure", stickers="br"),
    _d("la", W, "20285C", "Louisiana/script/B62032/.2", "Louisiana Purchase/serif/20285C/.1;SPORTSMAN'S PARADISE/sans/27397F/.08", "@@@*###,X######,@######,### @@@", symbol="seal", stickers="br"),
    _d("ma", W, "C4202C", "Massachusetts/serif/24408F/.16", "The Spirit of America/serif/24408F/.11", "### @@#,#### @@,##@ @##,#@@ @##,#@@@ ##,###@@#,##@ ###", stickers="tl tr"),
    _d("ma", W, "1F6B3F", "MASSACHUSETTS/sans/1F6B3F/.13", "", "###-@@@,###.@@@,### ###", stickers="tl tr"),
    _d("md", W, "1C1C1E", "Maryland/serif/1C1C1E/.16", "www.maryland.gov/script/1C1C1E/.1;", "@@@*###,###*@@@,#@@*@##,###*##@,#@@####", symbol="crest", stickers="tl tr"),
    _d("md", "F4F4F2 E8E0D8", "1C1C1E", "MARYLAND/sans/1C1C1E/.14", "WAR OF 1812/sans/1C1C1E/.09;www.maryland.gov/sans/1C1C1E/.09;www.starspangled200.org/sans/1C1C1E/.08", "#@@####,#@@##@#,#@# ###", art="flagstripe", stickers="tl tr"),
    _d("md", "E8872C F4C048 F8E47C", "1C1C1E", "Maryland/script/B04A24/.16", "Our Farms, Our Future/script/B04A24/.12", "@######", art="farm", stickers="tl tr"),
    _d("md", "CFE4F4 F8FBFC 6FAF9F", "1F5B54", "Maryland/script/1F4F7F/.15", "Treasure the Chesapeake/script/1F4F7F/.11", "###*@@@,@@@*##@,###@@@", symbol="figure", stickers="tl tr"),
    _d("me", "FFFFFF F0F4EC 2F5A40", "1C1F1F", "MAINE/serif/1C1F1F/.15", "Vacationland/script/FFFFFF/.13", "#### @@,####@@,#####@,#### @", art="chickadee", stickers="tr br"),
    _d("me", W, "C02A36", "MAINE/sans/C02A36/.15", "VACATIONLAND/sans/2F6F4F/.12", "#####@,#### @,##### ", stickers="tl tr"),
    _d("mi", "23419C", W, "MICHIGAN/sans/FFFFFF/.14", "GREAT LAKES/sans/FFFFFF/.12", "@@@ ###,### @@@,@@@ ##@,###(M)###,###(D)##", stickers="br"),
    _d("mi", "2A4BA0:.22|FFFFFF", "27408F", "MICHIGAN/serif/FFFFFF/.15", "www.Michigan.gov/serif/27408F/.1;PURE MICHIGAN/sans/27408F/.1;MANUFACTURER/sans/27408F/.09", "@@@ ####,@@@ ##@,#@@ @##,@@@####,###(M)###,###(D)##", stickers="tr"),
    _d("mi", "5F8FC8 E8B878 E8896A 5F8FB8", "23316F", "MICHIGAN/serif/FFFFFF/.15", "Great Lakes Splendor/serif/23316F/.1;Great Lakes/serif/FFFFFF/.12", "@@@ ###,@@@ ##@,@@@####", art="bridge", stickers="tl tr"),
    _d("mn", "5FA8DC D8ECF6 8FC0E0", "1F2F6B", "Minnesota/serif/1F3F8F/.17", "10,000 lakes/serif/1F3F8F/.12", "###*@@@,@@@*###,@@@-###,###-@@@", symbol="map", art="explore", stickers="bl br"),
    _d("mn", "E8DFA8 F4ECC8 B8C088", "1F2F6B", "Minnesota/serif/1F3F2F/.16", "CRITICAL HABITAT/sans/2F3F2F/.09", "@@###,@@ ###", art="emblem", stickers="bl br"),
    _d("mo", "FFFFFF D4E2F2 A8C4E4", "26386F", "Missouri/script/26386F/.16;MISSOURI/sans/26386F/.14", "SHOW-ME STATE/sans/26386F/.09;", "@@#*@#@,@@#*@#@,@@#*@#@,@@@*###,###*@@@", symbol="sticker", stickers="tl tr"),
    _d("mo", "F4FAF6 F8F8F8 A8D0E8", "1F2F7F", "MISSOURI/sans/2F8F5F/.14", "SHOW-ME STATE/sans/2F8F5F/.1", "### @@@,@@# @#@", art="wave", stickers="bl br"),
    _d("mo", "7A2434", W, "MISSOURI/sans/FFFFFF/.14", "SHOW-ME STATE/sans/FFFFFF/.11", "@@@ ###,@@#-###", stickers="tl tr"),
    _d("ms", "DFF0E0 F8F8F4 C4E0C8", "1F4A38", "MISSISSIPPI/script/1F4A38/.14;MISSISSIPPI/serif/1F4A38/.14", "COUNTY/sans/1F4A38/.12", "@@@*###,###*@@@,#@@*###", symbol="flower", stickers="bl br"),
    _d("ms", "C8DCEC F4EFD8 E8D098", "22305C", "MISSISSIPPI/serif/22305C/.14;Mississippi/script/22305C/.16", "COUNTY/sans/22305C/.12", "@@@*###,#@@*###,@@@ ###,@@@####", symbol="lighthouse", stickers="bl br"),
    _d("mt", "2457A8", W, "TREASURE STATE/sans/FFFFFF/.1", "MONTANA - ##/sans/FFFFFF/.12;MONTANA/sans/FFFFFF/.13", "#*#####@,##*####@,#-#####@,##-####@,#-####@", symbol="diamond", art="outline", stickers="tr"),
    _d("mt", "CFE2F2 8FB4DC F2F2F2", "1F3F77", "MONTANA/sans/1F3F77/.15;BIG SKY COUNTRY/sans/1F3F77/.1", "BIG SKY/sans/1F3F77/.11;Treasure State/script/1F3F77/.12", "#-#####@,##-####@,@@@###,###@@@", art="mountains", stickers="tr"),
    _d("nc", "FFFFFF E4EEF6 C8DCEC", "24519C", "First in Flight/sans/C02A36/.12;First in Flight/serif/24519C/.12;First in Freedom/sans/C02A36/.12", "NORTH CAROLINA/sans/C02A36/.13", "@@@-####,@@@-####,@@ #####,@@@-## @", art="plane", stickers="tl tr"),
    _d("nc", "FFFFFF E4EEF6 C8DCEC", "C02A36", "First in Flight/sans/C02A36/.12", "NORTH CAROLINA/sans/C02A36/.13", "@@@-####", art="plane", stickers="tl tr"),
    _d("nd", "6FA8D8 B8D4E8 F0E0A8 D8A840", "1A1A22", "Discover the Spirit/script/FFFFFF/.14", "NORTH DAKOTA/sans/FFFFFF/.1;PEACE GARDEN STATE/sans/2F2F2F/.08", "@@@ ###,###@@@,### @@@", art="buffalo", stickers="tr"),
    _d("nd", "2F4F8F E89A4A F4C060", "1A1A22", "NORTH DAKOTA/serif/FFFFFF/.13", "LEGENDARY/serif/1A1A22/.11;Legendary/script/FFFFFF/.12", "###@@@,@@@ ###,###@@", art="hills", stickers="tr"),
    _d("ne", "A8CCE8 F2F6FA D8E6F2", "27489C", "Nebraska/script/C0303C/.2;NEBRASKA/sans/27489C/.14", "", "@@@ ###,##-@###,#-@####,##-####,@@@###", art="mapoutline", stickers="tr"),
    _d("ne", "F4E4B8 F8F0D8 E8C878", "1F2F5F", "NEBRASKA/serif/6F2F2F/.15", "1867 - 2017/sans/6F2F2F/.09;The Good Life/script/6F2F2F/.12", "@@@ ###,##-@###,@@@####", symbol="figure", stickers="tl tr"),
    _d("nh", "F4F8F4 D4E8DC", "2F7F5F", "LIVE FREE OR DIE/sans/2F7F5F/.1", "NEW HAMPSHIRE/serif/2F7F5F/.14;New Hampshire/script/2F7F5F/.16", "### ####,### ###,###.####,@@@-###", art="grayfigure", stickers="bl br"),
    _d("nh", W, "1F6B3F", "NEW HAMPSHIRE/sans/1F6B3F/.13", "LIVE FREE OR DIE/sans/1F6B3F/.1", "######,@@@-###,### ###", stickers="tl tr"),
    _d("nj", "F0D878 F8ECB8 FFFDF0", "1C1C1C", "New Jersey/serif/1C1C1C/.16", "Garden State/serif/1C1C1C/.14;Garden State/sans/1C1C1C/.13", "@@@*##@,@##*@@@,@@@*###,@## @@@,@@@ ##@,@@@*##(##)", symbol="map", stickers="tl tr"),
    _d("nj", "E0BC48", "1C1C1C", "New Jersey/sans/1C1C1C/.15", "Garden State/sans/1C1C1C/.13", "@@@*##@,@@@*###,@@*###@", symbol="map", stickers="tl tr"),
    _d("nj", "2A3F70", "E8D8A0", "NEW JERSEY/sans/E8D8A0/.13", "GARDEN STATE/sans/E8D8A0/.12", "@@@-###,###-@@@", stickers="tl tr"),
    _d("nm", "F0C83C", "B8282C", "NEW MEXICO USA/sans/B8282C/.13;NEW MEXICO/sans/B8282C/.14", "LAND OF ENCHANTMENT/sans/B8282C/.1", "###*@@@,@@@*###,### @@@,@@@###", symbol="zia", stickers="br bl"),
    _d("nm", "2F9FA8", "F4D648", "CENTENNIAL 1912-2012/sans/FFFFFF/.09;NEW MEXICO USA/sans/F4D648/.12", "NEW MEXICO/sans/F4D648/.13;LAND OF ENCHANTMENT/sans/F4D648/.1", "@@@*###,###*@@@,@@@###", symbol="zia", stickers="br"),
    _d("nv", "5F8FC8 A8BCDC E8D8C8", "1F2F6B", "NEVADA/serif/2A3F77/.17;NEVADA/sans/1F2F6B/.15", "THE SILVER STATE/sans/FFFFFF/.08;THE SILVER STATE/sans/1F2F6B/.08", "###.@@@,###-@@@,### @@@,##@.###,##@ ###", art="mountains", stickers="tr", band=(0.35, 0.81)),
    _d("nv", "C4C8CC", "22407F", "NEVADA/serif/22407F/.17", "THE SILVER STATE/sans/22407F/.1;HOME MEANS NEVADA/sans/22407F/.09", "###.@@@,###@@@,##@.###", art="mountains", stickers="tr", band=(0.35, 0.81)),
    _d("ny", "2F4F9C:.2|FFFFFF:.66|2F4F9C", "1F2C5C", "NEW YORK/sans/FFFFFF/.14", "THE EMPIRE STATE/sans/FFFFFF/.08;EMPIRE STATE/sans/FFFFFF/.1", "@@@*####,@@@-####,@@@*####,#@@*###,@##*#@@,##### @@,#@##(@)", symbol="map", art="snowline", stickers=""),
    _d("ny", "27335F:.2|F0A528:.62|27335F", "27335F", "NEW YORK/sans/F0A528/.14", "EMPIRE STATE/sans/F0A528/.1", "@@@*####,@@@-####", symbol="map", stickers=""),
    _d("ny", "F0A528", "27335F", "NEW YORK/sans/27335F/.15", "EMPIRE STATE/sans/27335F/.1", "@@@*####,@@@-####", symbol="map", stickers=""),
    _d("ny", W, "27335F", "NEW YORK/serif/27335F/.15", "EXCELSIOR/serif/27335F/.11", "@@@*####,@@@-####", art="hills", stickers=""),
    _d("ny", W, "B8303C", "NEW YORK/sans/B8303C/.14", "", "@#@ ###,@@@ ###,###-@@@", symbol="tree", stickers="tl tr"),
    _d("oh", "C8303C:.2|FFFFFF", "1F2C5C", "Ohio/script/FFFFFF/.2;Ohio/script/24408F/.22", "BEAUTIFUL OHIO/sans/24408F/.08;Birthplace of Aviation/script/24408F/.09;", "@@@ ####,@@@####,@@ ## @@,##@@@", art="redarc", stickers="bl br"),
    _d("oh", "F4F0E4 E8D8A8", "1F2C5C", "Ohio/script/1F3F8F/.22;OHIO/sans/1F3F8F/.15", "Birthplace of Aviation/sans/1F3F8F/.09;THE HEART OF IT ALL!/sans/B8303C/.09", "@@@ ####,@@@####,@@@ ###", stickers="bl br"),
    _d("ok", "FFFFFF F4F2EC", "9A2632", "OKLAHOMA/sans/1C3F4F/.13;OKLAHOMA/serif/1C3F4F/.13", "NATIVE AMERICA/sans/9A2632/.1", "###@@@,@@@###,### @@@", art="leftfigure", stickers="tl tr"),
    _d("ok", "5F9FD4 C8DFF0 E8F2F8", "1F2C4C", "OKLAHOMA/sans/1F2C4C/.14;EXPLORE OKLAHOMA/sans/1F2C4C/.11", "TRAVELOK.COM/sans/1F2C4C/.08;IMAGINE THAT/sans/1F2C4C/.08", "@@@###,###@@@,@@@ ###", art="leftfigure", stickers="tl tr"),
    _d("ok", "E8EFE8 F8F8F4", "2A5F3F", "OKLAHOMA/sans/2A5F3F/.14", "NATIVE AMERICA/sans/2A5F3F/.1;OKLAHOMA IS OK/sans/2A5F3F/.1", "@@@*###,@@@ ###", symbol="seal", stickers="bl br"),
    _d("or", "C8CCE4 F4F4F8 C4BFDC", "2A2F66", "Oregon/serif/2A2F66/.18;Oregon/script/2A2F66/.2", "PACIFIC WONDERLAND/sans/2A2F66/.08;", "###*@@@,@@@*###,###*@@@", symbol="tree", art="purplehills", stickers="bl br"),
    _d("or", "5F9FD4 3F5FA8 27489C", "E8C84A", "Oregon/serif/E8C84A/.17", "CRATER LAKE/sans/FFFFFF/.1;PACIFIC WONDERLAND/sans/E8C84A/.1", "#####,@@ #####,###@@@", art="mountains", stickers="bl br"),
    _d("pa", "2A4A9C:.2|FFFFFF:.6|F2D44A", "24366F", "PENNSYLVANIA/sans/FFFFFF/.11", "visitPA.com/sans/24366F/.11;WWW.STATE.PA.US/sans/24366F/.09", "@@@*####,@@@-####,@@@*####", symbol="keystone", stickers="tl"),
    _d("pa", "2A4A9C FFFFFF FFFFFF F2D44A", "24366F", "PENNSYLVANIA/sans/FFFFFF/.12", "WWW.STATE.PA.US/sans/24366F/.09;visitPA.com/sans/24366F/.11;LET FREEDOM RING/sans/24366F/.1", "@@@*####,@@@-####,@@@ ####", symbol="keystone", stickers="tl tr"),
    _d("pa", "24439A", "F2C83A", "PENNSYLVANIA/sans/F2C83A/.12", "KEYSTONE STATE/sans/F2C83A/.11;YOU'VE GOT A FRIEND IN/sans/F2C83A/.08", "@@@-###,###-@@@,@@@*####", symbol="keystone", stickers="tl tr bl"),
    _d("ri", "F4F4F6 DCE0E8 C8CCD8", "27335C", "Rhode Island/serif/27335C/.16", "Ocean State/serif/27335C/.14", "@@-###,###-###,######,@@ ###,#@@ ###,1@@ ###", art="wave", stickers="br"),
    _d("ri", W, "2A4A8F", "RHODE ISLAND/sans/2A4A8F/.13", "OCEAN STATE/sans/2A4A8F/.12", "@@-###,###-###,@@-##", stickers="bl br"),
    _d("sc", "9FB0CC E8C8A0 F09A4A D87030", "1F1F2C", "South Carolina/serif/22305C/.14", "TRAVEL2SC.COM/sans/FFFFFF/.09;", "@@@*###,###*@@@,@@@ ###", symbol="palm", stickers="bl br"),
    _d("sc", "F8F8F4 C4D4E8 8FA8CC", "22305C", "South Carolina/serif/22305C/.15;SOUTH CAROLINA/sans/22305C/.13", "Smiling Faces. Beautiful Places./script/22305C/.09;While I Breathe, I Hope/script/22305C/.1", "@@@ ###,###*@@@,@@@*###", symbol="palm", stickers="bl br"),
    _d("sd", "4F8FCC A8CCE8 F4F4F4", "1F2C6B", "South Dakota/script/C8303C/.17;SOUTH DAKOTA/sans/C8303C/.14", "GREAT FACES. GREAT PLACES./sans/C8303C/.08", "#@@ ###,##@ @##,##@ ###,#@@###", art="faces", stickers="br bl"),
    _d("tn", "F4F6F8 E0EEDC A8D0A0", "1C1C20", "Tennessee/script/1C1C20/.18;The Volunteer State/sans/1C1C20/.08", "COUNTY/sans/1C1C20/.12", "###*@@@,@@@*###,@##-##@,@##-##@,@@@ ##@", symbol="longdash", art="hills", stickers="br tr"),
    _d("tn", "EAF0F8 C8D8EC", "24366F", "TENNESSEE/sans/24366F/.14;Tennessee/serif/24366F/.16", "THE VOLUNTEER STATE/sans/C0303C/.08;TNVACATION.COM/sans/24366F/.09", "@##-##@,@@@-###,###-@@@", stickers="br tr"),
    _d("tn", "1F3F77", W, "TENNESSEE/sans/FFFFFF/.14", "The Volunteer State/sans/FFFFFF/.09;TNVACATION.COM/sans/FFFFFF/.08", "@@@ ####,@@@-####,###-@@@", stickers="br"),
    _d("tx", "8FB4E0 F4F8FC F4F4F4 24408F", "1C1C22", "TEXAS/sans/C0303C/.16", "THE LONE STAR STATE/sans/FFFFFF/.08", "@##*@@@,###*@@@,@@#*@###,@##*@##", symbol="texas", art="skyline", stickers=""),
    _d("tx", "5F86C0 C8D8EC F4E8E4 C86068", "1C1C22", "TEXAS/serif/FFFFFF/.17;TEXAS/serif/24408F/.17", "The Lone Star State/script/FFFFFF/.11", "@@#*@###,@@@*###,@@#*@###", symbol="texas", art="cornerstar", stickers=""),
    _d("tx", W, "1C1C1E", "TEXAS/sans/1C1C1E/.15", "The Lone Star State/script/1C1C1E/.1", "@@@*####,@@@*####,@@@.####", symbol="texas", art="cornerstar", stickers="", die="tx-flat"),
    _d("tx", W, "24408F", "TEXAS/sans/24408F/.14", "THE LONE STAR STATE/sans/24408F/.09;", "@@@*##@,@@@-###,###-@@@", symbol="star", stickers="tl tr"),
    _d("ut", "6F9FD4 F4D8A8 E88838 D86828", "1F2C5C", "UTAH/sans/1F2C5C/.15;UTAH!/sans/1F2C5C/.15", "LIFE ELEVATED/sans/FFFFFF/.08;CENTENNIAL 1896-1996/sans/1F2C5C/.08", "@## #@@,### @@@,@## @@@,@### @@", art="arch", stickers="tl tr"),
    _d("ut", "5F9FDC C8E0F4 FFFFFF", "1F2C5C", "UTAH/sans/C0303C/.16;UTAH!/sans/1F2C5C/.16", "GREATEST SNOW ON EARTH/sans/1F2C5C/.08;LIFE ELEVATED/sans/1F2C5C/.08", "###*@@@,@## #@@,@##*#@@", symbol="figure", art="snowpeaks", stickers="tl tr"),
    _d("ut", "161616:.14|F8F8F4", "161616", "UTAH/serif/FFFFFF/.14", "LIFE ELEVATED/sans/161616/.08;IN GOD WE TRUST/sans/161616/.09", "@@@ ###,### @@@,@## #@@", stickers="tl tr"),
    _d("va", W, "27407F", "VIRGINIA/sans/27407F/.14", "400th Anniversary/sans/27407F/.08;;;Virginia is for Lovers/sans/27407F/.09", "@@@-####,@@@-####,@@-####,@@@ ###", stickers="tl tr"),
    _d("va", "BCD8EE", "27407F", "VIRGINIA/sans/27407F/.14", ";;VIRGINIA/sans/C0303C/.13", "@@@-####,###*###,@@-####", symbol="seal", art="corneremblem", stickers="tl tr"),
    _d("vt", "1F7F4F", W, "Vermont/serif/FFFFFF/.16;VERMONT/sans/FFFFFF/.14", "Green Mountain State/script/FFFFFF/.1;Green Mountain State/serif/FFFFFF/.1", "@@@ ###,#@###,###@#,##@##", art="greenframe", stickers="br bl"),
    _d("wa", "FFFFFF C8DCF0 E8F0F8", "24366F", "WASHINGTON/sans/C0303C/.11", "EVERGREEN STATE/sans/C0303C/.08;EVERGREEN STATE/sans/2F6F4F/.09", "###-@@@,@@@####,### @@@,@@@-###,@##### @", art="palemountain", stickers="tr"),
    _d("wi", W, "1C1C22", "WISCONSIN/sans/C0242F/.14", "America's Dairyland/script/C0242F/.1;America's Dairyland/sans/C0242F/.09", "###-@@@,@@@-####,@@@-###,###.@@@", art="wisconsin", stickers="bl br"),
    _d("wi", W, "C0242F", "WISCONSIN/sans/27407F/.14;WISCONSIN/sans/C0242F/.14", "America's Dairyland/script/27407F/.1", "@@@-###,###-@@@", art="wisconsin", stickers="bl br"),
    _d("wi", "F0D050", "1C1C22", "WISCONSIN/sans/1C1C22/.14", "AMERICA'S DAIRYLAND/sans/1C1C22/.1", "@@@-###,@##-###", stickers="bl br"),
    _d("wv", "27489C:.2|FFFFFF:.62|F2D060:.03|FFFFFF", "27489C", "West Virginia/serif/F2C840/.14", "Wild, Wonderful/serif/27489C/.11", "#@@ ###,#@ ####,##@ ###,#@@###,#@@ ###", stickers="br"),
    _d("wv", "8FB8E0 F4F4F4 D8C878", "27489C", "West Virginia/serif/27489C/.14", "Wild, Wonderful/serif/27489C/.11;MOUNTAIN STATE/sans/27489C/.1", "#@@ ###,##@ ###,###,####", art="hills", stickers="br"),
    _d("wy", "5F9FDC A8CCEC E8E8DC", "1C1C22", "TRK/sans/1C1C22/.1;;;", "WYOMING/sans/F2F2E4/.14;WYOMING/sans/2F4F2F/.14", "#*####@,#*###@,#*#####,#*####,##*####,##*###@,{##}*###@,#*#### {@@}", symbol="rider", art="tower", stickers="tl"),
    _d("wy", "F4EFE4 F8F4EC", "4A2A38", "Wyoming/script/27407F/.17;WYOMING/serif/4A2A38/.15", "TRUCK/sans/27407F/.1;CENTENNIAL/sans/4A2A38/.09;", "#*####,#*#### {@@},#*### {@@},##*####,##*###@,##*#@@@", symbol="rider", art="mountains", stickers="tl tr"),
    _d("pr", W, "27407F", "PUERTO RICO/sans/C0303C/.14", "ISLA DEL ENCANTO/script/27407F/.12;ESTADO LIBRE ASOCIADO/sans/27407F/.08", "@@@-###,@@@ ###,@@@.###", symbol="star", art="leftfigure", stickers="tr"),
    _d("gu", W, "27407F", "HAFA ADAI/sans/27407F/.12;GUAM, USA/sans/C0303C/.14", "TANO Y CHAMORRO/sans/27407F/.09;GUAM USA/sans/C0303C/.13", "@@ ####,@@@ ###,@@#####", art="leftfigure", stickers="tr"),
    _d("vi", "CFE4F4 FFFFFF 8FC8DC", "27407F", "U.S. VIRGIN ISLANDS/sans/27407F/.11;USVI/sans/27407F/.13", "AMERICA'S CARIBBEAN/sans/C0303C/.09;AMERICAN PARADISE/sans/27407F/.09", "@@@ ###,@@@-###", art="leftfigure", stickers="tr"),
    _d("as", W, "27407F", "AMERICAN SAMOA/sans/C0303C/.12", "MOTU O FIAFIAGA/sans/27407F/.1", "####,##### ,@@ ####", art="hills", stickers="tr"),
    _d("mp", "CFE4F4 FFFFFF", "27407F", "CNMI USA/sans/27407F/.13;MARIANAS/sans/27407F/.13", "HAFA ADAI/sans/C0303C/.11;", "@@@ ###", art="hills", stickers="tr"),
]
