# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='MLServer (custom runtimes, OpenCV and OpenVINO)'

install() {
    venv mlserver mlserver opencv-python-headless openvino
    versions mlserver openvino
}

# settings NAME CLASS INPUT OUTPUTS: a model's folder.
settings() {
    mkdir -p "$work/mlserver/$1"
    printf '{ "name": "%s", "implementation": "mlserver_model.%s", "inputs": [%s], "outputs": [%s],
  "parameters": { "version": "v1" } }\n' "$@" >"$work/mlserver/$1/model-settings.json"
}

start() {
    local four='{ "name": "detection_boxes", "datatype": "FP32", "shape": [1, -1, 4] },
        { "name": "detection_scores", "datatype": "FP32", "shape": [1, -1] },
        { "name": "detection_classes", "datatype": "FP32", "shape": [1, -1] },
        { "name": "num_detections", "datatype": "FP32", "shape": [1] }'
    settings scenes-ssd Pixels '{ "name": "inputs", "datatype": "UINT8", "shape": [1, -1, -1, 3] }' "$four"
    settings scenes-ssd-jpeg Files '{ "name": "inputs", "datatype": "BYTES", "shape": [1] }' "$four"
    settings scenes-rows Rows '{ "name": "image", "datatype": "FP32", "shape": [1, 3, 224, 224] }' \
        '{ "name": "detection_out", "datatype": "FP32", "shape": [1, 1, 100, 7] }'
    http=$(free_port) grpc=$(free_port) metrics=$(free_port)
    printf '{ "host": "127.0.0.1", "http_port": %s, "grpc_port": %s, "metrics_port": %s, "parallel_workers": 0 }\n' \
        "$http" "$grpc" "$metrics" >"$work/mlserver/settings.json"
    launch mlserver env PYTHONPATH="$here/python" "$venv/bin/mlserver" start "$work/mlserver"
}

measure() {
    target=127.0.0.1,grpc=$grpc,rest=$http
    model=scenes-ssd pixels=client
    cell oip-grpc tensor 'raw_input_contents; found ready by --wait-ready' --wait-ready 60s
    for protocol in oip-grpc oip-rest; do
        lists $protocol scenes-ssd-jpeg 'input inputs UINT8 [1,-1,-1,3]' 'output detection_boxes FP32 [1,-1,4]'
    done
    cell oip-rest json 'JSON numbers'
    gap oip-rest tensor 'MLServer has no binary tensors over REST'
    model=nobody named=nobody
    refused oip-grpc tensor 5 'unknown model'
    refused oip-rest json 404 'unknown model'
    "$bin/odbench-data" make --objects 3 --size 1600x900 --seed 3 --quiet -o "$work/large"
    images=$work/large/images model=scenes-ssd named='too large for the server'
    refused oip-grpc tensor 8 'beyond its 4 MiB'
    images=$work/scenes/images
    target=127.0.0.1,rest=$http,profile=oip-tf-names model=scenes-ssd
    cell web json 'preset oip-tf-names'
    target=127.0.0.1,grpc=$grpc,rest=$http
    model=scenes-ssd-jpeg pixels=server
    cell oip-grpc jpeg 'BYTES'
    cell oip-rest b64 'BYTES, base64 in JSON'
    model=scenes-rows pixels=fitted
    cell oip-grpc tensor 'OpenVINO, FP32 [1,3,224,224], rows of 7'
    cell oip-rest json 'OpenVINO, FP32 [1,3,224,224], rows of 7'
}
