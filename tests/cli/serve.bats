# odbench-serve as a program: ports, REST as TensorFlow Serving speaks it, raw gRPC bytes,
# limits, stop. curl is the client, so that our own client's mistakes do not hide here.

bats_require_minimum_version 1.5.0
load server

@test "serve: the ports are in the port file and in the ready line" {
    serve --model m=fixed:0
    [ "$(wc -l <ports)" -eq 2 ]
    grep -q "^odbench-serve: ready on 127.0.0.1: gRPC port $GRPC, REST port $REST$" log
    serve --model m=fixed:0 -q
    [ ! -s log ]
}

@test "serve: model status over REST" {
    serve --model m=fixed:0
    local path
    for path in m m/versions/1; do
        http "$URL/$path"
        [ "$status" = 200 ]
        [ "$(jsonpath "$output" 'd["model_version_status"]')" = \
            "[{'version': '1', 'state': 'AVAILABLE', 'status': {'error_code': 'OK', 'error_message': ''}}]" ]
    done
    error 404 'Could not find any versions of model x' "$URL/x"
    error 404 'Could not find version 2 of model m' "$URL/m/versions/2"
}

@test "serve: model metadata over REST" {
    serve --model m=fixed:0
    http "$URL/m/metadata"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["model_spec"]')" = "{'name': 'm', 'signature_name': '', 'version': '1'}" ]
    local defs='d["metadata"]["signature_def"]["signature_def"]'
    [ "$(jsonpath "$output" "sorted($defs)")" = "['serving_default', 'serving_encoded']" ]
    [ "$(jsonpath "$output" "[x['size'] for x in $defs['serving_default']['inputs']['inputs']['tensor_shape']['dim']]")" = "['-1', '-1', '-1', '3']" ]
    [ "$(jsonpath "$output" "$defs['serving_encoded']['inputs']['inputs']['dtype']")" = DT_STRING ]
    [ "$(jsonpath "$output" "sorted($defs['serving_default']['outputs'])")" = \
        "['detection_boxes', 'detection_classes', 'detection_scores', 'num_detections']" ]
    error 404 'Servable not found for request: Latest(x)' "$URL/x/metadata"
}

@test "serve: predict by row, by column and as a JPEG in base64" {
    serve --model m=fixed:0
    local row="[{'num_detections': 2.0, 'detection_scores': [0.875, 0.625], 'detection_classes': [1.0, 2.0], 'detection_boxes': [[0.25, 0.25, 0.75, 0.75], [0.125, 0.5, 0.5, 1.0]]}]"
    http -d "$PIXEL" "$URL/m:predict"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["predictions"]')" = "$row" ]
    http -d '{"inputs":[[[[1,2,3]]],[[[4,5,6]]]]}' "$URL/m/versions/1:predict"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["outputs"]["num_detections"]')" = "[2.0, 2.0]" ]
    "$BIN/odbench-data" make --count 1 --size 160x120 --seed 3 -o data
    printf '{"instances":[{"b64":"%s"}]}' "$(base64 -w0 data/images/*.jpg)" >body.json
    http -d @body.json "$URL/m:predict"
    [ "$status" = 200 ]
    [ "$(jsonpath "$output" 'd["predictions"]')" = "$row" ]
}

