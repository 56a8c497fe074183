# odbench-run --resume and --verify: runs that go on where they stopped, answers that differ.
# ODBENCH_TEST_KILLS=100 ODBENCH_TEST_KILL_AGE_MS=200 is the full test, for a machine that is idle.

load one_server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 3 --seed 3 -o "$DATA"
    start_server --model fast=fixed:1ms --model scenes-ssd
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

teardown() {
    [ ! -e drift.pid ] || kill "$(cat drift.pid)" 2>/dev/null || true
}

# One refusal, whose message holds a text: refused TEXT ARGUMENTS...
refused() {
    local text=$1
    shift
    run "$BIN/odbench-run" --resume "$@" "$DATA/images"
    [ "$status" -eq 2 ] || { echo "$* => $status: $output"; return 1; }
    [[ "${lines[0]}" == "odbench-run: "*"$text"* ]] || { echo "$* => $output"; return 1; }
}

# Requests that stand, and the rows of each phase: stands FILE
stands() {
    python3 - "$1" <<'P'
import collections, csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
main = collections.Counter((r['cell_id'], r['rep'], r['file_name']) for r in rows if r['phase'] == 'main')
assert set(main.values()) <= {1}, main.most_common(1)
print(len(main), *sorted({r['run_id'] for r in rows}))
P
}

@test "runs that were killed at random moments are complete after they were resumed" {
    python3 "$BATS_TEST_DIRNAME/../fault/kill_resume.py" "$BIN" "$DATA/images" . "${ODBENCH_TEST_KILLS:-12}" \
        "${SEED:-1}" "${ODBENCH_TEST_KILL_AGE_MS:-0}"
}

@test "a run that is complete has nothing left to send" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 1 -o rows.csv -q "$DATA/images"
    cp rows.csv before.csv
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 1 -o rows.csv --resume "$DATA/images" >table
    cmp rows.csv before.csv
    # The closing table counts the old rows: 12 of each of two cells.
    [ "$(grep -c ' 12 ' table)" -eq 2 ]
    python3 -c 'import json; m = json.load(open("rows.meta.json"))
assert [n for _, n in m["resumed"]] == [28] and len(m["plan_hash"]) == 64 and m["plan"]["rows"] == 28, m'
}

@test "half a row, and detections without their row, are cut before the run goes on" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 0 --detections -o rows.csv -q "$DATA/images"
    head -c -50 rows.csv >cut.csv
    cp rows.meta.json cut.meta.json
    cp rows.detections.jsonl cut.detections.jsonl
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 0 --detections -o cut.csv -q --resume "$DATA/images"
    [ "$(stands cut.csv | cut -d' ' -f1)" -eq 24 ]
    [ "$(wc -l <cut.csv)" -eq "$(wc -l <rows.csv)" ]
    [ "$(wc -l <cut.detections.jsonl)" -eq "$(wc -l <rows.detections.jsonl)" ]
    head -n 23 rows.csv | cmp - <(head -n 23 cut.csv)
}

@test "failed requests stand, those that were cut off do not" {
    "$BIN/odbench-run" --target dead=127.0.0.1,grpc=1 --no-probe --model fast -r 2 -w 0 --max-errors 5 -o rows.csv -q "$DATA/images" || [ $? -eq 5 ]
    [ "$(stands rows.csv | cut -d' ' -f1)" -eq 5 ]
    # Old failures count: the limit is reached already, until it is raised.
    for limit in 5 8; do
        run "$BIN/odbench-run" --target dead=127.0.0.1,grpc=1 --no-probe --model fast -r 2 -w 0 --max-errors $limit -o rows.csv -q --resume "$DATA/images"
        [ "$status" -eq 5 ]
        [ "$(stands rows.csv | cut -d' ' -f1)" -eq $limit ]
        python3 -c "import json; assert json.load(open('rows.meta.json'))['plan']['failed_rows'] == $limit"
    done
    "$BIN/odbench-run" --target dead=127.0.0.1,grpc=1 --no-probe --model fast -r 2 -w 0 -o rows.csv -q --resume "$DATA/images"
    [ "$(stands rows.csv | cut -d' ' -f1)" -eq 12 ]
}

@test "only the same plan goes on, and what differs is named" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 0 -o rows.csv -q "$DATA/images"
    cp rows.csv before.csv
    refused 'rows.csv: not the same plan: repetitions was 2, is 3' --target $TARGET --model fast -r 3 -w 0 -o rows.csv
    refused 'seed was "1", is "7"' --target $TARGET --model fast -r 2 -w 0 -s 7 -o rows.csv
    refused 'cells[0].concurrency was 1, is 2' --target $TARGET --model fast -r 2 -w 0 -c 2 -o rows.csv
    refused 'cells[0].model was "fast", is "scenes-ssd"' --target $TARGET --model scenes-ssd -r 2 -w 0 -o rows.csv
    refused 'images was ' --target $TARGET --model fast -r 2 -w 0 -o rows.csv --limit 3
    refused 'detections was false, is true' --target $TARGET --model fast -r 2 -w 0 -o rows.csv --detections
    cmp rows.csv before.csv
    # Patience, memory and noise are no part of it.
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -w 0 -o rows.csv --resume --timeout 9s --memory 2MiB -q "$DATA/images"
}

