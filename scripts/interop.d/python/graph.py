"""
The detector's ONNX graph for servers whose framework does not read ONNX: a list of nodes and a
table of weights in one .npz file, and a walk over them with a framework's own operators.

graph.py MODEL.onnx OUT.npz     writes that file (needs the package onnx)
"""

import json
import sys

import numpy as np


def convert(source, path):
    import onnx

    graph = onnx.load(source).graph
    tables = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    nodes = []
    for node in graph.node:
        given = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        if node.op_type == "Constant":
            tables[node.output[0]] = onnx.numpy_helper.to_array(given["value"])
            continue
        kept = {key: value for key, value in given.items() if key in ("group", "strides", "pads")}
        nodes.append((node.op_type, list(node.input), node.output[0], kept))
    np.savez(path, nodes=json.dumps(nodes), **{f"w:{name}": value for name, value in tables.items()})


def load(path):
    """(nodes, {name: array})"""
    file = np.load(path)
    return json.loads(str(file["nodes"])), {name[2:]: file[name] for name in file if name.startswith("w:")}


def walk(nodes, tables, operators, image):
    """operators: {op type: function(inputs, attributes)}; the last node's value."""
    values = {**tables, "image": image}
    for kind, inputs, output, given in nodes:
        values[output] = operators[kind]([values.get(name) for name in inputs], given)
    return values[nodes[-1][2]]


if __name__ == "__main__":
    convert(*sys.argv[1:])
