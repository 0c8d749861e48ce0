"""python -m unittest tests.test_vehicle      (in training/)"""

import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vehicle.patch import ABOVE, BELOW, BEYOND, HEIGHT, WIDTH, cut, meters
from vehicle.walls import walls


class Patch(unittest.TestCase):
    """The same numbers as test/recognition/vehicle/patch.test.ts: what is trained on is what the agent sees."""

    def test_is_two_meters_wide_around_the_plate(self):
        ramp = np.zeros((1000, 1000, 3), np.uint8)
        ramp[..., 0] = (255 * np.arange(1000) / 1000).astype(np.uint8)
        ramp[..., 1] = (255 * np.arange(1000) / 1000).astype(np.uint8)[:, None]
        box = [469.5, 485.0, 61.0, 30.0]
        self.assertAlmostEqual(meters(box), 200)
        patch = cut(ramp, box).astype(float)
        self.assertEqual(patch.shape, (HEIGHT, WIDTH, 3))
        for got, wanted in ((patch[80, 0, 0], 301), (patch[80, -1, 0], 699), (patch[0, 96, 1], 289), (patch[-1, 96, 1], 620.4)):
            self.assertLess(abs(got - 255 * wanted / 1000), 1.6)

    def test_is_gray_beyond_the_photograph(self):
        patch = cut(np.full((50, 50, 3), 255, np.uint8), [-40.0, -40.0, 30.0, 15.0])
        self.assertTrue((patch[0, 0] == BEYOND).all())

    def test_is_mirrored(self):
        half = np.zeros((400, 400, 3), np.uint8)
        half[:, 200:] = 255
        box = [185.0, 190.0, 30.0, 15.0]
        self.assertEqual(cut(half, box)[80, 10, 0], 0)
        self.assertEqual(cut(half, box, mirrored=True)[80, 10, 0], 255)


class Walls(unittest.TestCase):
    def test_have_many_colors_and_are_the_same_each_time(self):
        drawn = walls(40)
        self.assertEqual((drawn.shape, drawn.dtype), ((40, HEIGHT, WIDTH, 3), np.uint8))
        np.testing.assert_array_equal(drawn, walls(40))
        means = drawn.reshape(40, -1, 3).mean(1)
        self.assertGreater(np.ptp(means[:, 0] - means[:, 1]), 60)  # from green to red
        self.assertGreater(len({patch.tobytes() for patch in drawn}), 39)

    def test_have_a_plate_where_the_network_expects_it(self):
        y = round(HEIGHT * ABOVE / (ABOVE + BELOW))
        drawn = walls(40).astype(float).mean(-1)
        plates, beside = drawn[:, y - 4:y + 5, 82:110], drawn[:, y - 4:y + 5, 20:48]
        # Strokes and ground differ more than the wall beside it does.
        self.assertGreater(np.mean(plates.std((1, 2)) > beside.std((1, 2))), 0.65)


if __name__ == "__main__":
    unittest.main()
