"""Trains the recognizer on the rotating pool of synthetic plates; can be stopped and resumed at any time.

    python -m recognizer.train --minutes 80 [--resume]          (in training/, see README.md)

It starts the generating process itself. The learning rate warms up, stays, and in the last quarter of the given
time falls to a twentieth; `--resume` goes on from the last checkpoint with a new such cycle. The weights that are
measured and exported are an exponential average. `run/best.pt` is the best on *synthetic* validation; the figures on
real photographs are only logged, into curve.csv. A first --resume begins with checkpoints/recognizer-best.pt, which
changes only when somebody puts a better run/best.pt in its place.
"""

import argparse
import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from .alphabet import ALPHABET, BLANK, PUBLISHED, REGIONS, folded, plain
from .decode import greedy, merged
from .model import PARTS, Recognizer
from .photographs import Photographs
from .pool import Pool
from .real import SETS, load
from .score import score
from .targets import columns
from .validation import validation

HERE = Path(__file__).resolve().parent
CHECKPOINTS = HERE.parent / "checkpoints"
RUN = CHECKPOINTS / "run"  # ignored by git: the weights of the run in progress, its best and its latest, and the pool
NAMES = {"alphabet": ALPHABET, "regions": REGIONS}  # what the rows of the last layers mean
MODELS = HERE.parents[1] / "models"
BATCH = 64
HALF = False  # bfloat16 by autocast: slower than float32 on a processor without AMX (33 instead of 46 samples a CPU second)


class Stop:
    """A wish to stop (SIGTERM). While steps are taken it waits for the end of the step, so that all is saved."""

    def __init__(self):
        self.asked = self.stepping = False

    def ask(self, *_) -> None:
        self.asked = True
        if not self.stepping:
            sys.exit(0)


STOP = Stop()


def augment(rng: np.random.Generator, images: np.ndarray) -> torch.Tensor:
    """uint8 N×H×W×3 to float N×3×H×W around 0, with cheap changes that make a sample new each time."""
    n = len(images)
    gain = np.exp(rng.normal(0, 0.15, (n, 1, 1, 1)) + rng.normal(0, 0.04, (n, 1, 1, 3))).astype(np.float32)
    lift = rng.normal(0, 0.05, (n, 1, 1, 1)).astype(np.float32)
    x = torch.from_numpy(images).float()  # channels last, as the network has them: nothing is copied
    return x.mul_(torch.from_numpy(gain / 255)).add_(torch.from_numpy(lift - 0.5)).clamp_(-0.5, 0.5).permute(0, 3, 1, 2)


