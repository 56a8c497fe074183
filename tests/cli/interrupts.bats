# SIGINT and SIGTERM at whatever odbench-run is doing: exit status 130, and files that are valid:
# whole lines, and what was cut off is of phase drain.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    export PYTHONPATH=$BATS_TEST_DIRNAME/../fault PYTHONDONTWRITEBYTECODE=1
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA" >/dev/null
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    SERVERS=()
    RUN_PID=
}

teardown() {
    local pid code=0
    [ -z "$RUN_PID" ] || kill -9 "$RUN_PID" 2>/dev/null || true
    for pid in "${SERVERS[@]}"; do
        stop_server "$pid" || code=1
    done
    return "$code"
}

# begin SOURCE: a server of model m; sets TARGET.
begin() {
    serve --model "m=$1" --grace 100ms
    TARGET=x=127.0.0.1,grpc=$GRPC,rest=$REST
}

# background OPTION...: measures, sets RUN_PID.
background() {
    rm -f rows.csv rows.meta.json # what await looks at is this run's
    "$BIN/odbench-run" -t "$TARGET" -m m -q -o rows.csv "$@" "$DATA/images" >out 2>err 3>&- &
    RUN_PID=$!
}

# await CONDITION: until it holds for the rows so far (Python), for a minute at most.
await() {
    python3 - "$1" <<'P'
import csv, sys, time
end = time.monotonic() + 60
while time.monotonic() < end:
    try:
        with open('rows.csv', newline='') as file:
            text = file.read()
    except FileNotFoundError:
        text = ''
    rows = list(csv.DictReader(text[:text.rfind('\n') + 1].splitlines()))
    if eval(sys.argv[1]):
        sys.exit(0)
    time.sleep(0.02)
sys.exit('not in a minute: ' + sys.argv[1])
P
}

# ended STATUS: the run ends with that exit status and says no more than that.
ended() {
    local code=0
    # Not for ever: a run that does not end would hang the test instead of failing it.
    timeout 60 tail --pid="$RUN_PID" -f /dev/null || kill -9 "$RUN_PID"
    wait "$RUN_PID" || code=$?
    RUN_PID=
    [ "$code" -eq "$1" ] || { echo "exit status $code"; cat err; return 1; }
}

# cut SIGNAL: the run is ended by it, and says so in one line.
cut() {
    kill -s "$1" "$RUN_PID"
    ended 130
    [ "$(cat err)" = "odbench-run: interrupted; the files are valid" ] || { cat err; return 1; }
}

# check TEXT: Python with rows and facts, of which all that always holds has been asserted.
check() {
    python3 - <<P || { tail -n 5 rows.csv; return 1; }
import rows as files
rows, meta = files.load()
assert meta['plan']['end'] == 'interrupted' and meta['plan']['failed_rows'] == 0, meta['plan']
$1
P
}

