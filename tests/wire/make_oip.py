#!/usr/bin/env python3
"""Writes tests/wire/oip.golden: the bytes that the official client of the Open Inference
Protocol sends and reads (tritonclient from PyPI; its stubs write the gRPC replies).

    python3 -m venv venv && venv/bin/pip install 'tritonclient[grpc,http]'
    venv/bin/python tests/wire/make_oip.py >tests/wire/oip.golden

Requests are taken from the wire, by servers on loopback that note what comes. Every reply is
read by the client before it is written here. A line is NAME: HEX; for HTTP, NAME.head holds the
request line and the headers that matter, as text."""
import http.server
import threading
from concurrent import futures
from importlib.metadata import version

import grpc
import numpy as np
import tritonclient.grpc as tgrpc
import tritonclient.http as thttp
from tritonclient.grpc import service_pb2 as pb

PIXELS = np.arange(24, dtype=np.uint8).reshape(2, 2, 2, 3) * 11
PLANES = (np.arange(12, dtype=np.float32).reshape(1, 3, 2, 2) - 5) / 4
FILES = np.array([b"\xff\xd8one", b"\xff\xd8\x00second\xff\xd9"], dtype=object)
NAMES = ["detection_boxes", "detection_classes", "detection_scores", "num_detections"]
BOXES = np.array([[[0.125, 0.25, 0.5, 0.75], [0, 0, 1, 1]]], dtype=np.float32)
VALUES = [BOXES, np.array([[62, 1]], dtype=np.float32),
          np.array([[0.875, 0.5]], dtype=np.float32), np.array([2], dtype=np.float32)]
SEEN = []


def put(name, data):
    print(f"{name}: {data.hex()}")


class Record(grpc.GenericRpcHandler):
    """Notes the bytes of every call and answers with what is in self.reply."""
    reply = b""

    def service(self, details):
        def handle(request, _context):
            SEEN.append((details.method, request))
            return self.reply
        return grpc.unary_unary_rpc_method_handler(handle)


def triple(module):
    """Inputs of the three kinds and the outputs that are asked for with the second."""
    def one(name, array, kind):
        tensor = module.InferInput(name, array.shape, kind)
        tensor.set_data_from_numpy(array)
        return [tensor]
    wanted = [module.InferRequestedOutput(name) for name in NAMES[2:]]
    return [("uint8", one("inputs", PIXELS, "UINT8"), None, {"request_id": "7"}),
            ("fp32", one("images", PLANES, "FP32"), wanted, {"model_version": "3"}),
            ("bytes", one("inputs", FILES, "BYTES"), None, {})]


def grpc_requests(client):
    for name, inputs, outputs, more in triple(tgrpc):
        client.infer("m", inputs, outputs=outputs, **more)
        put(f"grpc.request.{name}", SEEN.pop()[1])
    for name, call in (("metadata", lambda: client.get_model_metadata("m", "3")),
                       ("model_ready", lambda: client.is_model_ready("m")),
                       ("server_ready", client.is_server_ready),
                       ("server_live", client.is_server_live),
                       ("server", client.get_server_metadata),
                       ("index", client.get_model_repository_index)):
        call()
        path, body = SEEN.pop()
        put(f"grpc.request.{name}", body)
        put(f"grpc.path.{name}", path.encode())
    # The client has no typed contents for numbers: its stubs have.
    request = pb.ModelInferRequest(model_name="m")
    tensor = request.inputs.add(name="inputs", datatype="UINT8", shape=PIXELS.shape)
    tensor.contents.uint_contents.extend(int(v) for v in PIXELS.flatten())
    put("grpc.request.typed", request.SerializeToString(deterministic=True))
    # Nor for files; protoc of lib/wire/oip.proto makes the same.
    request = pb.ModelInferRequest(model_name="m")
    tensor = request.inputs.add(name="inputs", datatype="BYTES", shape=FILES.shape)
    tensor.contents.bytes_contents.extend(FILES)
    put("grpc.request.typed_bytes", request.SerializeToString(deterministic=True))


def grpc_reply(kind):
    reply = pb.ModelInferResponse(model_name="m", model_version="3", id="7")
    for name, value in zip(NAMES, VALUES):
        datatype = "FP16" if kind == "fp16" else "FP32"
        output = reply.outputs.add(name=name, datatype=datatype, shape=value.shape)
        if kind == "typed":
            output.contents.fp32_contents.extend(value.flatten().tolist())
        else:
            kept = value.astype(np.float16 if kind == "fp16" else np.float32)
            reply.raw_output_contents.append(kept.tobytes())
    return reply.SerializeToString(deterministic=True)


