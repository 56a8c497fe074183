# odbench-run end to end, against the reference server.

load one_server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    start_server --model fast=fixed:1ms --model scenes-ssd
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

# Rows as objects, one a line: column FILE NAME... prints those columns of every row.
column() {
    python3 - "$@" <<'P'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline='')):
    print(' '.join(row[name] for name in sys.argv[2:]))
P
}

@test "every request of every combination is a row" {
    run "$BIN/odbench-run" --target $TARGET --model fast,scenes-ssd --repetitions 2 --warmup 1 \
        --annotations "$DATA/instances.json" -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [[ "$output" == *"fast (fixed)"* ]]
    [ "$(column rows.csv phase status | sort | uniq -c | xargs)" = "32 main ok 8 warmup ok" ]
    [ "$(column rows.csv model protocol payload | sort -u | wc -l)" -eq 4 ]
    [ "$(column rows.csv seq | sort -n | uniq | wc -l)" -eq 40 ]
    [ "$(column rows.csv weights model | sort -u | xargs)" = "fixed fast trained scenes-ssd" ]
    python3 -c 'import json; m = json.load(open("rows.meta.json")); assert m["plan"]["end"] == "complete", m
assert m["plan"]["form"] == "row" and m["plan"]["max_errors"] == 0, m'
}

@test "what the servers say of their models is kept beside the rows" {
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd,fast:1 -r 1 -o rows.csv -q "$DATA/images"
    curl -sS --max-time 60 "http://127.0.0.1:$REST/v1/models/scenes-ssd/metadata" >said.json
    python3 - <<'P'
import json
models = json.load(open('rows.meta.json'))['models']
assert [(m['target'], m['model'], m['protocol']) for m in models] == [
    ('box', model, protocol) for model in ('scenes-ssd', 'fast') for protocol in ('tfs-grpc', 'tfs-rest')], models
assert {m['state'] for m in models} == {'AVAILABLE'} and {m['version'] for m in models} == {1}, models
assert models[0]['signatures'] == models[1]['signatures'], models
said = json.load(open('said.json'))['metadata']['signature_def']['signature_def']
def tensors(infos):
    return {name: (i['name'], i['dtype'], [int(d['size']) for d in i['tensor_shape']['dim']]) for name, i in infos.items()}
assert [s['name'] for s in models[0]['signatures']] == list(said), models
for signature in models[0]['signatures']:
    for side in ('inputs', 'outputs'):
        kept = {t['name']: (t['tensor'], t['type'], t['shape']) for t in signature[side]}
        assert kept == tensors(said[signature['name']][side]) and kept, (kept, side)
P
    "$BIN/odbench-run" --target $TARGET --model fast -p rest -r 1 -o rows.csv -f -q --no-probe "$DATA/images"
    python3 -c 'import json; m = json.load(open("rows.meta.json"))["models"]
assert [(x["state"], x["version"], x["signatures"]) for x in m] == [(None, None, None)], m'
}

