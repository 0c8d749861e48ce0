"""Writes models/locator.onnx, models/refiner.onnx and models/locator.json, checks them against torch, and
tries INT8.

    python -m training.locator.export [--checkpoint FILE] [--models FOLDER]
"""

import argparse
import json
import time
import warnings
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from . import dashcam, decode, pipeline
from .heldout import session
from .net import GROW, OFFSET, STRIDES, WINDOW, Locator, Refiner
from .train import CHECKPOINTS

MODELS = Path(__file__).parents[2] / "models"
OPSET = 17


class FromBytes(nn.Module):
    """Takes the picture as it comes from the decoder, uint8 0…255, so that the runtime copies nothing."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net(x.float() / 255)


def write(net, path, name, example, outputs, axes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            FromBytes(net).eval(),
            example,
            str(path),
            input_names=[name],
            output_names=outputs,
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    onnx.checker.check_model(onnx.load(str(path)))


def milliseconds(run, repeat=40):
    """Best and median CPU time of a call: the wall clock would count the neighbors of a busy machine."""
    times = []
    for _ in range(repeat):
        start = time.thread_time()
        run()
        times.append(1e3 * (time.thread_time() - start))
    return min(times), float(np.median(times))


def verify(path, net, x):
    """Greatest difference between ONNX and torch."""
    s = session(path)
    got = s.run(None, {s.get_inputs()[0].name: x})
    with torch.inference_mode():
        want = FromBytes(net).eval()(torch.from_numpy(x))
    want = want if isinstance(want, tuple) else (want,)
    return max(float(np.abs(g - w.numpy()).max()) for g, w in zip(got, want))


def description(saved):
    """What the runtime has to know; figures in pixels unless said otherwise."""
    return {
        "version": f"{date.today().isoformat()}-{saved['steps']}",
        "locator": {
            "file": "locator.onnx",
            "input": "picture",
            "layout": "N,1,H,W",
            "type": "uint8 gray 0…255",
            "longest": pipeline.LONGEST,
            "shortest": pipeline.SHORTEST,
            "multiple": 32,
            "outputs": [f"stride{s}" for s in STRIDES],
            "strides": list(STRIDES),
            "offset": OFFSET,
            "propose": pipeline.PROPOSE,
            "proposals": decode.PROPOSALS,
            "overlap": 0.35,
        },
        "refiner": {
            "file": "refiner.onnx",
            "input": "window",
            "layout": "N,1,64,128",
            "type": "uint8 gray 0…255",
            "width": WINDOW[0],
            "height": WINDOW[1],
            "grow": list(GROW),
            "output": "plate",
        },
        "again": pipeline.AGAIN,
        "accept": pipeline.ACCEPT,
        "score": "locator^0.25 * refiner^0.75",
        "overlap": 0.35,
        "decode": "see training/locator/README.md, section 'How the runtime decodes'",
        "trained": {
            "steps": saved["steps"],
            "minutes": round(saved["minutes"], 1),
            "heldout": {k: round(float(v), 4) for k, v in saved["result"].items()},
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", default=str(CHECKPOINTS / "locator-best.pt"))
    parser.add_argument("--models", type=Path, default=MODELS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    saved = torch.load(args.checkpoint, weights_only=False)
    locator, refiner = Locator().eval(), Refiner().eval()
    locator.load_state_dict(saved["averages"]["locator"])
    refiner.load_state_dict(saved["averages"]["refiner"])
    args.models.mkdir(parents=True, exist_ok=True)
    names = [f"stride{s}" for s in STRIDES]
    picture = pipeline.reduce(dashcam.gray(dashcam.frames("held")[0][0]))[0][None, None]
    window = np.random.default_rng(0).integers(0, 255, (3, 1, WINDOW[1], WINDOW[0]), np.uint8)
    write(
        locator,
        args.models / "locator.onnx",
        "picture",
        torch.from_numpy(picture),
        names,
        {"picture": {0: "n", 2: "h", 3: "w"}} | {n: {0: "n", 2: f"h/{s}", 3: f"w/{s}"} for n, s in zip(names, STRIDES)},
    )
    write(
        refiner,
        args.models / "refiner.onnx",
        "window",
        torch.from_numpy(window),
        ["plate"],
        {"window": {0: "n"}, "plate": {0: "n"}},
    )
    (args.models / "locator.json").write_text(json.dumps(description(saved), indent=2, ensure_ascii=False) + "\n")
    for name, net, x in (("locator", locator, picture), ("refiner", refiner, window)):
        path = args.models / f"{name}.onnx"
        s = session(path)
        best, median = milliseconds(partial(s.run, None, {s.get_inputs()[0].name: x}))
        print(
            f"{name}: {path.stat().st_size / 1e3:.0f} kB, differs from torch by {verify(path, net, x):.1e}, "
            f"{best:.2f} ms at best, {median:.2f} ms median for {x.shape}"
        )


if __name__ == "__main__":
    main()
