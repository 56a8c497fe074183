"""TorchServe's own messages, compiled by protoc from the files in its package: torchserve.py GRPC OUT"""

import json
import sys

import grpc
import inference_pb2
import inference_pb2_grpc
import open_inference_grpc_pb2 as oip
import open_inference_grpc_pb2_grpc as oip_grpc
from common import Report, from_label_keys, from_tensors
from google.protobuf import empty_pb2


def main(address, out):
    channel = grpc.insecure_channel(address)
    stub = inference_pb2_grpc.InferenceAPIsServiceStub(channel)
    if json.loads(stub.Ping(empty_pb2.Empty(), timeout=20).health) != {"status": "Healthy"}:
        raise SystemExit("not healthy")

    def predict(file, _):
        request = inference_pb2.PredictionsRequest(model_name="scenes-ssd", input={"data": file})
        return from_label_keys(json.loads(stub.Predictions(request, timeout=20).prediction))

    def infer(datatype, shape, contents, pixels):
        request = oip.ModelInferRequest(model_name="scenes-ssd")
        request.inputs.add(name="inputs", datatype=datatype, shape=shape, contents=contents)
        reply = oip_grpc.GRPCInferenceServiceStub(channel).ModelInfer(request, timeout=20)
        return from_tensors({one.name: one.contents.fp32_contents for one in reply.outputs}, pixels)

    def numbers(_, pixels):
        contents = oip.InferTensorContents(uint_contents=pixels.ravel().tolist())
        return infer("UINT8", (1,) + pixels.shape, contents, pixels)

    def files(file, pixels):
        return infer("BYTES", [1], oip.InferTensorContents(bytes_contents=[file]), pixels)

    report = Report(out)
    report.ask("torchserve-grpc", "jpeg", "TorchServe's stubs", "server", predict)
    report.ask("oip-torchserve", "json", "TorchServe's stubs", "client", numbers)
    report.ask("oip-torchserve", "jpeg", "TorchServe's stubs", "server", files)


main(*sys.argv[1:])
