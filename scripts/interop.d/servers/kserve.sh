# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='KServe Python SDK'

install() {
    venv kserve kserve opencv-python-headless
    versions kserve
}

start() {
    http=$(free_port) grpc=$(free_port)
    launch kserve env PYTHONPATH="$here/python" "$venv/bin/python" "$here/python/kserve_model.py" \
        --http_port "$http" --grpc_port "$grpc" --workers 1
    await 90 answers "http://127.0.0.1:$http/v2/health/ready"
}

measure() {
    target=127.0.0.1,grpc=$grpc,rest=$http
    asked=scenes-ssd
    for protocol in oip-grpc oip-rest; do
        lists $protocol 'input inputs UINT8 [-1,-1,-1,3]' 'output detection_boxes FP32 [-1,100,4]'
    done
    model=scenes-ssd pixels=client
    cell oip-grpc tensor 'raw_input_contents'
    cell oip-rest tensor 'binary extension'
    cell oip-rest json 'JSON numbers'
    cell tfs-rest json 'KServe version 1'
    target=127.0.0.1,rest=$http,profile=tfs-od-tf1
    cell web json 'preset tfs-od-tf1, KServe version 1'
    target=127.0.0.1,grpc=$grpc,rest=$http
    model=nobody named=nobody
    refused oip-grpc tensor 5 'unknown model'
    refused oip-rest tensor 404 'unknown model'
    refused tfs-rest json 404 'unknown model, KServe version 1'
    model=scenes-ssd-jpeg pixels=server
    cell oip-grpc jpeg 'BYTES'
    cell oip-rest b64 'BYTES, base64 in JSON'
    gap oip-rest jpeg 'its REST front end makes UTF-8 of BYTES, which a JPEG file is not'
    cell tfs-rest b64 'KServe version 1'
}
