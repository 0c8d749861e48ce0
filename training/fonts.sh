#!/usr/bin/env bash
# Fetches the open fonts that plates are drawn with, from the npm and Debian registries, into a cache
# outside the repository: ~/.cache/sightline/fonts, or the folder given as first argument.
# Needs npm, apt-get (with an updated list), dpkg-deb and python3 with fonttools.
set -euo pipefail
dest=$(realpath -m "${1:-$HOME/.cache/sightline/fonts}")
python=$(realpath -s "$(command -v "${PYTHON:-python3}")") # absolute: the work goes on in another folder
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$dest"

npm_fonts=(barlow barlow-semi-condensed barlow-condensed saira saira-semi-condensed saira-condensed
  saira-extra-condensed overpass overpass-mono oswald rajdhani share-tech share-tech-mono pt-sans-narrow
  archivo-narrow roboto-condensed fira-sans-condensed fira-sans-extra-condensed ubuntu-condensed
  ibm-plex-sans-condensed big-shoulders-display teko staatliches pathway-gothic-one bebas-neue
  antonio fjalla-one league-gothic sofia-sans-condensed sofia-sans-semi-condensed khand pragati-narrow
  dosis yanone-kaffeesatz economica jost chakra-petch quantico armata electrolize
  aldrich michroma viga russo-one squada-one stint-ultra-condensed mohave advent-pro titillium-web
  exo-2 kanit athiti cabin-condensed francois-one anton sarabun varela-round nunito m-plus-rounded-1c
  black-ops-one national-park b612-mono dm-mono jetbrains-mono inconsolata
  pacifico lobster dancing-script satisfy playball kaushan-script sansita great-vibes
  playfair-display merriweather libre-baskerville abril-fatface rye)
debian_fonts=(fonts-roadgeek fonts-opendin fonts-routed-gothic fonts-national-park fonts-liberation
  fonts-osifont fonts-ocr-b fonts-allerta fonts-league-spartan fonts-dejavu-core fonts-texgyre)

cd "$work"
echo '{"private":true}' > package.json
for f in "${npm_fonts[@]}"; do
  npm install --silent --no-audit --no-fund --ignore-scripts "@fontsource/$f" 2>/dev/null || echo "not on npm: $f" >&2
done
for p in "${debian_fonts[@]}"; do
  apt-get download -qq "$p" 2>/dev/null || echo "not in Debian: $p" >&2
done
for deb in *.deb; do [ -e "$deb" ] && dpkg-deb -x "$deb" deb; done

# fontsource packs one file a weight and alphabet; only upright Latin is wanted, as plain TrueType.
"$python" - "$work" "$dest" <<'PY'
import re, sys
from pathlib import Path
from fontTools.ttLib import TTFont
work, dest = map(Path, sys.argv[1:])
for woff in sorted(work.glob("node_modules/@fontsource/*/files/*-latin-[0-9]*-normal.woff")):
    if not re.search(r"-(400|500|600|700|800)-normal", woff.name):
        continue
    target = dest / f"{woff.stem.replace('-latin', '')}.ttf"
    font = TTFont(woff); font.flavor = None; font.save(target)
for face in sorted((work / "deb").rglob("*")):
    if face.suffix.lower() in {".ttf", ".otf"} and not re.search("italic|oblique", face.name, re.I):
        (dest / face.name.replace(" ", "-").lower()).write_bytes(face.read_bytes())
PY
echo "$(ls "$dest" | wc -l) fonts in $dest"
