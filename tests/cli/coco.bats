# The whole pipe on real images and a real detector. ODBENCH_TEST_COCO is a folder with val2017/ and
# annotations/instances_val2017.json of the 79-image sample, ODBENCH_TEST_MODELS one with the Yolo-Fastest 1.1 files.

load pycocotools

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    [ -n "${ODBENCH_TEST_COCO:-}" ] && [ -n "${ODBENCH_TEST_MODELS:-}" ] || return 0
    cd "$BATS_FILE_TMPDIR"
    "$BIN/odbench-serve" --model "fast=$ODBENCH_TEST_MODELS/yolo-fastest-1.1.weights" \
        --model "xl=$ODBENCH_TEST_MODELS/yolo-fastest-1.1-xl.weights" --score-min 0.005 \
        --grpc-port 0 --rest-port 0 --port-file ports 2>serve.log 3>&- &
    echo $! >pid
    for _ in $(seq 600); do
        [ ! -s ports ] || break
        kill -0 "$(cat pid)" || { cat serve.log; return 1; }
        sleep 0.1
    done
    "$BIN/odbench-run" --target "box=127.0.0.1,$(paste -sd, ports)" --model fast,xl --repetitions 1 --warmup 0 \
        --annotations "$ODBENCH_TEST_COCO/annotations/instances_val2017.json" --detections --quiet -o rows.csv \
        "$ODBENCH_TEST_COCO/val2017"
}

teardown_file() {
    [ ! -e "$BATS_FILE_TMPDIR/pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
    [ -n "${ODBENCH_TEST_COCO:-}" ] || skip "ODBENCH_TEST_COCO is not set"
    [ -n "${ODBENCH_TEST_MODELS:-}" ] || skip "ODBENCH_TEST_MODELS is not set"
    cd "$BATS_FILE_TMPDIR"
}

@test "79 images, two models, two protocols: every request answered" {
    python3 - <<'P'
import csv, json, os
rows = list(csv.DictReader(open('rows.csv', newline='')))
known = json.load(open(os.environ['ODBENCH_TEST_COCO'] + '/annotations/instances_val2017.json'))
assert len(rows) == 79 * 4, len(rows)
assert all(r['status'] == 'ok' for r in rows)
assert sum(int(r['gt_objects']) for r in rows) == len(known['annotations']) * 4
assert {r['weights'] for r in rows} == {'user'}
P
}

@test "gRPC and REST agree on every detection to the last digit" {
    python3 - <<'P'
import collections, csv, json
cells = {r['cell_id']: (r['model'], r['protocol']) for r in csv.DictReader(open('rows.csv', newline=''))}
found = collections.defaultdict(list)
for line in open('rows.detections.jsonl'):
    d = json.loads(line)
    model, protocol = cells[d['cell_id']]
    found[model, protocol].append((d['image_id'], d['category_id'], d['score'], tuple(d['bbox'])))
for model in ('fast', 'xl'):
    grpc, rest = (sorted(found[model, p]) for p in ('tfs-grpc', 'tfs-rest'))
    assert len(grpc) > 1000, len(grpc)
    assert grpc == rest, model
P
}

@test "mAP@0.5 by pycocotools is that of the detectors" {
    with_pycocotools
    for row in fast:0.35 xl:0.46; do
        model=${row%:*} expected=${row#*:}
        python3 - "$model" >"$model.json" <<'P'
import csv, json, sys
cells = {r['cell_id'] for r in csv.DictReader(open('rows.csv', newline=''))
         if (r['model'], r['protocol']) == (sys.argv[1], 'tfs-rest')}
keys = ('image_id', 'category_id', 'bbox', 'score')
json.dump([{k: d[k] for k in keys} for d in map(json.loads, open('rows.detections.jsonl')) if d['cell_id'] in cells],
          sys.stdout)
P
        score=$(python3 "$BATS_TEST_DIRNAME/../oracle/coco_map.py" \
            "$ODBENCH_TEST_COCO/annotations/instances_val2017.json" "$model.json")
        echo "$model: mAP@0.5 $score"
        python3 -c "import sys; sys.exit(abs($score - $expected) > 0.02)"
    done
}

@test "the table of accuracy is pycocotools' to 6 digits, and what it is made from to 1e-9" {
    with_pycocotools
    [ -x "$BIN/unit/test_coco_eval" ] || skip "build/unit/test_coco_eval is not built"
    local notes=$ODBENCH_TEST_COCO/annotations/instances_val2017.json model cell
    "$BIN/odbench-report" --table accuracy --format csv rows.csv >accuracy.csv
    cat accuracy.csv
    [ "$(wc -l <accuracy.csv)" -eq 5 ]
    for model in fast xl; do
        cell=$(awk -F, -v model=$model 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
            $at["model"] == model && $at["protocol"] == "tfs-rest" { print $at["cell_id"]; exit }' rows.csv)
        python3 "$BATS_TEST_DIRNAME/../oracle/coco_eval.py" --real "$notes" rows.detections.jsonl "$cell" >$model.txt
        awk '$1 == "stats" { printf "%.6g,%.6g,%.6g,%.6g,%.6g\n", $2, $3, $5, $6, $7 }' $model.txt >expected
        cat expected
        [ "$(wc -l <expected)" -eq 1 ]
        # Both protocols brought the same.
        [ "$(grep ",$model,tfs-" accuracy.csv | cut -d, -f6- | sort -u)" = "$(cat expected)" ]
        (cd "$BATS_TEST_DIRNAME/../.." && ODBENCH_TEST_EVAL=$BATS_FILE_TMPDIR/$model.txt "$BIN/unit/test_coco_eval" 2>&1) |
            tee eval.log
        grep -q 'OK.*equal_on_another_file' eval.log
    done
}
