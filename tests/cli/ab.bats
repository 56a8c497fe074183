# odbench-run --ab: the same image to two servers by turns.

load server

# sides [MODEL_A [MODEL_B]]: images, and a server for each side; sets A, B and PIDS.
sides() {
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 3 --seed 3 -o data >/dev/null
    serve --model "m=${1:-fixed:5ms}" --grace 100ms
    A=127.0.0.1,grpc=$GRPC,rest=$REST
    serve --model "m=${2:-fixed:5ms}" --grace 100ms
    B=127.0.0.1,grpc=$GRPC,rest=$REST
}

# measure OPTION...: both sides into rows.csv, quietly.
measure() {
    "$BIN/odbench-run" --ab "old=$A" --ab "new=$B" -m m -f -o rows.csv -q "$@" data/images
}

# check TEXT: Python with rows, main, facts, and pairs: the rows of each number, those of warm-up too.
# What holds for every run in pairs has been asserted. PLANNED=no: rows are not those of the plan alone.
check() {
    PYTHONPATH=$BATS_TEST_DIRNAME/../fault PYTHONDONTWRITEBYTECODE=1 python3 - <<P || { tail -n 5 rows.csv; return 1; }
import collections, csv, json
import rows as files
if '${PLANNED:-yes}' == 'yes':
    rows, meta = files.load()
else:
    rows = [{k: files.number(k, v) for k, v in r.items()} for r in csv.DictReader(open('rows.csv', newline=''))]
    meta = json.load(open('rows.meta.json'))
main = [r for r in rows if r['phase'] == 'main']
pairs = collections.defaultdict(list)
for row in rows:
    pairs[int(row['pair'])].append(row)
assert min(pairs) == 1
for number, pair in pairs.items():
    assert {r['target'] for r in pair} == {'old', 'new'} and len({r['seq'] for r in pair}) == 2, pair
    assert {r['seq'] for r in pair if r['target'] == 'old'} == {number}, pair
    for key in ('rep', 'phase', 'file_name', 'protocol', 'payload', 'concurrency', 'model'):
        assert len({r[key] for r in pair}) == 1, (key, pair)
def first(pair):
    return min(pair, key=lambda r: r['send_ns'])['target']
$1
P
}

@test "each image goes to both sides, one right after the other, and each is first equally often" {
    sides
    measure -r 4 -w 2
    check "
assert len(rows) == 2 * 2 * 4 * (2 + 6) and len(main) == 96 and {len(p) for p in pairs.values()} == {2}
assert {r['status'] for r in rows} == {'ok'} and sorted(r['seq'] for r in rows) == list(range(1, 129))
assert {(r['cell_id'], r['target'], r['protocol']) for r in rows} == {
    ('c001', 'old', 'tfs-grpc'), ('c002', 'old', 'tfs-rest'), ('c003', 'new', 'tfs-grpc'), ('c004', 'new', 'tfs-rest')}
# One after the other: the second's plan is not before the first's end, and nothing is between them.
rows.sort(key=lambda r: r['send_ns'])
assert [r['pair'] for r in rows[::2]] == [r['pair'] for r in rows[1::2]]
assert all(a['end_ns'] <= b['sched_ns'] for a, b in zip(rows, rows[1:]))
# Every image of every cell: twice each in four repetitions; half of the images in each of them.
image = collections.Counter((p[0]['protocol'], p[0]['file_name'], first(p)) for p in pairs.values() if p[0]['phase'] == 'main')
assert set(image.values()) == {2} and len(image) == 2 * 6 * 2, image
rep = collections.Counter((p[0]['protocol'], p[0]['rep'], first(p)) for p in pairs.values() if p[0]['phase'] == 'main')
assert set(rep.values()) == {3}, rep
warm = {first(p) for p in pairs.values() if p[0]['phase'] == 'warmup'}
assert warm == {'old', 'new'}, warm
assert meta['plan']['ab'] == ['old', 'new'] and meta['plan']['planned_rows'] == 128, meta['plan']
assert [v['cell_id'] for v in meta['validity']] == ['c001', 'c002', 'c003', 'c004']
assert {v['counted'] for v in meta['validity']} == {24} and {v['repetitions'] for v in meta['validity']} == {4}"
}

