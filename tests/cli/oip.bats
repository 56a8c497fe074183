# The Open Inference Protocol end to end: odbench-run against odbench-serve in every dialect, with
# every payload that both have, beside TensorFlow Serving's protocol.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
}

# measure PROTOCOL PAYLOAD OPTION...: every image once, all boxes compared; rows in rows.csv.
measure() {
    local protocol=$1 payload=$2
    shift 2
    run "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" --model scenes-ssd -p "$protocol" \
        --payload "$payload" -r 1 -w 0 --verify --detections -f -q -o rows.csv "$@" "$DATA/images"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

# cells: protocol, payload, status and hash of the boxes of each cell, by image.
cells() {
    python3 - <<'P'
import csv
cells = {}
for r in csv.DictReader(open('rows.csv', newline='')):
    cells.setdefault((r['protocol'], r['payload'], r['status']), {})[r['image_id']] = r['result_hash']
for key in sorted(cells):
    print(*key)
pixels = {tuple(sorted(v.items())) for k, v in cells.items() if k[1] in ('tensor', 'json')}
files = {tuple(sorted(v.items())) for k, v in cells.items() if k[1] in ('jpeg', 'b64')}
assert len(pixels) <= 1 and len(files) <= 1, cells
P
}

@test "every payload of both forms gives the boxes that tfs-grpc gives" {
    serve --model scenes-ssd
    measure tfs-grpc,oip-grpc,oip-rest tensor,json,jpeg,b64
    [ "$(cells)" = "oip-grpc jpeg ok
oip-grpc json ok
oip-grpc tensor ok
oip-rest b64 ok
oip-rest jpeg ok
oip-rest json ok
oip-rest tensor ok
tfs-grpc jpeg ok
tfs-grpc tensor ok" ]
}

@test "the dialects of other servers take what those servers take" {
    local dialect
    for dialect in ovms kserve; do
        serve --model scenes-ssd --dialect $dialect
        measure tfs-grpc,oip-grpc,oip-rest tensor,json,jpeg,b64
        [ "$(cells | wc -l)" -eq 9 ]
        [ "$(cells | grep -c 'ok$')" -eq 9 ]
    done
    serve --model scenes-ssd --dialect mlserver
    measure tfs-grpc,oip-grpc tensor,json,jpeg
    [ "$(cells | grep -c 'ok$')" -eq 5 ]
    measure tfs-rest,oip-rest json,b64
    [ "$(cells | grep -c 'ok$')" -eq 4 ]
    serve --model scenes-ssd --dialect torchserve
    measure oip-grpc,oip-rest,oip-torchserve json
    [ "$(cells)" = "oip-grpc json ok
oip-rest json ok
oip-torchserve json ok" ]
    measure tfs-grpc,oip-torchserve jpeg
    [ "$(cells)" = "oip-torchserve jpeg ok
tfs-grpc jpeg ok" ]
}

@test "a payload that a dialect has not is an error that names model and cause" {
    serve --model scenes-ssd --dialect mlserver
    run "$BIN/odbench-run" --target "box=127.0.0.1,rest=$REST" --model scenes-ssd -p oip-rest --payload tensor -r 1 \
        -w 0 -n 1 -f -q -o rows.csv "$DATA/images"
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('rows.csv', newline='')))
assert rows and all(r['status'] != 'ok' for r in rows), rows
assert all('HTTP 400: model scenes-ssd: JSON Parse error' in r['error'] for r in rows), rows
P
}

@test "metadata, health and lists over REST" {
    serve --model scenes-ssd --model ruler=fixed:0
    URL=http://127.0.0.1:$REST/v2
    http "$URL"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["name"], d["extensions"]')" = "('odbench-serve', ['model_repository', 'binary_tensor_data'])" ]
    for path in health/live health/ready models/ruler/ready models/ruler/versions/1/ready; do
        http "$URL/$path"
        [ "$status$output" = 200 ]
    done
    http "$URL/models/ruler"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["name"], d["versions"], d["inputs"], len(d["outputs"])')" = \
        "('ruler', ['1'], [{'name': 'inputs', 'datatype': 'UINT8', 'shape': [-1, -1, -1, 3]}], 4)" ]
    http -d '' "$URL/repository/index"
    [ "$(jsonpath "$output" '[(m["name"], m["state"]) for m in d]')" = "[('scenes-ssd', 'READY'), ('ruler', 'READY')]" ]
    http "$URL/models/other"
    [ "$status" = 404 ]
    [[ "$(jsonpath "$output" 'd["error"]')" == *other* ]]
    http -X DELETE "$URL/models/ruler"
    [ "$status" = 405 ]
    http "$URL/nothing"
    [ "$status$output" = '404{"error":"there is no path /v2/nothing"}' ]
}

@test "lists of models, wherever a server has them" {
    local dialect
    for dialect in triton mlserver kserve; do
        serve --model scenes-ssd --model ruler=fixed:0 --dialect $dialect
        run "$BIN/odbench-run" --list-models "127.0.0.1,rest=$REST,protocol=oip-rest"
        [ "$status" -eq 0 ] || { echo "$output"; return 1; }
        [[ "$output" == *scenes-ssd* && "$output" == *ruler* ]]
    done
}

@test "models of other types and layouts, and rows of seven" {
    local format=type=FP32,layout=nchw,scale=0.00392156862745098
    serve --model scenes-ssd --input-format $format --outputs rows7
    measure oip-grpc,oip-rest tensor,json --input-format $format
    [ "$(cells | grep -c 'ok$')" -eq 4 ]
    python3 - <<'P'
import csv
found = [int(r['detections']) for r in csv.DictReader(open('rows.csv', newline=''))]
assert sorted(found) == [0] * 8 + [6] * 8, found
P
}