@test "serve: exact errors of predict over REST" {
    serve --model m=fixed:0
    error 404 'Servable not found for request: Latest(half)' -d "$PIXEL" "$URL/half:predict"
    error 404 'Servable not found for request: Specific(m, 7)' -d "$PIXEL" "$URL/m/versions/7:predict"
    error 400 'Unrecognized servable version label: canary' -d "$PIXEL" "$URL/m/labels/canary:predict"
    error 400 'Serving signature name: \"x\" not found in signature def' \
        -d '{"signature_name":"x","instances":[[[[1,2,3]]]]}' "$URL/m:predict"
    error 400 "Missing 'inputs' or 'instances' key" -d '{}' "$URL/m:predict"
    error 400 'Malformed request: POST /v1/models/m:predict?x=1' -d "$PIXEL" "$URL/m:predict?x=1"
    error 400 'Malformed request: GET /v1/nothing' "http://127.0.0.1:$REST/v1/nothing"
    error 400 'Malformed request: DELETE /v1/models/m' -X DELETE "$URL/m"
    error 400 'Malformed request: PUT /v1/models/m:predict' -X PUT -d x "$URL/m:predict"
    error 501 'this server takes gzip and deflate, and no other coding' -H 'Content-Encoding: br' -d x "$URL/m:predict"
    local body
    for body in '' nonsense '[1]' '{"instances":[]}' '{"instances":[[[[1,2]]]]}' \
        '{"instances":[[[[1,2,3.0]]]]}' '{"instances":[[[[1,2,256]]]]}' '{"instances":1,"inputs":1}' \
        '{"instances":[{"b64":"!"}]}' '{"instances":[{"b64":"AAAA"}]}' '{"instances":[{"other":[[[1,2,3]]]}]}'; do
        http -d "$body" "$URL/m:predict"
        [ "$status" = 400 ] || { echo "$body: $status $output"; return 1; }
        [[ "$output" == '{'*'"error": "'*'}' ]]
    done
}

@test "serve: a path outside /v1/ is an HTML page" {
    serve --model m=fixed:0
    http -i "http://127.0.0.1:$REST/predict"
    [ "$status" = 404 ]
    grep -qi '^content-type: text/html' <<<"$output"
    [[ "$output" == *'<h1>Not Found</h1>'* ]]
}

@test "serve: headers of a REST reply, and the server's own times" {
    serve --model m=fixed:3ms
    http -i -d "$PIXEL" "$URL/m:predict"
    grep -qi '^content-type: application/json' <<<"$output"
    grep -qi '^content-length: [0-9]' <<<"$output"
    grep -qi '^date: ...,.* GMT' <<<"$output"
    grep -qi '^odbench-weights: fixed' <<<"$output"
    grep -qiE '^server-timing: total;dur=[0-9.]+, queue;dur=[0-9.]+' <<<"$output"
    ! grep -qi '^transfer-encoding' <<<"$output"
    # The total of a held answer is the hold, in milliseconds.
    [ "$(sed -n 's/.*total;dur=\([0-9]*\).*/\1/p' <<<"$output")" -eq 3 ]
}

@test "serve: one connection serves many requests, and Connection: close is honoured" {
    serve --model m=fixed:0
    run curl -sS -o /dev/null -w '%{num_connects} ' -d "$PIXEL" "$URL/m:predict" \
        -o /dev/null "$URL/m:predict" -o /dev/null "$URL/m:predict"
    [ "$output" = "1 0 0 " ]
    run curl -sS -o /dev/null -w '%{num_connects} ' -H 'Connection: close' -d "$PIXEL" \
        "$URL/m:predict" -o /dev/null "$URL/m:predict"
    [ "$output" = "1 1 " ]
}

@test "serve: a body that is too large is refused, with and without Expect" {
    serve --model m=fixed:0 --max-body 100k
    head -c 3000000 /dev/zero >big
    error 413 'the request body is larger than this server takes: 100000 bytes, see --max-body' -H 'Expect:' --data-binary @big "$URL/m:predict"
    error 413 'the request body is larger than this server takes: 100000 bytes, see --max-body' -H 'Expect: 100-continue' --data-binary @big "$URL/m:predict"
    error 413 'the request body is larger than this server takes: 100000 bytes, see --max-body' -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary @big "$URL/m:predict"
    http -d "$PIXEL" "$URL/m:predict"
    [ "$status" = 200 ]
}