@test "what cannot go on is refused" {
    refused '--output' --target $TARGET --model fast
    refused '--output' --target $TARGET --model fast -o -
    refused 'none.csv: there is no run to continue' --target $TARGET --model fast -o none.csv
    echo notes >rows.csv
    refused '--resume and --force' --target $TARGET --model fast -o rows.csv --force
    refused 'not known ahead' --target $TARGET --model fast -o rows.csv --duration 1s
    refused 'rows.meta.json: No such file' --target $TARGET --model fast -o rows.csv
    "$BIN/odbench-run" --target $TARGET --model fast -r 1 -w 0 -o other.csv -q "$DATA/images"
    mv other.meta.json rows.meta.json
    refused 'rows.csv: its columns are not those' --target $TARGET --model fast -r 1 -w 0 -o rows.csv
    [ "$(cat rows.csv)" = notes ]
    "$BIN/odbench-run" --target $TARGET --model fast -r 1 -w 0 -o third.csv -q "$DATA/images"
    refused 'third.csv:2: a row of another run' --target $TARGET --model fast -r 1 -w 0 -o third.csv --meta rows.meta.json
}

@test "a full disk keeps what is written, and the run goes on when there is space" {
    run bash -c 'trap "" XFSZ; ulimit -f 16
        "$BIN/odbench-run" --target $TARGET --model fast -r 9 -w 0 --detections -o rows.csv -q "$DATA/images"'
    [ "$status" -eq 6 ]
    [[ "$output" == *"File too large"* ]]
    [ -z "$(tail -c 1 rows.csv)" ]
    before=$(stands rows.csv | cut -d' ' -f1)
    [ "$before" -gt 0 ] && [ "$before" -lt 108 ]
    "$BIN/odbench-run" --target $TARGET --model fast -r 9 -w 0 --detections -o rows.csv -q --resume "$DATA/images"
    [ "$(stands rows.csv | cut -d' ' -f1)" -eq 108 ]
    [ "$(grep -o '"seq":[0-9]*' rows.detections.jsonl | sort -u | wc -l)" -eq 108 ]
}

@test "verify passes where answers agree over protocols, payloads and repetitions" {
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd --payload tensor,json,jpeg,b64 -r 2 -w 0 --verify -o rows.csv -q "$DATA/images"
}

# A detector that answers with another score each time an image comes, from its second pass on.
drift() {
    python3 - 3>&- <<'P' &
import http.server, itertools, json, os
counter = itertools.count()
class Drift(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_POST(self):
        self.rfile.read(int(self.headers['Content-Length']))
        i = next(counter)
        score = 0.9 if i < 6 else 0.9 - i / 100
        body = json.dumps({'predictions': [{'detection_boxes': [[0.1, 0.1, 0.5, 0.5]], 'detection_scores': [score],
                                            'detection_classes': [1.0], 'num_detections': 1.0}]}).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(('127.0.0.1', 0), Drift)
with open('drift.new', 'w') as out:
    print(server.server_address[1], file=out)
os.rename('drift.new', 'drift.port')
server.serve_forever()
P
    echo $! >drift.pid
    for _ in $(seq 600); do
        [ ! -e drift.port ] || break
        sleep 0.05
    done
}

@test "verify names the cell whose answers differ, exit status 1" {
    drift
    ask="--target drift=127.0.0.1,rest=$(cat drift.port) --no-probe --model m --protocol rest -w 0 --verify -q"
    "$BIN/odbench-run" $ask -r 1 -o once.csv "$DATA/images"
    # The first pass of this run is the drifting server's second: its answers are the first ones here.
    run "$BIN/odbench-run" $ask -r 3 -o thrice.csv "$DATA/images"
    [ "$status" -eq 1 ]
    [[ "$output" == *"warning: c001 (drift, m, tfs-rest, json): answers for 6 of 6 images differ from the first ones, e.g. "*.jpg*" (c001)"* ]]
    # After a kill the answers of the old rows are held against those of the new ones.
    run "$BIN/odbench-run" $ask -r 2 -o cut.csv "$DATA/images"
    head -n 7 cut.csv >again.csv
    cp cut.meta.json again.meta.json
    run "$BIN/odbench-run" $ask -r 2 -o again.csv --resume "$DATA/images"
    [ "$status" -eq 1 ]
    [[ "$output" == *"answers for 6 of 6 images differ"* ]]
    # Nobody asked.
    "$BIN/odbench-run" ${ask/--verify/} -r 3 -o fine.csv "$DATA/images"
}
