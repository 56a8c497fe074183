#!/usr/bin/env python3
"""Writes the requests in this folder: what the clients of others send, caught on a socket.

    python3 tests/wire/web/make.py          (requests; grpcio-tools for the messages)

requests makes the HTTP ones (*.http), as the examples of the services do it; the stubs that
grpcio-tools generates from lib/wire/torchserve.proto make the messages (*.pb). The picture is
tests/data/baseline.jpg, or for numbers the six of a picture of 2 x 1. The port in Host is
written as 80, so that a second run changes boundaries alone.
"""
import base64
import importlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading

import requests

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
with open(os.path.join(ROOT, "tests", "data", "baseline.jpg"), "rb") as picture:
    JPEG = picture.read()
B64 = base64.b64encode(JPEG).decode()
PIXELS = [[[1, 20, 255], [0, 128, 7]]]
PART = ("image.jpg", JPEG, "image/jpeg")
TENSOR = {"name": "inputs", "shape": [1, 1, 2, 3], "datatype": "UINT8", "data": [PIXELS]}

# Name of the file, path, and what is given to requests.post.
CASES = [
    ("tfs-od-tf1", "/v1/models/m:predict", {"json": {"instances": [PIXELS]}}),
    ("tfs-od-tf2", "/v1/models/m:predict", {"json": {"inputs": {"input_tensor": [PIXELS]}}}),
    ("tfs-od-jpeg", "/v1/models/m:predict", {"json": {"instances": [{"b64": B64}]}}),
    ("torchserve-od", "/predictions/m",
     {"data": JPEG, "headers": {"Content-Type": "image/jpeg"}}),
    ("yolov5-flask", "/v1/object-detection/m", {"files": {"image": PART}}),
    ("fastapi-columns", "/predict", {"files": {"file": PART}}),
    ("deepstack", "/v1/vision/detection", {"files": {"image": PART}}),
    ("hf", "/models/m", {"data": JPEG, "headers": {"Content-Type": "image/jpeg"}}),
    ("ovms-rows7", "/v2/models/m/infer", {"json": {"inputs": [TENSOR]}}),
    ("oip-tf-names", "/v2/models/m/infer", {"json": {"inputs": [TENSOR]}}),
    # Profiles of one's own, as the test has them.
    ("extra", "/detect", {"files": {"image": PART}, "data": {"min_confidence": "0.4"}}),
    ("no-type", "/detect", {"files": {"image": ("image.jpg", JPEG)}}),
    ("text", "/detect", {"data": B64, "headers": {"Content-Type": "text/plain"}}),
    # TorchServe's own protocol: a form, and base64.
    ("torchserve-form", "/predictions/m/2.0", {"files": {"data": PART}}),
    ("torchserve-b64", "/predictions/m",
     {"data": B64, "headers": {"Content-Type": "text/plain"}}),
]


def caught(path, arguments):
    """The bytes of one POST."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        got = bytearray()

        def serve():
            peer, _ = server.accept()
            with peer:
                peer.settimeout(10)
                while b"\r\n\r\n" not in got:
                    got.extend(peer.recv(65536))
                head, _, _ = bytes(got).partition(b"\r\n\r\n")
                length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
                while len(got) < len(head) + 4 + length:
                    got.extend(peer.recv(65536))
                peer.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        requests.post(f"http://127.0.0.1:{port}{path}", timeout=10, **arguments)
        thread.join(10)
        return bytes(got).replace(b":%d" % port, b":80", 1)


def messages():
    """The requests over gRPC, by stubs from our own description."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "grpc_tools.protoc",
                        "-I" + os.path.join(ROOT, "lib", "wire"), "--python_out=" + folder,
                        "torchserve.proto"], check=True)
        sys.path.insert(0, folder)
        stubs = importlib.import_module("torchserve_pb2")
        ask = stubs.PredictionsRequest(model_name="m", model_version="2.0",
                                       input={"data": JPEG})
        yield "torchserve-ask.pb", ask.SerializeToString()
        text = b'[\n  {\n    "person": [\n      16.0,\n      8.0,\n      32.0,\n      24.0\n'
        text += b'    ],\n    "score": 0.75\n  }\n]'
        yield "torchserve-reply.pb", stubs.PredictionResponse(
            prediction=text).SerializeToString()
        failed = stubs.PredictionResponse()
        failed.status.code = 3
        failed.status.message = "no image"
        yield "torchserve-failed.pb", failed.SerializeToString()
        yield "torchserve-health.pb", stubs.TorchServeHealthResponse(
            health='{\n  "status": "Healthy"\n}\n').SerializeToString()


def main():
    for name, path, arguments in CASES:
        with open(os.path.join(HERE, name + ".http"), "wb") as out:
            out.write(caught(path, arguments))
    for name, body in messages():
        with open(os.path.join(HERE, name), "wb") as out:
            out.write(body)


if __name__ == "__main__":
    main()
