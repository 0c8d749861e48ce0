"""Measures the locator on the real photographs and draws what it got wrong.

    python -m training.locator.evaluate [--models FOLDER | --checkpoint FILE] [--sheets FOLDER] [SET ...]

For each set: the share of labeled plates found by any and by the first-ranked detection at IoU ≥ 0.5 and ≥ 0.25
of the axis-aligned boxes; detections beside the labels a picture (`false`; the scenes label one plate each, so a
second car's plate counts there; `wrong` leaves out the dashcam's unlabeled plates); the median CPU time of one
picture on one thread, without decoding the JPEG.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from . import dashcam, heldout, pipeline, sheets
from .geometry import box_of, iou, quad_of_box
from .train import CHECKPOINTS

SETS = ("scenes-us", "scenes-eu", "scenes-br", "plates-us", "dashcam-held", "dashcam-valid")
WIDTHS = (0, 60, 100, 200, 10_000)


def pictures(name):
    """(path, labeled quads, unlabeled plates) of a set; a ready-cut plate is its own label."""
    if name.startswith("dashcam"):
        return dashcam.frames(name.split("-")[1])
    lines = dashcam.labels(name)
    box = lambda line, p: p.get("box") or (0, 0, line["width"], line["height"])
    none = np.zeros((0, 4, 2), np.float32)
    return [
        (dashcam.DATA / name / line["image"], np.stack([quad_of_box(*box(line, p)) for p in line["plates"]]), none)
        for line in lines
    ]


def evaluate(name, locate, refine, folder, accept):
    """→ a dict of figures; writes contact sheets of missed plates and of false ones."""
    tally = dict.fromkeys(("plates", "any50", "any25", "first50", "false", "wrong"), 0)
    widths, times, missed, false = {w: [0, 0] for w in WIDTHS[:-1]}, [], [], []
    overlaps, count = [], 0
    for path, quads, others in pictures(name):
        picture = dashcam.gray(path)
        start = time.thread_time()
        found = pipeline.find(picture, locate, refine, accept=accept)
        times.append(time.thread_time() - start)
        count += 1
        overlap = iou(box_of(found.quads), box_of(quads)) if len(found.quads) else np.zeros((0, len(quads)))
        for j, quad in enumerate(quads):
            best = overlap[:, j].max(initial=0)
            overlaps.append(best)
            width = np.ptp(quad[:, 0])
            row = widths[max(w for w in WIDTHS[:-1] if w <= width)]
            row[0], row[1] = row[0] + 1, row[1] + int(best >= 0.5)
            tally["plates"] += 1
            tally["any50"] += best >= 0.5
            tally["any25"] += best >= 0.25
            tally["first50"] += bool(len(overlap) and overlap[0, j] >= 0.5)
            if best < 0.5:
                missed.append((picture, quads[j : j + 1], found))
        for i, row in enumerate(overlap):
            if row.max() < 0.25:
                tally["false"] += 1
                beside = iou(box_of(found.quads[i]), box_of(others)).max(initial=0) if len(others) else 0
                tally["wrong"] += beside < 0.1
                false.append((picture, found.quads[i : i + 1], found))
    sheets.write(Path(folder) / f"{name}-missed.png", missed)
    sheets.write(Path(folder) / f"{name}-false.png", false)
    n = max(tally["plates"], 1)
    figures = {k: tally[k] / n for k in ("any50", "any25", "first50")}
    figures |= {k: tally[k] / max(count, 1) for k in ("false", "wrong")}
    figures |= {"iou": float(np.median(overlaps)), "ms": 1e3 * float(np.median(times))}
    if name.startswith("dashcam"):
        wide = [sum(widths[w][k] for w in widths if w >= 60) for k in (0, 1)]
        figures["recall60"] = wide[1] / max(wide[0], 1)
        figures |= {f"recall_from_{w}": f"{h}/{t}" for w, (t, h) in widths.items() if t}
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default=None)
    parser.add_argument("--checkpoint", default=str(CHECKPOINTS / "locator-best.pt"))
    parser.add_argument("--sheets", default="/work/cache/sheets")
    parser.add_argument("--accept", type=float, default=pipeline.ACCEPT)
    parser.add_argument("sets", nargs="*", default=SETS)
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.models:
        run = heldout.onnx_runners(
            *(
                Path(args.models) / json.loads((Path(args.models) / "locator.json").read_text())[n]["file"]
                for n in ("locator", "refiner")
            )
        )
    else:
        saved = torch.load(args.checkpoint, weights_only=False)
        print(f"checkpoint: step {saved['steps']}, {saved['minutes']:.0f} minutes")
        run = heldout.runners(saved["averages"]["locator"], saved["averages"]["refiner"])
    Path(args.sheets).mkdir(parents=True, exist_ok=True)
    for name in args.sets:
        figures = evaluate(name, *run, args.sheets, args.accept)
        print(
            f"{name:14s}",
            " ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in figures.items()),
            flush=True,
        )


if __name__ == "__main__":
    main()
