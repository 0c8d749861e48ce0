"""The recognizer's network: a small convolutional trunk, a CTC head that reads two lines, a region head.

Input   N × 3 × 64 × 160, RGB, 0 … 1 less 0.5.
Output  text    N × 2·40 × 37 logits: the columns of the upper line, then those of the lower. Plates with one line
                use one of the two; every column sees the full height, so that the choice is learned.
        region  N × R logits.
"""

import torch
from torch import nn

from .alphabet import ALPHABET, REGIONS


def conv(i: int, o: int, k: int | tuple = 3, stride: int | tuple = 1, groups: int = 1) -> nn.Sequential:
    pad = k // 2 if isinstance(k, int) else tuple(x // 2 for x in k)
    return nn.Sequential(nn.Conv2d(i, o, k, stride, pad, groups=groups, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class Block(nn.Module):
    """Two convolutions around a shortcut. It starts as the identity, so that one can be added to a trained network."""

    def __init__(self, c: int, k: tuple[int, int] = (3, 3)):
        super().__init__()
        pad = (k[0] // 2, k[1] // 2)
        self.a = conv(c, c, k)
        self.b = nn.Sequential(nn.Conv2d(c, c, k, 1, pad, bias=False), nn.BatchNorm2d(c))
        nn.init.zeros_(self.b[1].weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.b(self.a(x)))


# What can learn while the rest stays exactly as it is: the text's layers, or the region's. `early` and `middle` serve both.
PARTS = {"text": ("deep", "lines", "mix", "context", "classify"), "region": ("fine", "region")}


class Recognizer(nn.Module):
    def __init__(self, widths: tuple[int, int, int, int] = (32, 32, 64, 128), classes: int = len(ALPHABET), regions: int = len(REGIONS)):
        super().__init__()
        w1, w2, w3, w4 = widths
        self.early = nn.Sequential(
            conv(3, w1, 3, 2),  # 32 × 80
            conv(w1, w2, 3, (2, 1)), Block(w2),  # 16 × 80
        )
        self.middle = nn.Sequential(conv(w2, w3, 3, 2), Block(w3), Block(w3), Block(w3))  # 8 × 40
        self.deep = nn.Sequential(conv(w3, w4, 3, (2, 1)), Block(w4), Block(w4))  # 4 × 40
        self.lines = conv(w4, 2 * w4, (4, 1), 1)
        self.lines[0].padding = (0, 0)  # the full height into one row: 1 × 40, two lines' channels
        self.mix = nn.Sequential(conv(w4, w4, (1, 5)), nn.Dropout(0.1))
        self.context = Block(w4, (1, 5))  # along the line: neighbors tell a character's width and kind
        self.classify = nn.Conv2d(w4, classes, 1)
        # Names of states are small print: the region head also sees the early, finer features.
        self.fine = nn.Sequential(*conv(w2, 48, 3, 2), Block(48))  # 8 × 40
        self.region = nn.Sequential(
            conv(w3 + 48, 96, 3, 2), conv(96, 96, 3, (1, 2)), conv(96, 48, 1), nn.Flatten(), nn.Dropout(0.2),  # 4 × 10
            nn.Linear(48 * 40, 128), nn.ReLU(inplace=True), nn.Linear(128, regions),
        )

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        e = self.early(x)
        f = self.middle(e)
        return self.text_of(f), self.region_of(e, f)

    def where(self, x: torch.Tensor) -> torch.Tensor:
        """The region's logits alone, without the layers that only the text needs."""
        e = self.early(x)
        return self.region_of(e, self.middle(e))

    def region_of(self, e: torch.Tensor, f: torch.Tensor) -> torch.Tensor:
        return self.region(torch.cat([f, self.fine(e)], 1))

    def text_of(self, f: torch.Tensor) -> torch.Tensor:
        n = f.shape[0]
        lines = self.lines(self.deep(f))  # N × 2·C × 1 × 40
        c = lines.shape[1] // 2
        # Both lines side by side in the batch's place of height: N × C × 2 × 40.
        rows = lines.reshape(n, 2, c, lines.shape[3]).permute(0, 2, 1, 3)
        logits = self.classify(self.context(self.mix(rows)))  # N × K × 2 × 40
        return logits.flatten(2).permute(0, 2, 1)
