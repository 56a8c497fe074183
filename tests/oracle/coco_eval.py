#!/usr/bin/env python3
"""Data sets of every kind that COCO's evaluation treats in its own way, with the 12 figures of pycocotools.

usage: coco_eval.py DIR             write DIR/NAME.txt anew (tests/golden/coco-eval; seeded, the same every time)
       coco_eval.py --check DIR     compare instead, exit 1 when something differs
       coco_eval.py --speed         time pycocotools on 5,000 images x 100 detections
       coco_eval.py --real ANNOTATIONS LINES CELL   print such a file of a cell's detections (.detections.jsonl)

A file has one line a thing, fields with blanks between:
  images ID...
  categories ID...
  t IMAGE CATEGORY X Y WIDTH HEIGHT AREA CROWD     an object
  d IMAGE CATEGORY X Y WIDTH HEIGHT SCORE          a detection
  stats S...                                       COCOeval's 12 figures; -1: there are no such objects
"""
import contextlib
import json
import os
import pathlib
import random
import sys
import time

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


class Data:
    """Images, categories, objects and detections; r is seeded by the name."""

    def __init__(self, name, images, categories):
        self.r = random.Random(name)
        self.images = list(images)
        self.categories = list(categories)
        self.truths = []
        self.found = []

    def truth(self, image, category, box, area=None, crowd=0):
        self.truths.append((image, category, *box, box[2] * box[3] if area is None else area, crowd))

    def detect(self, image, category, box, score):
        self.found.append((image, category, *box, score))

    def box(self, largest=200.0):
        r = self.r
        width, height = (round(largest * r.random() ** 2 + 1, 1) for _ in range(2))
        return round(r.uniform(0, 400), 1), round(r.uniform(0, 300), 1), width, height

    def jitter(self, box, share):
        r = self.r
        x, y, w, h = box
        move = [r.gauss(0, share) for _ in range(4)]
        return (round(x + move[0] * w, 1), round(y + move[1] * h, 1), round(max(0.0, w * (1 + move[2])), 1),
                round(max(0.0, h * (1 + move[3])), 1))

    def scene(self, objects=6, share=0.08, crowds=0.0, digits=3, false=3, largest=200.0, area=0.6):
        """Objects in every image, most of them found by one or more detections, and false ones."""
        r = self.r
        for image in self.images:
            for _ in range(r.randint(0, objects)):
                category, box = r.choice(self.categories), self.box(largest)
                crowd = int(r.random() < crowds)
                self.truth(image, category, box, round(box[2] * box[3] * r.uniform(area, 1), 1), crowd)
                for _ in range(r.choice((0, 1, 1, 1, 2)) + 3 * crowd):
                    named = category if r.random() < 0.9 else r.choice(self.categories)
                    self.detect(image, named, self.jitter(box, share), round(r.random(), digits))
            for _ in range(r.randint(0, false)):
                self.detect(image, r.choice(self.categories), self.box(largest), round(r.random(), digits))


def plain():
    d = Data("plain", range(1, 13), range(1, 5))
    d.scene()
    return d


def crowd():
    d = Data("crowd", range(1, 13), range(1, 4))
    d.scene(crowds=0.4)
    return d


def crowd_only():
    """A category whose objects are all crowds has nothing to find."""
    d = Data("crowd-only", range(1, 6), (1, 2))
    d.scene(crowds=1.0)
    for image in (2, 4):
        box = d.box()
        d.truth(image, 2, box)
        d.detect(image, 2, d.jitter(box, 0.05), 0.5)
    return d


def ties():
    d = Data("ties", range(1, 16), range(1, 4))
    d.scene(objects=8, false=8, digits=1)
    return d


def one_score():
    d = Data("one-score", range(1, 11), (1, 2))
    d.scene(objects=6, false=6, digits=0)
    d.found = [(*f[:6], 1.0) for f in d.found]
    return d


def empty_images():
    """Images without detections, without objects, and without either."""
    d = Data("empty-images", range(1, 21), range(1, 4))
    d.scene()
    d.truths = [t for t in d.truths if t[0] % 4 in (0, 1)]
    d.found = [f for f in d.found if f[0] % 4 in (0, 2)]
    return d


def empty_categories():
    """Categories without objects, without detections, and without either."""
    d = Data("empty-categories", range(1, 13), range(1, 9))
    d.scene(objects=10)
    d.truths = [t for t in d.truths if t[1] % 4 in (0, 1)]
    d.found = [f for f in d.found if f[1] % 4 in (0, 2)]
    return d


def no_detections():
    d = Data("no-detections", range(1, 5), (1, 2))
    d.scene()
    d.found = [f for f in d.found if f[1] == 3]
    d.found.append((1, 2, 1000.0, 1000.0, 1.0, 1.0, 0.5))
    return d