# order: pair, side and image of each row by time.
order() {
    sort -t, -k29,29n <(tail -n +2 rows.csv) | cut -d, -f4,5,8,10,22
}

@test "the order is that of the seed" {
    sides fixed:1ms fixed:1ms
    measure -p grpc -r 2 -w 1 -s 7
    order >one
    measure -p grpc -r 2 -w 1 -s 7
    order >two
    measure -p grpc -r 2 -w 1 -s 8
    order >three
    cmp one two
    ! cmp -s one three
    [ "$(wc -l <one)" -eq 28 ]
}

@test "a side that is slower shows, whoever is first" {
    sides fixed:5ms fixed:25ms
    measure -p rest -r 2 -w 0 --connection new
    check "
# What the server says that it held an answer, since the machine may add any time to that.
for side, held in (('old', 5000000), ('new', 25000000)):
    assert {r['srv_total_ns'] for r in main if r['target'] == side} == {held}
    assert min(r['service_ns'] for r in main if r['target'] == side) >= held
assert len({r['conn_id'] for r in rows}) == len(rows) == 24"
}

@test "workers have a connection to each side, and --duration leaves no half" {
    sides
    measure -p grpc -c 3 -d 200ms -r 2 -w 2
    check "
assert {len(p) for p in pairs.values()} == {2} and {r['status'] for r in rows} == {'ok'}
assert sorted(r['seq'] for r in rows) == list(range(1, len(rows) + 1)), len(rows)
assert len({(r['target'], r['conn_id']) for r in rows}) == len({r['conn_id'] for r in rows}) == 2 * 3 * 2
for rep in (1, 2):
    half = collections.Counter(r['target'] for r in main if r['rep'] == rep)
    assert half['old'] == half['new'] > 0, half
    # Never more than one request of a worker: three in flight in all.
    events = sorted([(r['send_ns'], 1) for r in main if r['rep'] == rep] + [(r['end_ns'], -1) for r in main if r['rep'] == rep])
    flying = most = 0
    for _, step in events:
        flying += step
        most = max(most, flying)
    assert most <= 3, most"
}

@test "passes within a block change sides, also when --memory holds no request" {
    sides fixed:1ms fixed:1ms
    measure -p grpc -r 1 -w 0 --count 24 --memory 1
    check "
image = collections.Counter((p[0]['file_name'], first(p)) for p in pairs.values())
assert set(image.values()) == {2} and len(image) == 12, image
assert len(rows) == 48"
}

@test "repetitions that a goal asks for are of both sides" {
    sides fixed:1ms fixed:1ms
    measure -p grpc -r 2 -w 0 --min-samples 20
    PLANNED=no check "
count = collections.Counter(r['target'] for r in main)
assert count['old'] == count['new'] == 24, count"
}

@test "a side that does not answer fails alone, and attempts keep their pair" {
    sides
    B=127.0.0.1,grpc=1,rest=1
    measure -p rest -r 2 -w 0 --no-probe --retries 2 --retry-delay 1ms
    check "
old = [r for r in rows if r['target'] == 'old']
new = [r for r in rows if r['target'] == 'new']
assert len(old) == 12 and {r['status'] for r in old} == {'ok'}
assert len(new) == 36 and {r['status'] for r in new} == {'connect'} and {r['attempt'] for r in new} == {1, 2, 3}
assert {len(p) for p in pairs.values()} == {4}
assert meta['plan']['failed_rows'] == 12
doubts = {v['cell_id']: [f['doubt'] for f in v['findings']] for v in meta['validity']}
assert 'errors' in doubts['c002'] and 'errors' not in doubts['c001'], doubts"
    run measure -p rest -r 2 -w 0
    [ "$status" -eq 4 ]
    [[ "$output" == *"target new, model m, tfs-rest"* ]]
}

