"""
tfs_server.py FOLDER PORT: a gRPC server on the official tensorflow-serving-api stubs; every
SavedModel of FOLDER is served under its folder's name, as version 1, and run by TensorFlow.
Outputs travel as typed lists, as TensorFlow Serving's do; those of "tf2" as tensor_content, as
its option --enable_serialization_as_tensor_content has them.
"""

import os
import sys
import time
from concurrent import futures

import grpc
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow_serving.apis import get_model_metadata_pb2 as metadata_pb2
from tensorflow_serving.apis import get_model_status_pb2 as status_pb2
from tensorflow_serving.apis import model_service_pb2_grpc, predict_pb2, prediction_service_pb2_grpc


class Model:
    def __init__(self, path):
        self.loaded = tf.saved_model.load(path)
        saved = saved_model_pb2.SavedModel()
        with open(os.path.join(path, "saved_model.pb"), "rb") as file:
            saved.ParseFromString(file.read())
        self.signatures = saved.meta_graphs[0].signature_def
        self.content = os.path.basename(path) == "tf2"

    def answer(self, signature, inputs):
        wanted = self.signatures[signature].inputs
        if set(inputs) != set(wanted):
            raise ValueError(f"inputs {sorted(inputs)} are not the signature's {sorted(wanted)}")
        tensors = {name: tf.constant(tf.make_ndarray(proto)) for name, proto in inputs.items()}
        for name, value in tensors.items():
            if value.dtype != tf.as_dtype(wanted[name].dtype):
                raise ValueError(f"{name} is {value.dtype.name}")
        return self.loaded.signatures[signature](**tensors)

    def proto(self, value):
        if self.content:
            return tf.make_tensor_proto(value.numpy())
        proto = tf.make_tensor_proto(0.0, shape=value.shape)
        proto.float_val[:] = value.numpy().ravel().tolist()
        return proto


class Services(
    prediction_service_pb2_grpc.PredictionServiceServicer, model_service_pb2_grpc.ModelServiceServicer
):
    def __init__(self, folder):
        self.models = {name: Model(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}

    def model(self, spec, context):
        version = spec.version.value if spec.HasField("version") else 1
        if spec.name not in self.models or version != 1:
            which = (
                f"Specific({spec.name}, {version})" if spec.HasField("version") else f"Latest({spec.name})"
            )
            context.abort(grpc.StatusCode.NOT_FOUND, f"Servable not found for request: {which}")
        return self.models[spec.name]

    def Predict(self, request, context):
        start = time.perf_counter()
        model = self.model(request.model_spec, context)
        signature = request.model_spec.signature_name or "serving_default"
        if signature not in model.signatures:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"no signature {signature}")
        try:
            outputs = model.answer(signature, request.inputs)
        except (ValueError, tf.errors.InvalidArgumentError) as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        reply = predict_pb2.PredictResponse()
        reply.model_spec.name, reply.model_spec.signature_name = request.model_spec.name, signature
        reply.model_spec.version.value = 1
        for name, value in outputs.items():
            if not request.output_filter or name in request.output_filter:
                reply.outputs[name].CopyFrom(model.proto(value))
        took = (time.perf_counter() - start) * 1e3
        context.set_trailing_metadata((("server-timing", f"total;dur={took:.3f}"),))
        return reply

    def GetModelMetadata(self, request, context):
        model = self.model(request.model_spec, context)
        reply = metadata_pb2.GetModelMetadataResponse()
        reply.model_spec.name, reply.model_spec.version.value = request.model_spec.name, 1
        table = metadata_pb2.SignatureDefMap()
        for name, signature in model.signatures.items():
            table.signature_def[name].CopyFrom(signature)
        reply.metadata["signature_def"].Pack(table)
        return reply

    def GetModelStatus(self, request, context):
        self.model(request.model_spec, context)
        state = status_pb2.ModelVersionStatus(version=1, state=status_pb2.ModelVersionStatus.AVAILABLE)
        return status_pb2.GetModelStatusResponse(model_version_status=[state])


def main(folder, port):
    server = grpc.server(
        futures.ThreadPoolExecutor(2),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    services = Services(folder)
    prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(services, server)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(services, server)
    if server.add_insecure_port(f"127.0.0.1:{port}") == 0:
        raise SystemExit(f"port {port} is taken")
    server.start()
    print("ready", flush=True)
    server.wait_for_termination()


main(*sys.argv[1:])
