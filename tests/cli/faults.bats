# Servers that fail during a run of odbench-run: every request is a row with what happened to it,
# none is lost, and the run goes on. Each with one connection and with several, in a closed and in
# an open loop, and with retries.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    export PYTHONPATH=$BATS_TEST_DIRNAME/../fault PYTHONDONTWRITEBYTECODE=1
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA" >/dev/null
    mkfifo "$BATS_FILE_TMPDIR/hold"
    # Opened for both ways, the pipe never ends: the servers live until they are killed.
    python3 "$BATS_TEST_DIRNAME/../fault/faultd.py" --ports "$BATS_FILE_TMPDIR/faults" \
        0<>"$BATS_FILE_TMPDIR/hold" 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/pids"
    await_file "$BATS_FILE_TMPDIR/faults"
}

teardown_file() {
    xargs kill <"$BATS_FILE_TMPDIR/pids"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    SERVERS=()
    RUN_PID=
    # Sanitizers look for other faults than these, and take longer.
    [[ $BIN != *-san-* ]] || WAYS=('-c 4' '-c 2 --retries 2 --retry-delay 5ms')
}

# Nothing outlives its test, whatever became of it.
teardown() {
    local pid code=0
    [ -z "$RUN_PID" ] || kill -9 "$RUN_PID" 2>/dev/null || true
    [ ! -e relay.pid ] || kill "$(cat relay.pid)"
    for pid in "${SERVERS[@]}"; do
        kill -CONT "$pid"
        stop_server "$pid" || code=1
    done
    return "$code"
}

await_file() {
    for _ in $(seq 1200); do
        [ ! -s "$1" ] || return 0
        sleep 0.05
    done
    return 1
}

# port MODE: that of faultd.
port() {
    awk -v mode="$1" '$1 == mode { print $2 }' "$BATS_FILE_TMPDIR/faults"
}

# measure OPTION...: into rows.csv, without what would ask the server before.
measure() {
    timeout 300 "$BIN/odbench-run" --no-probe --no-floor -m m -f -q -o rows.csv "$@" "$DATA/images"
}

# check TEXT: Python with rows and facts, of which all that always holds has been asserted.
check() {
    python3 - <<P || { tail -n 5 rows.csv; return 1; }
import collections, rows as files
rows, meta = files.load()
main = [r for r in rows if r['phase'] == 'main']
count = lambda name, some=rows: dict(collections.Counter(r[name] for r in some))
$1
P
}

WAYS=('-c 1' '-c 4' '-c 4 -R 400' '-c 4 --connection new' '-c 2 --retries 2 --retry-delay 5ms')

# suffer MODE TRANSPORT STATUS AGAIN [OPTION...]: every planned request has a row of that status, and
# two more when AGAIN (yes, no) says that retries may help, in all ways.
suffer() {
    local mode=$1 transport=$2 expected=$3 again=$4 way
    shift 4
    for way in "${WAYS[@]}"; do
        measure -t "x=127.0.0.1,$transport=$(port "$mode")" -p "$transport" -r 2 -w 1 $way "$@" ||
            { echo "$mode $transport $way: status $?"; return 1; }
        check "
times = 3 if '$again' == 'yes' and 'retries' in '$way' else 1
assert count('status') == {'$expected': len(rows)}, count('status')
assert len(main) == 2 * 4 * times and count('attempt', main) == {n + 1: 8 for n in range(times)}
assert meta['plan']['end'] == 'complete' and meta['plan']['planned_rows'] == len(rows) // times" ||
            { echo "$mode $transport $way"; return 1; }
    done
}

@test "connections that are reset, closed or hung up" {
    for mode in reset close hangup; do
        suffer $mode grpc reset yes
        suffer $mode rest reset yes
    done
}

@test "half a reply, then the end, a reset, or that all is well" {
    for mode in half halfhead halfreset; do
        suffer $mode rest reset yes
    done
    for mode in h2half h2halfreset; do
        suffer $mode grpc reset yes
    done
    suffer h2cut grpc decode no
}

