"""
The reference reading of the nets' outputs: what datasets/models/README.md states, in numpy.
Boxes are rows of x0, y0, x1, y1 in parts of the image; detections add score and category.
"""
import numpy as np

import nets

MIN_SCORE = 0.01
NMS_IOU = 0.5
MOST = 100
PROPOSAL_SCORE = 0.3
PROPOSAL_IOU = 0.5


def stretch(pixels, width, height):
    """Bilinear, half-pixel centres, borders repeated; uint8 in, uint8 out."""
    return sample(pixels, 0, 0, pixels.shape[1], pixels.shape[0], width, height)


def sample(pixels, x0, y0, x1, y1, width, height):
    """The window x0..x1, y0..y1 of the picture, in pixels, as width x height samples."""

    def axis(low, high, count, size):
        at = low + (np.arange(count) + 0.5) * (high - low) / count - 0.5
        at = np.clip(at, 0, size - 1)
        first = np.minimum(at.astype(int), max(size - 2, 0))
        return first, np.minimum(first + 1, size - 1), (at - first).astype(np.float32)

    xa, xb, fx = axis(x0, x1, width, pixels.shape[1])
    ya, yb, fy = axis(y0, y1, height, pixels.shape[0])
    fx, fy = fx[None, :, None], fy[:, None, None]
    top = pixels[ya][:, xa] * (1 - fx) + pixels[ya][:, xb] * fx
    low = pixels[yb][:, xa] * (1 - fx) + pixels[yb][:, xb] * fx
    return (top * (1 - fy) + low * fy + 0.5).astype(np.uint8)


def iou_with(box, others):
    inner = np.clip(np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2]), 0, None).prod(1)
    area = (others[:, 2:] - others[:, :2]).prod(1)
    return inner / np.maximum((box[2:] - box[:2]).prod() + area - inner, 1e-12)


def suppress(boxes, scores, categories, iou, most):
    """Greedy, within a category; indices of what stays, best first."""
    order = list(np.argsort(-scores, kind="stable"))
    kept = []
    shifted = boxes + 10.0 * categories[:, None]
    while order and len(kept) < most:
        best = order.pop(0)
        kept.append(best)
        if order:
            rest = np.array(order)
            order = list(rest[iou_with(shifted[best], shifted[rest]) <= iou])
    return kept


def grid_boxes(output, min_score):
    """output: (classes + 4) x grid x grid. Every class of every cell is a candidate."""
    scores, distances = output[:-4], output[-4:]
    category, row, column = np.nonzero(scores >= min_score)
    left, up, right, down = distances[:, row, column]
    boxes = np.stack([column + 0.5 - left, row + 0.5 - up, column + 0.5 + right, row + 0.5 + down], 1)
    return np.clip(boxes / output.shape[-1], 0, 1), scores[category, row, column], category + 1


def detections(boxes, scores, categories):
    keep = suppress(boxes, scores, categories, NMS_IOU, MOST)
    return np.concatenate([boxes[keep], scores[keep, None], categories[keep, None]], 1)


def picture(pixels):
    """The nets' input: RGB, 0..255, planes."""
    return pixels.transpose(2, 0, 1)[None].astype(np.float32)


def detect_ssd(run, pixels):
    square = stretch(pixels, nets.GRID_SIDE, nets.GRID_SIDE)
    return detections(*grid_boxes(run(picture(square))[0], MIN_SCORE))


def proposals(run, pixels):
    square = stretch(pixels, nets.GRID_SIDE, nets.GRID_SIDE)
    boxes, scores, categories = grid_boxes(run(picture(square))[0], PROPOSAL_SCORE)
    keep = suppress(boxes, scores, categories, PROPOSAL_IOU, MOST)
    return boxes[keep], scores[keep]


def crop_window(box, width, height):
    """In pixels: the proposal, enlarged around its middle."""
    x0, y0, x1, y1 = box * np.array([width, height, width, height])
    w, h = (x1 - x0) * nets.ENLARGE, (y1 - y0) * nets.ENLARGE
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    return cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2


def crop(pixels, box):
    window = crop_window(box, pixels.shape[1], pixels.shape[0])
    return sample(pixels, *window, nets.CROP_SIDE, nets.CROP_SIDE), window


def detect_rcnn(run_proposal, run_crop, pixels):
    height, width = pixels.shape[:2]
    found = []
    for box, objectness in zip(*proposals(run_proposal, pixels)):
        view, (x0, y0, x1, y1) = crop(pixels, box)
        values = run_crop(picture(view))[0]
        l, t, r, b = values[nets.CLASSES + 1 :]
        w, h = x1 - x0, y1 - y0
        refined = [(x0 + l * w) / width, (y0 + t * h) / height, (x0 + r * w) / width, (y0 + b * h) / height]
        for category in range(1, nets.CLASSES + 1):
            if values[category] >= MIN_SCORE:
                found.append([*np.clip(refined, 0, 1), values[category], category])
    found = np.array(found).reshape(-1, 6)
    return detections(found[:, :4], found[:, 4], found[:, 5])
