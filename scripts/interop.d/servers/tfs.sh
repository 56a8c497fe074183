# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='tensorflow-serving-api stubs, TensorFlow SavedModels'

install() {
    venv tfs tensorflow-cpu onnx opencv-python-headless
    # Its own dependency is the package tensorflow, which is the same with CUDA.
    [ -e "$venv/.api" ] || timeout --foreground "$install_seconds" "$venv/bin/pip" install --quiet --no-deps \
        --disable-pip-version-check tensorflow-serving-api >"$work/pip-api.log" 2>&1 ||
        fail "cannot be had: tensorflow-serving-api: $(last_line "$work/pip-api.log")"
    touch "$venv/.api"
    versions tensorflow-serving-api tensorflow-cpu
}

start() {
    export TF_CPP_MIN_LOG_LEVEL=3 CUDA_VISIBLE_DEVICES=
    "$venv/bin/python" "$here/python/graph.py" "$INTEROP_MODEL" "$work/graph.npz" >"$work/tfs-graph.log" 2>&1 ||
        fail "no graph: $(last_line "$work/tfs-graph.log")"
    timeout --foreground 300 "$venv/bin/python" "$here/python/tf_model.py" "$work/graph.npz" "$work/savedmodels" \
        >"$work/tfs-model.log" 2>&1 || fail "no SavedModel: $(last_line "$work/tfs-model.log")"
    grpc=$(free_port)
    launch tfs "$venv/bin/python" "$here/python/tfs_server.py" "$work/savedmodels" "$grpc"
    await 90 grep -q ready "$work/tfs.log"
}

measure() {
    target=127.0.0.1,grpc=$grpc
    asked=tf2
    lists tfs-grpc 'input input_tensor'
    model=tf1 pixels=client
    cell tfs-grpc tensor 'TF1 export, float_val'
    model=tf2
    cell tfs-grpc tensor 'TF2 export input_tensor, tensor_content'
    model=encoded pixels=server
    cell tfs-grpc jpeg 'encoded-string export'
    model=nobody pixels=client named=nobody
    refused tfs-grpc tensor 5 'unknown model'
    model=tf1 named=inputs
    refused tfs-grpc tensor 3 'wrong input name' --input-name images
    gap tfs-rest 'json, b64' 'REST is in tensorflow_model_server alone, which neither PyPI nor Debian has'
}
