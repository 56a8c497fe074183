"""Reads scenes from the feeder program into memory, and turns them into batches."""
import os
import subprocess
import threading

import numpy as np

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FEED = os.path.join(ROOT, "build", "train", "feed")
MOST_OBJECTS = 30

# Scenes of these seeds train; HELD_OUT is never trained on.
TRAIN_SEED = 20260101
HELD_OUT_SEED = 777000
QUALITY = (30, 98)


def records(seed, first, count, net_side, sizes=(160, 640), quality=QUALITY, folder=None):
    """Yields (pixels, boxes, width, height, quality); boxes are category, x0, y0, x1, y1."""
    command = [FEED, seed, first, count, net_side, *sizes, *quality]
    command += [folder] if folder else []
    with subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, bufsize=1 << 20) as feed:
        for _ in range(count):
            head = feed.stdout.read(16)
            if len(head) < 16:
                raise RuntimeError("the feeder ended early")
            width, height, q, objects = (int(v) for v in np.frombuffer(head, "<i4"))
            w, h = (net_side, net_side) if net_side else (width, height)
            pixels = np.frombuffer(feed.stdout.read(w * h * 3), np.uint8).reshape(h, w, 3)
            boxes = np.frombuffer(feed.stdout.read(20 * objects), "<f4").reshape(-1, 5)
            yield pixels, boxes, width, height, q


class Pool:
    """Scenes that a thread keeps adding while training draws from those already there."""

    def __init__(self, seed, first, count, side):
        self.pixels = np.zeros((count, side, side, 3), np.uint8)
        self.boxes = np.zeros((count, MOST_OBJECTS, 5), np.float32)
        self.objects = np.zeros(count, np.int64)
        self.ready = 0
        self.args = (seed, first, count, side)
        self.thread = threading.Thread(target=self._fill, daemon=True)
        self.thread.start()

    def _fill(self):
        for i, (pixels, boxes, *_) in enumerate(records(*self.args)):
            self.pixels[i] = pixels
            self.boxes[i, : len(boxes)] = boxes
            self.objects[i] = len(boxes)
            self.ready = i + 1

    def batch(self, rng, size):
        """Random scenes, each mirrored, turned, and with its colours exchanged."""
        pixels, boxes = [], []
        for i in rng.integers(0, self.ready, size):
            p, b = vary(self.pixels[i], self.boxes[i, : self.objects[i]], rng)
            pixels.append(p)
            boxes.append(b)
        return np.stack(pixels).transpose(0, 3, 1, 2), boxes


def vary(pixels, boxes, rng):
    """One of 96 variants: every shape class stays what it is under all of them."""
    boxes = boxes.copy()
    if rng.random() < 0.5:
        pixels = pixels[:, ::-1]
        boxes[:, [1, 3]] = 1 - boxes[:, [3, 1]]
    if rng.random() < 0.5:
        pixels = pixels[::-1]
        boxes[:, [2, 4]] = 1 - boxes[:, [4, 2]]
    if rng.random() < 0.5 and pixels.shape[0] == pixels.shape[1]:
        pixels = pixels.transpose(1, 0, 2)
        boxes = boxes[:, [0, 2, 1, 4, 3]]
    pixels = pixels[:, :, rng.permutation(3)]
    if rng.random() < 0.5:
        pixels = 255 - pixels
    return pixels, boxes
