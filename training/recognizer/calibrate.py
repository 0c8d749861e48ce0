"""The weight of the grammar, and the probability that a text is exactly right, both fitted on synthetic plates in
lettering unseen in training, which chose no checkpoint (validation.py, `calibration`): the grammar and the region's temperature,
which choose among texts, on the plates as they are, the confidence on each plate twice, as it is and spoiled (spoil.py).

    python -m recognizer.calibrate        # fits them again for ../models/recognizer.onnx, with the grammar's weight as it is

p is the probability of the best text after the grammar's prior (CTC, all paths). The confidence is
sigmoid(a + b·logit(p) + c·ln(n)), n the number of characters; a, b, c by logistic regression. The region's
probability is the softmax of its logits divided by a temperature.
"""

import json
from itertools import product
from pathlib import Path

import numpy as np

from .alphabet import REGION_INDEX, folded, plain
from .decode import beam, log_softmax
from .prior import rerank

MODELS = Path(__file__).resolve().parents[2] / "models"

WEIGHTS, SHARES = (0, 0.5, 1, 1.5, 2, 2.5, 3), (0.4, 0.3, 0.2, 0.1, 0.05)  # tried for the grammar


def features(log_p: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """M × 3: one, logit of p (p kept within 1e-6 of 0 and 1), log of the number of characters."""
    p = np.clip(np.exp(log_p), 1e-6, 1 - 1e-6)
    return np.stack([np.ones_like(p), np.log(p / (1 - p)), np.log(np.maximum(1, lengths))], 1)


def fit(x: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method with a little ridge; a step that makes it worse is halved."""
    start, ridge = np.array([0.0, 1.0, 0.0]), 1e-2

    def loss(w: np.ndarray) -> float:
        z = x @ w
        return float((np.logaddexp(0, z) - right * z).sum() + ridge / 2 * ((w - start) ** 2).sum())

    w = start
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - right) + ridge * (w - start)
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge * np.eye(3), gradient)
        while loss(w - step) > loss(w) and np.abs(step).max() > 1e-9:
            step = step / 2
        w = w - step
    return w


def ece(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins."""
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    return float(sum(abs(confidence[at == k].mean() - right[at == k].mean()) * (at == k).mean() for k in range(bins) if (at == k).any()))


def temperature(logits: np.ndarray, regions: list[str | None]) -> float:
    """The divisor of the region's logits with the least cross entropy."""
    known = [(k, REGION_INDEX[r]) for k, r in enumerate(regions) if r]
    rows, truth = [k for k, _ in known], [r for _, r in known]
    grid = np.exp(np.linspace(-0.7, 1.2, 60))
    return float(min(grid, key=lambda t: -log_softmax(logits[rows] / t)[np.arange(len(rows)), truth].mean()))


def calibrate(text: np.ndarray, region: np.ndarray, texts: list[str], regions: list[str | None],
              grammar: tuple[float, float] | None = None) -> dict:
    """Logits of the plates as they are, then those of the same plates spoiled, if there are any; texts and regions once.
    Fits on one half (even samples), measures on the other; right means equal with O = 0 = Q and I = 1. The grammar's weight,
    and the share of plates without pattern, are those that make most texts exactly right, O and 0 apart, if not given."""
    whole, again = len(texts), len(text) // len(texts)
    warmth = temperature(region[:whole], regions)
    places = np.exp(log_softmax(region / warmth))
    beams = [beam(t) for t in text]
    pairs = [(b, p, t) for b, p, t in zip(beams[:whole], places, texts) if b]

    def read_right(weight: float, free: float) -> int:
        return sum(rerank(b, p, weight, free)[0][0] == t for b, p, t in pairs[::2])

    weight, free = grammar or max(product(WEIGHTS, SHARES), key=lambda each: read_right(*each))
    best = [rerank(b, p, weight, free)[0] if b else ("", 0.0) for b, p in zip(beams, places)]
    right = np.array([folded(t) == folded(x) for (t, _), x in zip(best, texts * again)], float)
    x = features(np.array([p for _, p in best]), np.array([len(t) for t, _ in best]))
    even, read = np.arange(len(text)) % whole % 2 == 0, np.array([t != "" for t, _ in best])  # no text is no read
    w = fit(x[even & read], right[even & read])
    measured = ~even & read
    confidence = 1 / (1 + np.exp(-x[measured] @ w))
    error = ece(confidence, right[measured])
    return {"formula": "sigmoid(a + b*logit(p) + c*ln(n)); p: probability of the text after the prior, n: its characters",
            "a": round(float(w[0]), 4), "b": round(float(w[1]), 4), "c": round(float(w[2]), 4), "ece_validation": round(error, 4),
            "prior_weight": weight, "prior_free": free, "region_temperature": round(warmth, 4)}


def main() -> None:
    from .export import run
    from .spoil import spoiled
    from .validation import calibration

    path = MODELS / "recognizer.json"
    card = json.loads(path.read_text())
    images, texts, regions = calibration()
    logits = run(MODELS / "recognizer.onnx", np.concatenate([images, spoiled(images)]))
    grammar = card["calibration"]["prior_weight"], card["calibration"]["prior_free"]
    card["calibration"] = calibrate(*logits, [plain(t) for t in texts], regions, grammar)
    path.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(card["calibration"])


if __name__ == "__main__":
    main()
