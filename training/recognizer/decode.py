"""From the network's text logits to texts. The runtime does the same in TypeScript."""

import numpy as np

from .alphabet import ALPHABET, BLANK, PUBLISHED


def log_softmax(x: np.ndarray) -> np.ndarray:
    x = x - x.max(-1, keepdims=True)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def merged(logits: np.ndarray) -> np.ndarray:
    """The logits of the PUBLISHED classes: small and hidden characters count as blank, as the exported graph has it."""
    n = len(PUBLISHED)
    rest = np.concatenate([logits[..., :1], logits[..., n:]], -1)
    top = rest.max(-1, keepdims=True)
    blank = top + np.log(np.exp(rest - top).sum(-1, keepdims=True))
    return np.concatenate([blank, logits[..., 1:n]], -1)


def greedy(logits: np.ndarray) -> list[str]:
    """Best path of N × T × K logits: repeats merged, blanks dropped."""
    texts = []
    for path in logits.argmax(-1):
        keep = np.concatenate([[True], path[1:] != path[:-1]]) & (path != BLANK)
        texts.append("".join(ALPHABET[c] for c in path[keep]))
    return texts


def beam(logits: np.ndarray, width: int = 12, floor: float = -9.0) -> list[tuple[str, float]]:
    """Most probable texts of T × K logits with their log probabilities, best first (CTC prefix beam search).
    Classes below `floor` (log) in a column are not tried."""
    steps = log_softmax(logits.astype(np.float64))
    beams = {"": (0.0, -np.inf)}  # prefix: log p of paths ending in a blank, and in its last character
    for column in steps:
        if column[BLANK] > -1e-4:  # nothing but blank: only the split between the two sums moves
            beams = {t: (np.logaddexp(b, c) + column[BLANK], -np.inf) for t, (b, c) in beams.items()}
            continue
        classes = [k for k in np.flatnonzero(column > floor) if k != BLANK]
        grown: dict[str, list[float]] = {}
        for text, (b, c) in beams.items():
            both = np.logaddexp(b, c)
            here = grown.setdefault(text, [-np.inf, -np.inf])
            here[0] = np.logaddexp(here[0], both + column[BLANK])
            for k in classes:
                char = ALPHABET[k]
                if text.endswith(char):
                    here[1] = np.logaddexp(here[1], c + column[k])
                    come = b
                else:
                    come = both
                if come > -np.inf:
                    longer = grown.setdefault(text + char, [-np.inf, -np.inf])
                    longer[1] = np.logaddexp(longer[1], come + column[k])
        best = sorted(grown.items(), key=lambda kv: -np.logaddexp(kv[1][0], kv[1][1]))[:width]
        beams = {t: (p[0], p[1]) for t, p in best}
    return [(t, float(np.logaddexp(b, c))) for t, (b, c) in beams.items()]
