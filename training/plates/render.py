"""Renders a plate of any family."""

import numpy as np

from . import render_br, render_eu, render_us, render_wild, render_world
from .plate import Plate

FAMILIES = {"us": 0.53, "na": 0.08, "eu": 0.15, "br": 0.1, "wild": 0.08, "world": 0.06}
_NAMES, _SHARES = list(FAMILIES), list(FAMILIES.values())


def render_plate(rng: np.random.Generator, family: str | None = None) -> Plate:
    """A clean plate face of a family: us, na (Mexico and Canada), eu, br (Brazil and Mercosur), world (other
    countries) or wild (of no region); of any family, by share, if None."""
    family = family or _NAMES[rng.choice(len(_NAMES), p=_SHARES)]
    if family in ("us", "na"):
        return render_us.render(rng, family)
    return {"eu": render_eu, "br": render_br, "wild": render_wild, "world": render_world}[family].render(rng)


def regions() -> list[str]:
    """Every region that can be rendered, sorted: the classes of the recognizer's region head."""
    found = {d.region for d in render_us.US + render_us.NA} | set(render_eu.COUNTRIES) | {d.region for d in render_world.DESIGNS} | {"br", "ar", "uy", "py"}
    return sorted(found)
