# Models that explain themselves: formats of pictures and outputs, lists of models, servers that
# are not ready yet; all against the reference server.

load server

# Four drawn scenes, and what plain requests find in them.
scenes() {
    [ -d "$BATS_FILE_TMPDIR/data" ] ||
        "$BIN/odbench-data" make --objects 2,5 --bytes 9k --size 200x150 --per-cell 2 --seed 3 -q \
            -o "$BATS_FILE_TMPDIR/data"
    DATA=$BATS_FILE_TMPDIR/data/images
}

# measure PROTOCOL OPTION...: rows.csv of one request an image.
measure() {
    local protocol=$1
    shift
    "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" --model scenes-ssd -p "$protocol" \
        -r 1 -w 0 -q -f --no-floor --detections -o rows.csv "$@" "$DATA"
}

# column NAME...: those columns of every row, by image.
column() {
    python3 - "$@" <<'P'
import csv, sys
for row in sorted(csv.DictReader(open('rows.csv', newline='')), key=lambda r: r['file_name']):
    print(*(row[name] for name in sys.argv[1:]))
P
}

@test "every output form of the server gives the same boxes over every protocol" {
    scenes
    serve --model scenes-ssd
    measure tfs-grpc
    column file_name result_hash >expected
    [ "$(wc -l <expected)" -eq 4 ]
    [ "$(cut -d ' ' -f 2 expected | sort -u | wc -l)" -gt 1 ]
    stop_server "$PID"
    for outputs in tf rows7; do
        serve --model scenes-ssd --outputs "$outputs" --tensor-content
        for protocol in tfs-grpc tfs-rest oip-grpc oip-rest; do
            measure "$protocol"
            column file_name result_hash | diff expected -
        done
        measure tfs-rest --form column
        column file_name result_hash | diff expected -
        stop_server "$PID"
    done
}

@test "a model of floats, planes and a fixed size is fed as its metadata says" {
    scenes
    serve --model scenes-ssd --input-format size=320x320
    measure tfs-grpc
    column file_name result_hash >expected
    stop_server "$PID"
    for type in uint8 fp32 fp16; do
        serve --model scenes-ssd --input-name images --input-format "scenes-ssd:type=$type,layout=nchw,size=320x320"
        protocols="tfs-grpc oip-grpc oip-rest"
        [ "$type" = fp16 ] || protocols+=" tfs-rest"
        for protocol in $protocols; do
            measure "$protocol"
            column file_name result_hash | diff expected -
            python3 - "$type" <<'P'
import json, sys
for cell in json.load(open('rows.meta.json'))['plan']['cells']:
    assert cell['input'] == 'images', cell
    assert cell['input_format'] == f'type={sys.argv[1]},layout=nchw,size=320x320', cell
P
        done
        stop_server "$PID"
    done
    run column preprocess_ns
    [[ ! "$output" =~ (^|$'\n')($|$'\n') ]]
}

@test "mean, scale and the order of channels are undone by the server that wants them" {
    scenes
    serve --model scenes-ssd --input-format size=320x320
    measure tfs-grpc
    column file_name result_hash >expected
    stop_server "$PID"
    serve --model scenes-ssd --input-format type=fp32,channels=bgr,size=320x320,mean=103.5:116:123.5,scale=1/64
    measure tfs-grpc --input-format channels=bgr,mean=103.5:116:123.5,scale=1/64
    column file_name result_hash | diff expected -
    measure tfs-grpc
    run column file_name result_hash
    [ "$output" != "$(cat expected)" ]
}

@test "letterboxed pictures: boxes lie where the annotations are" {
    scenes
    serve --model scenes-ssd --input-format size=320x320
    for fit in stretch letterbox; do
        measure oip-grpc --input-format fit=$fit --annotations "$BATS_FILE_TMPDIR/data/instances.json"
        python3 - "$BATS_FILE_TMPDIR/data/instances.json" $fit <<'P'
import json, sys
truth = json.load(open(sys.argv[1]))
found = [json.loads(line) for line in open('rows.detections.jsonl')]
def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(w, 0) * max(h, 0)
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)
hits = sum(any(f['image_id'] == t['image_id'] and f['category_id'] == t['category_id'] and f['score'] > 0.3
               and iou(f['bbox'], t['bbox']) > 0.6 for f in found) for t in truth['annotations'])
assert len(truth['annotations']) == 14 and hits >= 11, (sys.argv[2], hits)
P
    done
}

