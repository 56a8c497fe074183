"""torch_model.py GRAPH.npz OUT.pt: the detector as a TorchScript file."""

import sys

import graph
import torch
from torch.nn.functional import conv2d, interpolate

OPERATORS = {
    "Conv": lambda x, given: conv2d(
        x[0], x[1], x[2], stride=given["strides"], padding=given["pads"][0], groups=given.get("group", 1)
    ),
    "Relu": lambda x, _: torch.relu(x[0]),
    "Add": lambda x, _: x[0] + x[1],
    "Sub": lambda x, _: x[0] - x[1],
    "Mul": lambda x, _: x[0] * x[1],
    "Exp": lambda x, _: torch.exp(x[0]),
    "Sigmoid": lambda x, _: torch.sigmoid(x[0]),
    "Concat": lambda x, _: torch.cat(x, 1),
    "Resize": lambda x, _: interpolate(x[0], scale_factor=2.0, mode="nearest"),
}


class Net(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        self.nodes, tables = graph.load(path)
        self.tables = {name: torch.from_numpy(value) for name, value in tables.items()}

    def forward(self, image):
        return graph.walk(self.nodes, self.tables, OPERATORS, image)


with torch.inference_mode():
    torch.jit.trace(Net(sys.argv[1]), torch.zeros(1, 3, 224, 224)).save(sys.argv[2])
