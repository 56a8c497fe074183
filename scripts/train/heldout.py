"""
Writes held-out scenes for the programs: heldout.py FOLDER [SCENES] [QUALITY]

FOLDER/images/*.jpg and FOLDER/instances.json (COCO), the same scenes that evaluate.py uses.
"""
import json
import os
import sys

from evaluate import names_of
from feeder import HELD_OUT_SEED, records


def main():
    folder = sys.argv[1]
    scenes = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    quality = int(sys.argv[3]) if len(sys.argv) > 3 else 90
    pictures = os.path.join(folder, "images")
    os.makedirs(pictures, exist_ok=True)
    images, annotations = [], []
    found = records(HELD_OUT_SEED, 0, scenes, 0, quality=(quality, quality), folder=pictures)
    for index, (_, boxes, width, height, _) in enumerate(found):
        images.append({"id": index + 1, "file_name": f"{index:06d}.jpg", "width": width, "height": height})
        for category, x0, y0, x1, y1 in boxes.astype(float):
            x, y, w, h = x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height
            annotations.append({
                "id": len(annotations) + 1, "image_id": index + 1, "category_id": int(category),
                "bbox": [round(v, 3) for v in (x, y, w, h)], "area": round(w * h, 3), "iscrowd": 0,
            })
    categories = [{"id": i, "name": n} for i, n in names_of().items()]
    with open(os.path.join(folder, "instances.json"), "w") as f:
        json.dump({"images": images, "annotations": annotations, "categories": categories}, f)
    print(f"{len(images)} images, {len(annotations)} annotations in {folder}")


if __name__ == "__main__":
    main()
