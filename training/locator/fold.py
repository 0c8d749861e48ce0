"""The locator's first two layers in another shape, with exactly the same answers.

    python -m training.locator.fold [--models FOLDER]

A convolution from one channel to eight, over a picture of 640 × 384, was four tenths of the locator's time: a processor multiplies
sixteen or more numbers at once, and there was one channel. Here each block of 4 × 4 pixels becomes one cell with 16 channels. In cells, the
first layer (3 × 3, stride 2) is one of 2 × 2 without a stride whose 32 channels are the 2 × 2 places × 8 channels of before, and the
second (3 × 3, stride 2) is also one of 2 × 2. The weights are the same, with zeros where a place does not belong to a kernel. Integers are summed
in another order, so every answer is the same to the last bit. The picture also goes in as it is: dividing it by 255 and
making integers of it again changed nothing.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .export import MODELS

BLOCK = 4


def first_kernel(weights):
    """(8, 1, 3, 3) → (32, 16, 2, 2); output channel (a, b, c) is channel c at the place (a, b) of 2 × 2."""
    channels = weights.shape[0]
    out = np.zeros((2, 2, channels, BLOCK, BLOCK, 2, 2), weights.dtype)
    for a, b, y, x in np.ndindex(2, 2, 3, 3):
        row, column = 2 * a - 1 + y, 2 * b - 1 + x  # from the upper left of this cell; −1 is in the one before
        place = (row % BLOCK, column % BLOCK, int(row >= 0), int(column >= 0))
        out[a, b, :, place[0], place[1], place[2], place[3]] = weights[:, 0, y, x]
    return out.reshape(4 * channels, BLOCK * BLOCK, 2, 2)


def second_kernel(weights):
    """(16, 8, 3, 3) → (16, 32, 2, 2); its input's channels are those of `first_kernel`."""
    outputs, channels = weights.shape[:2]
    out = np.zeros((outputs, 2, 2, channels, 2, 2), weights.dtype)
    for y, x in np.ndindex(3, 3):
        row, column = y - 1, x - 1
        out[:, row % 2, column % 2, :, int(row >= 0), int(column >= 0)] = weights[:, :, y, x]
    return out.reshape(outputs, 4 * channels, 2, 2)


def fold(model):
    """Changes the quantized locator in place."""
    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output}
    constants = {one.name: one for one in graph.initializer}

    def replace(name, change):
        constants[name].CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(constants[name])), name))

    def reshape(conv, kernel, copies):
        weights, bias = (makers[name] for name in conv.input[1:3])
        replace(weights.input[0], kernel)
        for name in (*weights.input[1:], *bias.input):
            replace(name, lambda values: np.tile(values, copies))
        del conv.attribute[:]
        conv.attribute.extend(
            helper.make_attribute(k, v) for k, v in (("kernel_shape", [2, 2]), ("pads", [1, 1, 0, 0]))
        )

    first, second = [node for node in graph.node if node.op_type == "Conv"][:2]
    for conv in (first, second):
        given = {a.name: list(a.ints) for a in conv.attribute if a.ints}
        assert (given["kernel_shape"], given["strides"], given["pads"]) == ([3, 3], [2, 2], [1, 1, 1, 1]), given
    levels = makers[first.input[0]]  # DequantizeLinear
    scale = numpy_helper.to_array(constants[levels.input[1]])
    zero = numpy_helper.to_array(constants[levels.input[2]])
    assert np.isclose(scale, 1 / 255, rtol=1e-6) and zero == 0, (scale, zero)

    reshape(first, first_kernel, 4)
    reshape(second, second_kernel, 1)
    before = []  # what leads from the picture to its levels
    name = levels.input[0]
    while name in makers:
        before.append(makers[name])
        name = makers[name].input[0]
    picture = name
    number = numpy_helper.from_array
    graph.initializer.extend(
        [
            number(np.array([BLOCK], np.int64), "block"),
            number(np.array([BLOCK * BLOCK], np.int64), "pixels"),
        ]
    )
    make = helper.make_node
    cells = [
        # n, h, w → n, h/4, w/4 → n, h/4, 4, w/4, 4
        make("Shape", [picture], ["count"], start=0, end=1),
        make("Shape", [picture], ["sides"], start=2),
        make("Div", ["sides", "block"], ["grid"]),
        make("Split", ["grid"], ["rows", "columns"], axis=0),
        make("Concat", ["count", "rows", "block", "columns", "block"], ["as_blocks"], axis=0),
        make("Concat", ["count", "rows", "columns", "pixels"], ["as_cells"], axis=0),
        make("Reshape", [picture, "as_blocks"], ["blocked"]),
        make("Transpose", ["blocked"], ["gathered"], perm=[0, 1, 3, 2, 4]),
        make("Reshape", ["gathered", "as_cells"], ["cells_last"]),
        make("Transpose", ["cells_last"], ["cells"], perm=[0, 3, 1, 2]),
    ]
    levels.input[0] = "cells"
    rest = [node for node in graph.node if node not in before]
    del graph.node[:]
    graph.node.extend(cells + rest)
    used = {name for node in graph.node for name in node.input}
    for one in [one for one in graph.initializer if one.name not in used]:
        graph.initializer.remove(one)
    del graph.value_info[:]  # shapes of before
    onnx.checker.check_model(model)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS)
    args = parser.parse_args()
    described = json.loads((args.models / "locator.json").read_text())
    path = args.models / described["locator"]["file"]
    model = onnx.load(str(path))
    fold(model)
    onnx.save(model, str(path))
    print(f"{path}: folded")


if __name__ == "__main__":
    main()
