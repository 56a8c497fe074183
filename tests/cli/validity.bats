# Doubts about what a run measured: in its facts, its closing table, its exit status.

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    "$BIN/odbench-serve" --model fast=fixed:1ms --model slow=fixed:20ms --grpc-port 0 --rest-port 0 \
        --port-file "$BATS_FILE_TMPDIR/ports" 2>"$BATS_FILE_TMPDIR/serve.log" 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/pid"
    for _ in $(seq 600); do
        [ ! -s "$BATS_FILE_TMPDIR/ports" ] || break
        kill -0 "$(cat "$BATS_FILE_TMPDIR/pid")" || { cat "$BATS_FILE_TMPDIR/serve.log"; return 1; }
        sleep 0.1
    done
    export TARGET=box=127.0.0.1,$(paste -sd, "$BATS_FILE_TMPDIR/ports")
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# doubts FILE: the names of all doubts, one a line.
doubts() {
    python3 -c 'import json, sys
for cell in json.load(open(sys.argv[1]))["validity"]:
    for finding in cell["findings"]: print(finding["doubt"])' "$1"
}

@test "too few samples are a doubt, and --min-samples takes it away" {
    run "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 2 --strict -o few.csv "$DATA/images"
    [ "$status" -eq 3 ]
    [[ "$output" == *"[b] too few samples"*": 8, and p95 needs 130; try --min-samples 130"* ]]
    doubts few.meta.json | grep -x few-samples
    run "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 2 --min-samples 130 --max-repetitions 40 \
        -o many.csv "$DATA/images"
    [ "$status" -eq 0 ]
    run doubts many.meta.json
    [[ "$output" != *few-samples* ]]
}

@test "one connection cannot keep 200 requests a second of 20 ms each" {
    run "$BIN/odbench-run" --target $TARGET --model slow -p grpc -R 200 -c 1 -r 2 --count 20 --strict \
        -o late.csv "$DATA/images"
    [ "$status" -eq 3 ]
    [[ "$output" == *"[d] the offered rate was not kept"*"try --concurrency 4"* ]]
    doubts late.meta.json | grep -x rate-not-kept
    doubts late.meta.json | grep -x sender-late
    python3 -c 'import json; v, = json.load(open("late.meta.json"))["validity"]
assert v["offered_per_s"] == 200 and v["achieved_per_s"] < 51, v
assert v["lateness_p99_ns"] > 100e6, v'
    run "$BIN/odbench-report" late.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"[d] the offered rate was not kept: box slow tfs-grpc"* ]]
}

@test "requests that fail are a doubt" {
    run "$BIN/odbench-run" --target $TARGET --model slow -p grpc -T 5ms -r 2 -o errors.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [[ "$output" == *"[l] too many requests failed"*": 8 of 8 requests, limit 1%"* ]]
    doubts errors.meta.json | grep -x errors
}

# blind: a server whose answers are well and hold nothing; sets BLIND and its PORT.
blind() {
    cat >blind.py <<'P'
import http.server
answer = (b'{"predictions": [{"detection_boxes": [], "detection_scores": [], "detection_classes": [],'
          b' "num_detections": 0}]}')
class Blind(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Blind)
print(server.server_address[1], flush=True)
server.serve_forever()
P
    rm -f port
    timeout 60 python3 blind.py >port 2>blind.log 3>&- &
    BLIND=$!
    for _ in $(seq 200); do
        [ ! -s port ] || break
        sleep 0.05
    done
    PORT=$(cat port)
}

@test "answers without a single box are a doubt, and floats without a scale a hint" {
    blind
    local ask="--target blind=127.0.0.1,rest=$PORT --no-probe --model m -p rest -w 0 -f -o blind.csv"
    # Half of the pictures are empty, but that is not known without annotations.
    run "$BIN/odbench-run" $ask -r 5 --strict --input-format type=fp32 "$DATA/images"
    [ "$status" -eq 3 ] || { echo "$output"; return 1; }
    [[ "$output" == *"[o] no answer holds a box"*": 20 answers to floats from 0 to 255; try --input-format scale=1/255"* ]]
    doubts blind.meta.json | grep -x no-boxes
    run "$BIN/odbench-report" blind.csv
    [[ "$output" == *"[o] no answer holds a box: blind m tfs-rest"* ]]
    run "$BIN/odbench-run" $ask -r 5 --input-format type=fp32,scale=1/255 --annotations "$DATA/instances.json" "$DATA/images"
    [[ "$output" == *"[o] no answer holds a box"*": 10 answers"* && "$output" != *"try --input-format"* ]]
    run "$BIN/odbench-run" $ask -r 2 "$DATA/images"
    [ "$status" -eq 0 ]
    [[ "$output" != *"[o]"* ]]
    kill "$BLIND"
}

@test "a run whose facts were lost is reported without marks" {
    "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 2 -q -o plain.csv "$DATA/images"
    run "$BIN/odbench-report" plain.csv
    [[ "$output" == *doubts* ]]
    rm plain.meta.json
    run "$BIN/odbench-report" plain.csv
    [ "$status" -eq 0 ]
    [[ "$output" != *doubts* ]]
    echo '{' >plain.meta.json
    run "$BIN/odbench-report" plain.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *"plain.meta.json: line "* ]]
}

@test "odbench-csv(5) describes every member of the facts of a run" {
    printf '0\n5\n' >trace
    "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 2 -q -o a.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 1 -q --arrival trace:trace -o b.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model fast -p grpc -r 1 -q --arrival ramp:20..40 --count 4 -o c.csv \
        "$DATA/images"
    "$BIN/odbench-run" --ab A=$TARGET --ab B=$TARGET --model fast -p grpc -r 1 -q -o d.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET,times=triton-statistics -c 2 --model fast -p grpc -r 1 -q -o e.csv "$DATA/images"
    python3 - "$BATS_TEST_DIRNAME/../../man/odbench-csv.5" <<'P'
import json, sys
known = {line.split()[2] for line in open(sys.argv[1]) if line.startswith('.It Ic ')}
seen = set()
def walk(value, path):
    if isinstance(value, dict) and path not in ('versions', 'facts'):
        for key, inner in value.items():
            walk(inner, path + '.' + key if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            walk(inner, path)
    else:
        seen.add(path)
for name in 'abcde':
    walk(json.load(open(name + '.meta.json')), '')
assert not seen - known, ('not in the manual', seen - known)
assert not known - seen - {'validity.findings.' + x for x in ('doubt', 'detail', 'hint')}, ('only there', known - seen)
P
}

@test "the stages of every row add up to its service time, in every kind of run" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -q -o reuse.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -q --connection new -o new.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -q -R 100 -o open.csv "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model slow -r 2 -q -T 5ms -o failed.csv "$DATA/images"
    python3 - <<'P'
import csv
stages = 'dns_ns connect_ns tls_ns upload_ns wait_ns download_ns remainder_ns'.split()
for name in 'reuse new open failed'.split():
    rows = list(csv.DictReader(open(name + '.csv', newline='')))
    assert len(rows) > 10, name
    for r in rows:
        service, queue = int(r['service_ns']), int(r['queue_ns'])
        assert sum(int(r[s]) for s in stages if r[s]) == service, r
        assert int(r['end_ns']) - int(r['send_ns']) == service, r
        assert int(r['send_ns']) - int(r['sched_ns']) == queue >= 0, r
        assert int(r['response_ns']) == queue + service, r
        assert all(int(r[s]) >= 0 for s in stages if r[s]), r
P
}