@test "a server that is killed in the middle makes rows, the other side goes on" {
    sides
    "$BIN/odbench-run" --ab "old=$A" --ab "new=$B" -m m -p grpc -r 1 -w 1 --count 300 -q -o rows.csv data/images >out 2>err 3>&- &
    local run=$! i
    for i in $(seq 1200); do
        [ "$(cat rows.csv 2>/dev/null | wc -l)" -lt 60 ] || break
        sleep 0.05
    done
    kill -9 "$PID"
    wait "$PID" 2>/dev/null || touch "ended.$PID"
    wait "$run"
    check "
side = {s: collections.Counter(r['status'] for r in main if r['target'] == s) for s in ('old', 'new')}
assert side['old'] == {'ok': 300}, side
assert sum(side['new'].values()) == 300 and 20 <= side['new']['ok'] < 300, side
assert {len(p) for p in pairs.values()} == {2}"
}

@test "--max-errors ends the run with whole pairs" {
    sides
    B=127.0.0.1,grpc=1,rest=1
    run measure -p grpc -r 2 -w 0 --no-probe --max-errors 5
    [ "$status" -eq 5 ]
    check "
assert {len(p) for p in pairs.values()} == {2} and len(rows) == 10"
}

@test "an interrupt leaves valid files, and a resumed run has every request once" {
    sides fixed:40ms fixed:40ms
    measure -p grpc -r 12 -w 1 -c 2
    check "json.dump([first(pairs[n]) for n in sorted({int(r['pair']) for r in main})], open('order', 'w'))"
    rm rows.csv rows.meta.json
    "$BIN/odbench-run" --ab "old=$A" --ab "new=$B" -m m -p grpc -r 12 -w 1 -c 2 -q -o rows.csv data/images >out 2>err 3>&- &
    local run=$! i code=0
    for i in $(seq 1200); do
        [ "$(cat rows.csv 2>/dev/null | wc -l)" -lt 9 ] || break
        sleep 0.02
    done
    kill -INT "$run"
    wait "$run" || code=$?
    [ "$code" -eq 130 ]
    # What was begun is ended: it takes less than the second that requests have.
    check "
assert meta['plan']['end'] == 'interrupted' and 8 <= len(rows) < 144, len(rows)
assert {len(p) for p in pairs.values()} == {2} and {r['phase'] for r in rows} <= {'warmup', 'main'}"
    # Half of a pair: cut before the last row that is not of a warm-up.
    head -n "$(($(grep -n ',main,' rows.csv | tail -n 1 | cut -d: -f1) - 1))" rows.csv >cut.csv
    mv cut.csv rows.csv
    "$BIN/odbench-run" --ab "old=$A" --ab "new=$B" -m m -p grpc -r 12 -w 1 -c 2 -o rows.csv --resume data/images >table
    [ "$(grep -c ' 72  *0 ' table)" -eq 2 ]
    PLANNED=no check "
each = collections.Counter((r['cell_id'], r['rep'], r['file_name']) for r in main)
assert len(each) == 144 and set(each.values()) == {1}, each
assert len({r['run_id'] for r in rows}) == 1 and len({r['seq'] for r in rows}) == len(rows)
assert {len(p) for p in pairs.values()} == {2}
# In the order of the run that was not interrupted, but for the pair whose half was sent again.
order = [first(pairs[n]) for n in sorted({int(r['pair']) for r in main})]
assert sum(a != b for a, b in zip(order, json.load(open('order')), strict=True)) <= 1, order"
    cp rows.csv before.csv
    "$BIN/odbench-run" --ab "old=$A" --ab "new=$B" -m m -p grpc -r 12 -w 1 -c 2 -q -o rows.csv --resume data/images
    cmp rows.csv before.csv
    # The other way round is another plan.
    run "$BIN/odbench-run" --ab "new=$B" --ab "old=$A" -m m -p grpc -r 12 -w 1 -c 2 -q -o rows.csv --resume data/images
    [ "$status" -eq 2 ]
    [[ "$output" == *'not the same plan: '*' was "old", is "new"'* ]]
}

