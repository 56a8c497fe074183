"""Flask: an upload by request.files, answered as small YOLO services do, and a JSON body."""

import base64

from detector import NAMES, Detector, pixels_of
from flask import Flask, jsonify, request

app = Flask(__name__)
detector = Detector()


def rows(pixels):
    return [
        {
            "xmin": x0,
            "ymin": y0,
            "xmax": x1,
            "ymax": y1,
            "confidence": score,
            "class": label - 1,
            "name": NAMES[label - 1],
        }
        for x0, y0, x1, y1, score, label in detector.objects(pixels)
    ]


@app.get("/health")
def health():
    return "ok"


@app.post("/v1/object-detection/<model>")
def upload(model):
    if model != "scenes-ssd":
        return f"no model {model}", 404
    if "image" not in request.files:
        return "no file part named image", 400
    return jsonify(rows(pixels_of(request.files["image"].read())))


@app.post("/raw")
def raw():
    return jsonify(rows(pixels_of(request.get_data())))


@app.post("/base64")
def encoded():
    return jsonify(rows(pixels_of(base64.b64decode(request.get_json()["image"].rpartition(",")[2]))))
