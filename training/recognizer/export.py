"""Exports a checkpoint to models/recognizer.onnx (+ .json), INT8 where that loses nothing on synthetic validation.

    python -m recognizer.export [--checkpoint checkpoints/recognizer-best.pt] [--float | --keep-text]

The graph takes `image`, N×64×160×3 uint8 RGB, and returns `text`, N×80×37 logits (columns of the upper line, then
of the lower; class 0 is CTC's blank), and `region`, N×R logits.
"""

import argparse
import datetime
import json
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from plates import INPUT_H, INPUT_W

from .alphabet import PUBLISHED, REGIONS, plain
from .calibrate import calibrate
from .decode import greedy
from .evaluate import load_model
from .grammar_table import grammar_table
from .score import score
from .site import trained_mix
from .spoil import spoiled
from .train import CHECKPOINTS
from .validation import calibration, validation

MODELS = Path(__file__).resolve().parents[2] / "models"


class Graph(nn.Module):
    """The network with its preprocessing, from uint8 NHWC; small and hidden characters count as blank (decode.merged)."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model = model

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        text, region = self.model(image.permute(0, 3, 1, 2).float() * (1 / 255) - 0.5)
        n = len(PUBLISHED)
        blank = torch.logsumexp(torch.cat([text[..., :1], text[..., n:]], -1), -1, keepdim=True)
        return torch.cat([blank, text[..., 1:n]], -1), region


class Reader(CalibrationDataReader):
    def __init__(self, images: np.ndarray):
        self.batches = iter([{"image": images[k : k + 1]} for k in range(len(images))])

    def get_next(self):
        return next(self.batches, None)


def session(path: Path) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run(path: Path, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s = session(path)
    parts = [s.run(None, {"image": images[k : k + 32]}) for k in range(0, len(images), 32)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def milliseconds(path: Path, image: np.ndarray, n: int = 200) -> float:
    """Median CPU time of one plate on one thread."""
    s, taken = session(path), []
    for _ in range(n):
        t = time.process_time()
        s.run(None, {"image": image[None]})
        taken.append(time.process_time() - t)
    return float(np.median(taken) * 1e3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINTS / "recognizer-best.pt")
    parser.add_argument("--float", action="store_true", help="do not try INT8")
    parser.add_argument("--keep-text", action="store_true", help="only the region has learned: quantize and calibrate the text as in the committed model")
    args = parser.parse_args()
    torch.set_num_threads(1)
    MODELS.mkdir(exist_ok=True)
    graph = Graph(load_model(args.checkpoint)).eval()
    images, texts, regions = validation()
    texts = [plain(t) for t in texts]

    work = Path("/tmp/sightline-export")
    work.mkdir(exist_ok=True)
    full, small, target = work / "full.onnx", work / "int8.onnx", MODELS / "recognizer.onnx"
    torch.onnx.export(graph, (torch.from_numpy(images[:2]),), full, input_names=["image"], output_names=["text", "region"],
                      dynamic_axes={"image": {0: "n"}, "text": {0: "n"}, "region": {0: "n"}}, opset_version=17, dynamo=False)
    with torch.no_grad():
        expected = graph(torch.from_numpy(images[:64]))[0].numpy()
    got = run(full, images[:64])[0]
    print(f"largest difference ONNX to torch: {np.abs(got - expected).max():.2e}")
    assert np.abs(got - expected).max() < 1e-2

    def figures(path: Path) -> dict[str, float]:
        text, region = run(path, images)
        return score(texts, greedy(text), regions, [REGIONS[k] for k in region.argmax(1)])

    chosen, best = full, figures(full)
    print("float", {k: round(v, 4) for k, v in best.items()}, f"{milliseconds(full, images[0]):.2f} ms")
    if not args.float:
        prepared = work / "prepared.onnx"
        quant_pre_process(str(full), str(prepared))
        quantize_static(str(prepared), str(small), Reader(images[:256]), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, nodes_to_exclude=ends(prepared),
                        extra_options={"TensorQuantOverrides": ranges_of_text(target)} if args.keep_text else {})
        lesser = figures(small)
        print("int8", {k: round(v, 4) for k, v in lesser.items()}, f"{milliseconds(small, images[0]):.2f} ms")
        if lesser["exact_folded"] >= best["exact_folded"] - 0.003 and lesser["region"] >= best["region"] - 0.005:
            chosen = small
    hard, hard_texts, hard_regions = calibration()
    fitted = calibrate(*run(chosen, np.concatenate([hard, spoiled(hard)])), [plain(t) for t in hard_texts], hard_regions)
    grammar = grammar_table()
    if args.keep_text:
        committed = json.loads((MODELS / "recognizer.json").read_text())
        fitted = committed["calibration"] | {"region_temperature": fitted["region_temperature"]}
        grammar |= committed["grammar"]
    target.write_bytes(chosen.read_bytes())
    card = {
        "version": datetime.date.today().isoformat(), "input": {"name": "image", "layout": "NHWC", "type": "uint8", "height": INPUT_H, "width": INPUT_W, "color": "RGB"},
        "output": {"text": {"lines": 2, "columns": 40, "alphabet": PUBLISHED, "blank": 0, "decoding": "CTC over the upper line's columns, then the lower's"}, "region": {"names": REGIONS, "mix": trained_mix(hard_regions)}},
        "quantized": chosen == small, "calibration": fitted, "grammar": grammar,
    }
    (MODELS / "recognizer.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    print(f"{target} {target.stat().st_size / 1e6:.2f} MB, int8: {chosen == small}, calibration {fitted}")


def ranges_of_text(path: Path) -> dict[str, list[dict[str, np.ndarray]]]:
    """Scale and zero point of each activation that a quantized model has on the way to the text."""
    found = {i.name: onnx.numpy_helper.to_array(i) for i in onnx.load(str(path)).graph.initializer}
    names = [name.removesuffix("_scale") for name in found if name.startswith("/model/") and name.endswith("_scale")]
    return {
        name: [{"scale": found[f"{name}_scale"], "zero_point": found[f"{name}_zero_point"]}]
        for name in names
        if not name.startswith(("/model/fine", "/model/region", "/model/Concat_2"))
    }


def ends(path: Path) -> list[str]:
    """The preprocessing and the last layers stay in float: they cost nothing and lose most in INT8."""
    nodes = onnx.load(str(path)).graph.node
    outputs = {"text", "region"}
    last = {n.name for n in nodes if outputs & set(n.output)}
    return [n.name for n in nodes if n.name in last or n.op_type in ("Mul", "Sub", "Cast", "Transpose", "Reshape", "Slice", "Concat", "ReduceLogSumExp") or "classify" in n.name or "region.7" in n.name]


if __name__ == "__main__":
    main()