@test "garbage instead of a reply, in it, and behind a proper begin" {
    suffer garbage rest decode no
    suffer echo rest decode no
    suffer garbage grpc decode no
    suffer h2garbage grpc decode no
    suffer h2empty grpc decode no
    suffer h2frames grpc reset yes
    suffer h2refused grpc grpc_error yes
}

@test "a server that hangs: before it reads, before it answers, within its reply" {
    for mode in stalled silent; do
        suffer $mode grpc timeout yes -T 50ms
        suffer $mode rest timeout yes -T 50ms
    done
    suffer h2stuck grpc timeout yes -T 50ms
    suffer h2huge grpc timeout yes -T 50ms
    suffer stuck rest timeout yes -T 50ms
}

@test "a reply that is too large is refused when it says so, or when it has grown" {
    suffer promised rest decode no
    # A quarter of a gibibyte a request: one will do.
    for at in endless:rest h2over:grpc; do
        measure -t "x=127.0.0.1,${at#*:}=$(port "${at%:*}")" -p "${at#*:}" --limit 1 -r 1 -w 0 --retries 1 -T 110s
        check "
assert [(r['status'], r['attempt']) for r in rows] == [('decode', 1)], rows
assert 'larger than accepted' in rows[0]['error'], rows"
    done
}

@test "a name that does not resolve: exit status 4 at the probe, rows without it" {
    for transport in grpc rest; do
        run "$BIN/odbench-run" -t "x.invalid,$transport=1" -p $transport -m m -o rows.csv "$DATA/images"
        [ "$status" -eq 4 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ "$output" == "odbench-run: target x.invalid, model m, tfs-$transport: x.invalid:1: cannot resolve: "* ]]
        [ -z "$(ls)" ]
        for way in "${WAYS[@]}"; do
            measure -t "x.invalid,$transport=1" -p $transport -r 2 -w 1 $way
            check "
times = 3 if 'retries' in '$way' else 1
assert count('status') == {'connect': len(rows)} and len(main) == 8 * times, count('status')
assert all('x.invalid:1: cannot resolve' in r['error'] and r['connect_ns'] is None for r in rows)"
        done
        rm rows.*
    done
}

# relay BYTES MS BUFFER: a way to the server that takes so many bytes at most so often; sets SLOW_GRPC and
# SLOW_REST.
relay() {
    rm -f relayed
    python3 "$BATS_TEST_DIRNAME/../fault/relay.py" --ports relayed --bytes "$1" --pause "$2" --buffer "$3" "$GRPC" "$REST" \
        0<>"$BATS_FILE_TMPDIR/hold" 3>&- &
    echo $! >relay.pid
    await_file relayed
    SLOW_GRPC=$(awk -v p="$GRPC" '$1 == p { print $2 }' relayed)
    SLOW_REST=$(awk -v p="$REST" '$1 == p { print $2 }' relayed)
}

@test "a slow reader that takes all: success, and the upload tells how slow it was" {
    serve --model m=fixed:1ms
    relay 65536 4 131072
    "$BIN/odbench-data" make --objects 1 --size 1920x1080 --per-cell 1 --seed 3 -o grpc >/dev/null
    "$BIN/odbench-data" make --objects 1 --size 1280x720 --per-cell 1 --seed 3 -o rest >/dev/null
    for transport in grpc rest; do
        port=$([ $transport = grpc ] && echo "$SLOW_GRPC" || echo "$SLOW_REST")
        for way in '-c 1 -r 3' '-c 4 --count 4 -r 1' '-c 4 -R 20 --count 4 -r 1'; do
            timeout 300 "$BIN/odbench-run" --no-probe --no-floor -m m -f -q -o rows.csv -w 0 $way \
                -t "x=127.0.0.1,$transport=$port" -p $transport $transport/images
            # What the kernel may hold of it (at most 4 MB here and some at the reader) is no
            # part of the upload; the rest goes 64 KiB in 4 ms at best.
            check "
hold = int(open('/proc/sys/net/ipv4/tcp_wmem').read().split()[2]) + 2 * int(open('/proc/sys/net/core/wmem_max').read())
assert count('status') == {'ok': len(rows)} and len(rows) in (3, 4), rows
for r in rows:
    least = (r['bytes_up'] - hold - 500000) / 65536 * 4e6
    assert r['bytes_up'] > 6e6 and r['upload_ns'] >= least, (r['upload_ns'], least)"
        done
    done
}

