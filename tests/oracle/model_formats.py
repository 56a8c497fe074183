#!/usr/bin/env python3
# Resizing and letterboxing by scipy's interpolation, and YOLO's outputs decoded and suppressed by
# numpy: writes tests/golden/models/formats.txt, which tests/unit/test_model_oracle.c compares with.
import os

import numpy as np
from scipy.ndimage import map_coordinates

rng = np.random.default_rng(20261121)
GREY = 114.0
os.makedirs('tests/golden/models', exist_ok=True)
OUT = open('tests/golden/models/formats.txt', 'w', encoding='ascii')


def put(word, values):
    print(word, *(f'{v:.9g}' for v in np.asarray(values).ravel()), file=OUT)


def resized(picture, width, height):
    rows = (np.arange(height) + 0.5) * picture.shape[0] / height - 0.5
    columns = (np.arange(width) + 0.5) * picture.shape[1] / width - 0.5
    at = np.meshgrid(rows, columns, indexing='ij')
    return np.stack([map_coordinates(picture[..., c].astype(float), at, order=1, mode='nearest')
                     for c in range(3)], axis=-1)


def letterboxed(picture, width, height):
    ratio = min(width / picture.shape[1], height / picture.shape[0])
    inner = [int(np.floor(size * ratio + 0.5)) for size in (picture.shape[1], picture.shape[0])]
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    out = np.full((height, width, 3), GREY)
    out[top:top + inner[1], left:left + inner[0]] = resized(picture, *inner)
    return out, [left / width, top / height, (left + inner[0]) / width, (top + inner[1]) / height]


for in_size, out_size in (((7, 5), (14, 11)), ((16, 9), (5, 6)), ((3, 4), (3, 9)), ((1, 1), (4, 2)),
                          ((12, 10), (6, 5))):
    picture = rng.integers(0, 256, (in_size[1], in_size[0], 3))
    put('sizes', in_size + out_size)
    put('picture', picture)
    put('stretch', resized(picture, *out_size))
    out, area = letterboxed(picture, *out_size)
    put('area', area)
    put('letterbox', out)


def overlap(a, b):
    low = np.maximum(a[:2], b[:2])
    high = np.minimum(a[2:4], b[2:4])
    shared = np.prod(np.maximum(high - low, 0))
    return shared / (np.prod(a[2:4] - a[:2]) + np.prod(b[2:4] - b[:2]) - shared)


def detected(centres, scores, size, least, most):
    boxes = []
    for row, classes in zip(centres, scores):
        x, y, w, h = row / np.array([size[0], size[1], size[0], size[1]])
        for label, score in enumerate(classes):
            if score >= least:
                boxes.append([x - w / 2, y - h / 2, x + w / 2, y + h / 2, score, label + 1])
    kept = []
    for box in sorted(boxes, key=lambda b: -b[4]):
        box = np.array(box)
        if all(k[5] != box[5] or overlap(k, box) <= most for k in kept):
            kept.append(box)
    return kept[:100]  # as many as odbench keeps


for name, count, classes in (('yolo5', 60, 3), ('yolo5', 120, 6), ('yolo8', 60, 3), ('yolo8', 150, 5)):
    size, least, most = (320, 192), 0.4, 0.5
    middles = rng.uniform(0.1, 0.9, (12, 2))[rng.integers(0, 12, count)] + rng.normal(0, 0.02, (count, 2))
    extents = rng.uniform(0.1, 0.3, (count, 2))
    centres = (np.hstack([middles, extents]) * np.tile(size, 2)).astype(np.float32)
    scores = rng.uniform(0, 1, (count, classes)).astype(np.float32) ** 3
    objectness = rng.uniform(0.2, 1, (count, 1)).astype(np.float32)
    put('model', [count, classes, *size, least, most])
    if name == 'yolo5':
        put(name, np.hstack([centres, objectness, scores]))
        put('boxes', detected(centres.astype(float), objectness * scores, size, least, most))
    else:
        put(name, np.hstack([centres, scores]).T)
        put('boxes', detected(centres.astype(float), scores, size, least, most))
OUT.close()
