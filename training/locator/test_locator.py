"""What must hold without any training: python -m pytest training/locator"""

import numpy as np
from training.locator import decode, fold, geometry, samples, targets
from training.locator.net import STRIDES, WINDOW

RNG = np.random.default_rng(5)


def outputs_of(maps):
    """Network outputs that say exactly what the targets ask for."""
    return [
        np.concatenate([np.log(np.clip(s, 1e-4, 1 - 1e-4) / (1 - np.clip(s, 1e-4, 1 - 1e-4)))[None], c])
        for s, _, c, _ in maps
    ]


def test_targets_decode_to_the_plates_they_encode():
    for width in (24, 60, 110, 200, 400):
        quad = geometry.quad_of_box(37.3, 81.9, width, width / 2.3) + RNG.normal(0, 0.02 * width, (4, 2)).astype(
            np.float32
        )
        maps = targets.encode(quad[None], [True], [False], 512, 320)
        quads, scores = decode.propose(outputs_of(maps), 0.3)
        assert len(quads) == 1 and scores[0] > 0.99
        np.testing.assert_allclose(quads[0], quad, atol=0.01)


def test_an_ignored_plate_is_neither_asked_for_nor_punished():
    quad = geometry.quad_of_box(50, 60, 80, 30)
    for (score, weight, _, trust), stride in zip(targets.encode(quad[None], [True], [True], 256, 256), STRIDES):
        assert score.max() == 0 and trust.max() == 0
        if stride < 32:
            assert weight.min() == 0


def test_the_window_shows_the_plate_where_the_lesson_says():
    picture = np.zeros((400, 600), np.uint8)
    quad = geometry.quad_of_box(200, 150, 160, 60)
    picture[150:210, 200:360] = 255
    start = samples.displace(RNG, quad)
    window, matrix = (c[0] for c in decode.windows(picture, [start]))
    plate, corners, trust = samples.lesson(start, matrix, quad[None], [True], [False])
    assert plate == 1 and trust == 1
    inside = (corners + 1) / 2 * WINDOW
    bright = np.argwhere(window > 127)
    assert abs(bright.mean(0)[::-1] + 0.5 - inside.mean(0)).max() < 1.0
    back = decode.corners(np.concatenate([[0], corners.ravel()]).astype(np.float32), matrix)
    np.testing.assert_allclose(back, quad, atol=0.01)


def test_of_two_that_overlap_the_better_stays():
    quads = np.stack(
        [geometry.quad_of_box(*b) for b in ((0, 0, 100, 40), (5, 3, 100, 40), (300, 0, 50, 20), (20, 5, 40, 20))]
    )
    assert sorted(geometry.suppress(quads, np.float32([0.6, 0.9, 0.4, 0.5]))) == [1, 2]


def convolve(x, kernel, stride, before):
    """(C, H, W) integers with (O, C, k, k) → (O, h, w); `before` zeros above and to the left, as many as needed after."""
    size = kernel.shape[2]
    height, width = (side // stride for side in x.shape[1:])
    padded = np.pad(x, ((0, 0), (before, size), (before, size)))
    rows, columns = stride * np.arange(height), stride * np.arange(width)
    return sum(
        np.einsum("oc,chw->ohw", kernel[:, :, i, j], padded[:, rows[:, None] + i, columns + j])
        for i, j in np.ndindex(size, size)
    )


def test_folded_layers_give_the_same_integers():
    for height, width in ((32, 64), (8, 4), (96, 160)):
        picture = RNG.integers(0, 256, (1, height, width))
        first, second = (RNG.integers(-127, 128, shape) for shape in ((8, 1, 3, 3), (16, 8, 3, 3)))
        as_it_was = convolve(picture, first, 2, 1)
        cells = picture.reshape(height // 4, 4, width // 4, 4).transpose(1, 3, 0, 2).reshape(16, height // 4, width // 4)
        folded = convolve(cells, fold.first_kernel(first), 1, 1)
        places = folded.reshape(2, 2, 8, height // 4, width // 4).transpose(2, 3, 0, 4, 1)
        np.testing.assert_array_equal(places.reshape(as_it_was.shape), as_it_was)
        np.testing.assert_array_equal(
            convolve(folded, fold.second_kernel(second), 1, 1), convolve(as_it_was, second, 2, 1)
        )