@test "serve: golden PredictRequest over gRPC, then unknown model, signature and method" {
    serve --model m=fixed:0
    # The request of odbench-wire(7), Predict, made by protoc.
    frame 0a140a016d1a0f73657276696e675f64656661756c7412260a06696e70757473121c08041210120208011202080112020802120208032206010203040506 >request
    grpc /tensorflow.serving.PredictionService/Predict request
    grep -q '^HTTP/2 200' <<<"$HEADERS"
    grep -q '^content-type: application/grpc' <<<"$HEADERS"
    grep -q '^grpc-status: 0' <<<"$HEADERS"
    grep -qE '^server-timing: total;dur=' <<<"$HEADERS"
    grep -q detection_boxes reply
    # The four floats of the first box, 0.25 0.25 0.75 0.75, little endian.
    python3 -c 'import struct; assert struct.pack("<4f", .25, .25, .75, .75) in open("reply", "rb").read()'
    frame 0a050a0368616c66120c0a06696e70757473120208041a00 >request
    grpc /tensorflow.serving.PredictionService/Predict request
    ! grep -q '^grpc-status: 0' <<<"$HEADERS"
    frame 0a060a0468616c66 >request
    grpc /tensorflow.serving.ModelService/GetModelStatus request
    grep -q '^grpc-status: 5' <<<"$HEADERS"
    grep -q '^grpc-message: Could not find any versions of model half' <<<"$HEADERS"
    # The golden request again, its signature's first letter changed.
    frame 0a140a016d1a0f7865727676696e675f64656661756c7412260a06696e70757473121c0804121012020801120208011202080212020803220601020304 >request
    grpc /tensorflow.serving.PredictionService/Predict request
    grep -q '^grpc-status: 3' <<<"$HEADERS"
    frame 0a140a016d1a0f78657276696e675f64656661756c7412260a06696e70757473121c08041210120208011202080112020802120208032206010203040506 >request
    grpc /tensorflow.serving.PredictionService/Predict request
    grep -q '^grpc-status: 9' <<<"$HEADERS"
    grep -q '^grpc-message: Serving signature key "xerving_default" not found.' <<<"$HEADERS"
    grpc /no.Such/Method request
    grep -q '^grpc-status: 12' <<<"$HEADERS"
}

@test "serve: a full queue is 429, and a stop ends what is left after the grace" {
    serve --model m=fixed:1h --workers 1 --queue 0 --timeout 0 --grace 50ms
    curl -sS -o first -w '%{http_code}' -d "$PIXEL" "$URL/m:predict" >first.code 3>&- &
    local one=$! i
    curl -sS -o second -w '%{http_code}' -d "$PIXEL" "$URL/m:predict" >second.code 3>&- &
    local two=$!
    # One of the two is refused at once, whichever comes second.
    for i in $(seq 600); do
        [ ! -s first.code ] && [ ! -s second.code ] || break
        sleep 0.05
    done
    stop_server "$PID"
    wait "$one"
    wait "$two"
    [ "$(printf '%s\n' "$(cat first.code)" "$(cat second.code)" | sort | xargs)" = "429 503" ]
    grep -q '1 requests were not done after --grace' log
}

@test "serve: a request that is in gets its answer when the server stops" {
    serve --model m=fixed:1ms
    mkfifo body
    curl -sS -v -o answer -w '%{http_code}' -H 'Transfer-Encoding: chunked' -H 'Expect: 100-continue' \
        --expect100-timeout 60 -T body -X POST "$URL/m:predict" >code 2>trace 3>&- &
    local client=$! i
    exec 7>body
    # "100 Continue" tells that the request is in; its body is not.
    for i in $(seq 600); do
        ! grep -q '100 Continue' trace || break
        sleep 0.05
    done
    kill -INT "$PID"
    # The server is stopping once it takes no connection any more.
    for i in $(seq 600); do
        curl -sS -o /dev/null --max-time 60 "$URL/m" 2>refused || break
        sleep 0.05
    done
    grep -q 'connect' refused
    printf '%s' "$PIXEL" >&7
    exec 7>&-
    wait "$client"
    [ "$(cat code)" = 200 ]
    grep -q predictions answer
    grep -qi '^< connection: close' trace
    await_server "$PID"
}

