"""The mean of two checkpoints' weights, measured beside both on the synthetic sets, as checkpoints/recognizer-best.pt.

    python -m recognizer.average CHECKPOINT CHECKPOINT

For checkpoints of one run that validation cannot tell apart: their mean is rarely worse than either.
"""

import argparse
from pathlib import Path

import torch

from .model import Recognizer
from .train import CHECKPOINTS, NAMES, measure, names, take_up
from .validation import calibration, validation


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("checkpoints", type=Path, nargs=2)
    saved = [torch.load(path, weights_only=True) for path in args.parse_args().checkpoints]
    # The second may have classes that the first lacks.
    a, b = (weights_of(one) for one in saved)
    mean = {name: (w + b[name]) / 2 if w.is_floating_point() else b[name] for name, w in a.items()}
    for name, weights in (("first", a), ("second", b), ("mean", mean)):
        model = Recognizer()
        model.load_state_dict(weights)
        print(name, *({k: round(v, 4) for k, v in measure(model, *data()).items()} for data in (calibration, validation)))
    torch.save({"ema": mean, **NAMES, "state": saved[1]["state"]}, CHECKPOINTS / "recognizer-best.pt")


def weights_of(saved: dict) -> dict[str, torch.Tensor]:
    model = Recognizer()
    take_up(model, dict(saved["ema"]), *names(saved))
    return model.state_dict()


if __name__ == "__main__":
    main()
