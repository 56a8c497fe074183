# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='Triton Inference Server (python backend)'

install() {
    venv triton nvidia-pytriton opencv-python-headless
    versions nvidia-pytriton
}

# repository NAME CODE TYPE DIMS: a model of the python backend.
repository() {
    mkdir -p "$work/triton/$1/1"
    cp "$here/python/$2" "$work/triton/$1/1/model.py"
    {
        echo "name: \"$1\" backend: \"python\" max_batch_size: 0"
        echo "input [ { name: \"inputs\" data_type: $3 dims: [ $4 ] } ]"
        echo 'output [ { name: "detection_boxes" data_type: TYPE_FP32 dims: [ 1, -1, 4 ] },'
        echo '{ name: "detection_scores" data_type: TYPE_FP32 dims: [ 1, -1 ] },'
        echo '{ name: "detection_classes" data_type: TYPE_FP32 dims: [ 1, -1 ] },'
        echo '{ name: "num_detections" data_type: TYPE_FP32 dims: [ 1 ] } ]'
        echo 'instance_group [ { count: 1 kind: KIND_CPU } ]'
    } >"$work/triton/$1/config.pbtxt"
}

repositories() {
    repository scenes-ssd triton_model.py TYPE_UINT8 '1, -1, -1, 3'
    repository scenes-ssd-jpeg triton_model.py TYPE_STRING 1
}

start() {
    local site server_dir stubs
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    server_dir=$site/pytriton/tritonserver
    # The backend looks for its stub beside itself; the package has one for each Python.
    cp -r "$server_dir/backends" "$work/triton-backends"
    stubs=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    cp "$server_dir/python_backend_stubs/$stubs"/* "$work/triton-backends/python/"
    repositories
    http=$(free_port) grpc=$(free_port) metrics=$(free_port)
    launch triton env INTEROP_PATH="$here/python:$site" LD_LIBRARY_PATH="$site/nvidia_pytriton.libs" \
        "$server_dir/bin/tritonserver" --model-repository "$work/triton" --backend-directory "$work/triton-backends" \
        --http-address 127.0.0.1 --http-port "$http" --grpc-address 127.0.0.1 --grpc-port "$grpc" \
        --metrics-address 127.0.0.1 --metrics-port "$metrics"
    await 60 answers "http://127.0.0.1:$http/v2/health/ready"
    version=$(curl -s "http://127.0.0.1:$http/v2" | sed -n 's/.*"version":"\([^"]*\)".*/\1/p')
    echo "tritonserver $version" >>"$work/$server.versions"
}

measure() {
    target=127.0.0.1,grpc=$grpc,rest=$http,times=triton-statistics
    for protocol in oip-grpc oip-rest; do
        lists $protocol scenes-ssd-jpeg 'input inputs UINT8 [1,-1,-1,3]' 'output detection_boxes FP32 [1,-1,4]'
    done
    model=scenes-ssd pixels=client
    cell oip-grpc tensor 'raw_input_contents'
    cell oip-rest tensor 'binary extension'
    cell oip-rest json 'JSON numbers'
    cell oip-grpc tensor 'four at a time' --concurrency 4
    cell oip-rest tensor 'four at a time' --concurrency 4
    model=nobody named=nobody
    refused oip-grpc tensor 5 'unknown model'
    refused oip-rest tensor 404 'unknown model'
    model=scenes-ssd named=images
    refused oip-grpc tensor 3 'wrong input name' --input-name images
    refused oip-rest tensor 400 'wrong input name' --input-name images
    model=scenes-ssd-jpeg pixels=server
    cell oip-grpc jpeg 'BYTES'
    cell oip-rest jpeg 'BYTES, binary extension'
}
