"""The figures of a set of reads."""

from .alphabet import folded


def edits(a: str, b: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def score(texts: list[str], reads: list[str], regions=None, guessed=None, tops=None) -> dict[str, float]:
    """exact, exact_folded (O = 0 = Q, I = 1), cer (folded), region and top3 as fractions."""
    n = len(texts)
    f = [(folded(t), folded(r)) for t, r in zip(texts, reads)]
    out = {
        "n": n,
        "exact": sum(t == r for t, r in zip(texts, reads)) / n,
        "exact_folded": sum(t == r for t, r in f) / n,
        "cer": sum(edits(t, r) for t, r in f) / max(1, sum(len(t) for t, _ in f)),
    }
    if regions is not None and any(regions):
        known = [(a, b) for a, b in zip(regions, guessed) if a]
        out["region"] = sum(a == b for a, b in known) / len(known)
    if tops is not None:
        out["top3"] = sum(folded(t) in [folded(x) for x in top[:3]] for t, top in zip(texts, tops)) / n
    return out
