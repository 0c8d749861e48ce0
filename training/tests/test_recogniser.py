"""python -m unittest discover -s tests      (in training/; needs the fonts)"""

import itertools
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plates import FAMILIES, INPUT_H, INPUT_W, rectified_sample, render_plate  # noqa: E402
from plates.grammar import fill, text_of  # noqa: E402
from recogniser.alphabet import ALPHABET, REGION_INDEX  # noqa: E402
from recogniser.decode import beam, greedy, log_softmax  # noqa: E402
from recogniser.grammar_table import grammar_table  # noqa: E402
from recogniser.pool import make_shard  # noqa: E402
from recogniser.score import score  # noqa: E402
from recogniser.train import columns  # noqa: E402


class Plates(unittest.TestCase):
    def test_text_leaves_out_separators_symbols_and_stacked_letters(self):
        self.assertEqual(text_of("{DP}AB*1-2.3 C{XY}"), "AB123C")

    def test_filled_pattern_keeps_its_shape(self):
        text = fill(np.random.default_rng(1), "@##-1@")
        self.assertRegex(text, r"^[A-Z][0-9]{2}-1[A-Z]$")

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

    def test_grammar_of_every_region(self):
        self.assertEqual(set(grammar_table()), set(REGION_INDEX))


class Decoding(unittest.TestCase):
    def test_greedy_merges_repeats_and_keeps_doubles(self):
        path = [ALPHABET.index(c) for c in "AA-A1-"]
        self.assertEqual(greedy(np.eye(37)[path][None] * 9), ["AA1"])

    def test_beam_sums_over_all_paths(self):
        logits = np.full((3, 37), -30.0)
        logits[:, [0, 1, 11]] = np.random.default_rng(2).normal(0, 1, (3, 3))
        steps, total = log_softmax(logits), {}
        for path in itertools.product([0, 1, 11], repeat=3):
            text = greedy(np.eye(37)[list(path)][None])[0]
            total[text] = total.get(text, 0) + np.exp(sum(steps[t, k] for t, k in enumerate(path)))
        for text, p in beam(logits, width=50, floor=-20):
            self.assertAlmostEqual(np.exp(p), total[text], places=5)

    def test_columns_mark_centres_and_free_their_neighbours(self):
        target = columns(np.array([[5, 6]]), np.array([[40, 79]]))[0].tolist()
        self.assertEqual((target[40], target[41], target[39], target[79], target[78], target[50]), (5, -100, 0, 6, -100, 0))

    def test_score_folds(self):
        self.assertEqual(score(["A0I"], ["AO1"])["exact_folded"], 1)


if __name__ == "__main__":
    unittest.main()
