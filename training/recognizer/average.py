"""The mean of two checkpoints' weights, measured beside both on the synthetic sets, as checkpoints/recognizer-best.pt.

    python -m recognizer.average CHECKPOINT CHECKPOINT

For checkpoints of one run that validation cannot tell apart: their mean is rarely worse than either.
"""

import argparse
from pathlib import Path

import torch

from .model import Recognizer
from .train import CHECKPOINTS, measure, names, take_up
from .validation import calibration, validation


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("checkpoints", type=Path, nargs=2)
    a, b = (torch.load(path, weights_only=True) for path in args.parse_args().checkpoints)
    mean = {name: (w + b["ema"][name]) / 2 if w.is_floating_point() else b["ema"][name] for name, w in a["ema"].items()}
    for name, weights in (("first", a["ema"]), ("second", b["ema"]), ("mean", mean)):
        model = Recognizer()
        take_up(model, weights, *names(b))
        print(name, *({k: round(v, 4) for k, v in measure(model, *data()).items()} for data in (calibration, validation)))
    torch.save({"ema": mean, "alphabet": names(b)[0], "regions": names(b)[1], "state": b["state"]}, CHECKPOINTS / "recognizer-best.pt")


if __name__ == "__main__":
    main()
