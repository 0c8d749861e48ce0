"""Draws the learning curves of both models, ../models/learning-curve.png, from their curve.csv.

    python curves.py                    (in training/)
"""

import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

HERE = Path(__file__).resolve().parent


def columns(path: Path) -> dict[str, list[float]]:
    with path.open() as f:
        rows = list(csv.DictReader(f))
    return {name: [float(row[name] or "nan") for row in rows] for name in rows[0]}


def main() -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    reads = columns(HERE / "recognizer/curve.csv")
    for name in ("val_exact", "plates-us", "scenes-us", "scenes-eu", "scenes-br", "plates-us_region"):
        left.plot([n / 1000 for n in reads["samples"]], reads[name], label=name.replace("_", " "), marker=".")
    left.set(title="Recognizer: right reads, O = 0 = Q, I = 1", xlabel="thousand samples", ylabel="share", ylim=(0.4, 1))
    places = columns(HERE / "locator/curve.csv")
    for name in ("real_recall", "composed_recall"):
        right.plot(places["minutes"], places[name], label=name.replace("_", " "), marker=".")
    for name in ("real_false", "composed_false"):
        right.plot(places["minutes"], places[name], label=f"{name.replace('_', ' ')} a frame", marker=".", linestyle="--")
    right.set(title="Locator: held-out dashcam-ro train and composed scenes", xlabel="minutes", ylim=(0, 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(HERE.parent / "models/learning-curve.png", dpi=90)


if __name__ == "__main__":
    main()
