"""
The project's one-stage detector in a foreign server, read as datasets/models/DECODE.md says.
What runs the net is the server's own choice: OpenCV, OpenVINO, PyTorch.
"""

import os

import numpy as np

SIDE, CELLS, LABELS = 224, 28, 8
SCORE_MIN, IOU_MAX, MOST = 0.1, 0.5, 100
# Services tell labels by COCO's names, and clients know those: the eight shapes take the first eight.
NAMES = ("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck")
SHAPES = ("disc", "ring", "square", "triangle", "star", "cross", "hexagon", "crescent")


def model_path():
    return os.environ["INTEROP_MODEL"]


def opencv_net():
    """A function from (1, 3, 224, 224) float32 to the grid, by OpenCV's dnn module."""
    import cv2

    net = cv2.dnn.readNetFromONNX(model_path())

    def run(planes):
        net.setInput(planes)
        return net.forward()[0]

    return run


def openvino_net():
    import openvino

    # Where the processor has bfloat16, that would be its choice, which moves boxes by a quarter of a pixel.
    compiled = openvino.Core().compile_model(model_path(), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda planes: compiled(planes)[0][0]


def pixels_of(file_bytes):
    """RGB pixels of a JPEG file; ValueError when it is none."""
    import cv2

    decoded = cv2.imdecode(np.frombuffer(file_bytes, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        raise ValueError("not an image")
    return cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)


def planes_of(pixels):
    """RGB pixels of any size as the net wants them."""
    import cv2

    square = cv2.resize(pixels, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(square.transpose(2, 0, 1)[None].astype(np.float32))


def overlap(box, others):
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    inner = np.clip(high - low, 0, None).prod(1)
    area = (others[:, 2:] - others[:, :2]).prod(1) + (box[2:] - box[:2]).prod()
    return inner / np.maximum(area - inner, 1e-12)


def boxes_of(grid):
    """The grid's boxes (n, 4) as x0 y0 x1 y1 of 0..1, scores (n) and labels 1.. (n), best first."""
    scores, sides = grid[:LABELS], grid[LABELS:]
    label, row, column = np.nonzero(scores >= SCORE_MIN)
    left, upper, right, lower = sides[:, row, column]
    boxes = np.stack([column + 0.5 - left, row + 0.5 - upper, column + 0.5 + right, row + 0.5 + lower], 1)
    boxes = np.clip(boxes / CELLS, 0, 1).astype(np.float32)
    values = scores[label, row, column]
    kept = []
    left_over = np.argsort(-values, kind="stable")
    while len(left_over) and len(kept) < MOST:
        best, left_over = left_over[0], left_over[1:]
        kept.append(best)
        same = (label[left_over] == label[best]) & (overlap(boxes[best], boxes[left_over]) > IOU_MAX)
        left_over = left_over[~same]
    return boxes[kept], values[kept].astype(np.float32), (label[kept] + 1).astype(np.float32)


def tensors_of(boxes, scores, labels):
    """The four outputs of the Object Detection API, padded to MOST boxes."""
    count = len(scores)
    out = {
        "detection_boxes": np.zeros((1, MOST, 4), np.float32),
        "detection_scores": np.zeros((1, MOST), np.float32),
        "detection_classes": np.zeros((1, MOST), np.float32),
        "num_detections": np.array([count], np.float32),
    }
    out["detection_boxes"][0, :count] = boxes[:, [1, 0, 3, 2]]
    out["detection_scores"][0, :count] = scores
    out["detection_classes"][0, :count] = labels
    return out


class Detector:
    def __init__(self, run=None):
        self.run = run or opencv_net()

    def found(self, pixels):
        """Boxes relative to the picture, scores, labels."""
        return boxes_of(self.run(planes_of(pixels)))

    def objects(self, pixels):
        """The same as rows of x0, y0, x1, y1 in pixels, score, label; plain numbers for JSON."""
        height, width = pixels.shape[:2]
        boxes, scores, labels = self.found(pixels)
        boxes = boxes * np.array([width, height, width, height], np.float32)
        return [
            (*map(float, box), float(score), int(label)) for box, score, label in zip(boxes, scores, labels)
        ]

    def tensors(self, pixels):
        return tensors_of(*self.found(pixels))

    @staticmethod
    def rows7(grid):
        """One output of rows (image, label, score, x0, y0, x1, y1), ended by image -1."""
        boxes, scores, labels = boxes_of(grid)
        rows = np.zeros((1, 1, MOST, 7), np.float32)
        rows[0, 0, : len(scores)] = np.column_stack([np.zeros(len(scores)), labels, scores, boxes])
        if len(scores) < MOST:
            rows[0, 0, len(scores), 0] = -1
        return rows