@test "what is known of the models is kept beside the rows, and tables print it" {
    local onnx=$BATS_TEST_DIRNAME/../../datasets/models/scenes-ssd.onnx
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd,fast -r 1 -o rows.csv -q \
        --annotations "$DATA/instances.json" --detections \
        --model-info 'scenes-ssd,variant=original' --model-info 'fast,bytes=2MB,source=a card, page 3' "$DATA/images"
    python3 - "$(stat -c %s "$onnx")" <<'P'
import json, sys
known = {(m['model'], m['protocol']): (m['bytes'], m['variant'], m['accuracy'], m['accuracy_source'])
         for m in json.load(open('rows.meta.json'))['models']}
assert known == {(model, protocol): facts for protocol in ('tfs-grpc', 'tfs-rest') for model, facts in (
    ('scenes-ssd', (int(sys.argv[1]), 'original', None, None)), ('fast', (2000000, None, None, 'a card, page 3')))}, known
P
    "$BIN/odbench-report" --table variants --format csv rows.csv >variants.csv
    "$BIN/odbench-report" --table accuracy --format csv rows.csv >accuracy.csv
    python3 - <<'P'
import csv
accuracy = {row['model']: row['mAP/@[.5:.95]'] for row in csv.DictReader(open('accuracy.csv', newline=''))}
rows = {row['model']: row for row in csv.DictReader(open('variants.csv', newline=''))}
assert rows['scenes-ssd']['variant'] == 'original' and rows['scenes-ssd']['size (MB)'] == '0.41', rows
assert rows['fast']['variant'] == '' and rows['fast']['size (MB)'] == '2', rows
for model, row in rows.items():
    assert row['numbers'] == 'measured' and row['accuracy from'] == 'own detections', row
    assert abs(float(row['accuracy']) - float(accuracy[model])) < 1e-5, (row, accuracy)
assert float(rows['scenes-ssd']['accuracy']) > 0.5, rows
P
    # Without detections there is what the user said, or nothing.
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd,fast -p rest --no-probe -r 1 -o said.csv -q \
        --model-info 'fast,accuracy=0.25,source=a guess' "$DATA/images"
    "$BIN/odbench-report" --table variants --format csv said.csv >variants.csv
    grep -q '^fast,,0.25,[0-9.]*,,measured,a guess$' variants.csv
    grep -q '^scenes-ssd,,,[0-9.]*,,measured,$' variants.csv
    run "$BIN/odbench-run" --target $TARGET --model fast --model-info 'fats,bytes=1' -o no.csv "$DATA/images"
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-run: --model-info 'fats,bytes=1': no --model has that name" ]
}

@test "a server that does not tell of its models is measured" {
    python3 "$BATS_TEST_DIRNAME/../fault/gate.py" port 200 \
        '{"model_version_status": [{"version": "3", "state": "AVAILABLE"}]}' 3>&- &
    local gate=$! i code=0
    for i in $(seq 600); do
        [ ! -s port ] || break
        sleep 0.05
    done
    "$BIN/odbench-run" --target "box=127.0.0.1,rest=$(cat port)" --model fast -p rest -r 1 -q -o rows.csv \
        "$DATA/images" || code=$?
    kill "$gate"
    [ "$code" -eq 0 ]
    [ "$(column rows.csv phase model_version | sort -u | xargs)" = "main 3 warmup 3" ]
    python3 -c 'import json; m = json.load(open("rows.meta.json"))["models"]
assert [(x["state"], x["version"], x["signatures"]) for x in m] == [("AVAILABLE", None, None)], m'
}

@test "the stages of every row add up to its service time" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 -o reuse.csv -q "$DATA/images"
    "$BIN/odbench-run" --target $TARGET --model fast -r 2 --connection new -o new.csv -q "$DATA/images"
    python3 - <<'P'
import csv
for name in ('reuse.csv', 'new.csv'):
    for r in csv.DictReader(open(name, newline='')):
        stages = 'dns_ns connect_ns tls_ns upload_ns wait_ns download_ns remainder_ns'.split()
        assert sum(int(r[s]) for s in stages if r[s]) == int(r['service_ns']), r
        assert (r['connect_ns'] != '') == (name == 'new.csv'), r
        assert int(r['end_ns']) - int(r['send_ns']) == int(r['service_ns'])
        assert int(r['srv_total_ns']) >= 1000000, r
        assert r['srv_infer_ns'] == '' and r['srv_decode_ns'] == '', r
P
}

@test "gRPC and REST give the same detections" {
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd --payload tensor,json,jpeg,b64 -r 1 --detections \
        -o rows.csv -q "$DATA/images"
    [ "$(column rows.csv protocol payload | sort -u | wc -l)" -eq 4 ]
    [ "$(column rows.csv image_id result_hash | sort -u | wc -l)" -eq 4 ]
    [ "$(wc -l <rows.detections.jsonl)" -gt 0 ]
}

