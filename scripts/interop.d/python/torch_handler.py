"""TorchServe: a handler for a TorchScript file that answers as its own object_detector does."""
import base64
import io
import os

import numpy as np
import torch
from detector import NAMES, SIDE, boxes_of
from PIL import Image

net = None


def initialize(context):
    global net
    folder = context.system_properties["model_dir"]
    net = torch.jit.load(os.path.join(folder, context.manifest["model"]["serializedFile"]))
    net.eval()


def one(row):
    file = row.get("data") or row.get("body")
    if isinstance(file, str):
        file = base64.b64decode(file)
    picture = Image.open(io.BytesIO(file)).convert("RGB")
    pixels = torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1)[None].float()
    with torch.inference_mode():
        square = torch.nn.functional.interpolate(pixels, (SIDE, SIDE), mode="bilinear", align_corners=False)
        grid = net(square.round())[0].numpy()
    boxes, scores, labels = boxes_of(grid)
    boxes = boxes * np.array([picture.width, picture.height] * 2, np.float32)
    return [
        {NAMES[int(label) - 1]: [float(v) for v in box], "score": float(score)}
        for box, score, label in zip(boxes, scores, labels)
    ]


def handle(data, context):
    if net is None:
        initialize(context)
    return None if data is None else [one(row) for row in data]
