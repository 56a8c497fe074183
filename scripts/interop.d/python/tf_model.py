"""
tf_model.py GRAPH.npz FOLDER: the detector as TensorFlow SavedModels with the signatures of the
Object Detection API's exporters, FOLDER/{tf1,tf2,encoded}.
"""

import os
import sys

import graph
import tensorflow as tf
from detector import CELLS, IOU_MAX, LABELS, MOST, SCORE_MIN, SIDE

OPERATORS = {
    "Relu": lambda x, _: tf.nn.relu(x[0]),
    "Add": lambda x, _: x[0] + x[1],
    "Sub": lambda x, _: x[0] - x[1],
    "Mul": lambda x, _: x[0] * x[1],
    "Exp": lambda x, _: tf.exp(x[0]),
    "Sigmoid": lambda x, _: tf.sigmoid(x[0]),
    "Concat": lambda x, _: tf.concat(x, 3),
    "Resize": lambda x, _: tf.image.resize(x[0], [CELLS, CELLS], "nearest"),
}


def conv(x, given):
    """ONNX has (out, in / groups, height, width); TensorFlow here channels last."""
    pad, stride = given["pads"][0], given["strides"][0]
    picture = tf.pad(x[0], [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    if given.get("group", 1) == 1:
        out = tf.nn.conv2d(picture, x[1].transpose(2, 3, 1, 0), stride, "VALID")
    else:
        out = tf.nn.depthwise_conv2d(picture, x[1].transpose(2, 3, 0, 1), [1, stride, stride, 1], "VALID")
    return out + x[2]


OPERATORS["Conv"] = conv


def best_of(grid):
    """One picture's (CELLS, CELLS, LABELS + 4) to padded boxes, scores, classes and their count."""
    scores, sides = grid[..., :LABELS], grid[..., LABELS:]
    middle = tf.range(CELLS, dtype=tf.float32) + 0.5
    x, y = tf.meshgrid(middle, middle)
    edges = (y - sides[..., 1], x - sides[..., 0], y + sides[..., 3], x + sides[..., 2])
    boxes = tf.clip_by_value(tf.reshape(tf.stack(edges, -1), [-1, 4]) / CELLS, 0, 1)
    found = tf.image.combined_non_max_suppression(
        boxes[None, :, None],
        tf.reshape(scores, [1, -1, LABELS]),
        MOST,
        MOST,
        IOU_MAX,
        SCORE_MIN,
        clip_boxes=False,
    )
    count = tf.cast(found.valid_detections[0], tf.float32)
    known = tf.cast(tf.range(MOST), tf.float32) < count
    classes = tf.where(known, found.nmsed_classes[0] + 1, 0.0)
    return found.nmsed_boxes[0], found.nmsed_scores[0], classes, count


class Detector(tf.Module):
    def __init__(self, path):
        super().__init__()
        self.nodes, self.tables = graph.load(path)

    def detect(self, pictures):
        square = tf.image.resize(tf.cast(pictures, tf.float32), [SIDE, SIDE], antialias=False)
        grids = graph.walk(self.nodes, self.tables, OPERATORS, tf.round(square))
        boxes, scores, classes, counts = tf.map_fn(best_of, grids, fn_output_signature=(tf.float32,) * 4)
        return {
            "detection_boxes": boxes,
            "detection_scores": scores,
            "detection_classes": classes,
            "num_detections": counts,
        }

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, "inputs")])
    def tf1(self, inputs):
        return self.detect(inputs)

    @tf.function(input_signature=[tf.TensorSpec([1, None, None, 3], tf.uint8, "input_tensor")])
    def tf2(self, input_tensor):
        return self.detect(input_tensor)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "inputs")])
    def encoded(self, inputs):
        return self.detect(
            tf.map_fn(
                lambda file: tf.io.decode_jpeg(file, 3, dct_method="INTEGER_ACCURATE"),
                inputs,
                fn_output_signature=tf.TensorSpec([None, None, 3], tf.uint8),
            )
        )


def main(path, folder):
    detector = Detector(path)
    for name in ("tf1", "tf2", "encoded"):
        signature = getattr(detector, name)
        tf.saved_model.save(detector, os.path.join(folder, name), {"serving_default": signature})


main(*sys.argv[1:])
