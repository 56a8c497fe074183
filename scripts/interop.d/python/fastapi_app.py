"""FastAPI: an upload as its tutorial takes one, and the other ways in which images come to such services."""

import base64
import time

import numpy as np
from detector import NAMES, Detector, pixels_of
from fastapi import FastAPI, HTTPException, Request, UploadFile
from pydantic import BaseModel

app = FastAPI()
detector = Detector()


class Encoded(BaseModel):
    image: str


class Pixels(BaseModel):
    image: list


@app.middleware("http")
async def timing(request: Request, call_next):
    start = time.perf_counter()
    response = await call_next(request)
    response.headers["Server-Timing"] = f"total;dur={(time.perf_counter() - start) * 1e3:.3f}"
    return response


def decoded(file_bytes):
    try:
        return pixels_of(file_bytes)
    except ValueError as error:
        raise HTTPException(status_code=400, detail=str(error)) from error


def columns(pixels):
    found = detector.objects(pixels)
    return {
        "boxes": [one[:4] for one in found],
        "scores": [one[4] for one in found],
        "classes": [one[5] - 1 for one in found],
    }


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/predict")
async def predict(file: UploadFile):
    return columns(decoded(await file.read()))


@app.post("/base64")
def encoded(body: Encoded):
    return columns(decoded(base64.b64decode(body.image.rpartition(",")[2])))


@app.post("/pixels")
def pixel_array(body: Pixels):
    return columns(np.array(body.image, np.uint8))


@app.post("/models/scenes-ssd")
async def raw(request: Request):
    """The body is the file; the reply is that of an object-detection pipeline."""
    return [
        {
            "label": NAMES[label - 1],
            "score": score,
            "box": {"xmin": x0, "ymin": y0, "xmax": x1, "ymax": y1},
        }
        for x0, y0, x1, y1, score, label in detector.objects(decoded(await request.body()))
    ]
