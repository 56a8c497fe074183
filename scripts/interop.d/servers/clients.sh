# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
# The other way round: official clients ask odbench-serve.
title='odbench-serve, asked by official clients'

install() {
    venv client 'tritonclient[grpc,http]' ovmsclient requests opencv-python-headless grpcio-tools \
        googleapis-common-protos
    versions tritonclient ovmsclient requests grpcio
}

start() {
    launch clients "$bin/odbench-serve" --model scenes-ssd --nms-iou 0.5 --score-min 0.1 --grpc-port 0 --rest-port 0 \
        --port-file "$work/clients.ports"
    await 30 test -s "$work/clients.ports"
    grpc=127.0.0.1:$(sed -n 's/^grpc=//p' "$work/clients.ports")
    http=127.0.0.1:$(sed -n 's/^rest=//p' "$work/clients.ports")
}

# client NAME ARGUMENT...: a script of interop.d/clients in $venv, and what it wrote.
client() {
    local name=$1 file said
    shift
    if ! INTEROP_IMAGES=$images PYTHONPATH="$here/clients:$here/python:$work/protos" \
        timeout --foreground "$cell_seconds" "$venv/bin/python" "$here/clients/$name.py" "$@" \
        "$work/cells/clients-$name" >"$work/client-$name.log" 2>&1; then
        said=$(grep -m 1 -e details -e Error "$work/client-$name.log" || last_line "$work/client-$name.log")
        printf '%s\t%s\t\t%s\tclient\t1\t%s\n' "$server" "$name.py" "$said" "$work/client-$name" >>"$work/cells.tsv"
    fi
    for file in "$work/cells/clients-$name"-*.json; do
        [ ! -e "$file" ] || printf '%s\t\t\t\t\t0\t%s\n' "$server" "$file" >>"$work/cells.tsv"
    done
}

# The package of TorchServe has its .proto files in the archive of its Java program.
torchserve_protos() {
    local jar
    jar=$(find "$packages/torchserve" -name model-server.jar 2>/dev/null | head -n 1)
    [ -n "$jar" ] || return 1
    mkdir -p "$work/protos"
    "$venv/bin/python" -m zipfile -e "$jar" "$work/protos/jar" &&
        (cd "$work/protos/jar/proto" && "$venv/bin/python" -m grpc_tools.protoc -I. -I"$work/protos/jar" \
            --python_out="$work/protos" --grpc_python_out="$work/protos" inference.proto open_inference_grpc.proto)
}

measure() {
    client triton "$grpc" "$http"
    client rest "$http"
    client ovms "$grpc" "$http"
    if torchserve_protos >"$work/protos.log" 2>&1; then
        client torchserve "$grpc"
    else
        gap torchserve-grpc jpeg 'no stubs without the part torchserve'
    fi
    if [ -e "$packages/tfs/.complete" ]; then
        venv=$packages/tfs client tfs "$grpc"
    else
        gap tfs-grpc 'tensor, jpeg' 'no stubs without the part tfs'
    fi
}