@test "exports for encoded images take files, and the signature for them is found" {
    scenes
    serve --model scenes-ssd
    measure tfs-grpc --payload jpeg
    column file_name result_hash >expected
    python3 -c 'import json
assert {c["signature"] for c in json.load(open("rows.meta.json"))["plan"]["cells"]} == {"serving_encoded"}'
    [ "$(column preprocess_ns | tr -d '\n')" = "" ]
    stop_server "$PID"
    serve --model scenes-ssd --input-name input_tensor --input-format type=bytes
    measure tfs-grpc --payload jpeg
    column file_name result_hash | diff expected -
    measure tfs-rest --payload b64
    column file_name result_hash | diff expected -
    run measure tfs-grpc
    [ "$status" -eq 2 ]
    [[ "$output" == *"model scenes-ssd, tfs-grpc: input input_tensor is BYTES [-1], not pixels; see --payload"* ]]
}

@test "what contradicts the model is an error before the first request" {
    scenes
    serve --model scenes-ssd --input-format type=fp32,size=320x320
    rm -f rows.csv
    while IFS='|' read -r options text; do
        # shellcheck disable=SC2086
        run measure tfs-grpc $options
        [ "$status" -eq 2 ]
        [[ "$output" == *"target box, model scenes-ssd, tfs-grpc: "*"$text"* ]]
        [ ! -s rows.csv ]
    done <<'E'
--input-format type=uint8|input inputs is FP32 [-1,320,320,3], not UINT8; see --input-format type
--input-format size=300x300|not 300 pixels high; see --input-format size
--input-format layout=nchw|not NCHW; see --input-format layout
--input-name images|the model has no input images, but inputs FP32 [-1,320,320,3]; see --input-name
--signature other|the model has no signature other, but serving_default; see --signature
--payload jpeg --signature serving_default|not the bytes of files; see --payload, --signature
E
    while IFS='|' read -r options text; do
        # shellcheck disable=SC2086
        run measure tfs-grpc $options
        [ "$status" -eq 2 ]
        [[ "$output" == *"$text"* ]]
    done <<'E'
--input-format other:type=fp32|--input-format 'other:type=fp32': no --model other
--input-format type=int64|--input-format 'type=int64': type: 'int64' is none of
--output-format layout=yolo9|--output-format 'layout=yolo9': layout: 'yolo9' is none of
E
}

@test "outputs that are read as something else are rows with the reason" {
    scenes
    serve --model scenes-ssd --outputs rows7
    run measure tfs-grpc --output-format layout=yolo8
    [ "$status" -eq 0 ]
    [ "$(column status | sort -u)" = decode ]
    column error | grep -q "outputs do not fit --output-format layout=yolo8: detection_out FP32\[1,1,"
}

@test "the server refuses pixels that its model does not take" {
    scenes
    serve --model scenes-ssd --input-format type=fp32,layout=nchw,size=320x320
    for protocol in tfs-grpc oip-grpc; do
        measure $protocol --no-probe
        [ "$(column status code | sort -u)" = "grpc_error 3" ]
        measure $protocol --no-probe --input-format type=fp32,size=320x320
        column error | grep -qF "[-1,3,320,320]"
        measure $protocol --no-probe --input-format type=fp32,layout=nchw,size=300x320
        column error | grep -qF "Expected [-1,3,320,320], got [-1,3,320,300]"
    done
}

@test "--list-models prints what a server has, over each protocol" {
    serve --model scenes-ssd --model ruler=fixed:1ms --input-format ruler:type=fp32,layout=nchw,size=64x32
    run "$BIN/odbench-run" --list-models "edge=127.0.0.1,grpc=$GRPC,rest=$REST"
    [ "$status" -eq 0 ]
    for protocol in $("$BIN/odbench-run" --list-protocols | cut -d ' ' -f 1); do
        [[ "$output" == *"edge  $protocol"* ]]
    done
    run "$BIN/odbench-run" --list-models "edge=127.0.0.1,grpc=$GRPC,rest=$REST" -p tfs-grpc,tfs-rest,oip-grpc,oip-rest,web
    [ "$status" -eq 0 ]
    [[ "$output" == *"oip-rest  odbench-serve "* ]]
    [ "$(grep -c '^  ruler  version 1  AVAILABLE' <<<"$output")" -eq 4 ]
    [ "$(grep -c 'input   inputs  *FP32 \[-1,3,32,64\]' <<<"$output")" -eq 4 ]
    [[ "$output" == *"web: tells nothing of its models"* ]]
    run "$BIN/odbench-run" --list-models "127.0.0.1,grpc=$GRPC" -p tfs-grpc
    [ "$status" -eq 0 ]
    [[ "$output" == *"tfs-grpc: has no list of models; name those to ask for with --model"* ]]
    run "$BIN/odbench-run" --list-models "127.0.0.1,grpc=$GRPC" -p tfs-grpc -m ruler,none
    [ "$status" -eq 0 ]
    [[ "$output" == *"  ruler  version 1"* ]]
    "$BIN/odbench-run" --list-models "edge=127.0.0.1,grpc=$GRPC,rest=$REST" -p oip-rest --log json >models.json
    python3 -c 'import json; m = json.load(open("models.json"))
assert [x["model"] for x in m] == ["scenes-ssd", "ruler"], m
assert m[1]["signatures"][0]["inputs"][0]["shape"] == [-1, 3, 32, 64], m'
    stop_server "$PID"
    run "$BIN/odbench-run" --list-models "127.0.0.1,grpc=$GRPC"
    [ "$status" -eq 4 ]
    [[ "$output" == *"cannot connect"* ]]
}

