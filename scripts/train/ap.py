"""Average precision by COCO's rules at one IoU: all areas, at most 100 detections an image."""
import numpy as np


def match(found, truth, iou):
    """found: x0, y0, x1, y1, score; best first. Which of them are right, each truth used once."""
    right = np.zeros(len(found), bool)
    used = np.zeros(len(truth), bool)
    for i, box in enumerate(found):
        best, at = iou, -1
        for k, other in enumerate(truth):
            if not used[k]:
                w = min(box[2], other[2]) - max(box[0], other[0])
                h = min(box[3], other[3]) - max(box[1], other[1])
                inner = max(w, 0) * max(h, 0)
                union = (box[2] - box[0]) * (box[3] - box[1]) + (other[2] - other[0]) * (other[3] - other[1]) - inner
                if union > 0 and inner / union >= best:
                    best, at = inner / union, k
        if at >= 0:
            used[at] = right[i] = True
    return right


def average_precision(images, category, iou=0.5):
    """
    images: pairs of detections (x0, y0, x1, y1, score, category) and truth (category, x0, y0,
    x1, y1), in pixels. Precision made monotone, read at recall 0, 0.01 .. 1. None without
    truth.
    """
    scores, right, wanted = [], [], 0
    for found, truth in images:
        f = found[found[:, 5] == category]
        f = f[np.argsort(-f[:, 4], kind="stable")][:100]
        t = truth[truth[:, 0] == category][:, 1:]
        wanted += len(t)
        scores.append(f[:, 4])
        right.append(match(f, t, iou))
    if wanted == 0:
        return None
    order = np.argsort(-np.concatenate(scores), kind="stable")
    hits = np.concatenate(right)[order].cumsum()
    if len(hits) == 0:
        return 0.0
    recall = hits / wanted
    precision = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return float(np.mean([precision[i] if i < len(precision) else 0.0 for i in at]))


def mean_ap(images, categories, iou=0.5):
    """The mean over the categories that occur, and the single values."""
    single = {c: average_precision(images, c, iou) for c in categories}
    known = [v for v in single.values() if v is not None]
    return float(np.mean(known)) if known else float("nan"), single
