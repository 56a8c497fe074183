# Plain web services end to end: odbench-run with a profile against odbench-serve as that service,
# curl as the clients that such services have, and services that answer wrongly.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    PICTURE=$(find "$DATA/images" -name '*.jpg' | sort | head -1)
    export PICTURE
}

# measure PROFILE OPTION...: every image once over web and tfs-grpc; rows in rows.csv.
measure() {
    local profile=$1
    shift
    run "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST,profile=$profile" --model scenes-ssd \
        -p tfs-grpc,web -r 1 -w 0 --verify --detections -f -q -o rows.csv "$@" "$DATA/images"
    [ "$status" -eq 0 ] || { echo "$profile: $output"; return 1; }
}

# same_boxes PAYLOAD: all rows are fine, and web's boxes, sent so, are those of tfs-grpc.
same_boxes() {
    python3 - "$1" <<'P'
import csv, json, sys
rows = list(csv.DictReader(open('rows.csv', newline='')))
cells = {}
for r in rows:
    assert r['status'] == 'ok', r
    cells.setdefault((r['protocol'], r['payload']), {})[r['image_id']] = r['result_hash']
assert ('web', sys.argv[1]) in cells, cells.keys()
assert len(cells) == 2 and len(cells[('web', sys.argv[1])]) == 4, cells
assert cells[('web', sys.argv[1])] == cells[next(k for k in cells if k[0] == 'tfs-grpc')], cells
boxes = [json.loads(line) for line in open('rows.detections.jsonl')]
assert len(boxes) > 4, boxes
P
}

@test "web: every preset gives the boxes that tfs-grpc gives" {
    local preset payload
    for preset in tfs-od-tf1:json tfs-od-tf2:json tfs-od-jpeg:b64 torchserve-od:jpeg yolov5-flask:jpeg \
        fastapi-columns:jpeg deepstack:jpeg hf:jpeg ovms-rows7:json oip-tf-names:json; do
        payload=${preset#*:}
        serve --model scenes-ssd --profile "${preset%:*}"
        # Pixels are compared with pixels, files with files.
        case $payload in
        json) measure "${preset%:*}" --payload tensor,json ;;
        jpeg) measure "${preset%:*}" --payload jpeg ;;
        b64) measure "${preset%:*}" --payload jpeg,b64 ;;
        esac
        same_boxes "$payload"
        stop_server "$PID"
    done
}

@test "web: a profile of one's own, with labels of its own, on both sides" {
    cat >labels.txt <<'E'
circle
square
triangle
star
E
    cat >own.json <<'E'
{"request": {"path": "/v3/{model}/find?top=9", "body": "template", "headers": {"X-Model": "{model}"},
             "template": "{\"id\": \"{{id}}\", \"picture\": {\"type\": \"base64\", \"value\": \"{{b64}}\"}}",
             "data_uri": true, "ready": "/v3/{model}"},
 "response": {"list": "/result/0", "box": ["/x", "/y", "/w", "/h"], "box_order": "xywh", "score": "/percent",
              "score_scale": 100, "label": "/what", "label_map": "labels.txt", "ok": "/status",
              "server_time": "/took", "server_time_unit": "ms"}}
E
    serve --model scenes-ssd --profile own.json
    run "$BIN/odbench-run" --target "box=127.0.0.1,rest=$REST,profile=own.json" --model scenes-ssd -p web -r 1 -w 0 \
        --detections -f -q -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC" --model scenes-ssd -p tfs-grpc --payload jpeg -r 1 -w 0 \
        --detections -f -q -o other.csv "$DATA/images"
    python3 - <<'P'
import csv, json
assert all(r['status'] == 'ok' and r['payload'] == 'b64' for r in csv.DictReader(open('rows.csv', newline='')))
def read(name):
    found = [json.loads(line) for line in open(name)]
    return sorted((d['image_id'], d['category_id'], d['score'], d['bbox']) for d in found)
ours, other = read('rows.detections.jsonl'), read('other.detections.jsonl')
assert len(ours) == len(other) > 4
for a, b in zip(ours, other):
    assert a[:2] == b[:2] and abs(a[2] - b[2]) < 1e-6, (a, b)
    assert all(abs(x - y) < 1e-4 for x, y in zip(a[3], b[3])), (a, b)
P
    http "http://127.0.0.1:$REST/v3/scenes-ssd"
    [ "$status $output" = '200 {"status":"ok"}' ]
    http -d "{ \"id\" :\"\", \"picture\":{\"type\":\"base64\",\"value\":\"$(base64 -w0 "$PICTURE")\"}}" \
        "http://127.0.0.1:$REST/v3/scenes-ssd/find?top=9"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["status"] is True and d["took"] > 0')" = True ]
    [ "$(jsonpath "$output" 'all(x["what"] in ("circle", "square", "triangle", "star") or x["what"].isdigit() for x in d["result"][0])')" = True ]
}

