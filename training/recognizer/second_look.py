"""A second look at plates that the first one is not sure of: the same plate cut out a little looser or tighter, and all
looks vote together. The runtime does the same (recognition/sightline: recognize.ts, reading.ts).

    python -m recognizer.second_look [--count 3000] [--seed 600001]

Reads ../models/recognizer.onnx and .json, measures on fresh synthetic views in lettering that training does not see,
fits the confidence of the plates that are looked at again, and writes `second_look` to the JSON. To be run after every
export, which writes the JSON again.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from .alphabet import folded, plain
from .calibrate import ece, features, fit
from .decode import beam, log_softmax
from .spoil import KINDS, spoil

# How far each side moves outward: along the text, across it. Chosen on 1,500 synthetic views among pairs and triples of
# ten ways to see a plate again (looser, tighter, shifted, wider, taller, contrast stretched).
LOOKS = ((0.05, -0.02), (-0.02, 0.07))
BELOW = 0.95  # a surer reading is not looked at again
MODELS = Path(__file__).resolve().parents[2] / "models"


def loosened(quad: np.ndarray, along: float, across: float) -> np.ndarray:
    """The quad (corners clockwise from the top left) with its sides moved outward by shares of its size."""
    right = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    return (quad + np.outer((-along, along, along, -along), right) + np.outer((-across, -across, across, across), down)).astype(np.float32)


def together(looks: list[list[tuple[str, float]]]) -> list[tuple[str, float]]:
    """The beams of several looks as one: mean probability of each text, best first. A look that does not show a text
    gives it none."""
    found: dict[str, float] = {}
    for texts in looks:
        for text, log_p in texts:
            found[text] = np.logaddexp(found.get(text, -np.inf), log_p)
    return sorted(((t, float(p - np.log(len(looks)))) for t, p in found.items()), key=lambda tp: -tp[1])


def views(seed: int, count: int) -> tuple[np.ndarray, list[str]]:
    """Crops count × (1 + looks) × 64 × 160 × 3 of synthetic plates, and their texts."""
    from plates import fonts, render_plate, sample

    cut = sample.rectify
    seen: dict[str, np.ndarray] = {}

    def caught(picture: np.ndarray, quad: np.ndarray) -> np.ndarray:
        seen.update(picture=picture, quad=np.asarray(quad, np.float32))
        return cut(picture, quad)

    rng = np.random.default_rng(seed)
    crops, texts = [], []
    fonts.unseen, sample.rectify = True, caught  # `view` gives the crop alone; a look needs what is around it
    try:
        for _ in range(count):
            plate = render_plate(rng)
            first, _, plate = sample.view(rng, plate)
            crops.append([first, *(cut(seen["picture"], loosened(seen["quad"], *look)) for look in LOOKS)])
            texts.append(plain(plate.marked))
    finally:
        fonts.unseen, sample.rectify = False, cut
    return np.array(crops), texts


def spoiled_alike(crops: np.ndarray, seed: int = 6) -> np.ndarray:
    """Each plate once more (N × looks × H × W × 3), spoiled in a way drawn at random, the same in all its looks (spoil.py)."""
    rng = np.random.default_rng(seed)
    drawn = [(KINDS[int(rng.integers(len(KINDS)))], int(rng.integers(2**32))) for _ in crops]
    return np.array([[spoil(np.random.default_rng(own), look, kind) for look in looks] for looks, (kind, own) in zip(crops, drawn)])


def fitted(text: np.ndarray, region: np.ndarray, truth: list[str], calibration: dict) -> tuple[dict, dict]:
    """text: N × looks × columns × classes logits, the first look first; region: N × looks × R logits.
    → `second_look` for the JSON, fitted on all doubtful plates; and figures, of which the error is measured on the
    half that a second fit did not see."""
    from .prior import rerank

    grammar = calibration["prior_weight"], calibration["prior_free"]
    places = np.exp(log_softmax(region / calibration["region_temperature"]))
    abc = [calibration[k] for k in "abc"]
    before, after, after_x = [], [], []
    for looks, where, t in zip(text, places, truth):
        beams = [beam(look) for look in looks[:1]]
        best, log_p = rerank(beams[0], where[0], *grammar)[0]
        if confidence(log_p, best, abc) >= BELOW:
            continue
        beams += [beam(look) for look in looks[1:]]
        again, log_q = rerank(together(beams), where.mean(0), *grammar)[0]
        before.append(folded(best) == folded(t))
        after.append(folded(again) == folded(t))
        after_x.append((log_q, len(again)))
    x = features(*map(np.array, zip(*after_x)))
    right = np.array(after, float)
    half = 1 / (1 + np.exp(-x[1::2] @ fit(x[::2], right[::2])))
    figures = {"doubtful": len(right), "right_before": np.mean(before), "right_after": right.mean(), "ece": ece(half, right[1::2])}
    a, b, c = (round(float(w), 4) for w in fit(x, right))
    return {"below": BELOW, "looks": LOOKS, "a": a, "b": b, "c": c}, figures


def confidence(log_p: float, text: str, abc: list[float]) -> float:
    return float(1 / (1 + np.exp(-features(np.array([log_p]), np.array([len(text)]))[0] @ abc)))


def main() -> None:
    from .export import run

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=600_001)
    parser.add_argument("--models", type=Path, default=MODELS)
    args = parser.parse_args()
    path = args.models / "recognizer.json"
    described = json.loads(path.read_text())
    crops, texts = views(args.seed, args.count)
    # The confidence must hold for plates that the world has spoiled (calibrate.py).
    crops, texts = np.concatenate([crops, spoiled_alike(crops)]), texts * 2
    outputs = run(args.models / "recognizer.onnx", crops.reshape(-1, *crops.shape[2:]))
    text, region = (o.reshape(len(crops), -1, *o.shape[1:]) for o in outputs)
    described["second_look"], figures = fitted(text, region, texts, described["calibration"])
    path.write_text(json.dumps(described, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(described["second_look"]), {k: round(float(v), 4) for k, v in figures.items()})


if __name__ == "__main__":
    main()