# A gRPC server on a slow machine may say that the request is late before its client does (below).
@test "a slow reader that takes too little: timeouts, and no upload that was none" {
    serve --model m=fixed:1ms
    relay 500 20 4096
    for transport in grpc rest; do
        port=$([ $transport = grpc ] && echo "$SLOW_GRPC" || echo "$SLOW_REST")
        for way in "${WAYS[@]}"; do
            measure -t "x=127.0.0.1,$transport=$port" -p $transport -r 1 -w 0 -T 100ms $way
            check "
times = 3 if 'retries' in '$way' else 1
assert meta['plan']['planned_rows'] == 4 and set(count('status')) <= {'timeout', 'grpc_error'}, count('status')
groups = files.attempts(rows).values()
early = lambda r: '$transport' == 'grpc' and r['status'] == 'grpc_error' and 'DEADLINE_EXCEEDED' in r['error']
assert all(r['status'] == 'timeout' and r['wait_ns'] is None and r['download_ns'] is None for r in rows if not early(r)), rows
assert len(groups) == 4 and all(len(group) == times or early(group[-1]) for group in groups), rows"
        done
    done
}

# await CONDITION: until it holds for the rows so far (Python, with n(STATUS...) for how many have
# one of these, tail for how many are ok at the end, since(WHEN) for the statuses of those that were
# sent after that time of now, and waiting(WHEN) for the requests that were sent before it and have
# not been answered), for four minutes at most.
await() {
    python3 - "$1" <<'P'
import csv, sys, time
end = time.monotonic() + 240
while time.monotonic() < end:
    try:
        with open('rows.csv', newline='') as file:
            text = file.read()
    except FileNotFoundError:
        text = ''
    table = list(csv.DictReader(text[:text.rfind('\n') + 1].splitlines()))
    statuses = [row['status'] for row in table]
    n = lambda *names: sum(s in names for s in statuses)
    sent = lambda row: int(row['start_unix_ns']) + int(row['send_ns'])
    since = lambda when: [row['status'] for row in table if sent(row) >= when]
    early = lambda row: 'DEADLINE_EXCEEDED' in row['error']
    waiting = lambda when: {row['seq'] for row in table if sent(row) < when} - {row['seq'] for row in table if row['status'] == 'ok' or early(row)}
    tail = 0
    while tail < len(statuses) and statuses[-1 - tail] == 'ok':
        tail += 1
    if eval(sys.argv[1]):
        sys.exit(0)
    time.sleep(0.02)
sys.exit('not in four minutes: %s, %s rows' % (sys.argv[1], len(statuses)))
P
}

# now: on the clock that start_unix_ns was read from.
now() {
    date +%s%N
}

# background OPTION...: measures, sets RUN_PID.
background() {
    rm -f rows.csv rows.meta.json
    "$BIN/odbench-run" --no-probe --no-floor -m m -q -o rows.csv "$@" "$DATA/images" 3>&- &
    RUN_PID=$!
}

# ended STATUS: the run ends with that exit status.
ended() {
    local code=0
    wait "$RUN_PID" || code=$?
    RUN_PID=
    [ "$code" -eq "$1" ] || { echo "exit status $code"; return 1; }
}

# crash: the server is gone from one moment to the next.
crash() {
    kill -9 "$PID"
    wait "$PID" || true
    SERVERS=()
}

