"""tritonclient, gRPC and HTTP: triton.py GRPC REST OUT"""

import sys

import numpy as np
import tritonclient.grpc as over_grpc
import tritonclient.http as over_http
from common import Report, from_tensors

MODEL, INPUT = "scenes-ssd", "inputs"
OUTPUTS = ("detection_boxes", "detection_scores", "detection_classes", "num_detections")


def asker(kind, client, binary=None):
    """A call over one of the two modules; binary None: the module has no such choice."""
    how = {} if binary is None else {"binary_data": binary}

    def infer(value, datatype, pixels):
        tensor = kind.InferInput(INPUT, list(value.shape), datatype)
        tensor.set_data_from_numpy(value, **how)
        wanted = [kind.InferRequestedOutput(name, **how) for name in OUTPUTS]
        result = client.infer(MODEL, [tensor], outputs=wanted, request_id="one")
        said = result.get_response()
        if (said["id"] if kind is over_http else said.id) != "one":
            raise ValueError("the id did not come back")
        return from_tensors({name: result.as_numpy(name) for name in OUTPUTS}, pixels)

    return infer


def ask_all(report, protocol, kind, client, binary):
    infer = asker(kind, client, binary)
    note = {None: "raw_input_contents", True: "binary extension", False: "JSON numbers"}[binary]
    report.ask(
        protocol,
        "json" if binary is False else "tensor",
        f"tritonclient, {note}",
        "client",
        lambda _, pixels: infer(pixels[None], "UINT8", pixels),
    )
    if binary is not False:
        report.ask(
            protocol,
            "jpeg",
            "tritonclient, BYTES",
            "server",
            lambda file, pixels: infer(np.array([file], np.object_), "BYTES", pixels),
        )


def check_metadata(client):
    """What the server says of itself, as the client reads it: fails loudly when it cannot."""
    if not (client.is_server_live() and client.is_server_ready() and client.is_model_ready(MODEL)):
        raise SystemExit("not live or ready")
    return client.get_model_metadata(MODEL)


def main(grpc_address, rest_address, out):
    report = Report(out)
    grpc_client = over_grpc.InferenceServerClient(grpc_address)
    http_client = over_http.InferenceServerClient(rest_address)
    names = {one.name for one in check_metadata(grpc_client).outputs}
    if names != {one["name"] for one in check_metadata(http_client)["outputs"]} or names != set(OUTPUTS):
        raise SystemExit(f"outputs {sorted(names)}")
    ask_all(report, "oip-grpc", over_grpc, grpc_client, None)
    ask_all(report, "oip-rest", over_http, http_client, True)
    ask_all(report, "oip-rest", over_http, http_client, False)


main(*sys.argv[1:])
