"""Measures on what training does not see and may be tuned to: the held-out stretch of the dashcam's train
split (real plates) and composed scenes of a fixed seed (plates of all countries, true corners)."""

from functools import lru_cache

import numpy as np
import onnxruntime
import torch

from . import dashcam, pipeline, scenes
from .geometry import box_of, iou, size_of
from .net import Locator, Refiner
from .pool import Pool

SCENES, SEED = 160, 77
# The real plates' boxes are drawn 10 to 20 % too wide, so a perfect quad overlaps them by 0.5 to 0.7 only.
ENOUGH = {"real": 0.4, "composed": 0.5}


@lru_cache(1)
def pictures():
    """List of (set, picture, quads, ignored)."""
    rng, pool, frames = np.random.default_rng(SEED), Pool(), dashcam.frames("held")
    made = [
        ("real", dashcam.gray(path), np.concatenate([quads, others]), np.arange(len(quads) + len(others)) >= len(quads))
        for path, quads, others in frames
    ]
    for i in range(SCENES):
        picture, quads, _, ignored = scenes.compose(rng, pool, frames, *((640, 384), (512, 512))[i % 2])
        made.append(("composed", picture, quads, ignored))
    return made


def runners(locator_state, refiner_state):
    """`locate` and `refine` for pipeline.find, run by torch."""
    locator, refiner = Locator().eval(), Refiner().eval()
    locator.load_state_dict(locator_state)
    refiner.load_state_dict(refiner_state)

    def run(net):
        def call(x):
            with torch.inference_mode():
                out = net(torch.from_numpy(x).float() / 255)
            return [o.numpy() for o in out] if isinstance(out, tuple) else out.numpy()

        return call

    return run(locator), run(refiner)


def onnx_runners(locator_file, refiner_file):
    """The same, run by onnxruntime on one thread."""
    locator, refiner = session(locator_file), session(refiner_file)
    return (lambda x: locator.run(None, {"picture": x})), (lambda x: refiner.run(None, {"window": x})[0])


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def measure(locate, refine):
    """→ recall and false plates a picture (at the default threshold), both sets; the corners'
    median error in hundredths of the plate's height; `goal`: one figure to choose the best checkpoint by."""
    tally = {k: [0, 0, 0, 0] for k in ("real", "composed")}  # plates, found, false, pictures
    errors = []
    for name, picture, quads, ignored in pictures():
        found = pipeline.find(picture, locate, refine)
        overlap = (
            iou(box_of(found.quads), box_of(quads))
            if len(quads) and len(found.quads)
            else np.zeros((len(found.quads), len(quads)))
        )
        row = tally[name]
        for j in np.flatnonzero(~ignored):
            hit = len(overlap) and overlap[:, j].max() >= ENOUGH[name]
            row[0], row[1] = row[0] + 1, row[1] + bool(hit)
            if hit and name == "composed":
                best = found.quads[overlap[:, j].argmax()]
                errors.append(np.hypot(*(best - quads[j]).T).mean() / size_of(quads[j])[1])
        row[2] += sum(1 for o in overlap if not len(o) or o.max() < 0.2)
        row[3] += 1
    result = {}
    for name, (plates, hits, false, count) in tally.items():
        result[f"{name}_recall"], result[f"{name}_false"] = hits / max(plates, 1), false / count
    result["corner_error"] = 100 * float(np.median(errors)) if errors else 100.0
    result["goal"] = (
        sum(result[f"{n}_recall"] - 0.5 * result[f"{n}_false"] for n in tally) - 0.01 * result["corner_error"]
    )
    return result
