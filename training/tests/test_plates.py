"""python -m unittest tests.test_plates      (in training/; needs the fonts)"""

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plates import FAMILIES, INPUT_H, INPUT_W, rectified_sample, render_plate
from plates.canvas import Canvas
from plates.plate import Plate
from plates.sample import _hide
from plates.serial import draw, random_style
from recognizer import real
from recognizer.alphabet import ALPHABET, REGION_INDEX, encode, plain, whole
from recognizer.decode import merged
from recognizer.evaluate import load_model
from recognizer.export import Graph
from recognizer.model import Recognizer
from recognizer.photographs import Photographs
from recognizer.pool import make_shard
from recognizer.train import CHECKPOINTS, log, names, take_up, to_input


class Plates(unittest.TestCase):
    def test_every_family_renders_labeled_plates(self):
        for family in FAMILIES:
            rng = np.random.default_rng(7)
            for _ in range(20):
                plate = render_plate(rng, family)
                self.assertTrue(plate.region is None or plate.region in REGION_INDEX)
                self.assertRegex(plate.text, r"^[A-Z0-9]{1,12}$")
                self.assertEqual(plain(plate.marked), plate.text)
                encode(plate.marked)

    def test_small_characters_are_marked_and_in_reading_order(self):
        c = Canvas(320, 160)
        rng = np.random.default_rng(2)
        style = random_style(rng, "us", "202020")
        plate = Plate(c.done(), None, 1, draw(c, rng, "{DP}12-3(K9)", (10, 40, 310, 120), style))
        self.assertEqual((plate.text, plate.marked), ("123", "dp123k₉"))
        self.assertEqual((plain(plate.marked), whole(plate.marked)), ("123", "DP123K9"))
        middles = [char.x + char.w / 2 for char in plate.chars]
        self.assertEqual(middles, sorted(middles))

    def test_a_hidden_character_is_known_to_stand_there(self):
        found = 0
        for seed in range(40):
            plate = render_plate(np.random.default_rng(seed))
            seen = _hide(np.random.default_rng(seed), plate)
            k = seen.marked.index("?")
            self.assertEqual(seen.marked[:k] + plate.marked[k] + seen.marked[k + 1 :], plate.marked)
            at = plate.chars[k]
            box = np.s_[int(at.y + at.h * 0.3) : int(at.y + at.h * 0.7), int(at.x + at.w * 0.2) : max(int(at.x + at.w * 0.8), int(at.x + at.w * 0.2) + 1)]
            found += bool(np.abs(seen.image[box].astype(int) - plate.image[box]).mean() > 3)
        self.assertGreater(found, 35)

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

    def test_a_trained_network_keeps_what_it_knows_when_classes_are_added(self):
        weights = torch.load(CHECKPOINTS / "recognizer-best.pt", weights_only=True)
        crops = np.random.default_rng(1).integers(0, 256, (4, INPUT_H, INPUT_W, 3), dtype=np.uint8)
        alphabet, regions = names(weights)
        fewer = alphabet[:30], regions[:50]  # as if the last did not exist yet
        before = dict(weights["ema"])
        for part, n in (("classify", 30), ("region.7", 50)):
            for name in (f"{part}.weight", f"{part}.bias"):
                before[name] = before[name][:n]
        old = Recognizer(classes=30, regions=50)
        old.load_state_dict(before)
        new = Recognizer()
        self.assertEqual(take_up(new, before, *fewer), {"classify.weight", "classify.bias", "region.7.weight", "region.7.bias"})
        with torch.no_grad():
            a, b = old.eval()(to_input(crops)), new.eval()(to_input(crops))
        self.assertTrue(torch.allclose(a[0], b[0][..., [ALPHABET.index(c) for c in fewer[0]]], atol=1e-4))
        self.assertTrue(torch.allclose(a[1], b[1][..., [REGION_INDEX[r] for r in fewer[1]]], atol=1e-4))

    def test_the_exported_graph_gives_the_published_classes(self):
        model = load_model(CHECKPOINTS / "recognizer-best.pt")
        crops = np.random.default_rng(2).integers(0, 256, (3, INPUT_H, INPUT_W, 3), dtype=np.uint8)
        with torch.no_grad():
            text, region = Graph(model)(torch.from_numpy(crops))
            whole_text, whole_region = model(to_input(crops))
        np.testing.assert_allclose(text.numpy(), merged(whole_text.numpy()), atol=2e-3)
        np.testing.assert_allclose(region.numpy(), whole_region.numpy(), atol=2e-3)

    def test_a_photograph_is_never_on_both_sides(self):
        if not (real.DATA / "openimages").exists():
            self.skipTest("no photographs here")
        mine = Photographs(1)
        texts = {text for _, _, text, _ in mine.items}
        held = set(real.load("openimages")[1])
        self.assertTrue(texts and held)
        self.assertFalse(texts & held)
        batch = tuple(np.zeros(shape, kind) for shape, kind in (((4, INPUT_H, INPUT_W, 3), np.uint8), ((4, 14), np.uint8), ((4, 14), np.int8), ((4,), np.int16)))
        image, text, place, _ = mine.mixed_into(np.random.default_rng(1), batch)
        self.assertTrue(image[3].any() and text[3].any() and (place[3] == -1).all())
        self.assertFalse(image[:3].any() or text[:3].any())

    def test_the_learning_curve_takes_new_columns(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "curve.csv"
            log(path, {"minutes": 1, "val": 0.5})
            log(path, {"minutes": 2, "val": 0.6, "ucsd": 0.7})
            self.assertEqual(path.read_text(), "minutes,val,ucsd\n1,0.5,\n2,0.6,0.7\n")


if __name__ == "__main__":
    unittest.main()