def no_objects():
    d = Data("no-objects", range(1, 5), (1, 2))
    d.scene()
    d.truths = []
    return d


def many_detections():
    """More than 100 detections of one image and category, the last of which would hit."""
    d = Data("many-detections", (1, 2, 3), (1, 2))
    d.scene(objects=12)
    for image in d.images:
        for _ in range(130):
            d.detect(image, 1, d.box(), round(d.r.uniform(0.3, 0.6), 2))
        for t in [t for t in d.truths if t[:2] == (image, 1)]:
            d.detect(image, 1, t[2:6], round(d.r.uniform(0.2, 0.5), 2))
    return d


def zero_area():
    d = Data("zero-area", range(1, 9), (1, 2))
    d.scene()
    for image in d.images:
        x, y, w, h = d.box()
        d.truth(image, 1, (x, y, 0.0, h), 0.0)
        d.truth(image, 2, (x, y, 0.0, 0.0), 0.0)
        d.truth(image, 2, (x, y, w, h), 0.0)
        d.detect(image, 1, (x, y, 0.0, h), 0.9)
        d.detect(image, 2, (x, y, 0.0, 0.0), 0.8)
        d.detect(image, 2, (x, y, w, 0.0), 0.7)
        d.detect(image, 2, (x, y, w, h), 0.6)
    return d


def area_borders():
    """Areas on both sides of 32 x 32 and 96 x 96 and on them, of objects and of detections."""
    d = Data("area-borders", range(1, 9), (1, 2))
    sides = [(31.9, 32.0), (32.0, 32.0), (32.1, 32.0), (64.0, 16.0), (95.9, 96.0), (96.0, 96.0), (96.1, 96.0)]
    for image in d.images:
        for i, (w, h) in enumerate(sides):
            x, y = 120.0 * i, 10.0
            d.truth(image, 1 + i % 2, (x, y, w, h), d.r.choice((w * h, 1024.0, 9216.0, 1023.9, 9216.1)))
            d.detect(image, 1 + i % 2, (x + d.r.choice((0.0, 2.0, 8.0)), y, w, h), round(d.r.random(), 2))
            d.detect(image, 1 + i % 2, (x, y + 200, *d.r.choice(sides)), round(d.r.random(), 2))
    d.truth(1, 1, (0.0, 0.0, 100000.0, 100000.0), 1e10)
    d.truth(2, 1, (0.0, 0.0, 100000.0, 100001.0), 1e10 + 1)
    d.detect(1, 1, (0.0, 0.0, 100000.0, 100000.0), 0.95)
    d.detect(3, 1, (0.0, 0.0, 100000.0, 100001.0), 0.96)
    return d


def iou_borders():
    """Overlaps of exactly 0.50, 0.55, ... 0.95 and 1, and a little less."""
    d = Data("iou-borders", range(1, 12), (1, 2, 3))
    for image in d.images:
        for i in range(11):
            y = 50.0 * i
            d.truth(image, 1 + i % 3, (0.0, y, 100.0, 40.0))
            d.detect(image, 1 + i % 3, (0.0, y, 50.0 + 5 * i, 40.0), round(d.r.random(), 3))
            d.detect(image, 1 + (i + 1) % 3, (0.0, 50.0 * (i - 1), 49.99 + 5 * i, 40.0), round(d.r.random(), 3))
    return d


def equal_overlaps():
    """The same object twice, once as a crowd, once of another size; a detection between two."""
    d = Data("equal-overlaps", range(1, 13), (1, 2))
    for image in d.images:
        for i in range(4):
            box = (150.0 * i, 10.0, 40.0, 40.0)
            kinds = [(1600.0, 0), (1600.0, 0), (1600.0, 1), (100.0, 0), (20000.0, 0)]
            d.r.shuffle(kinds)
            for area, is_crowd in kinds[:d.r.randint(2, 5)]:
                moved = (box[0] + d.r.choice((0.0, 0.0, 4.0, -4.0)), *box[1:])
                d.truth(image, 1 + i % 2, moved, area, is_crowd)
            for _ in range(4):
                moved = (box[0] + d.r.choice((0.0, 2.0, -2.0)), *box[1:])
                d.detect(image, 1 + i % 2, moved, d.r.choice((0.9, 0.8, 0.7, 0.7)))
    return d


