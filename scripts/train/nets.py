"""The nets: a one-stage grid detector (also the proposal stage) and the crop classifier."""
import torch
from torch import nn

GRID_SIDE = 224  # pixels of the grid net's square input
STRIDE = 8
CLASSES = 8
CROP_SIDE = 64
ENLARGE = 1.25  # a crop is this much wider and higher than its proposal


def conv(inside, outside, kernel=3, stride=1, groups=1):
    return nn.Sequential(
        nn.Conv2d(inside, outside, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outside),
        nn.ReLU(inplace=True),
    )


def separable(inside, outside, stride=1):
    return nn.Sequential(conv(inside, inside, 3, stride, inside), conv(inside, outside, 1))


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = separable(width, width)

    def forward(self, x):
        return x + self.body(x)


class Grid(nn.Module):
    """
    Anchor-free, stride 8 with a stride-16 context branch. The output is 1 x (classes + 4) x
    28 x 28: scores 0..1, then the distances in cells from the cell's centre to the left,
    upper, right and lower edge.
    """

    def __init__(self, classes, widths):
        super().__init__()
        a, b, c, d = widths
        self.classes = classes
        self.stem = nn.Sequential(conv(3, a, 3, 2), separable(a, b, 2), Residual(b), separable(b, c, 2), Residual(c))
        self.context = nn.Sequential(separable(c, d, 2), Residual(d), Residual(d), conv(d, c, 1), nn.Upsample(scale_factor=2))
        self.join = nn.Sequential(Residual(c), Residual(c))
        self.head = nn.Conv2d(c, classes + 4, 1)
        nn.init.constant_(self.head.bias[:classes], -4.0)
        nn.init.constant_(self.head.bias[classes:], 0.3)

    def features(self, x):
        x = self.stem(x * (1 / 64.0) - 2.0)
        return self.join(x + self.context(x))

    def logits(self, x):
        """x is RGB 0..255. Returns class logits and logarithms of the distances."""
        x = self.head(self.features(x))
        return x[:, : self.classes], x[:, self.classes :]

    def forward(self, x):
        scores, distances = self.logits(x)
        return torch.cat([torch.sigmoid(scores), torch.exp(distances)], 1)


def ssd():
    return Grid(CLASSES, (16, 32, 96, 128))


def proposal():
    return Grid(1, (16, 24, 48, 64))


class Crop(nn.Module):
    """
    A 64 x 64 crop to 1 x 13: nine probabilities (nothing, then the classes) and four edges,
    left, upper, right, lower in parts of the crop, 0..1.
    """

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            conv(3, 16, 3, 2), conv(16, 32, 3, 2), conv(32, 64, 3, 2), Residual(64), separable(64, 96, 2), Residual(96)
        )
        self.hidden = nn.Sequential(nn.Linear(96 * 16, 96), nn.ReLU(inplace=True))
        self.classes = nn.Linear(96, CLASSES + 1)
        self.edges = nn.Linear(96, 4)
        margin = (1 - 1 / ENLARGE) / 2
        self.register_buffer("start", torch.tensor([[margin, margin, 1 - margin, 1 - margin]]))

    def logits(self, x):
        x = self.hidden(self.body(x * (1 / 64.0) - 2.0).flatten(1))
        return self.classes(x), self.start + 0.1 * self.edges(x)

    def forward(self, x):
        scores, edges = self.logits(x)
        return torch.cat([torch.softmax(scores, 1), edges], 1)