@test "in a closed and in an open loop, with requests on their way" {
    # Each request takes longer than an interrupted run waits for it.
    begin fixed:30s
    for signal in INT TERM; do
        for transport in grpc rest; do
            for way in '-c 1' '-c 4' '-c 4 -R 50' '-c 3 --connection new' '-c 2 --retries 3' '-c 1 -d 10m'; do
                background --no-floor -p $transport -r 3 -w 0 $way
                # The server has them all when as many connections stand.
                local each=${way#-c }
                for _ in $(seq 1200); do
                    [ "$(connections "$transport")" -lt "${each%% *}" ] || break
                    sleep 0.05
                done
                cut $signal
                check "
assert {(r['phase'], r['status'], r['attempt']) for r in rows} <= {('drain', 'cancelled', 1)}, rows
assert len(rows) <= ${each%% *}" || { echo "$signal $transport $way"; return 1; }
            done
        done
    done
}

# sockets listen|PORT: how many of the run listen, or are connected to a port.
sockets() {
    python3 "$BATS_TEST_DIRNAME/../fault/sockets.py" "$RUN_PID" "$1"
}

# connections TRANSPORT: how many the run has to the server.
connections() {
    local port=$GRPC
    [ "$1" = grpc ] || port=$REST
    sockets "$port"
}

@test "in a closed and in an open loop, with quick requests: those that ended stand" {
    begin fixed:2ms
    for signal in INT TERM; do
        for way in '-c 1' '-c 4' '-c 4 -R 200' '-R 200 --count 100000 --arrival poisson'; do
            background --no-floor -r 3 -w 2 --count 1000000 $way
            await 'len(rows) >= 50'
            cut $signal
            # An exchange of 2 ms is waited for.
            check "
assert {r['phase'] for r in rows} <= {'warmup', 'main'} and {r['status'] for r in rows} == {'ok'}
assert len({r['seq'] for r in rows}) == len(rows)" || { echo "$signal $way"; return 1; }
        done
    done
}

@test "between two attempts of a request" {
    TARGET=dead=127.0.0.1,grpc=1,rest=1
    for signal in INT TERM; do
        for transport in grpc rest; do
            background --no-probe --no-floor -p $transport -r 1 -w 0 -c 2 --retries 1 --retry-delay 10m
            await 'len(rows) >= 2'
            kill -s $signal "$RUN_PID"
            ended 130
            python3 -c "
import rows as files
rows, meta = files.load()
assert [(r['status'], r['attempt']) for r in rows] == [('connect', 1)] * 2 and meta['plan']['end'] == 'interrupted', rows"
        done
    done
}

@test "while a rate is searched, and while a cell is not yet stable" {
    begin fixed:1ms
    for signal in INT TERM; do
        background --no-floor -p grpc -w 1 -c 8 --search-max-rate --rate 20 --slo 'p50<10s' -d 1s
        await 'any(r["cell_id"] == "c001.s02" for r in rows)'
        cut $signal
        check "
assert {r['status'] for r in rows} == {'ok'} and {r['cell_id'][:6] for r in rows} == {'c001.s'}
assert sorted(r['seq'] for r in rows)[0] == 1 and len({r['seq'] for r in rows}) == len(rows)"
        for more in '--stability 0.0001%x3' '--min-samples 1000000'; do
            background --no-floor -p grpc -w 1 -r 3 -c 2 $more --max-repetitions 1000000
            await 'any(int(r["rep"]) >= 5 for r in rows)'
            cut $signal
            check "
assert {r['status'] for r in rows} == {'ok'} and max(r['rep'] for r in rows) >= 5
assert sorted(r['seq'] for r in rows) == list(range(1, len(rows) + 1))"
        done
    done
}

# hold_while_listening: stops the run where its lean servers listen: in the middle of measuring the
# client. Fails when it never does.
hold_while_listening() {
    for _ in $(seq 2400); do
        if [ "$(sockets listen)" -gt 0 ]; then
            kill -STOP "$RUN_PID"
            [ "$(sockets listen)" -eq 0 ] || return 0
            kill -CONT "$RUN_PID"
        fi
        kill -0 "$RUN_PID" || return 1
        sleep 0.01
    done
    return 1
}

@test "while the client is calibrated: no table, no file" {
    for signal in INT TERM; do
        for connection in reuse new; do
            "$BIN/odbench-run" --calibrate --connection $connection -o table.csv >out 2>err 3>&- &
            RUN_PID=$!
            hold_while_listening
            kill -s $signal "$RUN_PID"
            kill -CONT "$RUN_PID"
            ended 130
            [ ! -s out ] && [ ! -e table.csv ]
            [ "$(wc -l <err)" -eq 1 ] && [[ "$(cat err)" == "odbench-run: interrupted"* ]]
        done
    done
}

# hung COUNT OPTION...: interrupts a run whose metrics server hangs after so many readings; prints
# for how many seconds it was waited for then.
hung() {
    local count=$1 counters
    shift
    rm -f said
    timeout 120 python3 "$BATS_TEST_DIRNAME/../fault/hung_counters.py" \
        "http://127.0.0.1:$REST/monitoring/prometheus/metrics" "$count" >said 2>/dev/null 3>&- &
    counters=$!
    for _ in $(seq 600); do
        [ ! -s said ] || break
        sleep 0.05
    done
    TARGET=x=127.0.0.1,rest=$REST,metrics=$(head -1 said),times=tfs-prometheus
    background --no-floor -p rest -r 1 -w 0 "$@"
    for _ in $(seq 1200); do
        ! grep -q hung said || break
        sleep 0.01
    done
    kill -INT "$RUN_PID"
    ended 130 || return 1
    for _ in $(seq 600); do
        [ "$(wc -l <said)" -lt 3 ] || break
        sleep 0.05
    done
    kill "$counters"
    wait "$counters" 2>/dev/null || [ $? -eq 143 ]
    sed -n 3p said
}

@test "while a server that hangs is asked for the times that it counts" {
    begin fixed:1ms
    # Before the first row; after a request; before the first request of a block, and after its last.
    for way in '0 -c 1' '4 -c 1 --count 1000' '1 -c 2' '2 -c 2'; do
        # Left alone it waits for 2 s. A machine that is busy may take its time, but not always.
        local soon=
        for _ in 1 2 3 4 5; do
            local seconds
            seconds=$(hung $way) || { echo "$way: $seconds"; return 1; }
            ! awk -v s="$seconds" 'BEGIN { exit !(s < 1.2) }' || { soon=1 && break; }
        done
        [ -n "$soon" ] || { echo "$way: $seconds s"; return 1; }
    done
}

@test "a second signal ends it at once, and the file is valid all the same" {
    begin fixed:30s
    background --no-floor -p grpc -r 3 -w 0 -c 2
    for _ in $(seq 1200); do
        [ "$(connections grpc)" -lt 2 ] || break
        sleep 0.05
    done
    kill -INT "$RUN_PID"
    # The first one has been taken when its handler is gone (SigCgt has the bit of SIGINT, 2).
    for _ in $(seq 1200); do
        mask=$(sed -n 's/^SigCgt:\t*//p' "/proc/$RUN_PID/status" 2>/dev/null)
        [ -n "$mask" ] && (((16#$mask >> 1) & 1)) || break
        sleep 0.01
    done
    kill -INT "$RUN_PID" 2>/dev/null || true
    local code=0
    wait "$RUN_PID" || code=$?
    RUN_PID=
    [ "$code" -eq 130 ]
    [ -z "$(tail -c 1 rows.csv)" ]
    python3 -c 'import json; json.load(open("rows.meta.json"))'
}
