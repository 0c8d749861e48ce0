"""python -m unittest tests.test_reading      (in training/; needs requirements-render.txt alone: CI runs it)"""

import itertools
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plates.grammar import fill, text_of
from recognizer.alphabet import ALPHABET, PUBLISHED, REGION_INDEX, REGIONS, plain, whole
from recognizer.calibrate import calibrate, ece, features, fit
from recognizer.decode import beam, greedy, log_softmax, merged
from recognizer.grammar_table import grammar_table
from recognizer.prior import rerank
from recognizer.score import score
from recognizer.spoil import KINDS, spoil
from recognizer.targets import columns


class Grammar(unittest.TestCase):
    def test_text_leaves_out_separators_symbols_and_stacked_letters(self):
        self.assertEqual(text_of("{DP}AB*1-2.3 C{XY}"), "AB123C")

    def test_small_letters_beside_the_others_are_left_out_as_well(self):
        self.assertEqual(text_of("048(M)136"), "048136")
        self.assertIn("######", grammar_table()["us-mi"])

    def test_filled_pattern_keeps_its_shape(self):
        text = fill(np.random.default_rng(1), "@##-1@")
        self.assertRegex(text, r"^[A-Z][0-9]{2}-1[A-Z]$")

    def test_grammar_of_every_region(self):
        self.assertEqual(set(grammar_table()), set(REGION_INDEX))

    def test_prior_prefers_the_pattern_of_the_region_but_never_forbids(self):
        texas = np.eye(len(REGIONS))[REGION_INDEX["us-tx"]]
        near = [("CLTD108", np.log(0.5)), ("CLT0108", np.log(0.3))]
        self.assertEqual(rerank(near, texas, 1, 0.1)[0][0], "CLT0108")
        sure = [("MOMSCAR", np.log(0.9)), ("MOM5CAR", np.log(0.05))]
        self.assertEqual(rerank(sure, texas, 1, 0.1)[0][0], "MOMSCAR")

    def test_prior_keeps_the_mass_of_the_beam(self):
        texas = np.eye(len(REGIONS))[REGION_INDEX["us-tx"]]
        after = rerank([("CLTD108", np.log(0.5)), ("CLT0108", np.log(0.3))], texas, 2, 0.1)
        self.assertAlmostEqual(sum(np.exp(p) for _, p in after), 0.8)


class Calibration(unittest.TestCase):
    def test_a_fit_on_overconfident_probabilities_is_honest(self):
        rng = np.random.default_rng(4)
        said = rng.uniform(0.5, 1, 20_000)
        right = (rng.random(20_000) < 0.8 * said).astype(float)
        x = features(np.log(said), np.full(20_000, 7))
        self.assertGreater(ece(said, right), 0.1)
        self.assertLess(ece(1 / (1 + np.exp(-x @ fit(x, right))), right), 0.03)

    def test_plates_that_were_misread_once_spoiled_make_the_confidence_lower(self):
        texts = [f"{k:04}" for k in range(200)]
        rows = np.zeros((200, 9, 37), np.float32)
        rng = np.random.default_rng(6)
        for row, text in zip(rows, texts):
            row[4 * 2, 0], sure = 12, rng.uniform(5, 12)
            for k, char in enumerate(text):
                row[2 * k, ALPHABET.index(char)], row[2 * k + 1, 0] = sure, 12
        wrong = rows.copy()
        wrong[rng.random(200) < 1 / 3, 0] = 12 * np.eye(37, dtype=np.float32)[36]  # read as Z, as sure as the others
        region = np.zeros((400, len(REGIONS)))
        alone = calibrate(rows, region[:200], texts, ["us-ca"] * 200, (0, 0.1))
        both = calibrate(np.concatenate([rows, wrong]), region, texts, ["us-ca"] * 200, (0, 0.1))
        x = features(np.log(np.array([0.99])), np.array([4]))[0]
        sure, unsure = (1 / (1 + np.exp(-x @ [each[k] for k in "abc"])) for each in (alone, both))
        self.assertGreater(sure, 0.95)
        self.assertAlmostEqual(unsure, 5 / 6, delta=0.1)

    def test_every_way_to_spoil_changes_a_plate_and_leaves_the_original(self):
        plate = np.random.default_rng(3).integers(0, 256, (64, 160, 3), np.uint8)
        before = plate.copy()
        for kind in KINDS:
            after = spoil(np.random.default_rng(1), plate, kind)
            self.assertEqual((after.shape, after.dtype), (plate.shape, np.uint8), kind)
            self.assertGreater(np.abs(after.astype(int) - plate).mean(), 1, kind)
        np.testing.assert_array_equal(plate, before)


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

    def test_small_and_hidden_characters_merge_into_blank(self):
        logits = np.random.default_rng(3).normal(0, 3, (2, 5, len(ALPHABET)))
        before, after = np.exp(log_softmax(logits)), np.exp(log_softmax(merged(logits)))
        self.assertEqual(after.shape, (2, 5, len(PUBLISHED)))
        np.testing.assert_allclose(after[..., 1:], before[..., 1 : len(PUBLISHED)], atol=1e-9)
        np.testing.assert_allclose(after.sum(-1), 1, atol=1e-9)

    def test_the_marks_of_small_characters(self):
        self.assertEqual((plain("dp12?k₉"), whole("dp12?k₉")), ("12", "DP12K9"))

    def test_columns_mark_centers_and_free_their_neighbors(self):
        target = columns(np.array([[5, 6]]), np.array([[40, 79]]))[0].tolist()
        self.assertEqual((target[40], target[41], target[39], target[79], target[78], target[50]), (5, -100, 0, 6, -100, 0))

    def test_score_folds(self):
        self.assertEqual(score(["A0I"], ["AO1"])["exact_folded"], 1)


class Telemetry(unittest.TestCase):
    def test_every_package_that_uses_onnxruntime_switches_its_telemetry_off_before(self):
        training = Path(__file__).resolve().parents[1]
        users = [p for p in training.rglob("*.py") if re.search(r"^\s*(import|from) onnxruntime", p.read_text(), re.MULTILINE)]
        packages = {p.parent.relative_to(training).as_posix().replace("/", ".") for p in users}
        self.assertIn("recognizer", packages)
        variables = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
        for package in packages:
            words = [sys.executable, "-c", f"import os, {package}; print(os.environ['ORT_DISABLE_TELEMETRY'])"]
            self.assertEqual(subprocess.check_output(words, cwd=training, env=variables, text=True).strip(), "1")


if __name__ == "__main__":
    unittest.main()