def recall_borders():
    """100 and 50 objects of a category: recall meets the 101 thresholds, exactly or almost."""
    d = Data("recall-borders", range(1, 26), (1, 2, 3))
    for image in d.images:
        for category, count in ((1, 4), (2, 2), (3, 3)):
            for i in range(count):
                box = (90.0 * i, 100.0 * category, 60.0, 60.0)
                d.truth(image, category, box)
                if d.r.random() < 0.9:
                    d.detect(image, category, d.jitter(box, 0.06), round(d.r.random(), 3))
                if d.r.random() < 0.5:
                    d.detect(image, category, (box[0], 500.0, 60.0, 60.0), round(d.r.random(), 3))
    return d


def odd_ids():
    """Ids that are large, with gaps, and out of order."""
    images = [9007199254740000, 7, 581929, 3, 4000000000, 12, 139, 285]
    d = Data("odd-ids", images, [90, 1, 44, 7, 2000000000])
    d.scene(objects=8, digits=1)
    d.r.shuffle(d.truths)
    d.r.shuffle(d.found)
    return d


def odd_boxes():
    """Outside of the picture, thin, huge, and with a negative size."""
    d = Data("odd-boxes", range(1, 9), (1, 2))
    d.scene(largest=20000.0)
    for image in d.images:
        box = (-50.5, -20.25, 400.0, 0.5)
        d.truth(image, 1, box, 40000.0)
        d.detect(image, 1, box, 0.75)
        d.detect(image, 2, (100.0, 100.0, -30.0, 40.0), 0.5)
        d.detect(image, 2, (100.0, 100.0, -30.0, -40.0), 0.5)
        d.detect(image, 2, (0.000001, 0.000001, 1e-9, 1e-9), 0.25)
    return d


def everything():
    d = Data("everything", range(1, 31), range(1, 7))
    d.scene(objects=12, crowds=0.1, digits=2, false=10)
    for image in d.images[::7]:
        for _ in range(110):
            d.detect(image, 3, d.box(), round(d.r.random(), 2))
    return d


CASES = (plain, crowd, crowd_only, ties, one_score, empty_images, empty_categories, no_detections, no_objects,
         many_detections, zero_area, area_borders, iou_borders, equal_overlaps, recall_borders, odd_ids, odd_boxes,
         everything)


def evaluate(data):
    keys = ("image_id", "category_id", "bbox", "area", "iscrowd", "id")
    truth = COCO()
    truth.dataset = {
        "info": {},
        "images": [{"id": i} for i in data.images],
        "categories": [{"id": c} for c in data.categories],
        "annotations": [dict(zip(keys, (t[0], t[1], list(t[2:6]), t[6], t[7], n)))
                        for n, t in enumerate(data.truths, 1)],
    }
    with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink):
        truth.createIndex()
        found = truth.loadRes([{"image_id": f[0], "category_id": f[1], "bbox": list(f[2:6]), "score": f[6]}
                               for f in data.found])
        run = COCOeval(truth, found, "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return [float(s) for s in run.stats]


def text_of(data):
    def line(*fields):
        return " ".join(str(f).removesuffix(".0") for f in fields) + "\n"

    return "".join([line("images", *data.images), line("categories", *data.categories)] +
                   [line("t", *t) for t in data.truths] + [line("d", *f) for f in data.found] +
                   [line("stats", *(f"{s:.17g}" for s in evaluate(data)))])


def speed():
    d = Data("speed", range(1, 5001), range(1, 81))
    for image in d.images:
        for _ in range(7):
            d.truth(image, d.r.choice(d.categories), d.box())
        for _ in range(100):
            d.detect(image, d.r.choice(d.categories), d.box(), d.r.random())
    start = time.monotonic()
    evaluate(d)
    print(f"5000 images x 100 detections: {time.monotonic() - start:.1f} s")


def real(annotations, lines, cell):
    known = json.loads(pathlib.Path(annotations).read_text())
    d = Data("real", (i["id"] for i in known["images"]), (c["id"] for c in known["categories"]))
    for a in known["annotations"]:
        d.truth(a["image_id"], a["category_id"], a["bbox"], a["area"], a["iscrowd"])
    for f in map(json.loads, open(lines)):
        if f["cell_id"] == cell:
            d.detect(f["image_id"], f["category_id"], f["bbox"], f["score"])
    return d


def main(arguments):
    if arguments == ["--speed"]:
        speed()
        return 0
    if arguments[:1] == ["--real"] and len(arguments) == 4:
        sys.stdout.write(text_of(real(*arguments[1:])))
        return 0
    check = arguments[:1] == ["--check"]
    folders = arguments[1:] if check else arguments
    if len(folders) != 1 or folders[0].startswith("-"):
        sys.exit(__doc__)
    status = 0
    for case in CASES:
        path = pathlib.Path(folders[0], case.__name__.replace("_", "-") + ".txt")
        text = text_of(case())
        if check and path.read_text() != text:
            print(f"{path}: differs")
            status = 1
        elif not check:
            path.write_text(text)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
