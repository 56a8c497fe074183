# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
# The project's own server with the same model file: what the others' boxes are compared with.
title='odbench-serve'

install() { "$bin/odbench-serve" --version | head -n 1 | tr -d '(),' | cut -d ' ' -f 1,2 >>"$work/$server.versions"; }

start() {
    launch reference "$bin/odbench-serve" --model scenes-ssd --nms-iou 0.5 --score-min 0.1 --grpc-port 0 --rest-port 0 \
        --port-file "$work/reference.ports"
    await 30 test -s "$work/reference.ports"
    target=127.0.0.1,$(paste -sd, "$work/reference.ports")
}

measure() {
    model=scenes-ssd
    pixels=client
    cell tfs-grpc tensor 'tensor_content'
    cell tfs-rest json 'row'
    pixels=server
    cell tfs-grpc jpeg 'encoded string'
    cell tfs-rest b64 'encoded string'
}
