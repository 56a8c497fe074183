# TorchServe end to end: odbench-run against odbench-serve over both of its protocols, and curl as
# TorchServe's documentation uses it.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export WIRE=$BATS_TEST_DIRNAME/../wire/web
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    PICTURE=$(find "$DATA/images" -name '*.jpg' | sort | head -1)
    export PICTURE
}

# measure OPTION...: every image once over TorchServe's protocols and tfs-grpc; rows in rows.csv.
measure() {
    run "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" --model scenes-ssd \
        -p tfs-grpc,torchserve-grpc,torchserve-rest --payload jpeg,b64 -r 1 -w 0 --verify --detections -f -q \
        -o rows.csv "$@" "$DATA/images"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

# same_boxes: every cell has the same boxes of the four images.
same_boxes() {
    python3 - <<'P'
import csv
cells = {}
for r in csv.DictReader(open('rows.csv', newline='')):
    assert r['status'] == 'ok', r
    cells.setdefault((r['protocol'], r['payload']), {})[r['image_id']] = r['result_hash']
assert sorted(cells) == [('tfs-grpc', 'jpeg'), ('torchserve-grpc', 'jpeg'), ('torchserve-rest', 'b64'),
                         ('torchserve-rest', 'jpeg')], cells.keys()
assert all(len(v) == 4 and v == cells[('tfs-grpc', 'jpeg')] for v in cells.values()), cells
P
    [ "$(wc -l <rows.detections.jsonl)" -gt 8 ]
}

@test "torchserve: the boxes that tfs-grpc gives, as body and as form" {
    serve --model scenes-ssd
    measure
    same_boxes
    measure --form column
    same_boxes
}

@test "torchserve: predictions by curl, raw, as a form, as base64" {
    serve --model m=fixed:0
    local url=http://127.0.0.1:$REST wanted
    wanted='[
  {
    "person": [
      48.0,
      36.0,
      144.0,
      108.0
    ],
    "score": 0.875
  },
  {
    "bicycle": [
      96.0,
      18.0,
      192.0,
      72.0
    ],
    "score": 0.625
  }
]'
    http "$url/predictions/m" -T "$PICTURE"
    [ "$status $output" = "200 $wanted" ]
    http "$url/predictions/m/1" -F "data=@$PICTURE"
    [ "$status $output" = "200 $wanted" ]
    http "$url/models/m/invoke" --data-binary "@$PICTURE" -H 'Content-Type: image/jpeg'
    [ "$status $output" = "200 $wanted" ]
    base64 -w0 "$PICTURE" >b64
    http "$url/predictions/m" --data-binary @b64 -H 'Content-Type: text/plain'
    [ "$status $output" = "200 $wanted" ]
    http "$url/predictions/m" -d "\"$(cat b64)\"" -H 'Content-Type: application/json'
    [ "$status $output" = "200 $wanted" ]
    http "$url/ping"
    [ "$status $output" = $'200 {\n  "status": "Healthy"\n}\n' ]
}

# refused STATUS TYPE MESSAGE ARGUMENT...: the request fails exactly so and closes.
refused() {
    local wanted
    printf -v wanted '%s {\n  "code": %s,\n  "type": "%s",\n  "message": "%s"\n}\n' "$1" "$1" "$2" "$3"
    shift 3
    http -D head "$@"
    [ "$status $output" = "$wanted" ] || { echo "$*: $status $output"; return 1; }
    grep -qi '^connection: close' head
}

@test "torchserve: errors over REST" {
    serve --model m=fixed:0
    local url=http://127.0.0.1:$REST
    refused 404 ModelNotFoundException 'Model not found: x' -T "$PICTURE" "$url/predictions/x"
    refused 404 ModelNotFoundException 'Model version: 2 does not exist for model: m' -T "$PICTURE" "$url/predictions/m/2"
    refused 405 MethodNotAllowedException 'Requested method is not allowed, please refer to API document.' \
        "$url/predictions/m"
    refused 400 BadRequestException "the form has no field 'data'" -X POST "$url/predictions/m" \
        -H 'Content-Type: multipart/form-data; boundary=B' --data-binary '--B--'
    http "$url/predictions/m" -d nonsense -H 'Content-Type: image/jpeg'
    [ "$status" = 400 ]
    echo secret >token
    serve --model m=fixed:0 --token-file token
    refused 400 InvalidKeyException "the request does not carry this server's token" -T "$PICTURE" \
        "http://127.0.0.1:$REST/predictions/m"
}

@test "torchserve: the message of gRPC's own library" {
    serve --model m=fixed:0
    local service=/org.pytorch.serve.grpc.inference.InferenceAPIsService
    # The golden message asks for version 2.0, which is not there.
    frame "$(od -An -v -tx1 "$WIRE/torchserve-ask.pb" | tr -d ' \n')" >ask
    grpc $service/Predictions ask
    grep -qi '^grpc-status: 13' <<<"$HEADERS"
    frame '' >empty
    grpc $service/Ping empty
    grep -qi '^grpc-status: 0' <<<"$HEADERS"
    cmp <(tail -c +6 reply) "$WIRE/torchserve-health.pb"
}

# failed PROTOCOL OPTION...: one request; prints status, code and error of its row.
failed() {
    local protocol=$1
    shift
    "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" -p "$protocol" -r 1 -w 0 -f -q --no-probe \
        -o rows.csv "$@" "$PICTURE" >/dev/null 2>&1 || true
    python3 -c 'import csv; r = next(csv.DictReader(open("rows.csv", newline=""))); print(r["status"], r["code"], r["error"], sep="|")'
}

@test "torchserve: failures are rows that name server, model and cause" {
    serve --model m=fixed:0
    [ "$(failed torchserve-rest --model x)" = "http_error|404|box: TorchServe, model x: HTTP 404 ModelNotFoundException: Model not found: x" ]
    [ "$(failed torchserve-grpc --model x)" = "grpc_error|13|box: TorchServe, model x: INTERNAL: Model not found: x" ]
    echo secret >token
    serve --model m=fixed:0 --token-file token
    [ "$(failed torchserve-grpc --model m)" = "grpc_error|7|box: TorchServe, model m: PERMISSION_DENIED: the request does not carry this server's token" ]
    run "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" -p torchserve-grpc,torchserve-rest --model m \
        --token-file token -r 1 -w 0 -f -q -o rows.csv "$PICTURE"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(grep -c ',ok,' rows.csv)" -eq 2 ]
}