@test "the same seed gives the same order, another one another" {
    for seed in 5 5 6; do
        "$BIN/odbench-run" --target $TARGET --model fast -r 3 -s $seed -f -o rows.csv -q "$DATA/images"
        column rows.csv cell_id file_name | sha256sum
    done >sums
    [ "$(sed -n 1p sums)" = "$(sed -n 2p sums)" ]
    [ "$(sed -n 1p sums)" != "$(sed -n 3p sums)" ]
}

@test "concurrency makes cells and keeps every row" {
    "$BIN/odbench-run" --target $TARGET --model fast --protocol grpc -c 1,3 -r 5 -w 2 -o rows.csv -q "$DATA/images"
    [ "$(column rows.csv concurrency phase | sort | uniq -c | xargs)" = "20 1 main 10 1 warmup 20 3 main 30 3 warmup" ]
    [ "$(column rows.csv concurrency conn_id | sort -u | grep -c '^3 ')" -eq 15 ]
}

@test "paper mode: ten new connections an image, the first dropped, in order" {
    "$BIN/odbench-run" --paper --target $TARGET --model fast -o rows.csv -q "$DATA/images"
    [ "$(column rows.csv protocol phase connection | sort | uniq -c | xargs)" = \
        "36 tfs-grpc main new 4 tfs-grpc warmup new 36 tfs-rest main new 4 tfs-rest warmup new" ]
    [ "$(column rows.csv conn_id | sort -u | wc -l)" -eq 80 ]
    column rows.csv protocol file_name | uniq | sort -c
}

@test "a request that fails is a row with its status and code" {
    run "$BIN/odbench-run" --target $TARGET --model nosuch --no-probe -r 1 -w 0 -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [ "$(column rows.csv protocol status code | sort | uniq -c | xargs)" = \
        "4 tfs-grpc grpc_error 5 4 tfs-rest http_error 404" ]
    [[ "$(column rows.csv error | sort -u)" == *"Servable not found for request: Latest(nosuch)"* ]]
}

@test "an unknown model is found before the first row" {
    run "$BIN/odbench-run" --target $TARGET --model nosuch -o rows.csv "$DATA/images"
    [ "$status" -eq 4 ]
    [[ "$output" == *"target box, model nosuch, tfs-grpc: "*"nosuch"* ]]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
    [ ! -e rows.csv ]
}

@test "a dead port is exit status 4, or left out on request" {
    run "$BIN/odbench-run" --target dead=127.0.0.1,grpc=1,rest=1 --target $TARGET --model fast -o rows.csv "$DATA/images"
    [ "$status" -eq 4 ]
    [[ "$output" == *"target dead"*"127.0.0.1:1"* ]]
    run "$BIN/odbench-run" --allow-unreachable --target dead=127.0.0.1,grpc=1,rest=1 --target $TARGET --model fast \
        -r 1 -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [ "$(column rows.csv target | sort -u)" = box ]
    run "$BIN/odbench-run" --no-probe --target dead=127.0.0.1,grpc=1,rest=1 --model fast -r 1 -f -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [ "$(column rows.csv status | sort -u)" = connect ]
}

@test "max-errors stops with exit status 5" {
    run "$BIN/odbench-run" --no-probe --target dead=127.0.0.1,grpc=1,rest=1 --model fast --max-errors 3 -o rows.csv "$DATA/images"
    [ "$status" -eq 5 ]
    [ "$(column rows.csv status | wc -l)" -eq 3 ]
}

@test "existing files are kept without --force" {
    echo mine >rows.csv
    run "$BIN/odbench-run" --target $TARGET --model fast -o rows.csv "$DATA/images"
    [ "$status" -eq 6 ]
    [ "$(cat rows.csv)" = mine ]
    [[ "$output" == *"rows.csv: exists; --force replaces it"* ]]
}

