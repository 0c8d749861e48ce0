"""python -m unittest tests.test_plates      (in training/; needs the fonts)"""

import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plates import FAMILIES, INPUT_H, INPUT_W, rectified_sample, render_plate  # noqa: E402
from recogniser.alphabet import REGION_INDEX  # noqa: E402
from recogniser.pool import make_shard  # noqa: E402


class Plates(unittest.TestCase):
    def test_every_family_renders_labelled_plates(self):
        for family in FAMILIES:
            rng = np.random.default_rng(7)
            for _ in range(20):
                plate = render_plate(rng, family)
                self.assertEqual(len(plate.char_boxes), len(plate.text), plate)
                self.assertTrue(plate.region is None or plate.region in REGION_INDEX)
                self.assertRegex(plate.text, r"^[A-Z0-9]{1,12}$")

    def test_same_seed_same_sample(self):
        a, b = (rectified_sample(np.random.default_rng(3)) for _ in range(2))
        self.assertEqual(a[0].shape, (INPUT_H, INPUT_W, 3))
        self.assertTrue((a[0] == b[0]).all())
        self.assertEqual(a[1:], b[1:])

    def test_characters_stay_in_order_in_a_shard(self):
        shard = make_shard(5, 12)
        for text, place in zip(shard["text"], shard["place"]):
            found = place[place >= 0]
            self.assertEqual(len(found), (text > 0).sum())
            self.assertTrue((np.diff(found[found >= 40]) >= 0).all())


if __name__ == "__main__":
    unittest.main()