@test "--wait-ready waits for servers that are not there yet, and names those that stay away" {
    scenes
    run "$BIN/odbench-run" --target 127.0.0.1,grpc=1 -m ruler -p grpc --wait-ready 300ms -o rows.csv "$DATA"
    [ "$status" -eq 4 ]
    [[ "$output" == *"waiting for target 127.0.0.1, model ruler, tfs-grpc ("* ]]
    [[ "$output" == *"not ready after 0.3 s: target 127.0.0.1, model ruler, tfs-grpc (127.0.0.1:1: cannot connect"* ]]
    serve --model ruler=fixed:1ms
    run "$BIN/odbench-run" --target "127.0.0.1,grpc=$GRPC" -m ruler,other -p grpc --wait-ready 300ms -q -o rows.csv "$DATA"
    [ "$status" -eq 4 ]
    [[ "$output" == *"model other, tfs-grpc ("*"other"* ]]
    [[ "$output" != *"model ruler"* ]]
    # The same ports again, a while after the run has begun to wait for them.
    local grpc=$GRPC rest=$REST
    stop_server "$PID"
    "$BIN/odbench-run" --target "127.0.0.1,grpc=$grpc,rest=$rest" -m ruler --wait-ready 60s -r 1 -q -o rows.csv "$DATA" &
    local run_pid=$!
    sleep 0.5
    serve --model ruler=fixed:1ms --grpc-port "$grpc" --rest-port "$rest"
    wait "$run_pid"
    [ "$(column status | sort -u)" = ok ]
}

@test "sizes beyond a limit are rows that name the size and what would help" {
    scenes
    serve --model scenes-ssd --max-body 50k
    for protocol in tfs-grpc tfs-rest oip-grpc oip-rest; do
        measure "$protocol"
        [ "$(column status code | sort -u)" = "$([[ $protocol == *grpc ]] && echo "grpc_error 8" || echo "http_error 413")" ]
        column error | grep -qE ': a request of [0-9]{5,6} bytes is too large for the server, see odbench-run\(1\), LIMITS: '
        column error | grep -qF 50000
    done
    stop_server "$PID"
    serve --model scenes-ssd --max-boxes 10000 --score-min 0
    for protocol in tfs-grpc tfs-rest; do
        measure "$protocol" --max-reply 1000
        [ "$(column status | sort -u)" = decode ]
        column error | grep -qF 'the reply is larger than accepted (max. 1000 bytes), see --max-reply'
    done
}

@test "targets of one run speak each their own protocols" {
    scenes
    serve --model scenes-ssd
    at=127.0.0.1,grpc=$GRPC,rest=$REST
    "$BIN/odbench-run" --target "plain=$at" --target "kserve=$at,protocol=oip-grpc+oip-rest" --target "box=$at,protocol=tfs-grpc" \
        --model scenes-ssd -r 1 -w 0 -q --no-floor -o rows.csv "$DATA"
    [ "$(column target protocol | sort -u | xargs)" = \
        "box tfs-grpc kserve oip-grpc kserve oip-rest plain tfs-grpc plain tfs-rest" ]
    [ "$(column file_name result_hash | sort -u | wc -l)" -eq 4 ]
    python3 - <<'P'
import json
targets = json.load(open('rows.meta.json'))['plan']['targets']
assert [t['protocols'] for t in targets] == [['tfs-grpc', 'tfs-rest'], ['oip-grpc', 'oip-rest'], ['tfs-grpc']], targets
P
    run "$BIN/odbench-run" --target "box=$at,protocol=tfs-grpc" -p oip-rest --model scenes-ssd -q -f -o rows.csv "$DATA"
    [ "$status" -eq 2 ]
    [[ "$output" == *"target 'box': none of the chosen protocols and payloads fits its ports and protocols"* ]]
}
