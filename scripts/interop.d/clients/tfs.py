"""The official tensorflow-serving-api stubs: tfs.py GRPC OUT"""

import sys

import grpc
import tensorflow as tf
from common import Report, from_tensors
from tensorflow_serving.apis import get_model_metadata_pb2 as metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2 as status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc, predict_pb2, prediction_service_pb2_grpc

MODEL = "scenes-ssd"


def main(address, out):
    channel = grpc.insecure_channel(address)
    stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)

    status = status_pb2.GetModelStatusRequest()
    status.model_spec.name = MODEL
    states = model_service_pb2_grpc.ModelServiceStub(channel).GetModelStatus(status, timeout=20)
    if [one.state for one in states.model_version_status] != [status_pb2.ModelVersionStatus.AVAILABLE]:
        raise SystemExit(f"states {states}")

    asked = metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    asked.model_spec.name = MODEL
    table = metadata_pb2.SignatureDefMap()
    if not stub.GetModelMetadata(asked, timeout=20).metadata["signature_def"].Unpack(table):
        raise SystemExit("metadata is no SignatureDefMap")
    (name,) = table.signature_def["serving_default"].inputs

    def predict(value, pixels):
        request = predict_pb2.PredictRequest()
        request.model_spec.name, request.model_spec.signature_name = MODEL, "serving_default"
        request.inputs[name].CopyFrom(tf.make_tensor_proto(value))
        reply = stub.Predict(request, timeout=20)
        return from_tensors({key: tf.make_ndarray(proto) for key, proto in reply.outputs.items()}, pixels)

    report = Report(out)
    stubs = "tensorflow-serving-api stubs"
    report.ask("tfs-grpc", "tensor", stubs, "client", lambda _, pixels: predict(pixels[None], pixels))
    report.ask("tfs-grpc", "jpeg", stubs, "server", lambda file, pixels: predict([file], pixels))


main(*sys.argv[1:])
