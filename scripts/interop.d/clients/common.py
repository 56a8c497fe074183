"""
What the official clients share: the pictures, and how their answers are written for judge.py.
A client's script is called CLIENT.py ADDRESS:PORT... OUT and writes OUT-N.json, one file a way of asking.
"""

import json
import os
import statistics
import time

import numpy as np
from detector import NAMES, pixels_of

REPETITIONS = 3


def pictures():
    folder = os.environ["INTEROP_IMAGES"]
    for name in sorted(os.listdir(folder)):
        if name.endswith(".jpg"):
            with open(os.path.join(folder, name), "rb") as file:
                content = file.read()
            yield name, content, pixels_of(content)


def from_tensors(outputs, pixels):
    """The four outputs of the Object Detection API, of a batch of one, as (label, box, score)."""
    height, width = pixels.shape[:2]
    flat = {name: np.asarray(value).reshape(-1) for name, value in outputs.items()}
    found = []
    for box, score, label in zip(
        flat["detection_boxes"].reshape(-1, 4), flat["detection_scores"], flat["detection_classes"]
    ):
        if score > 0:
            y0, x0, y1, x1 = (float(v) for v in box)
            found.append((int(label), [x0 * width, y0 * height, x1 * width, y1 * height], float(score)))
    return found


def from_label_keys(rows):
    """TorchServe's: the key that is not the score is the label."""
    found = []
    for row in rows:
        (name,) = [key for key in row if key != "score"]
        found.append((NAMES.index(name) + 1, row[name], row["score"]))
    return found


class Report:
    def __init__(self, out):
        self.out, self.count = out, 0

    def ask(self, protocol, payload, note, pixels, call):
        """call(file's bytes, pixels) gives (label, box, score) of one picture; what it raises is the answer's error."""
        self.count += 1
        answers, spans, error = [], [], ""
        try:
            for name, content, decoded in pictures():
                for _ in range(REPETITIONS):
                    start = time.perf_counter()
                    found = call(content, decoded)
                    spans.append((time.perf_counter() - start) * 1e3)
                    answers.append((name, found))
        except Exception as failed:  # pylint: disable=broad-except
            error = f"{type(failed).__name__}: {failed}"
        with open(f"{self.out}-{self.count}.json", "w", encoding="utf-8") as file:
            json.dump(
                {
                    "protocol": protocol,
                    "payload": payload,
                    "note": note,
                    "pixels": pixels,
                    "error": error,
                    "ms": statistics.median(spans) if spans else None,
                    "answers": answers,
                },
                file,
            )