@test "rows go to standard output, and then nothing else does" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 1 -w 0 -o - --meta facts.json "$DATA/images" >out 2>err
    [ "$(column out status | sort | uniq -c | xargs)" = "8 ok" ]
    grep -q median err
    [ -s facts.json ]
}

@test "output that cannot be written is exit status 6" {
    run "$BIN/odbench-run" --target $TARGET --model fast -o /dev/null/x/rows.csv "$DATA/images"
    [ "$status" -eq 6 ]
    run bash -c '"$BIN/odbench-run" --target $TARGET --model fast -r 1 -q -o - "$DATA/images" >/dev/full'
    [ "$status" -eq 6 ]
}

@test "an interrupt leaves valid files and exit status 130" {
    "$BIN/odbench-run" --target $TARGET --model fast -r 100000 -o rows.csv -q "$DATA/images" 3>&- &
    pid=$!
    until [ -s rows.csv ] && [ "$(wc -l <rows.csv)" -gt 20 ]; do sleep 0.05; done
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ $status -eq 130 ]
    [ -z "$(tail -c 1 rows.csv)" ]
    column rows.csv status | grep -qv cancelled
    python3 -c 'import json; assert json.load(open("rows.meta.json"))["plan"]["end"] == "interrupted"'
}

@test "a plan file says the same as options, and options win" {
    cat >plan.json <<J
{"target": ["$TARGET"], "model": ["fast"], "protocol": "rest", "repetitions": 2, "warmup": 0,
 "output": "planned.csv", "quiet": true, "images": ["$DATA/images"]}
J
    "$BIN/odbench-run" --plan plan.json
    [ "$(column planned.csv protocol | sort | uniq -c | xargs)" = "8 tfs-rest" ]
    "$BIN/odbench-run" --plan plan.json --protocol grpc -r 1 -f
    [ "$(column planned.csv protocol | sort | uniq -c | xargs)" = "4 tfs-grpc" ]
    echo '{"modle": "fast"}' >bad.json
    run "$BIN/odbench-run" --plan bad.json
    [ "$status" -eq 2 ]
    [[ "$output" == *'bad.json: "modle": no such option'* ]]
}