def grpc_replies(client, record):
    inputs = triple(tgrpc)[0][1]
    for kind in ("raw", "typed", "fp16"):
        record.reply = grpc_reply(kind)
        result = client.infer("m", inputs)
        for name, value in zip(NAMES, VALUES):
            # as_numpy reads raw contents alone.
            got = (np.array(result.get_output(name).contents.fp32_contents).reshape(value.shape)
                   if kind == "typed" else result.as_numpy(name))
            np.testing.assert_array_equal(got, value)
        put(f"grpc.reply.{kind}", record.reply)
    metadata = pb.ModelMetadataResponse(name="m", versions=["1", "3"], platform="onnx")
    metadata.inputs.add(name="inputs", datatype="UINT8", shape=[-1, -1, -1, 3])
    metadata.outputs.add(name=NAMES[0], datatype="FP32", shape=[-1, -1, 4])
    index = pb.RepositoryIndexResponse()
    for name, version in (("m", "1"), ("m", "3"), ("other", "1")):
        index.models.add(name=name, version=version, state="READY")
    put("grpc.reply.metadata", metadata.SerializeToString())
    put("grpc.reply.ready", pb.ServerReadyResponse(ready=True).SerializeToString())
    put("grpc.reply.index", index.SerializeToString())
    put("grpc.reply.server", pb.ServerMetadataResponse(
        name="triton", version="2.60.0", extensions=["statistics"]).SerializeToString())


class Handler(http.server.BaseHTTPRequestHandler):
    """Notes every request and answers with the class's reply."""
    protocol_version = "HTTP/1.1"
    reply = (b"", {})

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        head = [f"{self.command} {self.path}"]
        for key in ("Content-Type", "Inference-Header-Content-Length"):
            if self.headers.get(key):
                head.append(f"{key}: {self.headers[key]}")
        SEEN.append(("\n".join(head), self.rfile.read(length)))
        body, headers = self.reply
        self.send_response(200)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = answer  # pylint: disable=invalid-name
    do_POST = answer  # pylint: disable=invalid-name

    def log_message(self, *_args):  # pylint: disable=arguments-differ
        pass


def put_http(name):
    head, body = SEEN.pop()
    put(f"http.request.{name}.head", head.encode())
    put(f"http.request.{name}", body)


def http_reply(binary):
    tail, items = b"", []
    for name, value in zip(NAMES, VALUES):
        front = f'{{"name":"{name}","datatype":"FP32","shape":{list(value.shape)}'
        if binary:
            tail += value.tobytes()
            items.append(front + f',"parameters":{{"binary_data_size":{value.nbytes}}}}}')
        else:
            items.append(front + f',"data":{value.flatten().tolist()}}}')
    text = '{"id":"7","model_name":"m","model_version":"3","outputs":[' + ",".join(items) + "]}"
    text = text.replace(" ", "")
    length = {"Inference-Header-Content-Length": str(len(text))} if binary else {}
    return text.encode() + tail, length


def http_both(client):
    inputs = triple(thttp)[0][1]
    for binary in (True, False):
        Handler.reply = http_reply(binary)
        result = client.infer("m", inputs)
        SEEN.pop()
        for name, value in zip(NAMES, VALUES):
            np.testing.assert_array_equal(result.as_numpy(name), value)
        put(f"http.reply.{'binary' if binary else 'json'}", Handler.reply[0])
    for name, tensors, outputs, more in triple(thttp):
        client.infer("m", tensors, outputs=outputs, **more)
        put_http(name)
    tensor = thttp.InferInput("inputs", PIXELS.shape, "UINT8")
    tensor.set_data_from_numpy(PIXELS, binary_data=False)
    wanted = [thttp.InferRequestedOutput(NAMES[0], binary_data=False)]
    client.infer("m", [tensor], outputs=wanted)
    put_http("json")
    Handler.reply = (b"{}", {})
    for name, call in (("metadata", lambda: client.get_model_metadata("m", "3")),
                       ("model_ready", lambda: client.is_model_ready("m")),
                       ("server_ready", client.is_server_ready),
                       ("server_live", client.is_server_live),
                       ("server", client.get_server_metadata),
                       ("index", client.get_model_repository_index)):
        call()
        put_http(name)


def main():
    print(f"# tritonclient {version('tritonclient')}; made by tests/wire/make_oip.py")
    record = Record()
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[record])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    client = tgrpc.InferenceServerClient(f"127.0.0.1:{port}")
    grpc_requests(client)
    grpc_replies(client, record)
    client.close()
    server.stop(None)
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    http_both(thttp.InferenceServerClient(f"127.0.0.1:{web.server_port}"))
    web.shutdown()


main()
