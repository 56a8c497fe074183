#!/usr/bin/env python3
"""Mean average precision of COCO results, by pycocotools: an oracle for the tests.

usage: coco_map.py ANNOTATIONS RESULTS.json [--iou 0.5] [--max-dets 100]
"""
import argparse
import contextlib
import os
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def mean_average_precision(annotations, results, iou, max_dets):
    with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink):
        truth = COCO(annotations)
        found = truth.loadRes(results)
        run = COCOeval(truth, found, "bbox")
        run.params.iouThrs = np.array([iou])
        run.params.maxDets = [1, 10, max_dets]
        run.evaluate()
        run.accumulate()
    # precision[iou, recall, category, area, maxDets]; -1 where a category has no object
    precision = run.eval["precision"][0, :, :, 0, 2]
    precision = precision[precision > -1]
    return float(precision.mean()) if precision.size else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("annotations")
    parser.add_argument("results")
    parser.add_argument("--iou", type=float, default=0.5)
    parser.add_argument("--max-dets", type=int, default=100)
    args = parser.parse_args()
    score = mean_average_precision(args.annotations, args.results, args.iou, args.max_dets)
    print(f"{score:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
