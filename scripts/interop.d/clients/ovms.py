"""ovmsclient, OpenVINO Model Server's own, over both interfaces of TensorFlow Serving: ovms.py GRPC REST OUT"""

import sys

import ovmsclient
from common import Report, from_tensors

# Its version 0, the default, means the newest to OpenVINO Model Server; to TensorFlow Serving it is a version.
MODEL, VERSION = "scenes-ssd", 1


def main(grpc_address, rest_address, out):
    report = Report(out)
    over_grpc, over_http = ovmsclient.make_grpc_client(grpc_address), ovmsclient.make_http_client(
        rest_address
    )
    # Over HTTP its reader wants the names in camel case that OpenVINO Model Server writes, TensorFlow Serving not.
    (name,) = over_grpc.get_model_metadata(MODEL, VERSION)["inputs"]
    for protocol, client in (("tfs-grpc", over_grpc), ("tfs-rest", over_http)):
        if client.get_model_status(MODEL, VERSION)[1]["state"] != "AVAILABLE":
            raise SystemExit(f"{protocol}: not available")

        def predict(value, pixels, client=client):
            return from_tensors(client.predict({name: value}, MODEL, VERSION, 20), pixels)

        payload = {"tfs-grpc": "tensor", "tfs-rest": "json"}[protocol]
        report.ask(protocol, payload, "ovmsclient", "client", lambda _, pixels: predict(pixels[None], pixels))
        payload = {"tfs-grpc": "jpeg", "tfs-rest": "b64"}[protocol]
        report.ask(protocol, payload, "ovmsclient", "server", lambda file, pixels: predict([file], pixels))


main(*sys.argv[1:])
