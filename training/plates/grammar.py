"""The pattern language of registrations, and random texts.

A pattern is a string: `@` a letter, `#` a digit, A-Z and 0-9 themselves; ` ` a gap, `-` a hyphen, `.` a dot and
`*` the region's symbol between groups; `{xy}` small stacked characters and `(xy)` small ones beside the others;
`|` starts the second line.
"""

import numpy as np

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"

WORDS = """COUGAR DRIFTER FAMILY CHICAGO GOLFING QUILLS SAMPLE STARK LEGO REAL TENKARA CHEESE XSTASY CUSTOM TURBO
 BUBBLE KITTY MOOSE GOLF PILOT NURSE TEACH RACER HUNTER FISHN SKIBUM BEACH SUNNY LUCKY ANGEL BABY DADDY MOMMY
 GRAMPA NANA PAPA KIDS LOVE LUV PEACE JESUS FAITH BLESSD HAPPY SMILE CRAZY WILD WOLF TIGER LION EAGLE HAWK BEAR
 DOGS CATS HORSE RIDER COWBOY ROCKER MUSIC PIANO GUITAR DANCE ARTIST DOCTOR LAWYER CHEF BAKER BOSS KING QUEEN
 PRINCE HONDA FORD CHEVY BENZ BMW AUDI PORSCHE VETTE STANG JEEP TRUCK DIESEL HYBRID GREEN BLUE RED BLACK WHITE
 PINK PURPLE SILVER GOLD FAST QUICK ZOOM SPEED SLOW GO GONE WENT RUN RUNNER BIKE HIKER CLIMB SURF SAIL SWIM
 YANKEE METS SOX BRUIN GATOR DAWGS HOKIE TEXAN OHIO NAVY ARMY USMC USAF VET POLICE FIRE EMT RESCUE HERO MY YOUR
 THE HIS HER OUR IM IAM U R N 4 2 8 TO FOR YOU ME BE NOT NO YES OK HI HEY WOW OMG LOL TTYL BRB VW MINI BUG COOP
 JOHN MARY DAVE MIKE SUE ANN TOM JIM BOB JACK KATE EMMA LIZ JEN AMY SAM MAX ZOE LEO MIA JOE DAN TIM RON KEN""".split()


def fill(rng: np.random.Generator, pattern: str) -> str:
    """Puts letters and digits for the placeholders; separators and braces stay."""
    rare = rng.random()  # some texts are of few distinct characters (AAA 1111), some of those that look alike
    letters = list(LETTERS) if rare > 0.25 else list(rng.choice(list(LETTERS), 3)) if rare > 0.17 else list("OODDQBSZGIUVWMNHEFTYJCWLLAKR")
    digits = list(DIGITS) if rare > 0.25 else list(rng.choice(list(DIGITS), 3)) if rare > 0.17 else list("00008852617444493")
    out = []
    for c in pattern:
        out.append(letters[rng.integers(len(letters))] if c == "@" else digits[rng.integers(len(digits))] if c == "#" else c)
    return "".join(out)


def with_a_4(rng: np.random.Generator, serial: str) -> str:
    """The registration with one of its digits, most often the first, a 4: for dies whose open 4 looks like an L."""
    digits = [k for k, c in enumerate(serial) if c in DIGITS and "{" not in serial[:k] and "(" not in serial[:k]]
    if not digits:
        return serial
    at = digits[0] if rng.random() < 0.5 else digits[rng.integers(len(digits))]
    return serial[:at] + "4" + serial[at + 1 :]


def text_of(serial: str) -> str:
    """The registration in a filled pattern: A-Z and 0-9 outside braces and parentheses."""
    out, depth = [], 0
    for c in serial:
        depth += (c in "{(") - (c in "})")
        if depth == 0 and c in LETTERS + DIGITS:
            out.append(c)
    return "".join(out)


def vanity(rng: np.random.Generator, longest: int = 8) -> str:
    """A personal plate: words, words with digits, or plain noise; sometimes with a gap, hyphen or symbol."""
    kind = rng.random()
    if kind < 0.5:
        words = [WORDS[i] for i in rng.integers(0, len(WORDS), 3)]
        text = "".join(words[: rng.integers(1, 3)]) + (str(rng.integers(0, 100)) if rng.random() < 0.3 else "")
        if rng.random() < 0.3:
            at = int(rng.integers(0, len(text)))
            text = text[:at] + text[at + 1 :]
    else:
        text = "".join(rng.choice(list(LETTERS + DIGITS), rng.integers(2, longest + 1)))
    text = text[:longest]
    if len(text) < 2:
        text = fill(rng, "@@@@")
    if len(text) < longest and len(text) > 2 and rng.random() < 0.3:
        at = int(rng.integers(1, len(text)))
        text = text[:at] + rng.choice([" ", "-", ".", "*"], p=[0.6, 0.15, 0.1, 0.15]) + text[at:]
    return text


def noise(rng: np.random.Generator) -> str:
    """Letters and digits without any rule, in one or two groups."""
    n = int(rng.integers(4, 9))
    chars = "".join(rng.choice(list("@#"), n))
    if rng.random() < 0.6:
        at = int(rng.integers(1, n))
        chars = chars[:at] + rng.choice(list(" -.*")) + chars[at:]
    return fill(rng, chars)
