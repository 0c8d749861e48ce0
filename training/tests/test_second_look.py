"""python -m unittest discover -s tests      (in training/; needs the fonts)"""

import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from recognizer.alphabet import ALPHABET, REGIONS
from recognizer.second_look import LOOKS, fitted, loosened, spoiled_alike, together, views


class SecondLook(unittest.TestCase):
    def test_loosened_moves_each_side_outward(self):
        quad = np.float32([(100, 50), (300, 50), (300, 90), (100, 90)])
        np.testing.assert_allclose(loosened(quad, 0.05, 0.1), [(90, 46), (310, 46), (310, 94), (90, 94)])

    def test_all_looks_at_a_plate_are_spoiled_alike(self):
        rng = np.random.default_rng(3)
        plates = rng.integers(0, 255, (12, 1, 64, 160, 3), np.uint8)
        spoiled = spoiled_alike(np.repeat(plates, 3, 1))
        np.testing.assert_array_equal(spoiled[:, 0], spoiled[:, 2])
        self.assertTrue(all((one != plate).any() for one, plate in zip(spoiled[:, 0], plates[:, 0])))

    def test_each_look_has_the_same_vote(self):
        looks = [[("AB", np.log(0.9)), ("A8", np.log(0.1))], [("A8", np.log(0.95))]]
        (first, p), (second, q) = together(looks)
        self.assertEqual((first, second), ("A8", "AB"))
        self.assertAlmostEqual(np.exp(p), 1.05 / 2)
        self.assertAlmostEqual(np.exp(q), 0.45)

    def test_one_look_is_itself(self):
        self.assertEqual(together([[("AB", -0.1), ("A8", -2.4)]]), [("AB", -0.1), ("A8", -2.4)])

    def test_sights_show_the_same_plate_each_time_and_leave_the_drawing_as_it_was(self):
        from plates import fonts, sample

        cut = sample.rectify
        crops, texts = views(5, 3)
        self.assertEqual((crops.shape[:2], len(texts)), ((3, 1 + len(LOOKS)), 3))
        flat = crops.reshape(3, len(crops[0]), -1).astype(float)
        alike = np.array([[[np.corrcoef(a[0], look)[0, 1] for look in b[1:]] for b in flat] for a in flat]).mean(-1)
        for k in range(3):  # its own other looks are more like a plate than those of the others
            self.assertEqual(alike[k].argmax(), k)
        self.assertEqual((fonts.unseen, sample.rectify), (False, cut))

    def test_two_looks_outvote_a_wrong_first_one(self):
        def logits(text, surely):
            rows = np.zeros((10, len(ALPHABET)))
            rows[:, 0] = 5.0
            for k, char in enumerate(text):
                rows[2 * k + 1, ALPHABET.index(char)] = surely
            return rows

        text = np.array([[logits("A8", 6), logits("AB", 12), logits("AB", 12)]] * 8)
        calibration = {"a": 0, "b": 1, "c": 0, "prior_weight": 0, "prior_free": 1, "region_temperature": 1}
        second, figures = fitted(text, np.zeros((8, 3, len(REGIONS))), ["AB"] * 8, calibration)
        self.assertEqual((figures["doubtful"], figures["right_before"], figures["right_after"]), (8, 0, 1))
        self.assertEqual(set(second), {"below", "looks", "a", "b", "c"})


if __name__ == "__main__":
    unittest.main()
