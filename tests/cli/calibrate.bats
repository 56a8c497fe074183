# odbench-run --calibrate: the client itself, without any target.

setup() {
    BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    cd "$BATS_TEST_TMPDIR"
}

@test "a calibration needs no target, no model and no image, and writes nothing" {
    run "$BIN/odbench-run" --calibrate
    [ "$status" -eq 0 ]
    [[ "$output" == *"raw socket"*"gRPC client"*"REST client"* ]]
    [ "$(grep -cE '^ +(1000|120000|270000|921600|3900000|6220800) ' <<<"$output")" -eq 6 ]
    [[ "$output" == *"sleeps end late by "*" us"*"clock: "* ]]
    [ -z "$(ls -A)" ]
}

@test "with images it takes the sizes of their requests, and -o gets the numbers as CSV" {
    "$BIN/odbench-data" make --objects 1 --size 96x64 --per-cell 1 --seed 1 -o data
    "$BIN/odbench-run" --calibrate --model any --connection new --pin 0,0 -o out.csv data/images >table
    grep -q 'client on CPU 0, servers on CPU 0' table
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('out.csv', newline='')))
sizes = sorted({int(r['bytes']) for r in rows if r['bytes']})
assert len(sizes) == 2 and 96 * 64 * 3 < sizes[0] < 96 * 64 * 3 + 200 < sizes[1], sizes
for r in rows:
    assert r['what'] in ('raw', 'gRPC', 'REST', 'sleep', 'clock read'), r
    if r['bytes']:
        assert r['connection'] == 'new' and int(r['samples']) > 0 and int(r['p50_ns']) > 0, r
assert [r['what'] for r in rows] == ['raw', 'gRPC', 'REST'] * 2 + ['sleep', 'clock read']
P
    run "$BIN/odbench-run" --calibrate -o out.csv
    [ "$status" -eq 6 ]
    [[ "$output" == *"out.csv: exists; --force replaces it"* ]]
}

@test "a calibration can be interrupted, and refuses what is no CPU" {
    "$BIN/odbench-run" --calibrate >table 2>log 3>&- &
    local pid=$!
    # A lean server listens: the measuring has begun.
    for _ in $(seq 1200); do
        [ ! -d "/proc/$pid/task" ] || [ "$(ls "/proc/$pid/task" | wc -l)" -lt 4 ] || break
        sleep 0.05
    done
    kill -INT "$pid"
    local code=0
    wait "$pid" || code=$?
    [ "$code" -eq 130 ]
    [ ! -s table ]
    run "$BIN/odbench-run" --calibrate --pin zero
    [ "$status" -eq 2 ]
    [[ "$output" == *"--pin"*"zero"* ]]
    run "$BIN/odbench-run" --calibrate --pin 4000
    [ "$status" -eq 2 ]
}
