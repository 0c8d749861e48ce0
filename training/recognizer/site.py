"""What the place of a camera may change: how much a mix of issuers counts, chosen on synthetic plates.

    python -m recognizer.site        # a table for several weights and limits, for the exported model

The runtime (recognition/sightline/prior.ts) multiplies the network's probability of region r by

    max((s(r) / t(r)) ** weight, 1 / limit of the largest)

where s is the share of r at the site and t that in training (`trained_mix`). Here every site is simulated: the plates of the
calibration set are weighted so that OWN of them are the site's, and the others keep their proportions. What counts is the
region's accuracy at the site (`mixed`), that of plates from elsewhere (`elsewhere`), and the mean negative log probability of the right
region (`nats`), which punishes being sure and wrong. The lettering of this set was never trained on.

The model of 2026-11-24, sums of `nats` over the seven sites: 13.8 without a mix; weight 1 and limit 30: 5.4, 100: 4.0, 300: 3.5, 1000:
3.3. From 100 to 1000 `elsewhere` falls from 0.56 to 0.55 in California and from 0.60 to 0.55 in Ontario: 300 lies between.
"""

import numpy as np

OWN = 0.8  # of the plates at a site are its own (recognition/site/mix.ts)
SITES = ("us-ca", "us-tx", "us-nv", "us-wy", "ca-on", "mx-bcn", "de")
WEIGHTS, LIMITS = (0, 0.5, 0.7, 1), (10, 30, 100, 300, 1000, 10_000)


def trained_mix(regions: list[str | None]) -> dict[str, float]:
    """The share of each region of the network among labels, none of them 0."""
    from .alphabet import REGIONS

    known = [r for r in regions if r]
    return {r: float(f"{(known.count(r) + 1) / (len(known) + len(REGIONS)):.3g}") for r in REGIONS}


def factors(mix: np.ndarray, trained: np.ndarray, weight: float, limit: float) -> np.ndarray:
    """By what the network's probability of each region is multiplied at a site of this mix."""
    ratio = (mix / trained) ** weight
    return np.maximum(ratio, ratio.max() / limit)


def placed(network: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """N × R probabilities of the regions at the site."""
    joint = network * factor
    return joint / joint.sum(-1, keepdims=True)


def mix_at(site: int, trained: np.ndarray) -> np.ndarray:
    """OWN of one region, the others as in training."""
    others = trained.copy()
    others[site] = 0
    mix = others / others.sum() * (1 - OWN)
    mix[site] = OWN
    return mix


def figures(network: np.ndarray, truth: np.ndarray, site: int, trained: np.ndarray, weight: float, limit: float) -> dict[str, float]:
    """mixed, elsewhere and nats, as above."""
    mix = mix_at(site, trained)
    there = placed(network, factors(mix, trained, weight, limit))
    counts = np.bincount(truth, minlength=len(trained))
    times = (mix / np.maximum(counts, 1))[truth]
    right = there.argmax(1) == truth
    nats = -np.log(np.maximum(there[np.arange(len(truth)), truth], 1e-9))
    away = truth != site
    return {"mixed": np.average(right, weights=times), "elsewhere": right[away].mean(), "nats": np.average(nats, weights=times)}


def main() -> None:
    import json

    from .decode import log_softmax
    from .export import MODELS, run
    from .validation import calibration

    card = json.loads((MODELS / "recognizer.json").read_text())
    names = card["output"]["region"]["names"]
    trained = np.array([card["output"]["region"]["mix"][r] for r in names])
    images, _, regions = calibration()
    logits = run(MODELS / "recognizer.onnx", images)[1]
    kept = [k for k, r in enumerate(regions) if r in names]
    network = np.exp(log_softmax(logits[kept] / card["calibration"]["region_temperature"]))
    truth = np.array([names.index(regions[k]) for k in kept])
    print("weight limit    " + "".join(f"{s:>27}" for s in SITES) + "\n" + " " * 16 + "      mixed  elsewhere nats" * len(SITES))
    for weight in WEIGHTS:
        for limit in LIMITS if weight else LIMITS[:1]:
            rows = [figures(network, truth, names.index(s), trained, weight, limit) for s in SITES]
            print(f"{weight:6} {limit:6}    " + "".join(f"{r['mixed']:11.3f}{r['elsewhere']:11.3f}{r['nats']:5.2f}" for r in rows))


if __name__ == "__main__":
    main()