# halt: the server stands still, and all its threads do: a signal reaches them one after the other,
# and where the machine is busy those that come last go on answering for a while.
halt() {
    kill -STOP "$PID"
    for _ in $(seq 1200); do
        grep -h '^State:' /proc/"$PID"/task/*/status | grep -qv 'T (stopped)' || return 0
        sleep 0.05
    done
    return 1
}

# What holds of rows before, during and after, as Python; sets before, during and after (by send).
THREE='
sent = sorted((r for r in rows if r["phase"] != "drain"), key=lambda r: r["send_ns"])
bad = [i for i, r in enumerate(sent) if r["status"] != "ok"]
before, during, after = sent[:bad[0]], [sent[i] for i in bad], sent[bad[-1] + 1:]
assert len(before) >= 10 and during and len(after) >= 10, (len(before), len(during), len(after))
'
# Connections that were kept are made anew, inside the clock of their first request.
ANEW='
assert set(count("status", during)) <= {"connect", "reset"}, count("status", during)
assert all(r["connect_ns"] is None for r in before)
old = {r["conn_id"] for r in before}
fresh = collections.defaultdict(list)
for r in after:
    fresh[r["conn_id"]].append(r["connect_ns"])
assert fresh and not set(fresh) & old and None not in fresh, (old, set(fresh))
assert all(spans.count(None) >= len(spans) - 1 for spans in fresh.values()), fresh
assert any(spans[0] is not None for spans in fresh.values()), fresh
'

@test "a server that is killed and comes again: the requests between fail, the others do not" {
    for transport in grpc rest; do
        for way in '-c 1' '-c 4' '-c 4 -R 100'; do
            serve --model m=fixed:5ms
            background -t "x=127.0.0.1,grpc=$GRPC,rest=$REST" -p $transport --count 5000000 -r 1 -w 1 $way
            await 'n("ok") >= 40'
            crash
            await 'n("connect") >= 5'
            serve --model m=fixed:5ms --grpc-port "$GRPC" --rest-port "$REST"
            await 'tail >= 40'
            kill -INT $RUN_PID
            ended 130
            check "$THREE$ANEW
assert [r['attempt'] for r in rows] == [1] * len(rows)
# None is lost: the numbers are without gaps, but for those of a planned time that never came.
numbers = sorted(r['seq'] for r in rows)
assert len(set(numbers)) == len(numbers) and numbers[-1] - len(numbers) <= (4 if '-R' in '$way' else 0), numbers[-5:]" ||
                { echo "$transport $way"; return 1; }
            stop_server "$PID"
            SERVERS=()
        done
    done
}

@test "a server that is killed and comes again: with retries every request succeeds in the end" {
    for transport in grpc rest; do
        for way in '-c 1' '-c 4' '-c 4 -R 30'; do
            serve --model m=fixed:100ms
            background -t "x=127.0.0.1,grpc=$GRPC,rest=$REST" -p $transport --count 150 -r 1 -w 1 $way \
                --retries 100 --retry-delay 500ms
            await 'n("ok") >= 20'
            crash
            await 'n("connect") >= 2'
            serve --model m=fixed:1ms --grpc-port "$GRPC" --rest-port "$REST"
            ended 0
            check "$THREE$ANEW
assert sum(r['status'] == 'ok' for r in main) == 150 and meta['plan']['failed_rows'] == 0
assert meta['plan']['planned_rows'] == len(files.attempts(rows)), meta['plan']
assert all(len({r['sched_ns'] for r in group}) == 1 for group in files.attempts(rows).values() if '-R' in '$way')" ||
                { echo "$transport $way"; return 1; }
            stop_server "$PID"
            SERVERS=()
        done
    done
}

# Where the machine is slow, a request may reach its timeout at any time: what the pause did is told
# by the requests that lie within it, and by those that were under way when it ended. A gRPC server
# reads the clock before it reads a request: stopped between the two it finds, when it goes on, that
# the request is too late, and says so.
@test "a server that stands still and goes on: timeouts between, and retries outlast it" {
    serve --model m=fixed:5ms
    for transport in grpc rest; do
        for way in '-c 1' '-c 4' '-c 4 -R 100' '-c 2 --retries 100 --retry-delay 10ms'; do
            background -t "x=127.0.0.1,grpc=$GRPC,rest=$REST" -p $transport --count 5000000 -r 1 -w 1 -T 700ms $way
            await 'n("ok") >= 40'
            halt
            local stopped=$(now)
            await "since($stopped).count('timeout') >= 3"
            local going=$(now)
            kill -CONT "$PID"
            await "since($going).count('ok') >= 40 and ('retries' not in '$way' or not waiting($going))"
            kill -TERM $RUN_PID
            ended 130
            check "
early = {r['seq'] for r in rows if '$transport' == 'grpc' and 'DEADLINE_EXCEEDED' in r['error']}
sent = [r for r in rows if r['phase'] != 'drain' and r['seq'] not in early]
assert set(count('status', sent)) == {'ok', 'timeout'}, (count('status', sent), {r['error'] for r in sent})
assert all(r['service_ns'] >= 700000000 for r in sent if r['status'] == 'timeout')
at = lambda r, name: r['start_unix_ns'] + r[name]
pause = [r for r in sent if at(r, 'send_ns') >= $stopped and at(r, 'end_ns') <= $going]
assert len(pause) >= 3 and count('status', pause) == {'timeout': len(pause)}, count('status', pause)
# With retries each of them is answered in the end; without, none is sent again.
numbers = {r['seq'] for r in pause}
groups = [group for seq, group in files.attempts(rows).items() if seq in numbers]
ends = {group[-1]['status'] for group in groups}
assert ends == ({'ok'} if 'retries' in '$way' else {'timeout'}), ends
assert 'retries' in '$way' or {len(group) for group in groups} == {1}" ||
                { echo "$transport $way"; return 1; }
        done
    done
}

@test "--duration-stop close cuts off what is in flight, over each transport" {
    serve --model m=fixed:60s --grace 100ms
    for transport in grpc rest; do
        for way in '-c 1' '-c 4' '-c 4 -R 100' '-c 4 --connection new' '-c 2 --retries 2'; do
            measure -t "x=127.0.0.1,grpc=$GRPC,rest=$REST" -p $transport -d 300ms --duration-stop close -r 2 -w 0 $way
            check "
each = int('$way'.split()[1])
assert [(r['phase'], r['status'], r['attempt']) for r in rows] == [('drain', 'cancelled', 1)] * 2 * each, rows
assert meta['plan']['failed_rows'] == 0 and meta['plan']['end'] == 'complete', meta['plan']"
        done
    done
}

@test "two runs never write the same file: the second is refused and changes nothing" {
    serve --model m=fixed:20ms
    target="x=127.0.0.1,grpc=$GRPC"
    background -t "$target" -p grpc --count 100000 -r 1 -w 0 --detections
    await 'n("ok") >= 5'
    cp rows.meta.json before.json
    for way in '' --force --resume; do
        run "$BIN/odbench-run" --no-probe --no-floor -m m -q -o rows.csv -t "$target" -p grpc --count 100000 -r 1 -w 0 \
            --detections $way "$DATA/images"
        [ "$status" -eq 6 ]
        [ "${#lines[@]}" -eq 1 ]
        case $way in
        '') [ "$output" = "odbench-run: rows.csv: exists; --force replaces it" ] ;;
        *) [ "$output" = "odbench-run: rows.csv: another run is writing it" ] ;;
        esac
        cmp before.json rows.meta.json
    done
    rows_before=$(wc -l <rows.csv)
    await "n('ok') > $rows_before"
    kill -INT $RUN_PID
    ended 130
    check 'assert sorted(r["seq"] for r in rows) == list(range(1, len(rows) + 1))
assert len({r["run_id"] for r in rows}) == 1'
    # With nobody writing it, it is anybody'\''s again.
    measure -t "$target" -p grpc --count 3 -r 1 -w 0
    check 'assert count("status") == {"ok": 3}'
}
