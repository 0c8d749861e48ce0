"""The result of a rendering."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

SMALL_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
HIDDEN = "?"


class Char(NamedTuple):
    """A character of a registration as it is drawn; x, y, w, h in pixels.

    small   of the small letters and digits beside or stacked between the others: a county, a type, an
            organization. They belong to the registration, but many write it without them.
    """

    char: str
    x: float
    y: float
    w: float
    h: float
    small: bool = False

    @property
    def mark(self) -> str:
        """The character's own class for the reader: small ones have lower case and lowered digits."""
        return self.char if not self.small else SMALL_DIGITS[int(self.char)] if self.char.isdigit() else self.char.lower()


@dataclass
class Plate:
    """One clean, flat, frontal plate face.

    image   H×W×3 uint8 RGB
    region  `us-ca`, `mx-bcn`, `ca-on`, `de`, `br` …; None where the design belongs to no region
    lines   1, or 2 for plates with the registration on two lines
    chars   in reading order; symbols and the European band are not part of them
    """

    image: np.ndarray
    region: str | None
    lines: int = 1
    chars: list[Char] = field(default_factory=list)

    @property
    def text(self) -> str:
        """A-Z and 0-9 of the registration without its small letters, HIDDEN where one cannot be seen."""
        return "".join(c.char for c in self.chars if not c.small)

    @property
    def marked(self) -> str:
        """The whole registration, small letters in lower case and small digits lowered."""
        return "".join(c.mark for c in self.chars)

    def hiding(self, k: int) -> "Plate":
        """The plate with its character k hidden: there is one, and nobody can see which."""
        return replace(self, chars=[c._replace(char=HIDDEN, small=False) if i == k else c for i, c in enumerate(self.chars)])