@test "web: what the services' own clients send" {
    serve --model m=fixed:0
    http -F "file=@$PICTURE" "http://127.0.0.1:$REST/predict"
    [ "$status" = 200 ]
    [ "$output" = '{"boxes":[[48.0,36.0,144.0,108.0],[96.0,18.0,192.0,72.0]],"scores":[0.875,0.625],"classes":[0,1]}' ]
    serve --model m=fixed:0 --profile deepstack
    http -F "image=@$PICTURE" -F min_confidence=0.4 "http://127.0.0.1:$REST/v1/vision/detection"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["success"], [(p["label"], p["x_min"]) for p in d["predictions"]]')" = "(True, [('person', 48.0), ('bicycle', 96.0)])" ]
    serve --model m=fixed:0 --profile hf
    http --data-binary "@$PICTURE" -H 'Content-Type: image/jpeg' "http://127.0.0.1:$REST/models/m"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd[1]')" = "{'box': {'xmin': 96.0, 'ymin': 18.0, 'xmax': 192.0, 'ymax': 72.0}, 'score': 0.625, 'label': 'bicycle'}" ]
}

# refused STATUS TEXT ARGUMENT...: the request fails exactly so.
refused() {
    local wanted="$1 $2"
    shift 2
    http "$@"
    [ "$status $output" = "$wanted" ] || { echo "$* gave: $status $output"; return 1; }
}

@test "web: errors of the service" {
    serve --model m=fixed:0
    local url=http://127.0.0.1:$REST
    refused 400 '{"detail":"the form has no field '"'file'"'"}' -F "img=@$PICTURE" "$url/predict"
    refused 400 '{"detail":"the body is no multipart/form-data but '"'image/jpeg'"'"}' \
        -H 'Content-Type: image/jpeg' --data-binary "@$PICTURE" "$url/predict"
    http -F file=nonsense "$url/predict"
    [ "$status" = 400 ]
    [[ "$output" == '{"detail":"image 1 of 1: '*'"}' ]]
    refused 200 '{"status":"ok"}' "$url/"
    http -X DELETE "$url/predict"
    [ "$status" = 404 ]
    serve --model m=fixed:0 --profile deepstack
    refused 400 '{"success":false,"error":"the form has no field '"'image'"'"}' -F "file=@$PICTURE" \
        "http://127.0.0.1:$REST/v1/vision/detection"
    serve --model m=fixed:0 --profile hf
    refused 404 '{"error":"Servable not found for request: Latest(other)"}' -H 'Content-Type: image/jpeg' \
        --data-binary "@$PICTURE" "http://127.0.0.1:$REST/models/other"
}

@test "web: a bearer token" {
    echo secret >token
    serve --model m=fixed:0 --token-file token
    http -F "file=@$PICTURE" "http://127.0.0.1:$REST/predict"
    [ "$status" = 401 ]
    run "$BIN/odbench-run" --target "box=127.0.0.1,rest=$REST" --model m -p web --token-file token -r 1 -w 0 -f -q \
        -o rows.csv "$PICTURE"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    grep -q ',ok,' rows.csv
    # Without it nothing is measured.
    run "$BIN/odbench-run" --target "box=127.0.0.1,rest=$REST" --model scenes-ssd -p web -f -q -o rows.csv "$DATA/images"
    [ "$status" -eq 4 ]
    [[ "$output" == *"access refused (UNAUTHENTICATED)"* ]]
}