def to_input(images: np.ndarray) -> torch.Tensor:
    return (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 - 0.5).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def infer(model: Recognizer, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Text and region logits in float32, in batches."""
    model.eval()
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        parts = [model(to_input(images[k : k + 128])) for k in range(0, len(images), 128)]
    return torch.cat([p[0] for p in parts]).float().numpy(), torch.cat([p[1] for p in parts]).float().numpy()


def measure(model: Recognizer, crops: np.ndarray, texts: list[str], regions: list[str | None]) -> dict[str, float]:
    """The figures of score(), and `marked`: the share of texts with small characters of which these are read as well."""
    text, region = infer(model, crops)
    figures = score([plain(t) for t in texts], greedy(merged(text)), regions, [REGIONS[k] for k in region.argmax(1)])
    small = [(t, r) for t, r in zip(texts, greedy(text)) if t != plain(t)]
    return figures | ({"marked": sum(folded(t) == folded(r) for t, r in small) / len(small)} if small else {})


def losses(model: Recognizer, x: torch.Tensor, text: np.ndarray, place: np.ndarray, region: np.ndarray) -> tuple[torch.Tensor, ...]:
    """CTC, the columns' cross entropy (characters and blanks weigh alike), the region's cross entropy. The second
    knows where each character is; with it the network reads after a tenth of the samples that CTC alone needs."""
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        logits, where = model(x)
    return *text_losses(logits, text, place), region_loss(where, region)


def region_loss(where: torch.Tensor, region: np.ndarray) -> torch.Tensor:
    return F.cross_entropy(where.float(), torch.from_numpy(region.astype(np.int64)), ignore_index=-100, label_smoothing=0.05)


def text_losses(logits: torch.Tensor, text: np.ndarray, place: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    steps = F.log_softmax(logits.float(), -1).transpose(0, 1)  # T × N × K
    lengths = torch.from_numpy((text > 0).sum(1).astype(np.int64))
    ctc = F.ctc_loss(steps, torch.from_numpy(text.astype(np.int64)), torch.full((len(text),), steps.shape[0]), lengths, BLANK, zero_infinity=True)
    target = torch.from_numpy(columns(text, place))
    target[torch.from_numpy((place < 0).all(1))] = -100  # a photograph: where its characters are is not known
    each = F.cross_entropy(logits.float().transpose(1, 2), target, ignore_index=-100, reduction="none")
    aligned = each[target > 0].mean() + each[target == 0].mean()
    return ctc, aligned


def rate(step: int, fraction: float, peak: float) -> float:
    """Learning rate: warm-up over 300 steps of this run, flat, then falling in the last quarter of the time."""
    return peak * min(1, (step + 1) / 300) * min(1.0, max(0.05, (1 - fraction) / 0.25))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--run", type=Path, default=RUN, help="folder of the run's weights and of the pool, up to 3 GB")
    parser.add_argument("--rest", type=float, default=0, help="how long the generator rests, times the time a shard took; 4 where both share one core")
    parser.add_argument("--real", type=int, default=2, help=f"trainable photographs in each batch of {BATCH}")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--learn", choices=["all", *PARTS], default="all", help="text or region: the rest of the network stays exactly as it is")
    parser.add_argument("--region-weight", type=float, default=1.0, help="of the region's loss beside that of the text")
    parser.add_argument("--new-validation", action="store_true", help="the validation set has changed: forget the best so far")
    parser.add_argument("--eval-every", type=float, default=8, help="minutes")
    parser.add_argument("--no-generator", action="store_true", help="another process fills the pool")
    args = parser.parse_args()

    torch.set_num_threads(1)
    torch.manual_seed(1)
    args.run.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, STOP.ask)
    command = [sys.executable, "-m", "recognizer.pool", str(args.run / "pool"), str(args.rest)]
    generator = None if args.no_generator else subprocess.Popen(command, cwd=HERE.parent)
    try:
        train(args)
    finally:
        if generator:
            generator.terminate()


def names(saved: dict) -> tuple[str, list[str]]:
    """The classes of a checkpoint, characters and regions; older ones were of those of the committed model."""
    known = saved.get("regions") or json.loads((MODELS / "recognizer.json").read_text())["output"]["region"]["names"]
    return saved.get("alphabet", PUBLISHED), known


def take_up(model: Recognizer, weights: dict, alphabet: str, regions: list[str]) -> set[str]:
    """Loads weights of a network of the given classes into one that may have grown since, by blocks or classes. A class
    keeps its weights by its name; new ones begin as all but impossible. Returns the names that start from zero."""
    grown = set()
    fresh = model.state_dict()
    for name, old, new in (("classify", alphabet, ALPHABET), ("region.7", regions, REGIONS)):
        for part in (f"{name}.weight", f"{name}.bias"):
            if list(old) != list(new):
                rows = torch.zeros_like(fresh[part]) if part.endswith("weight") else torch.full_like(fresh[part], weights[part].min().item() - 4)
                for k, label in enumerate(old):
                    if label in new:
                        rows[new.index(label)] = weights[part][k]
                weights[part] = rows
                grown.add(part)
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected:
        raise SystemExit(f"the checkpoint has weights that the network lacks: {unexpected}")
    return grown | set(missing)


def train(args: argparse.Namespace) -> None:
    model = Recognizer().to(memory_format=torch.channels_last)
    ema = Recognizer().to(memory_format=torch.channels_last)
    ema.load_state_dict(model.state_dict())
    optimizer = torch.optim.AdamW(model.parameters(), args.rate, weight_decay=0.02)
    state: dict[str, Any] = {"step": 0, "samples": 0, "minutes": 0.0, "best": 1e9}
    if args.resume:
        latest = args.run / "latest.pt"
        saved = torch.load(latest if latest.exists() else CHECKPOINTS / "recognizer-best.pt", weights_only=True)
        grown = take_up(model, saved.get("model", dict(saved["ema"])), *names(saved)) | take_up(ema, saved["ema"], *names(saved))
        if grown:  # another network: other moments, and its validation says nothing about the new one
            print("new weights:", *sorted(grown), flush=True)
            saved["state"]["best"] = 1e9
        elif "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
        state = saved["state"]
        state.setdefault("samples", state["step"] * 32)  # of the time when a batch was always of 32
        if args.new_validation:
            state["best"] = 1e9

    resting = [part for name, part in model.named_children() if args.learn != "all" and name not in PARTS[args.learn]]
    for part in resting:
        part.requires_grad_(False)
    pool = Pool(args.run / "pool")
    photographs = Photographs(args.real)
    check = validation()
    rng = np.random.default_rng(1000 + state["step"])
    start, first = time.time(), state["step"]
    evaluated = start
    sums, count = np.zeros(3), 0

    def everything() -> dict:
        return {"model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(), **NAMES, "state": state}

    STOP.stepping = True
    while True:
        fraction = (time.time() - start) / (60 * args.minutes)
        for group in optimizer.param_groups:
            group["lr"] = rate(state["step"] - first, fraction, args.rate)
        model.train()
        for part in resting:
            part.eval()  # or its averages would move
        image, text, place, region = photographs.mixed_into(rng, pool.batch(rng, BATCH))
        x = augment(rng, image)
        if args.learn == "region":
            zero = torch.zeros(())
            parts = (zero, zero, region_loss(model.where(x), region))
        else:
            parts = losses(model, x, text, place, region)
        loss = parts[0] + parts[1] + args.region_weight * parts[2]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        state["step"] += 1
        state["samples"] += BATCH
        keep = min(0.999, (1 + state["step"]) / (20 + state["step"]))
        with torch.no_grad():
            for old, new in zip(ema.state_dict().values(), model.state_dict().values()):
                old.lerp_(new, 1 - keep) if old.is_floating_point() else old.copy_(new)
        sums += [p.item() for p in parts]
        count += 1
        if state["step"] % 50 == 0:
            pool.refresh()
        if time.time() - evaluated > 60 * args.eval_every or fraction >= 1:
            state["minutes"] += (time.time() - evaluated) / 60
            if report(state, measured(ema, state, sums / count, check, optimizer.param_groups[0]["lr"]), args.learn):
                write(args.run / "best.pt", {"ema": ema.state_dict(), **NAMES, "state": state})
            write(args.run / "latest.pt", everything())
            evaluated, sums, count = time.time(), np.zeros(3), 0
        if STOP.asked:
            state["minutes"] += (time.time() - evaluated) / 60
            write(args.run / "latest.pt", everything())
        if fraction >= 1 or STOP.asked:
            return


def write(path: Path, saved: dict) -> None:
    """Writes a checkpoint, whole or not."""
    part = path.with_suffix(".part")
    torch.save(saved, part)
    part.replace(path)


def measured(ema: Recognizer, state: dict, loss: np.ndarray, check: tuple, lr: float) -> dict:
    """A line of the learning curve: losses, figures on synthetic validation and on photographs."""
    row = {"minutes": round(state["minutes"], 1), "samples": state["samples"], "lr": f"{lr:.5f}", "ctc": f"{loss[0]:.4f}", "aligned": f"{loss[1]:.4f}", "region_loss": f"{loss[2]:.4f}"}
    figures = measure(ema, *check)
    row |= {"val_exact": f"{figures['exact_folded']:.4f}", "val_cer": f"{figures['cer']:.4f}", "val_region": f"{figures['region']:.4f}", "val_marked": f"{figures['marked']:.4f}"}
    for name in SETS:
        if there := load(name):
            real = measure(ema, *there)
            row |= {name: f"{real['exact_folded']:.4f}"} | ({f"{name}_region": f"{real['region']:.4f}"} if "region" in real else {})
    return row


def report(state: dict, row: dict, learn: str) -> bool:
    """Logs the line; True if it is the best on synthetic validation so far, of the text, or of the region where only that learns."""
    log(HERE / "curve.csv", row)
    print(row, flush=True)
    error = 1 - float(row["val_region"]) if learn == "region" else float(row["val_cer"])
    better = error < state["best"]
    state["best"] = min(state["best"], error)
    return better


def log(path: Path, row: dict) -> None:
    """Adds a line to a CSV file; columns that it lacks so far are added to all its lines."""
    rows = []
    if path.exists():
        with path.open(newline="") as f:
            rows = list(csv.DictReader(f))
    names = list(dict.fromkeys([*(rows[0] if rows else ()), *row]))
    part = path.with_suffix(".part")
    with part.open("w", newline="") as f:
        writer = csv.DictWriter(f, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, row])
    part.replace(path)


if __name__ == "__main__":
    main()
