"""requests, over every REST interface: rest.py REST OUT"""

import base64
import sys

import requests
from common import Report, from_label_keys, from_tensors

MODEL = "scenes-ssd"


def main(address, out):
    session, report = requests.Session(), Report(out)

    def post(path, **how):
        reply = session.post(f"http://{address}{path}", timeout=20, **how)
        if reply.status_code != 200:
            raise ValueError(f"{reply.status_code} {reply.text[:200]}")
        return reply.json()

    def text(file):
        return base64.b64encode(file).decode("ascii")

    predict = f"/v1/models/{MODEL}:predict"
    report.ask(
        "tfs-rest",
        "json",
        "requests, instances",
        "client",
        lambda _, pixels: from_tensors(
            post(predict, json={"instances": [pixels.tolist()]})["predictions"][0], pixels
        ),
    )
    report.ask(
        "tfs-rest",
        "json",
        "requests, inputs",
        "client",
        lambda _, pixels: from_tensors(
            post(predict, json={"inputs": {"inputs": [pixels.tolist()]}})["outputs"], pixels
        ),
    )
    report.ask(
        "tfs-rest",
        "b64",
        "requests, instances b64",
        "server",
        lambda file, pixels: from_tensors(
            post(predict, json={"instances": [{"b64": text(file)}]})["predictions"][0], pixels
        ),
    )
    report.ask(
        "torchserve-rest",
        "jpeg",
        "requests, raw body",
        "server",
        lambda file, _: from_label_keys(
            post(f"/predictions/{MODEL}", data=file, headers={"Content-Type": "image/jpeg"})
        ),
    )
    report.ask(
        "torchserve-rest",
        "jpeg",
        "requests, multipart",
        "server",
        lambda file, _: from_label_keys(post(f"/predictions/{MODEL}", files={"data": ("a.jpg", file)})),
    )

    def columns(file, _):
        said = post("/predict", files={"file": ("a.jpg", file, "image/jpeg")})
        return [
            (label + 1, box, score)
            for box, score, label in zip(said["boxes"], said["scores"], said["classes"])
        ]

    report.ask("web", "jpeg", "requests, multipart to the default profile", "server", columns)


main(*sys.argv[1:])
