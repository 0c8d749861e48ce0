"""python -m unittest tests.test_issuers      (in training/; needs requirements-render.txt alone: CI runs it)"""

import itertools
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plates import grammar, render_plate
from plates.designs_us import DESIGNS
from plates.issuers import DIES, OF_REGION, VARIANTS, california, face, face_glyph, north, south, west, world
from plates.issuers.sheet import CHARACTERS, sheet
from plates.issuers.stroke import Die, glyph
from recognizer.alphabet import REGIONS

HEIGHT = 72
# Pairs that some issuers make the same or nearly the same: O and 0 share one die, a bare 1 is an I.
ALIKE = {frozenset("0O"), frozenset("1I"), frozenset("0Q"), frozenset("OQ"), frozenset("0D"), frozenset("OD")}


def differences(masks: list[np.ndarray]) -> np.ndarray:
    """Share of pixels that differ between each two masks, centered on each other, of the ink in both."""
    ink = np.zeros((len(masks), HEIGHT, 2 * HEIGHT), np.float32)
    for row, mask in zip(ink, masks):
        left = HEIGHT - mask.shape[1] // 2
        row[:, left : left + mask.shape[1]] = mask > 127
    flat = ink.reshape(len(masks), -1)
    both, each = flat @ flat.T, flat.sum(1)
    either = each[:, None] + each - both
    return (either - both) / either


class Issuers(unittest.TestCase):
    def test_every_die_that_is_drawn_has_a_name_and_is_struck_somewhere(self):
        """Of two dies with one name the second would be struck for both."""
        for part in (california, north, south, west, world):
            for name, die in vars(part).items():
                if isinstance(die, Die):
                    self.assertTrue(any(die is other for other in DIES.values()), f"{part.__name__}.{name} has no name")
        used = " ".join([*OF_REGION.values(), *(design.die for design in DESIGNS)]).split()
        self.assertEqual(set(used), set(DIES))

    def test_every_die_has_every_character_and_none_is_empty_or_a_block(self):
        for name, die in DIES.items():
            self.assertEqual(set(die.glyphs), set(CHARACTERS), name)
            for char in CHARACTERS:
                mask = glyph(die, char, HEIGHT)
                ink = (mask > 127).sum() / HEIGHT**2
                self.assertEqual(mask.shape[0], HEIGHT)
                self.assertTrue(0.05 < ink < 0.5, f"{name} {char}: {ink:.2f} of a square is ink")
                self.assertGreater((mask[: HEIGHT // 8] > 127).sum(), 0, f"{name} {char} does not reach the top")
                self.assertGreater((mask[-HEIGHT // 8 :] > 127).sum(), 0, f"{name} {char} does not reach the foot")

    def test_characters_of_a_die_differ_from_one_another(self):
        for name, variant in itertools.product(DIES, (0, 100)):
            apart = differences([face_glyph(f"issuer:{name}/{variant}", c, HEIGHT) for c in CHARACTERS])
            for (i, a), (j, b) in itertools.combinations(enumerate(CHARACTERS), 2):
                if frozenset((a, b)) not in ALIKE:
                    self.assertGreater(apart[i, j], 0.07, f"{name}/{variant}: {a} is like {b}")

    def test_california_4_is_open_at_the_top(self):
        """Right of the diagonal, above the stem, there is no ink: closed, it would be the 4 of other states."""
        for variant in range(VARIANTS):
            mask = face_glyph(f"issuer:ca/{variant}", "4", HEIGHT) > 127
            corner = mask[: HEIGHT // 3, -mask.shape[1] // 5 :]
            self.assertEqual(corner.sum(), 0, variant)
            inner = mask[int(HEIGHT * 0.58)].astype(int)  # the diagonal and the stem do not touch
            self.assertEqual(np.diff(inner).tolist().count(1) + inner[0], 2, variant)
        closed = face_glyph("issuer:fl/0", "4", HEIGHT) > 127
        self.assertGreater(closed[: HEIGHT // 3, closed.shape[1] // 2 :].sum(), 0)

    def test_a_4_is_put_in_place_of_one_digit(self):
        rng = np.random.default_rng(3)
        for serial in ("#@@@###", "@@ ####", "{##}@#@#", "(##) ####", "@@@@"):
            for _ in range(50):
                before = grammar.fill(rng, serial)
                after = grammar.with_a_4(rng, before)
                changed = [(a, b) for a, b in zip(before, after) if a != b]
                self.assertEqual(len(before), len(after))
                self.assertLessEqual(len(changed), 1)
                for was, now in changed:
                    self.assertIn(was, grammar.DIGITS)
                    self.assertEqual(now, "4")
                self.assertEqual(before[: before.find("}") + 1], after[: after.find("}") + 1])

    def test_the_open_4_is_struck_often(self):
        rng = np.random.default_rng(5)
        texts = [plate.text for plate in (render_plate(rng, "us") for _ in range(300)) if plate.region == "us-ca"]
        begins = sum(text.startswith("4") for text in texts) / len(texts)
        self.assertGreater(begins, 0.15)  # one plate of ten of California begins with a 4

    def test_regions_and_designs_name_dies_that_exist(self):
        regions = {d.region for d in DESIGNS}
        self.assertLessEqual(regions, set(OF_REGION))
        self.assertLessEqual(set(OF_REGION), set(REGIONS))
        for names in (*OF_REGION.values(), *(d.die for d in DESIGNS)):
            self.assertLessEqual(set(names.split()), set(DIES))

    def test_validation_sees_variants_that_training_does_not(self):
        rng = np.random.default_rng(1)
        seen, unseen = ({face(rng, "us-ca", held_out) for _ in range(300)} for held_out in (False, True))
        self.assertFalse(seen & unseen)
        self.assertIsNone(face(rng, "mx-bcn", False))

    def test_sheet_has_a_row_for_each_die(self):
        self.assertEqual(sheet(list(DIES), 40).shape[0], 56 * len(DIES))


if __name__ == "__main__":
    unittest.main()
