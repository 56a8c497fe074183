"""
Writes a trained net as ONNX: export.py ssd|proposal|crop WEIGHTS.pt OUT.onnx

Batch normalisation is folded into the convolutions, so that every runtime computes the
same few layers: Conv, Relu, Add, Mul, Resize, Sigmoid, Exp, Concat, Gemm, Softmax.
"""
import sys
import warnings

import onnx
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import nets


def fold(module):
    for name, child in module.named_children():
        if isinstance(child, nn.Sequential) and len(child) == 3 and isinstance(child[1], nn.BatchNorm2d):
            setattr(module, name, nn.Sequential(fuse_conv_bn_eval(child[0], child[1]), child[2]))
        else:
            fold(child)
    return module


class TwoHeads(nn.Module):
    """A grid net whose last convolution is cut in two, which spares the graph a Slice."""

    def __init__(self, net):
        super().__init__()
        self.net = net
        self.scores = self.part(slice(0, net.classes))
        self.distances = self.part(slice(net.classes, None))

    def part(self, channels):
        head = self.net.head
        weight, bias = head.weight[channels], head.bias[channels]
        cut = nn.Conv2d(head.in_channels, len(bias), 1)
        cut.weight, cut.bias = nn.Parameter(weight), nn.Parameter(bias)
        return cut

    def forward(self, x):
        x = self.net.features(x)
        return torch.cat([torch.sigmoid(self.scores(x)), torch.exp(self.distances(x))], 1)


def load(kind, weights):
    net = {"ssd": nets.ssd, "proposal": nets.proposal, "crop": nets.Crop}[kind]()
    net.load_state_dict(torch.load(weights))
    net = fold(net.eval())
    return net if kind == "crop" else TwoHeads(net)


def main():
    kind, weights, out = sys.argv[1:4]
    net = load(kind, weights)
    side = nets.CROP_SIDE if kind == "crop" else nets.GRID_SIDE
    names = ["crop"] if kind == "crop" else ["grid"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(net, torch.zeros(1, 3, side, side), out, opset_version=11,
                          input_names=["image"], output_names=names)
    model = onnx.load(out)
    model.doc_string = "odbench: drawn shapes, not photographs; see datasets/models/README.md"
    model.producer_name = "odbench"
    onnx.checker.check_model(model)
    onnx.save(model, out)
    for node in model.graph.node:
        if node.op_type not in KNOWN:
            raise SystemExit(f"{out}: unexpected operator {node.op_type}")


KNOWN = {"Conv", "Relu", "Add", "Sub", "Mul", "Resize", "Sigmoid", "Exp", "Concat", "Gemm", "Softmax", "Flatten",
         "Constant", "Reshape"}

if __name__ == "__main__":
    main()