# answers STATUS TYPE BODY: a service that gives every request this; sets PORT.
answers() {
    cat >canned.py <<'P'
import http.server, sys
status, kind, body = int(sys.argv[1]), sys.argv[2], sys.argv[3].encode()
class Canned(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def answer(self):
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.send_response(status if self.command == 'POST' else 200)
        if kind:
            self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Canned)
print(server.server_address[1], flush=True)
server.timeout = 30
while server.handle_request() is None:
    pass
P
    rm -f port
    timeout 60 python3 canned.py "$@" >port 2>canned.log 3>&- &
    CANNED=$!
    local i
    for i in $(seq 200); do
        [ ! -s port ] || break
        sleep 0.05
    done
    PORT=$(cat port)
}

# row PROFILE: one request to that service; prints status, code and error of its row.
row() {
    "$BIN/odbench-run" --target "box=127.0.0.1,rest=$PORT,profile=$1" --model m -p web -r 1 -w 0 -f -q -o rows.csv \
        "$PICTURE" >/dev/null 2>&1 || true
    kill "$CANNED"
    wait "$CANNED" 2>/dev/null || true
    python3 -c 'import csv; r = next(csv.DictReader(open("rows.csv", newline=""))); print(r["status"], r["code"], r["error"], sep="|")'
}

@test "web: every kind of failure is a row that names service, model and cause" {
    answers 200 application/json '{"success":false,"error":"No valid image file found"}'
    [ "$(row deepstack)" = "http_error|200|box: deepstack service, model m: HTTP 200: No valid image file found" ]
    answers 422 application/json '{"detail":[{"type":"missing","loc":["body","file"],"msg":"Field required"}]}'
    [ "$(row fastapi-columns)" = "http_error|422|box: fastapi-columns service, model m: HTTP 422: body.file: Field required" ]
    answers 500 text/html '<!doctype html><title>500</title><h1>Internal
Server Error</h1>'
    [ "$(row yolov5-flask)" = "http_error|500|box: yolov5-flask service, model m: HTTP 500: 500 Internal Server Error" ]
    answers 200 text/html '<html><body>Welcome</body></html>'
    [[ "$(row hf)" == "decode|200|box, model m: hf service: JSON Parse error"*": Welcome" ]]
    answers 200 application/json '{"boxes":[[1,2,3,4]],"classes":[0],"scores":[]}'
    [ "$(row fastapi-columns)" = "decode|200|box, model m: fastapi-columns service: 4 corners, 0 scores and 1 classes do not go together" ]
}

@test "web: a profile that is none is bad usage that names file and key" {
    echo '{"request": {"body": "blob"}}' >bad.json
    run "$BIN/odbench-run" --target 127.0.0.1,rest=1,profile=bad.json --model m -p web "$PICTURE"
    [ "$status" -eq 2 ]
    [[ "$output" == *"bad.json: request: body: no such word: 'blob'"* ]]
    run "$BIN/odbench-serve" --profile bad.json
    [ "$status" -eq 2 ]
    [[ "$output" == *"bad.json: request: body: no such word: 'blob'"* ]]
    run "$BIN/odbench-serve" --profile fastapi
    [ "$status" -eq 2 ]
    [[ "$output" == *"odbench-serve: --profile: 'fastapi' is neither a file nor one of tfs-od-tf1, "*fastapi-columns,* ]]
    run "$BIN/odbench-run" --target 127.0.0.1,rest=1,profile=fastapi --model m -p web "$PICTURE"
    [ "$status" -eq 2 ]
    [[ "$output" == *"profile: 'fastapi' is neither a file nor one of tfs-od-tf1, "*fastapi-columns,* ]]
}
