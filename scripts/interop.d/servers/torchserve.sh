# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='TorchServe'

# PyTorch's wheels at PyPI hold CUDA, some gigabytes of it; Debian's package is for the CPU. Without root it is
# unpacked into the scratch folder; $torch_env is what finds it.
debian_torch() {
    torch_env=()
    ! /usr/bin/python3 -c 'import torch' 2>/dev/null || return 0
    local root=$packages/debian-torch
    if [ ! -e "$root/.complete" ]; then
        room
        rm -rf "$root"
        mkdir -p "$root/deb"
        (cd "$root/deb" && apt-get install -s --no-install-recommends python3-torch |
            awk '$1 == "Inst" { print $2 }' | xargs timeout --foreground "$install_seconds" apt-get download) \
            >"$work/torch-apt.log" 2>&1 || fail "cannot be had: python3-torch: $(last_line "$work/torch-apt.log")"
        for package in "$root"/deb/*.deb; do dpkg -x "$package" "$root"; done
        rm -r "$root/deb"
        touch "$root/.complete"
    fi
    torch_env=("PYTHONPATH=$root/usr/lib/python3/dist-packages"
        "LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/usr/lib")
}

install() {
    command -v java >/dev/null || fail 'cannot be had: it needs Java (Debian: openjdk-17-jre-headless)'
    [ -x /usr/bin/python3 ] || fail "cannot be had: Debian's PyTorch needs Debian's Python"
    venv tools onnx numpy
    tools=$venv
    debian_torch
    venv_python=/usr/bin/python3 venv torchserve torchserve torch-model-archiver pillow pyyaml packaging 'numpy<2'
    versions torchserve
    echo "torch $(env "${torch_env[@]}" /usr/bin/python3 -c 'import torch; print(torch.__version__)')" \
        >>"$work/$server.versions"
}

start() {
    local folder=$work/torchserve name
    mkdir -p "$folder/store"
    "$tools/bin/python" "$here/python/graph.py" "$INTEROP_MODEL" "$folder/graph.npz" >"$work/torch-graph.log" 2>&1 ||
        fail "no graph: $(last_line "$work/torch-graph.log")"
    env "${torch_env[@]}" /usr/bin/python3 "$here/python/torch_model.py" "$folder/graph.npz" "$folder/scenes.pt" \
        >"$work/torch-model.log" 2>&1 || fail "no TorchScript: $(last_line "$work/torch-model.log")"
    env "${torch_env[@]}" "$venv/bin/torch-model-archiver" --model-name scenes-ssd --version 1.0 \
        --serialized-file "$folder/scenes.pt" --handler "$here/python/torch_handler.py" \
        --extra-files "$here/python/detector.py" --export-path "$folder/store" >"$work/torch-archive.log" 2>&1 ||
        fail "no archive: $(last_line "$work/torch-archive.log")"
    http=$(free_port) grpc=$(free_port) metrics=$(free_port)
    printf '%s\n' "inference_address=http://127.0.0.1:$http" "management_address=http://127.0.0.1:$(free_port)" \
        "metrics_address=http://127.0.0.1:$metrics" "grpc_inference_port=$grpc" "grpc_management_port=$(free_port)" \
        default_workers_per_model=1 metrics_mode=prometheus ts_open_inference_protocol=true >"$folder/config"
    # The key file goes where the server runs.
    cd "$folder"
    launch torchserve env "${torch_env[@]}" TMPDIR="$folder" PATH="$venv/bin:$PATH" LOG_LOCATION="$folder/logs" \
        METRICS_LOCATION="$folder/logs" "$venv/bin/torchserve" --start --foreground --model-store store \
        --ts-config config --models scenes-ssd=scenes-ssd.mar
    # Even /ping wants the token.
    await 120 test -s key_file.json
    "$python" -c 'import json; print(json.load(open("key_file.json"))["inference"]["key"])' >token
}

measure() {
    target=127.0.0.1,grpc=$grpc,rest=$http,metrics=$metrics,times=torchserve-prometheus
    model=scenes-ssd pixels=server
    cell torchserve-rest jpeg 'raw body, token; found ready by --wait-ready' --wait-ready 60s \
        --token-file "$work/torchserve/token"
    target=127.0.0.1,grpc=$grpc,rest=$http
    cell torchserve-grpc jpeg 'data, token' --token-file "$work/torchserve/token"
    target=127.0.0.1,rest=$http,profile=torchserve-od
    cell web jpeg 'preset torchserve-od, token' --token-file "$work/torchserve/token"
    web torchserve-form.json jpeg 'multipart field data, own profile, token' --token-file "$work/torchserve/token"
    pixels=client target=127.0.0.1,grpc=$grpc,rest=$http
    cell oip-rest json 'version 2 of KServe, no readiness route, token' --no-probe \
        --token-file "$work/torchserve/token"
    cell oip-torchserve json 'typed contents, token' --token-file "$work/torchserve/token"
    pixels=server
    cell oip-torchserve jpeg 'bytes_contents, token' --token-file "$work/torchserve/token"
    named=Token
    refused torchserve-rest jpeg 400 'no token'
    refused torchserve-grpc jpeg 7 'no token'
    model=nobody named=nobody
    refused torchserve-rest jpeg 404 'unknown model' --token-file "$work/torchserve/token"
    refused torchserve-grpc jpeg 13 'unknown model' --token-file "$work/torchserve/token"
    gap torchserve-rest tensor 'its handlers take files, not pixels'
}