@test "serve: clients that break off or send garbage leave nothing behind" {
    serve --model m=fixed:1ms
    python3 - "$REST" "$GRPC" <<'P'
import socket, struct, sys
rest, grpc = int(sys.argv[1]), int(sys.argv[2])
post = b'POST /v1/models/m:predict HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n'
pixel = b'{"instances":[[[[1,2,3]]]]}'

def talk(port, data, answer=True, reset=False):
    s = socket.create_connection(('127.0.0.1', port), 60)
    s.sendall(data)
    got = b''
    if answer:
        s.shutdown(socket.SHUT_WR)
        while part := s.recv(65536):
            got += part
    if reset:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close()
    return got

for reset in False, True:
    for data in (b'', b'GET', b'GET /v1/models/m HTTP/1.1\r\nHo', post % 100, post % 100 + b'abc',
                 post % len(pixel) + pixel, b'\x00\xff' * 5000, b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'):
        talk(rest, data, answer=False, reset=reset)
        talk(grpc, data, answer=False, reset=reset)
assert talk(rest, b'nonsense\r\n\r\n')[:12] in (b'', b'HTTP/1.1 400', b'HTTP/1.0 400')
# HTTP/1.0 gets its answer and the end of the connection.
assert b' 200 ' in talk(rest, b'GET /v1/models/m HTTP/1.0\r\n\r\n')
# Two requests in one packet get two answers, in order.
both = talk(rest, b'GET /v1/models/x HTTP/1.1\r\nHost: a\r\n\r\n' + post % len(pixel) + pixel)
assert both.index(b' 404 ') < both.index(b'predictions'), both
P
    http -d "$PIXEL" "$URL/m:predict"
    [ "$status" = 200 ]
    stop_server "$PID"
    ! grep 'were not done' log
}

@test "serve: --timeout ends waiting with 504" {
    serve --model m=fixed:1h --timeout 50ms
    http -d "$PIXEL" "$URL/m:predict"
    [ "$status" = 504 ]
}

@test "serve: the stamp log holds ids and no reply before its time" {
    serve --model m=fixed:2ms --stamp-log stamps.csv
    local i
    for i in 1 2 3; do
        http -H "odbench-id: run,$i" -d "$PIXEL" "$URL/m:predict"
    done
    stop_server "$PID"
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('stamps.csv', newline='')))
assert [r['id'] for r in rows] == ['run,1', 'run,2', 'run,3'], rows
for r in rows:
    assert r['protocol'] == 'tfs-rest' and r['code'] == '0' and r['hold_ns'] == '2000000'
    assert int(r['replied_ns']) - int(r['received_ns']) >= 2000000
P
}

@test "serve: two servers share a machine by address, not a port of one address" {
    serve --model m=fixed:0 --listen 127.0.0.2
    local grpc=$GRPC rest=$REST
    run "$BIN/odbench-serve" --model m=fixed:0 --listen 127.0.0.2 --grpc-port "$grpc" --rest-port 0
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-serve: cannot listen on 127.0.0.2 port $grpc: Address already in use" ]
    run "$BIN/odbench-serve" --model m=fixed:0 --listen 127.0.0.2 --grpc-port 0 --rest-port "$rest"
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-serve: cannot listen on 127.0.0.2 port $rest: Address already in use" ]
    serve --model m=fixed:0 --listen 127.0.0.3 --rest-port "$rest"
    http "http://127.0.0.3:$rest/v1/models/m"
    [ "$status" = 200 ]
    http "http://127.0.0.2:$rest/v1/models/m"
    [ "$status" = 200 ]
}

@test "serve: an address that others can reach is warned about" {
    serve --model m=fixed:0 --listen 0.0.0.0
    grep -q '^odbench-serve: warning: 0.0.0.0 can be reached from other machines' log
}

