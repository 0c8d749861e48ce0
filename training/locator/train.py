"""Trains locator and refiner together.

    python -m training.locator.train [--resume] [--minutes 120]

Every few minutes it writes checkpoints/locator-latest.pt and, when the held-out measure is the best so far,
checkpoints/locator-best.pt, and adds a line to curve.csv.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import DataLoader

from . import heldout
from .loss import locator_loss, refiner_loss
from .net import Locator, Refiner
from .samples import Batches, refiner_batch

CHECKPOINTS = Path(__file__).parents[1] / "checkpoints"
CURVE = Path(__file__).with_name("curve.csv")
BATCH = 16
PEAK_RATE = 2e-3


def rate(done, minutes):
    """Learning rate: half a minute's warm-up, then a cosine to 3 % of the peak over the planned minutes."""
    warm = min(1.0, done / 0.5 + 0.05)
    return PEAK_RATE * warm * (0.03 + 0.97 * 0.5 * (1 + np.cos(np.pi * min(done / minutes, 1))))


class Average:
    """Exponential moving average of a network's weights: what is measured and exported."""

    def __init__(self, net, keep=0.998):
        self.net, self.keep, self.steps = net, keep, 0
        self.state = {k: v.detach().clone() for k, v in net.state_dict().items()}

    def update(self):
        self.steps += 1
        keep = min(self.keep, self.steps / (self.steps + 10))
        with torch.no_grad():
            for k, v in self.net.state_dict().items():
                self.state[k].lerp_(v, 1 - keep) if v.is_floating_point() else self.state[k].copy_(v)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resume", action="store_true", help="go on from the latest checkpoint")
    parser.add_argument("--minutes", type=float, default=120, help="length of the schedule, of computing time")
    parser.add_argument("--seed", type=int, default=3)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    nets = {"locator": Locator(), "refiner": Refiner()}
    nets = {k: n.to(memory_format=torch.channels_last) for k, n in nets.items()}
    averages = {k: Average(n) for k, n in nets.items()}
    optimizers = {k: torch.optim.AdamW(n.parameters(), PEAK_RATE, weight_decay=1e-4) for k, n in nets.items()}
    steps, minutes, best = 0, 0.0, -1.0
    if args.resume:
        latest = CHECKPOINTS / "locator-latest.pt"  # not in the repository: there the best takes its place
        saved = torch.load(latest if latest.exists() else CHECKPOINTS / "locator-best.pt", weights_only=False)
        steps, minutes, best = saved["steps"], saved["minutes"], saved["best"]
        for k, net in nets.items():
            net.load_state_dict(saved["nets"][k])
            averages[k].state, averages[k].steps = saved["averages"][k], steps
            optimizers[k].load_state_dict(saved["optimizers"][k])
    rng = np.random.default_rng([args.seed, steps])
    loader = DataLoader(
        Batches(BATCH, args.seed + steps),
        batch_size=None,
        num_workers=1,
        prefetch_factor=4,
        collate_fn=lambda made: made,
    )
    start, written, recent = time.time() - 60 * minutes, time.time(), []
    for pictures, maps, known in loader:
        steps += 1
        minutes = (time.time() - start) / 60
        for optimizer in optimizers.values():
            optimizer.param_groups[0]["lr"] = rate(minutes, args.minutes)
        recent.append(step(rng, nets, optimizers, pictures, maps, known))
        for average in averages.values():
            average.update()
        if steps % 50 == 0:
            print(
                f"{minutes:6.1f} min, step {steps}: " + " ".join(f"{v:.4f}" for v in np.mean(recent[-50:], 0)),
                flush=True,
            )
        if time.time() - written > 240 or minutes >= args.minutes:
            result = heldout.measure(*heldout.runners(*(averages[k].state for k in nets)))
            state = {
                "steps": steps,
                "minutes": minutes,
                "best": max(best, result["goal"]),
                "nets": {k: n.state_dict() for k, n in nets.items()},
                "averages": {k: a.state for k, a in averages.items()},
                "optimizers": {k: o.state_dict() for k, o in optimizers.items()},
                "result": result,
            }
            _write(state, result, best, np.mean(recent, 0))
            best, written, recent = state["best"], time.time(), []
        if minutes >= args.minutes:
            break


def step(rng, nets, optimizers, pictures, maps, known):
    """One step of both networks → four of their losses."""
    x = (pictures.float() / 255)[:, None].contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        outputs = nets["locator"](x)
    score, corner = locator_loss(outputs, maps)
    _learn(nets["locator"], optimizers["locator"], score + 4 * corner)
    plain = [o.detach().float().numpy() for o in outputs]
    windows, plate, corners, trust = refiner_batch(rng, pictures, plain, known)
    x = (windows.float() / 255).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        output, hills = nets["refiner"].answer(x)
    say, place, hill = refiner_loss(output, hills, nets["refiner"].places, plate, corners, trust)
    _learn(nets["refiner"], optimizers["refiner"], say + 6 * place + 0.1 * hill)
    return [float(v.detach()) for v in (score, corner, say, place)]


def _learn(net, optimizer, loss):
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    optimizer.step()


def _write(state, result, best, losses):
    CHECKPOINTS.mkdir(exist_ok=True)
    for name in ["latest"] + (["best"] if result["goal"] > best else []):
        temporary = CHECKPOINTS / f"locator-{name}.tmp"
        torch.save(state, temporary)
        temporary.rename(CHECKPOINTS / f"locator-{name}.pt")
    names = ["steps", "minutes", "loss_score", "loss_corner", "loss_plate", "loss_place", *result]
    if not CURVE.exists():
        CURVE.write_text(",".join(names) + "\n")
    values = [state["steps"], state["minutes"], *losses, *result.values()]
    with CURVE.open("a") as curve:
        curve.write(",".join(f"{v:.5g}" for v in values) + "\n")
    print({k: round(float(v), 4) for k, v in result.items()}, flush=True)


if __name__ == "__main__":
    main()
