"""The two networks of the cascade: plain 3×3 convolutions, because those are what a CPU runs fastest.

`Locator` sees the whole picture, reduced, and proposes quads at strides 8, 16 and 32.
`Refiner` sees one proposal, cut out and straightened, says whether it is a plate and where its corners are.
"""

import torch
from torch import nn
from torch.nn.functional import interpolate

STRIDES = (8, 16, 32)
CHANNELS = (8, 16, 32, 64, 96)
PYRAMID = 32
WINDOW = (128, 64)  # width, height of the refiner's view, pixels
GROW = (1.45, 1.7)  # the view is this much larger than the proposal, along and across
OFFSET = 4.0  # a predicted offset of 1 is this many strides


def conv(i, o, kernel=3, stride=1, groups=1, act=True):
    layers = [nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if act else nn.Sequential(*layers)


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.body = conv(channels, channels)

    def forward(self, x):
        return x + self.body(x)


class Wide(nn.Module):
    """A cheap look around: 5×5 in each channel, then 1×1 across channels."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(conv(channels, channels, 5, groups=channels, act=False), conv(channels, channels, 1))

    def forward(self, x):
        return x + self.body(x)


class Locator(nn.Module):
    """(N, 1, H, W) gray in 0…1, H and W multiples of 32 → for each stride (N, 9, H/s, W/s):
    channel 0 the plate's logit, channels 1…8 the corners' x, y from the cell's center in OFFSET strides."""

    def __init__(self):
        super().__init__()
        a, b, c, d, e = CHANNELS
        self.stem = nn.Sequential(conv(1, a, stride=2), conv(a, b, stride=2))
        self.down8 = nn.Sequential(conv(b, c, stride=2), Residual(c), Residual(c))
        self.down16 = nn.Sequential(conv(c, d, stride=2), Residual(d), Residual(d))
        self.down32 = nn.Sequential(conv(d, e, stride=2), Residual(e), Wide(e), Wide(e), Wide(e))
        self.lateral = nn.ModuleList([conv(w, PYRAMID, 1, act=False) for w in (c, d, e)])
        self.merge = nn.ModuleList([conv(PYRAMID, PYRAMID) for _ in STRIDES])
        self.head = nn.ModuleList([nn.Sequential(conv(PYRAMID, PYRAMID), nn.Conv2d(PYRAMID, 9, 1)) for _ in STRIDES])
        for head in self.head:
            nn.init.constant_(head[1].bias[:1], -4.0)  # plates are rare: start from "none"

    def forward(self, x):
        f8 = self.down8(self.stem(x))
        f16 = self.down16(f8)
        f32 = self.down32(f16)
        p32 = self.merge[2](self.lateral[2](f32))
        p16 = self.merge[1](self.lateral[1](f16) + interpolate(p32, scale_factor=2.0))
        p8 = self.merge[0](self.lateral[0](f8) + interpolate(p16, scale_factor=2.0))
        return tuple(head(p) for head, p in zip(self.head, (p8, p16, p32)))


class Refiner(nn.Module):
    """(N, 1, 64, 128) gray in 0…1 → (N, 9): the plate's logit, then the corners' x, y in the window,
    -1…1 from its left to its right and from its top to its bottom edge. Each corner is the center of mass of a
    map of 32 × 16 places: sharper, and learned faster, than numbers out of a full layer."""

    def __init__(self):
        super().__init__()
        self.s4 = nn.Sequential(conv(1, 12, stride=2), conv(12, 24, stride=2), Residual(24))
        self.s8 = nn.Sequential(conv(24, 40, stride=2), Residual(40))
        self.s16 = nn.Sequential(conv(40, 64, stride=2), Residual(64), Wide(64))
        self.plate = nn.Sequential(
            conv(64, 24, 1), nn.Flatten(), nn.Linear(24 * 8 * 4, 48), nn.ReLU(inplace=True), nn.Linear(48, 1)
        )
        self.lateral = nn.ModuleList([conv(w, 32, 1, act=False) for w in (24, 40, 64)])
        self.merge = nn.ModuleList([conv(32, 32) for _ in range(2)])
        self.heat = nn.Conv2d(32, 4, 1)
        y, x = torch.meshgrid((torch.arange(16) + 0.5) / 8 - 1, (torch.arange(32) + 0.5) / 16 - 1, indexing="ij")
        self.register_buffer("places", torch.stack([x, y], -1).reshape(-1, 2), persistent=False)  # (512, 2)

    def forward(self, x):
        return self.answer(x)[0]

    def answer(self, x):
        """(N, 9) and the logarithms of the corner maps (N, 4, 512)."""
        mean = x.mean((2, 3), keepdim=True)
        spread = ((x - mean) ** 2).mean((2, 3), keepdim=True).sqrt()
        s4 = self.s4((x - mean) / (spread + 0.03))  # a dark plate looks like a bright one
        s8 = self.s8(s4)
        s16 = self.s16(s8)
        p8 = self.merge[1](self.lateral[1](s8) + interpolate(self.lateral[2](s16), scale_factor=2.0))
        p4 = self.merge[0](self.lateral[0](s4) + interpolate(p8, scale_factor=2.0))
        maps = self.heat(p4).float().flatten(2).log_softmax(-1)
        corners = (maps.exp() @ self.places).flatten(1)
        return torch.cat([self.plate(s16).float(), corners], 1), maps
