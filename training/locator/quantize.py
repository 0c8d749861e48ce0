"""INT8 versions of the exported networks, kept only if they lose nothing that counts.

    python -m training.locator.quantize [--models FOLDER]

Calibrated on dashcam frames of the training part and composed scenes; compared on the held-out measure.
"""

import argparse
import json
from functools import partial
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from . import dashcam, decode, heldout, pipeline, samples, scenes
from .export import MODELS, milliseconds
from .fold import fold
from .pool import Pool

LOSS = 0.01  # most that the held-out goal may fall
NETWORKS = ("locator", "refiner")


class Examples(CalibrationDataReader):
    def __init__(self, name, arrays):
        self.rest = iter([{name: a} for a in arrays])

    def get_next(self):
        return next(self.rest, None)


def calibration(count=48):
    """Pictures as the locator sees them, and windows as the refiner sees them."""
    rng, pool, frames = np.random.default_rng(9), Pool(), dashcam.frames("fit")
    pictures, windows = [], []
    for i in range(count):
        picture, quads, _, _ = scenes.compose(rng, pool, frames, 640, 384)
        pictures.append(picture[None, None])
        if len(quads):
            windows.append(decode.windows(picture, [samples.displace(rng, q) for q in quads])[0][:, None])
        picture = dashcam.gray(frames[i * 7 % len(frames)][0])
        pictures.append(pipeline.reduce(picture)[0][None, None])
    return pictures, windows


def quantize(source, target, name, arrays, keep_float):
    prepared = target.with_suffix(".tmp")
    quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
    quantize_static(
        str(prepared),
        str(target),
        Examples(name, arrays),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=keep_float(prepared),
    )
    prepared.unlink()
    if name == "picture":
        model = onnx.load(str(target))
        fold(model)
        onnx.save(model, str(target))


def last_layers(path):
    """The layers that give the answers stay in floating point: their range is wide (logits beside offsets)."""
    graph = onnx.load(str(path)).graph
    outputs = {o.name for o in graph.output}
    return [n.name for n in graph.node if outputs & set(n.output) and n.op_type in ("Conv", "Gemm")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=MODELS)
    args = parser.parse_args()
    folder = args.models
    pictures, windows = calibration()
    for name, tensor, arrays in (("locator", "picture", pictures), ("refiner", "window", windows)):
        quantize(folder / f"{name}.onnx", folder / f"{name}-int8.onnx", tensor, arrays, last_layers)
        for kind in ("", "-int8"):
            s = heldout.session(folder / f"{name}{kind}.onnx")
            best, median = milliseconds(partial(s.run, None, {tensor: arrays[1][:1]}))
            print(f"{name}{kind}: {best:.2f} ms at best, {median:.2f} ms median for {arrays[1][:1].shape}")
    files = {"locator": "locator.onnx", "refiner": "refiner.onnx"}
    goal = measured(folder, files)
    for name in NETWORKS:  # one after the other, each on top of what was kept before
        trial = files | {name: f"{name}-int8.onnx"}
        if measured(folder, trial) >= goal - LOSS:
            files = trial
        else:
            (folder / f"{name}-int8.onnx").unlink()
    described = json.loads((folder / "locator.json").read_text())
    for name, file in files.items():
        described[name]["file"] = file
    (folder / "locator.json").write_text(json.dumps(described, indent=2, ensure_ascii=False) + "\n")
    print("kept:", files)


def measured(folder, files):
    result = heldout.measure(*heldout.onnx_runners(*(folder / files[n] for n in NETWORKS)))
    print(list(files.values()), {k: round(float(v), 4) for k, v in result.items()}, flush=True)
    return result["goal"]


if __name__ == "__main__":
    main()