@test "dry-run prints cells, requests, bytes and time, and sends nothing" {
    run "$BIN/odbench-run" --dry-run --target dead=127.0.0.1,grpc=1,rest=1 --model a,b -r 2 -w 0 "$DATA/images"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 5 ]
    [[ "${lines[-1]}" == "4 cells, 4 images, 2 repetitions: 32 requests, "*" up; answers decide how long it takes" ]]
    # The files themselves and at most 100 bytes around each.
    run "$BIN/odbench-run" --dry-run -m a -p grpc --payload jpeg -r 1000 -w 0 "$DATA/images"
    python3 - "${lines[-1]}" "$DATA"/images/*.jpg <<'P'
import os, re, sys
files = sum(os.path.getsize(f) for f in sys.argv[2:])
mb = float(re.search(r'4000 requests, ([0-9.]+) MB up', sys.argv[1]).group(1))
assert files * 1000 - 50000 <= mb * 1e6 <= (files + 400) * 1000 + 50000, (files, mb)
P
    # 4 images, 2 s at 10/s and 2 s at 20/s, twice; 5 requests of warm-up for 16 connections each.
    run "$BIN/odbench-run" --dry-run -m a -p grpc -R 10,20 -d 2s -r 2 "$DATA/images"
    [[ "${lines[0]}" == *"concurrency 16  10/s  200 requests, "*", 4 s" ]]
    [[ "${lines[1]}" == *"concurrency 16  20/s  240 requests, "*", 4 s" ]]
    [[ "${lines[2]}" == "2 cells, 4 images, 2 repetitions: 440 requests, "*", 8 s and warm-up" ]]
    run "$BIN/odbench-run" --dry-run -m a -p grpc -d 2s -r 2 "$DATA/images"
    [[ "${lines[-1]}" == *"as many requests as there is time for, 4 s and warm-up" ]]
    run "$BIN/odbench-run" --dry-run -m a --arrival trace:missing.txt "$DATA/images"
    [ "$status" -eq 2 ]
    [[ "$output" == *"missing.txt: "* ]]
    [ -z "$(ls)" ]
}

@test "--set comes behind --plan and before options given" {
    cat >plan.json <<J
{"target": "$TARGET", "model": "fast", "protocol": "grpc", "repetitions": 3, "warmup": 0,
 "output": "rows.csv", "quiet": true, "images": ["$DATA/images"]}
J
    "$BIN/odbench-run" --plan plan.json --set protocol=rest --set repetitions=5 -r 1
    [ "$(column rows.csv protocol rep | sort | uniq -c | xargs)" = "4 tfs-rest 1" ]
    run "$BIN/odbench-run" --plan plan.json --set repetition=5
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-run: --set: repetition: no such option" ]
}

@test "with --log json every line of standard error is an object" {
    "$BIN/odbench-run" --target $TARGET --target dead=127.0.0.1,grpc=1 --allow-unreachable --model fast -r 1 \
        --log json -o - "$DATA/images" >rows.csv 2>messages
    run "$BIN/odbench-run" --model fast --log json -o rows.csv "$DATA/images"
    [ "$status" -ne 0 ]
    printf '%s\n' "$output" >>messages
    python3 - <<'P'
import datetime, json
levels = []
for line in open('messages'):
    d = json.loads(line)
    datetime.datetime.strptime(d['time'], '%Y-%m-%dT%H:%M:%S.%fZ')
    assert d['program'] == 'odbench-run', d
    levels.append(d['level'])
    if d['level'] == 'progress':
        assert d['done'] >= 0 and d['failed'] == 0, d
    else:
        assert d['message'], d
assert 'warning' in levels and levels[-1] == 'error', levels
P
}

@test "bad usage is one line and exit status 2" {
    while IFS='|' read -r arguments expected; do
        run "$BIN/odbench-run" $arguments
        [ "$status" -eq 2 ] || { echo "$arguments: $status $output"; return 1; }
        [[ "${lines[0]}" == "odbench-run: "*"$expected"* ]] || { echo "$arguments: $output"; return 1; }
    done <<T
--model fast|no images
$DATA/images|no model
--model fast --timeout 5 $DATA/images|timeout
--model fast --payload png $DATA/images|png
--model fast --protocol smoke $DATA/images|smoke
--model fast --target h,grpc=x $DATA/images|h,grpc=x
--model fast /nonexistent/images|/nonexistent/images
--model fast --annotations /nonexistent.json $DATA/images|/nonexistent.json
--model fast --frobnicate|frobnicate
T
}

@test "a damaged image is a row, the others are measured" {
    mkdir images
    cp "$DATA"/images/*1.jpg images/a.jpg
    head -c 2000 "$DATA"/images/*2.jpg >images/b.jpg
    "$BIN/odbench-run" --target $TARGET --model scenes-ssd --payload tensor,jpeg -r 1 -w 0 -q -o rows.csv images
    [ "$(column rows.csv file_name payload status | sort | xargs)" = \
        "a.jpg jpeg ok a.jpg tensor ok b.jpg jpeg grpc_error b.jpg tensor invalid" ]
}

@test "version names the libraries that requests go through" {
    run "$BIN/odbench-run" --version
    [ "$status" -eq 0 ]
    [[ "$output" == "odbench-run "*libgrpc\ [0-9]*libcurl/[0-9]*"schema 1" ]]
}

@test "Abseil's search for deadlocks can be switched off: lib/net/grpc_locks.c finds the function" {
    if ! command -v nm >/dev/null; then skip "no nm"; fi
    if ! ldd "$BIN/odbench-run" | grep -q libabsl_synchronization; then # it has Abseil in itself
        nm -D --defined-only "$BIN/odbench-run" | grep SetMutexDeadlockDetectionMode
    fi
}
