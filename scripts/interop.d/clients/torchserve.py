"""TorchServe's own messages, compiled by protoc from the files in its package: torchserve.py GRPC OUT"""
import json
import sys

import grpc
import inference_pb2
import inference_pb2_grpc
from common import Report, from_label_keys
from google.protobuf import empty_pb2


def main(address, out):
    stub = inference_pb2_grpc.InferenceAPIsServiceStub(grpc.insecure_channel(address))
    if json.loads(stub.Ping(empty_pb2.Empty(), timeout=20).health) != {"status": "Healthy"}:
        raise SystemExit("not healthy")

    def predict(file, _):
        request = inference_pb2.PredictionsRequest(model_name="scenes-ssd", input={"data": file})
        return from_label_keys(json.loads(stub.Predictions(request, timeout=20).prediction))

    Report(out).ask("torchserve-grpc", "jpeg", "TorchServe's stubs", "server", predict)


main(*sys.argv[1:])
