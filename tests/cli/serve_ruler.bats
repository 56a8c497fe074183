# The calibration model of odbench-serve: what it holds, when it stalls, what it fails, and whether
# the stamp log tells the truth of it.

load server

# ask COUNT: that many predictions, one after the other; their statuses, a line each.
ask() {
    local i
    for i in $(seq "$1"); do
        http -H "odbench-id: r-$i" -d "$PIXEL" "$URL/m:predict"
        echo "$status"
    done
}

@test "ruler: every third request fails after its time, over both ports alike" {
    serve --model m=fixed:2ms,fail=1/3 --stamp-log stamps.csv
    [ "$(ask 5 | xargs)" = "200 200 503 200 200" ]
    # The golden request of odbench-wire(7) is the sixth prediction.
    frame 0a140a016d1a0f73657276696e675f64656661756c7412260a06696e70757473121c08041210120208011202080112020802120208032206010203040506 >request
    grpc /tensorflow.serving.PredictionService/Predict request
    grep -q '^grpc-status: 14' <<<"$HEADERS"
    grep -q '^grpc-message: model m fails one request in 3, and this is one' <<<"$HEADERS"
    stop_server "$PID"
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('stamps.csv', newline='')))
assert [r['code'] for r in rows] == ['0', '0', '14', '0', '0', '14'], rows
for r in rows:
    assert r['hold_ns'] == r['draw_ns'] == '2000000' and r['stall_ns'] == '0' and r['epoch_ns'] == '', r
    assert int(r['replied_ns']) - int(r['received_ns']) >= 2000000, r
P
}

@test "ruler: log-normal draws follow the seed" {
    local -a draws=()
    for seed in 1 1 2; do
        serve --model m=fixed:lognormal:1ms~0.5 --seed "$seed" --stamp-log stamps.csv
        ask 5 >/dev/null
        stop_server "$PID"
        draws+=("$(cut -d, -f7 stamps.csv | xargs)")
    done
    [ "$(wc -w <<<"${draws[0]}")" -eq 6 ]
    [ "${draws[0]}" = "${draws[1]}" ]
    [ "${draws[0]}" != "${draws[2]}" ]
}

# The truth once more, by another program: the schedule from the log's own epoch.
@test "ruler: stalls hold what is in and what comes in" {
    serve --model m=fixed:5ms,stall=60ms/100ms --stamp-log stamps.csv
    ask 30 | sort | uniq -c | xargs >statuses
    [ "$(cat statuses)" = "30 200" ]
    stop_server "$PID"
    python3 - <<'P'
import csv
L, P, D = 60_000_000, 100_000_000, 5_000_000
rows = list(csv.DictReader(open('stamps.csv', newline='')))
assert len(rows) == 30
epoch = int(rows[0]['received_ns'])
stalled = 0
for r in rows:
    begin, held = int(r['received_ns']), int(r['hold_ns'])
    assert int(r['epoch_ns']) == epoch and int(r['draw_ns']) == D
    # Nanosecond by nanosecond would take long; the work goes on between the stalls.
    at, work, k = begin, D, 1
    while True:
        stall = epoch + k * P
        if at + work <= stall:
            break
        if at < stall + L:
            work -= max(0, stall - at)
            at = stall + L
        k += 1
    assert at + work - begin == held == D + int(r['stall_ns']), r
    assert int(r['replied_ns']) >= begin + held, r
    stalled += held > D
assert 0 < stalled < 30, stalled
P
}

@test "ruler: a source that is none is one clear line and status 2" {
    local -a cases=(
        "fixed:1ms,stall=2s/1s|stall=2s/1s: a stall is longer than 0 and shorter than its period"
        "fixed:1ms,fail=2/50|fail=2/50 is not 1/NUMBER"
        "fixed:lognormal:1ms|log-normal without \"~\" and a sigma"
        "fixed:1ms,pause=1s|\"pause=1s\" is neither stall=TIME/TIME nor fail=1/NUMBER"
    )
    local entry
    for entry in "${cases[@]}"; do
        run "$BIN/odbench-serve" --model "m=${entry%%|*}" --grpc-port 0 --rest-port 0
        [ "$status" -eq 2 ]
        [ "$output" = "odbench-serve: m: \"${entry%%|*}\": ${entry#*|}" ] || { echo "$output"; return 1; }
    done
}
