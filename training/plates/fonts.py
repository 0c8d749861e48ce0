"""Fonts: single glyphs for serials (tight masks, any size) and lines of text for names and slogans."""

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from . import dies, issuers

FOLDER = Path(os.environ.get("SIGHTLINE_FONTS", Path.home() / ".cache/sightline/fonts"))
GLYPH_H = 96  # px, height of every cached glyph mask

# Faces that resemble plate dies, by width and build; each entry is the start of a file name.
US = """barlow-semi-condensed-500 barlow-semi-condensed-600 barlow-condensed-500 barlow-condensed-600 barlow-500
 saira-semi-condensed-500 saira-semi-condensed-600 saira-condensed-500 saira-condensed-600 saira-condensed-700
 overpass-600 overpass-700 rg2014b rg2014c rg2014d nationalpark-regular national-park-500 national-park-600
 routed-gothic. routed-gothic-narrow rajdhani-600 rajdhani-700 share-tech-400 roboto-condensed-500
 roboto-condensed-700 pt-sans-narrow-700 liberationsansnarrow-bold liberationsansnarrow-regular dosis-600
 dosis-700 osp-din osifont archivo-narrow-600 fira-sans-condensed-500 fira-sans-extra-condensed-500
 ubuntu-condensed mohave-500 mohave-600 khand-500 khand-600 pragati-narrow-700 texgyreheroscn-bold
 texgyreheroscn-regular sofia-sans-condensed-600 sofia-sans-semi-condensed-600 titillium-web-600
 chakra-petch-600 quantico-700 yanone-kaffeesatz-500 cabin-condensed-600 armata teko-500 francois-one
 advent-pro-700 b612-mono-700 nunito-700 varela-round m-plus-rounded-1c-700 athiti-600 jost-600
 leaguespartan-medium allerta_medium ibm-plex-sans-condensed-600 economica-700 overpass-mono-600
 viga dejavusans-bold oswald-500 pathway-gothic-one fjalla-one""".split()
EU = """barlow-500 barlow-600 barlow-semi-condensed-500 barlow-semi-condensed-600 barlow-condensed-600 osp-din
 routed-gothic. rg2014d rg2014c rg2014e overpass-600 overpass-700 saira-semi-condensed-600 saira-condensed-600
 share-tech-400 liberationsans-bold liberationsansnarrow-bold roboto-condensed-700 nationalpark-regular
 texgyreheros-bold texgyreheroscn-bold dejavusans-bold osifont rajdhani-700 sofia-sans-semi-condensed-700
 fira-sans-condensed-600 overpass-mono-700 jost-600 titillium-web-700 b612-mono-700 leaguespartan-semibold
 ibm-plex-sans-condensed-600 archivo-narrow-700 dm-mono-500 ubuntu-condensed""".split()
SANS = """barlow-600 barlow-condensed-700 oswald-600 roboto-condensed-700 liberationsans-bold overpass-800
 leaguespartan-bold anton bebas-neue fjalla-one kanit-600 saira-600 archivo-narrow-700 texgyreheros-bold jost-600
 titillium-web-700 russo-one league-gothic exo-2-700 michroma nunito-800 texgyreadventor-bold francois-one
 staatliches dejavusans-bold liberationsansnarrow-bold varela-round""".split()
SERIF = """liberationserif-bold liberationserif-regular dejavuserif-bold texgyrebonum-bold texgyretermes-bold
 texgyreschola-bold texgyrepagella-bold playfair-display-700 merriweather-700 libre-baskerville-700 abril-fatface
 rye""".split()
SCRIPT = """pacifico lobster dancing-script-700 satisfy playball kaushan-script sansita-700 great-vibes""".split()


@lru_cache(None)
def _files() -> list[Path]:
    found = sorted(p for p in FOLDER.glob("*") if p.suffix in {".ttf", ".otf"})
    if not found:
        raise SystemExit(f"no fonts in {FOLDER}: run training/fonts.sh first, or set SIGHTLINE_FONTS")
    return found


DIE_SHARE = 0.45  # of serials in an invented die instead of a font

# Every eighth face is kept out of training: real dies are none of our fonts either, so validation and calibration
# on unseen faces are nearer to the truth. `unseen = True` draws with the kept-out faces only.
unseen = False


@lru_cache(None)
def family(kind: str, held_out: bool) -> list[str]:
    """Paths of the installed faces of a kind (us, eu, sans, serif, script), either training's or the kept-out ones."""
    wanted = {"us": US, "eu": EU, "sans": SANS, "serif": SERIF, "script": SCRIPT}[kind]
    return [str(p) for k, w in enumerate(wanted) for p in _files() if p.name.startswith(w) and (k % 8 == 3) == held_out]


def pick(rng: np.random.Generator, kind: str) -> str:
    if kind in ("us", "eu") and rng.random() < DIE_SHARE:
        return f"die:{rng.integers(1000, 1060) if unseen else rng.integers(0, 600)}"
    faces = family(kind, unseen)
    return faces[rng.integers(len(faces))]


@lru_cache(256)
def _font(path: str, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, px)


@lru_cache(4096)
def line(path: str, text: str) -> np.ndarray:
    """Tight uint8 mask of a line of text, about 48 px high."""
    font = _font(path, 48)
    x0, y0, x1, y1 = font.getbbox(text)
    image = Image.new("L", (int(max(1, x1 - x0)) + 4, int(max(1, y1 - y0)) + 4))
    ImageDraw.Draw(image).text((2 - x0, 2 - y0), text, fill=255, font=font)
    return np.asarray(image)


@lru_cache(30000)
def glyph(path: str, char: str) -> np.ndarray:
    """Tight uint8 mask of one character, GLYPH_H px high whatever the face's own cap height."""
    if path.startswith("issuer:"):
        return issuers.face_glyph(path, char, GLYPH_H)
    if path.startswith("die:"):
        return dies.glyph(int(path[4:]), char, GLYPH_H)
    font = _font(path, 110)
    x0, y0, x1, y1 = font.getbbox(char)
    image = Image.new("L", (int(max(1, x1 - x0)) + 2, int(max(1, y1 - y0)) + 2))
    ImageDraw.Draw(image).text((1 - x0, 1 - y0), char, fill=255, font=font)
    mask = np.asarray(image)
    ys, xs = np.nonzero(mask > 40)
    mask = mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    width = max(6, round(mask.shape[1] * GLYPH_H / mask.shape[0]))
    return cv2.resize(mask, (width, GLYPH_H), interpolation=cv2.INTER_AREA)
