"""TorchServe: a handler for a TorchScript file that answers as its own object_detector does."""

import base64
import io
import json
import os

import numpy as np
import torch
from detector import NAMES, SIDE, boxes_of, tensors_of
from PIL import Image

net = None


def initialize(context):
    global net
    folder = context.system_properties["model_dir"]
    net = torch.jit.load(os.path.join(folder, context.manifest["model"]["serializedFile"]))
    net.eval()


def grid_of(pixels):
    """pixels: a uint8 array of height, width, 3"""
    planes = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float()
    with torch.inference_mode():
        square = torch.nn.functional.interpolate(planes, (SIDE, SIDE), mode="bilinear", align_corners=False)
        return net(square.round())


def pixels_of(file):
    return np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))


def labelled(file):
    pixels = pixels_of(file)
    boxes, scores, labels = boxes_of(grid_of(pixels)[0].numpy())
    boxes = boxes * np.array([pixels.shape[1], pixels.shape[0]] * 2, np.float32)
    return [
        {NAMES[int(label) - 1]: [float(v) for v in box], "score": float(score)}
        for box, score, label in zip(boxes, scores, labels)
    ]


def inference(asked):
    """A request of the Open Inference Protocol as TorchServe hands it on, and its answer."""
    (tensor,) = asked["inputs"]
    if tensor["datatype"] == "BYTES":
        pixels = pixels_of(base64.b64decode(tensor["data"][0]))
    else:
        pixels = np.array(tensor["data"], np.uint8).reshape(tensor["shape"])[0]
    found = tensors_of(*boxes_of(grid_of(pixels)[0].numpy()))
    return {
        "id": asked.get("id") or "",
        "model_name": "scenes-ssd",
        "model_version": "1.0",
        "outputs": [
            {"name": name, "shape": list(value.shape), "datatype": "FP32", "data": value.ravel().tolist()}
            for name, value in found.items()
        ],
    }


def one(row):
    body = row.get("data") or row.get("body")
    if isinstance(body, (bytes, bytearray)) and body[:1] == b"{":
        body = json.loads(body)
    if isinstance(body, dict):
        return inference(body)
    return labelled(base64.b64decode(body) if isinstance(body, str) else bytes(body))


def handle(data, context):
    if net is None:
        initialize(context)
    return None if data is None else [one(row) for row in data]