@test "runs in pairs that were killed at random moments are complete after they were resumed" {
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 3 --seed 3 -o data >/dev/null
    python3 "$BATS_TEST_DIRNAME/../fault/kill_resume.py" "$BIN" data/images . "${ODBENCH_TEST_KILLS:-8}" \
        "${SEED:-1}" "${ODBENCH_TEST_KILL_AGE_MS:-0}" ab
}

@test "a dry run and a plan file know both sides" {
    sides
    cat >plan.json <<P
{"ab": ["old=$A", "new=box=$B"], "model": "m", "protocol": "grpc", "repetitions": 2, "warmup": 1, "images": ["data/images"]}
P
    run "$BIN/odbench-run" --plan plan.json --dry-run
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "c001  old (127.0.0.1:"*"14 requests, "* ]]
    [[ "${lines[1]}" == "c002  new (127.0.0.1:"*"14 requests, "* ]]
    [[ "${lines[2]}" == "2 cells, 6 images, 2 repetitions: old and new by turns, 28 requests, "* ]]
    # The time is that of a pair, not of both sides one after the other.
    run "$BIN/odbench-run" --plan plan.json --dry-run -d 2s
    [[ "${lines[2]}" == *"old and new by turns, "*", 4 s and warm-up" ]]
    "$BIN/odbench-run" --plan plan.json --verify -q -o rows.csv
    check "
assert len(rows) == 28 and meta['plan']['ab'] == ['old', 'new']"
    "$BIN/odbench-run" --plan plan.json --calibrate | grep -q gRPC
}

# One refusal, whose message holds a text: refused TEXT ARGUMENTS...
refused() {
    local text=$1
    shift
    run "$BIN/odbench-run" -m m "$@" data/images
    [ "$status" -eq 2 ] || { echo "$* => $status: $output"; return 1; }
    [[ "${lines[0]}" == "odbench-run: "*"$text"* ]] || { echo "$* => $output"; return 1; }
    [ ! -e results ]
}

@test "what does not go together is refused before anything is sent" {
    mkdir -p data/images
    refused '--ab: given 1 times; it takes two sides' --ab A=h
    refused '--ab: given 3 times' --ab A=h --ab B=h --ab C=h
    refused "--ab 'B': not NAME=TARGET" --ab A=h --ab B
    refused "--ab 'h,grpc=1': not NAME=TARGET" --ab h,grpc=1 --ab B=h
    refused "the name 'A' is given twice" --ab A=h --ab A=i
    refused "'port=1' is none of grpc=PORT" --ab A=h,port=1 --ab B=h
    refused '--ab and --target do not go together' --ab A=h --ab B=h --target h
    refused '--ab and --rate do not go together' --ab A=h --ab B=h --rate 5
    refused '--ab and --arrival do not go together' --ab A=h --ab B=h --arrival poisson --rate 5
    refused '--ab and --arrival do not go together' --ab A=h --ab B=h --arrival ramp:1..5 -d 1s
    refused '--ab and --search-max-rate do not go together' --ab A=h --ab B=h --search-max-rate --slo 'p99<1s'
    refused 'would leave halves of pairs' --ab A=h --ab B=h -d 1s --duration-stop close
    refused 'would leave halves of pairs' --ab A=h --ab B=h --allow-unreachable
    refused 'not as --ab asks' --ab A=h --ab B=h --paper
    rm -r data
    "$BIN/odbench-data" make --objects 0 --bytes 9k --size 192x144 --per-cell 1 --seed 3 -o data >/dev/null
    refused '--ab: A and B do not speak the same of the chosen protocols' --ab A=h --ab B=h,grpc=1
}

@test "without --ab rows have no pair" {
    sides fixed:1ms fixed:1ms
    "$BIN/odbench-run" --target "old=$A" --target "new=$B" -m m -p grpc -r 1 -w 1 -q -o rows.csv data/images
    python3 - <<'P'
import csv, json
rows = list(csv.DictReader(open('rows.csv', newline='')))
assert {r['pair'] for r in rows} == {''} and len(rows) == 14
assert 'ab' not in json.load(open('rows.meta.json'))['plan']
P
}
