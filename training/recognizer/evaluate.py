"""Measures a checkpoint on real photographs (cut at their true boxes) and on synthetic validation.

    python -m recognizer.evaluate [--checkpoint checkpoints/recognizer-best.pt] [--sheets sheets]

Prints the calibration fitted on validation, then a JSON line a set: exact, exact_folded, cer, region, top3, the
calibration's error, the share of reads with confidence of at least 0.9 and of wrong ones among them. Writes a contact sheet of the failures of each.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch

from . import sheet
from .alphabet import REGIONS, folded, plain
from .calibrate import calibrate, ece, features
from .decode import beam, log_softmax, merged
from .model import Recognizer
from .prior import rerank
from .real import SETS, load
from .score import edits, score
from .train import CHECKPOINTS, infer, names, take_up
from .validation import calibration, validation


def load_model(path: Path) -> Recognizer:
    """The network of a checkpoint, also of one from before a class was added."""
    model, saved = Recognizer(), torch.load(path, weights_only=True)
    take_up(model, saved["ema"], *names(saved))
    return model.eval()


def confusions(pairs: list[tuple[str, str]]) -> Counter:
    """Which characters are taken for which, of reads of the right length (folded)."""
    return Counter(f"{a}>{b}" for t, r in pairs if len(t) == len(r) and edits(t, r) <= 2 for a, b in zip(t, r) if a != b)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINTS / "recognizer-best.pt")
    parser.add_argument("--sheets", type=Path, default=Path("sheets"))
    args = parser.parse_args()
    torch.set_num_threads(1)
    model = load_model(args.checkpoint)
    images, truth, where = calibration()
    text, region = infer(model, images)
    fitted = calibrate(merged(text), region, [plain(t) for t in truth], where)
    print(json.dumps(fitted))
    for name in (*SETS, "validation"):
        data = validation() if name == "validation" else load(name)
        if data is None:
            print(json.dumps({"set": name, "skipped": "not in the data folder"}))
            continue
        crops, texts, regions = data
        text, region = infer(model, crops)
        text, texts = merged(text), [plain(t) for t in texts]
        places = np.exp(log_softmax(region / fitted["region_temperature"]))
        tops = [rerank(beam(t), p, fitted["prior_weight"], fitted["prior_free"]) for t, p in zip(text, places)]
        reads = [t[0][0] for t in tops]
        guessed = [REGIONS[k] for k in region.argmax(1)]
        figures = score(texts, reads, regions, guessed, [[t for t, _ in top] for top in tops])
        wrong = [k for k in range(len(texts)) if folded(texts[k]) != folded(reads[k])]
        x = features(np.array([t[0][1] for t in tops]), np.array([len(t[0][0]) for t in tops]))
        confidence = 1 / (1 + np.exp(-x @ [fitted[k] for k in "abc"]))
        right = np.array([folded(a) == folded(b) for a, b in zip(texts, reads)])
        figures |= {"ece": ece(confidence, right), "at_90": (confidence >= 0.9).mean(), "wrong_at_90": (~right[confidence >= 0.9]).mean()}
        pairs = [(folded(texts[k]), folded(reads[k])) for k in wrong]
        print(json.dumps({"set": name, **{k: round(v, 4) for k, v in figures.items()}, "confused": dict(confusions(pairs).most_common(12))}))
        sheet.save(args.sheets / f"fail-{name}.png", [(crops[k], f"{texts[k]} > {reads[k]} {confidence[k]:.2f} {guessed[k]}", (255, 120, 120)) for k in wrong[:160]])
        if any(regions) and name != "validation":
            lost = [k for k in range(len(texts)) if regions[k] != guessed[k]]
            sheet.save(args.sheets / f"region-{name}.png", [(crops[k], f"{texts[k]} {regions[k]} > {guessed[k]}", (255, 200, 120)) for k in lost[:160]])


if __name__ == "__main__":
    main()