@test "serve: bad options and models are one clear line and status 2" {
    local -a cases=(
        "--model x=fixed:20|fixed:20"
        "--model x=fixed:20ms --model x=fixed:1ms|model x is given twice"
        "--model a/b=fixed:1ms|a/b"
        "--model nosuch|nosuch"
        "--model x=/no/such/file.onnx|/no/such/file.onnx"
        "--models-dir /no/such/folder|/no/such/folder"
        "--model x=fixed:0 --listen no.such.host.invalid|no.such.host.invalid"
        "--model x=fixed:0 --grpc-port 70000|70000"
        "--model x=fixed:0 --timeout 5|timeout"
        "--model x=fixed:0 operand|operand"
    )
    local entry
    for entry in "${cases[@]}"; do
        # Words on purpose.
        run "$BIN/odbench-serve" --grpc-port 0 --rest-port 0 ${entry%%|*}
        [ "$status" -eq 2 ] || { echo "${entry%%|*}: $status"; return 1; }
        [ "${#lines[@]}" -eq 1 ] || { echo "$output"; return 1; }
        [[ "$output" == "odbench-serve: "*"${entry##*|}"* ]] || { echo "$output"; return 1; }
    done
}

@test "serve: an unwritable stamp log or port file is status 6" {
    run "$BIN/odbench-serve" --model x=fixed:0 --grpc-port 0 --rest-port 0 --stamp-log /no/such/folder/log
    [ "$status" -eq 6 ]
    run "$BIN/odbench-serve" -q --model x=fixed:0 --grpc-port 0 --rest-port 0 --port-file /no/such/folder/ports
    [ "$status" -eq 6 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "serve: --list-models names the sources" {
    run "$BIN/odbench-serve" --list-models --models-dir /no/such/folder
    [ "$status" -eq 0 ]
    [[ "$output" == *"scenes-ssd "*"/no/such/folder/scenes-ssd.onnx (not there)"* ]]
    [[ "$output" == *"fixed:20ms"* ]]
}

@test "serve: the project's models answer, and JPEG and pixels agree" {
    serve
    "$BIN/odbench-data" make --count 1 --size 160x120 --seed 3 -o data
    printf '{"instances":[{"b64":"%s"}]}' "$(base64 -w0 data/images/*.jpg)" >body.json
    local model
    for model in scenes-ssd scenes-rcnn; do
        http -i -d @body.json "$URL/$model:predict"
        [ "$status" = 200 ]
        grep -qi '^odbench-weights: trained' <<<"$output"
        grep -qE 'decode;dur=[0-9.]+.*infer;dur=[0-9.]+' <<<"$output"
    done
}

@test "serve: IPv6, both ports" {
    python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' || skip "no IPv6 on this machine"
    serve --model m=fixed:0 --model over_six=fixed:0 --listen ::1
    grep -q "^odbench-serve: ready on ::1: gRPC port $GRPC, REST port $REST$" log
    http -d "$PIXEL" "http://[::1]:$REST/v1/models/m:predict"
    [ "$status" = 200 ]
    frame 0a030a016d >request
    grpc /tensorflow.serving.ModelService/GetModelStatus request ::1
    grep -q '^grpc-status: 0' <<<"$HEADERS"
    "$BIN/odbench-data" make --count 2 --size 64x64 --seed 3 -o data
    run --separate-stderr "$BIN/odbench-run" --target "six=::1,grpc=$GRPC,rest=$REST" --model m --quiet -o - data/images
    [ "$status" -eq 0 ]
    [ "$(grep -c ',six,local,m,.*,tfs-grpc,.*,ok,0,' <<<"$output")" -ge 2 ]
    [ "$(grep -c ',six,local,m,.*,tfs-rest,.*,ok,200,' <<<"$output")" -ge 2 ]
    # Nothing of it can be reached over IPv4, where the port may be another server's, which has no
    # such model.
    http "http://[::1]:$REST/v1/models/over_six"
    [ "$status" = 200 ]
    run curl -sSf --max-time 60 "http://127.0.0.1:$REST/v1/models/over_six"
    [ "$status" -ne 0 ]
    run "$BIN/odbench-serve" --model m=fixed:0 --listen ::1 --grpc-port "$GRPC" --rest-port 0
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-serve: cannot listen on ::1 port $GRPC: Address already in use" ]
}
