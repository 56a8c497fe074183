"""
Scores the models, or what odbench recorded.

  evaluate.py                          all models, 500 held-out scenes, then by JPEG quality
  evaluate.py --scenes N --quality Q   one table
  evaluate.py ANNOTATIONS RESULTS      COCO instances JSON and COCO results JSON (or one
                                       result a line, as odbench's .detections.jsonl)
"""
import argparse
import collections
import json
import os

import numpy as np

import ap

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "datasets", "models")


def score_files(annotations, results):
    with open(annotations) as f:
        truth = json.load(f)
    with open(results) as f:
        text = f.read()
    rows = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines()]
    found, wanted = collections.defaultdict(list), collections.defaultdict(list)
    for r in rows:
        x, y, w, h = r["bbox"]
        found[r["image_id"]].append([x, y, x + w, y + h, r["score"], r["category_id"]])
    for a in truth["annotations"]:
        x, y, w, h = a["bbox"]
        wanted[a["image_id"]].append([a["category_id"], x, y, x + w, y + h])
    images = []
    for image in truth["images"]:
        f = sorted(found[image["id"]], key=lambda d: -d[4])
        images.append((np.array(f).reshape(-1, 6), np.array(wanted[image["id"]]).reshape(-1, 5)))
    names = {c["id"]: c["name"] for c in truth["categories"]}
    report(os.path.basename(results), images, names)


def report(title, images, names):
    for iou in (0.5, 0.75):
        mean, single = ap.mean_ap(images, names, iou)
        parts = " ".join(f"{names[c]} {v:.3f}" for c, v in single.items() if v is not None)
        print(f"{title}: {len(images)} images, mAP@{iou} {mean:.4f} ({parts})", flush=True)


def names_of(folder=MODELS):
    with open(os.path.join(folder, "scenes.names")) as f:
        return dict(enumerate(f.read().split(), 1))


def detectors(folder):
    import decode
    import onnx_run
    import torch

    torch.set_num_threads(1)
    models = {n: onnx_run.Model(os.path.join(folder, n + ".onnx"))
              for n in ("scenes-ssd", "scenes-rcnn-proposal", "scenes-rcnn-crop")}
    return {
        "scenes-ssd": lambda p: decode.detect_ssd(models["scenes-ssd"], p),
        "scenes-rcnn": lambda p: decode.detect_rcnn(models["scenes-rcnn-proposal"], models["scenes-rcnn-crop"], p),
    }


def score_models(folder, scenes, quality, only=None):
    import feeder

    names = names_of()
    chosen = {n: d for n, d in detectors(folder).items() if only in (None, n)}
    images = {n: [] for n in chosen}
    for pixels, boxes, width, height, _ in feeder.records(feeder.HELD_OUT_SEED, 0, scenes, 0, quality=(quality, quality)):
        scale = np.array([width, height, width, height], np.float64)
        truth = boxes.astype(np.float64)
        truth[:, 1:] *= scale
        for name, detect in chosen.items():
            found = detect(pixels)
            found[:, :4] *= scale
            images[name].append((found, truth))
    for name, pairs in images.items():
        report(f"{name} at quality {quality}", pairs, names)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*")
    parser.add_argument("--scenes", type=int, default=500)
    parser.add_argument("--quality", type=int)
    parser.add_argument("--models", default=MODELS)
    parser.add_argument("--only")
    options = parser.parse_args()
    if options.files:
        score_files(*options.files)
        return
    for quality in [options.quality] if options.quality else [90, 30, 50, 70, 98]:
        score_models(options.models, options.scenes, quality, options.only)


if __name__ == "__main__":
    main()
