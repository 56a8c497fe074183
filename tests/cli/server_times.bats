# The times that servers count of themselves: times= of --target.

load one_server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    start_server --model fast=fixed:3ms --model scenes-ssd
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

measure() {
    "$BIN/odbench-run" --no-floor -q -m scenes-ssd -r 2 -w 1 -o rows.csv "$@" "$DATA/images"
}

# check CODE: rows and facts of the run are Python's rows and meta.
check() {
    python3 - "$1" <<'P'
import csv, json, sys
rows = list(csv.DictReader(open('rows.csv', newline='')))
meta = json.load(open('rows.meta.json'))
told = [name for name in rows[0] if name.startswith('srv_') and name.endswith('_ns')]
exec(sys.argv[1])
P
}

@test "one request at a time: each row has what the server counted for it" {
    for source in triton-statistics tfs-prometheus ovms-prometheus torchserve-prometheus; do
        measure -t "127.0.0.1,grpc=$GRPC,rest=$REST,times=$source$([[ $source = triton* ]] || echo ",metrics=$REST")" -f
        check "
assert len(rows) == 20, len(rows)
assert {r['srv_source'] for r in rows} == {'$source'}, {r['srv_source'] for r in rows}
assert all(int(r['srv_infer_ns']) > 0 for r in rows)
assert all(int(r['srv_infer_ns']) <= int(r['service_ns']) for r in rows)
assert all(r['srv_decode_ns'] == '' for r in rows)
assert {r['weights'] for r in rows} == {'trained'}
has_total = '$source' != 'torchserve-prometheus'
assert all((r['srv_total_ns'] != '') == has_total for r in rows)
assert meta['server_times'] is None
assert meta['plan']['targets'][0]['times'] == '$source', meta['plan']['targets']"
    done
}

@test "several requests in flight: the mean of a block stands in the facts, the rows keep the headers' times" {
    measure -t "127.0.0.1,grpc=$GRPC,rest=$REST,times=triton-statistics" -c 2 -m fast
    check "
assert {r['srv_source'] for r in rows} == {'server-timing'}
blocks = meta['server_times']
assert len(blocks) == len({(r['cell_id'], r['rep']) for r in rows}) == 8, blocks
assert {b['source'] for b in blocks} == {'triton-statistics'}
assert {b['requests'] for b in blocks} == {4}
cells = {c['cell_id']: c for c in meta['plan']['cells']}
assert all(b['total_ns'] >= 3000000 for b in blocks if cells[b['cell']]['model'] == 'fast')"
}

@test "somebody else's requests: nobody can tell whose times they are" {
    while sleep 0.002; do
        curl -sS --max-time 9 -o /dev/null -H 'Content-Type: application/json' -d '{"instances":[[[[1,2,3]]]]}' \
            "http://127.0.0.1:$REST/v1/models/fast:predict" || break
    done &
    local other=$!
    measure -t "127.0.0.1,grpc=$GRPC,rest=$REST,times=triton-statistics" -m fast -p grpc --count 100 -r 1
    kill "$other"
    wait "$other" || true
    check "
fast = [r for r in rows if r['model'] == 'fast']
lost = [r for r in fast if r['srv_source'] == '']
assert lost, len(fast)
assert all(r[name] == '' for r in lost for name in told), lost
assert {r['srv_source'] for r in fast} <= {'', 'triton-statistics'}"
}

@test "a source that is none, and a port that is missing" {
    run "$BIN/odbench-run" -m fast -t "127.0.0.1,grpc=$GRPC,times=guess" -o rows.csv "$DATA/images"
    [ "$status" -eq 2 ]
    [[ "$output" == *"times=guess is none of triton-statistics, tfs-prometheus, torchserve-prometheus, ovms-prometheus"* ]]
    run "$BIN/odbench-run" -m fast -t "127.0.0.1,grpc=$GRPC,times=tfs-prometheus" -o rows.csv "$DATA/images"
    [ "$status" -eq 2 ]
    [[ "$output" == *"times=tfs-prometheus needs rest=PORT or metrics=PORT"* ]]
    [ ! -e rows.csv ]
}

@test "a source that does not answer is a warning before the first row, once a target" {
    run "$BIN/odbench-run" -m scenes-ssd,fast -t "box=127.0.0.1,grpc=$GRPC,rest=$REST,metrics=1,times=ovms-prometheus" \
        -p tfs-rest,oip-rest -n 1 -r 1 -w 0 --no-floor -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [ "$(grep -c 'warning: target box: no server times by times=ovms-prometheus: 127.0.0.1:1: cannot connect' <<<"$output")" -eq 1 ]
    run "$BIN/odbench-run" -m fast -t "box=127.0.0.1,grpc=$GRPC,rest=$REST,times=ovms-prometheus" \
        -p tfs-rest -n 1 -r 1 -w 0 --no-floor -f -o rows.csv "$DATA/images"
    [[ "$output" != *"no server times"* ]]
}

@test "the server's pages: names, counts, and the token that it asks for" {
    curl -sS --max-time 9 "http://127.0.0.1:$REST/metrics" >page
    grep -q '^ts_inference_requests_total{model_name="scenes-ssd"' page
    [ "$(grep -c '^ts_inference_requests_total{model_name="scenes-ssd"' page)" -eq 1 ]
    grep -q '^ovms_request_time_us_count{name="scenes-ssd",interface="gRPC"' page
    curl -sS --max-time 9 "http://127.0.0.1:$REST/monitoring/prometheus/metrics" >page
    grep -q '^:tensorflow:serving:request_latency_sum{model_name="scenes-ssd",entrypoint="REST",API="Predict"} ' page
    curl -sS --max-time 9 "http://127.0.0.1:$REST/v2/models/scenes-ssd/stats" >page
    python3 -c 'import json
stats = json.load(open("page"))["model_stats"]
assert [m["name"] for m in stats] == ["scenes-ssd"], stats
assert stats[0]["inference_stats"]["success"]["count"] > 0'
    [ "$(curl -sS --max-time 9 -o page -w '%{http_code}' "http://127.0.0.1:$REST/v2/models/none/stats")" = 404 ]
}
