# odbench-compare: each exit status and verdict on runs that compare_rows.awk invents.

bats_require_minimum_version 1.5.0

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/../..
    export BIN=$(realpath "${ODBENCH_BIN:-$ROOT/build}")
    cd "$BATS_FILE_TMPDIR"
    rows -v seed=1 >base.csv
    rows -v seed=2 -v run=run-2 -v start=1700001000 >same.csv
    rows -v seed=3 -v run=run-3 -v start=1700002000 -v scale=1.08 >slow.csv
    rows -v seed=4 -v run=run-4 -v start=1700003000 -v scale=0.9 >fast.csv
    rows -v seed=5 -v ab=1.05 -v images=20 >ab.csv
    rows -v seed=6 -v ab=1 -v images=20 >ab-same.csv
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

rows() {
    awk "$@" -f "$BATS_TEST_DIRNAME/compare_rows.awk"
}

compare() {
    "$BIN/odbench-compare" "$@"
}

# verdicts ARGUMENT...: "LABEL VERDICT ERRORS" of each cell; sets $status.
verdicts() {
    run compare --format json "$@"
    output=$(python3 -c '
import json, sys
for cell in json.load(sys.stdin)["cells"]:
    print(cell["label"] or "-", cell["change"]["verdict"], cell["errors"]["verdict"])' <<<"$output")
}

# refused TEXT ARGUMENT...: status 2, one line that holds TEXT, nothing on standard output.
refused() {
    local text=$1
    shift
    run --separate-stderr compare "$@"
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "odbench-compare: "*"$text"* ]] || { echo "$stderr"; false; }
}

@test "status 0: nothing got slower" {
    run compare base.csv same.csv
    [ "$status" -eq 0 ]
    [[ $output == *"all cells are inconclusive"* ]]
    verdicts --run-noise 0 base.csv same.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc equivalent equivalent\ntfs-rest equivalent equivalent' ]
    verdicts base.csv fast.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc improved equivalent\ntfs-rest improved equivalent' ]
}

@test "status 1: a slower server regresses, and the same turned round improves" {
    run compare base.csv slow.csv
    [ "$status" -eq 1 ]
    [[ $output == *"regressed"*"2 of 2 cells regressed"* ]]
    verdicts slow.csv base.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc improved equivalent\ntfs-rest improved equivalent' ]
    # One of two models.
    rows -v seed=7 -v models=ssd,rcnn >two.csv
    rows -v seed=8 -v run=run-8 -v models=ssd,rcnn -v slow=rcnn -v scale=1.08 >one.csv
    verdicts --run-noise 0 two.csv one.csv
    [ "$status" -eq 1 ]
    [ "$(grep -c regressed <<<"$output")" -eq 2 ]
    [[ $output == *"rcnn tfs-grpc regressed"*"ssd tfs-grpc equivalent"* ]]
}

@test "status 1: more failures regress, and do not make a server faster" {
    rows -v seed=9 -v run=run-9 -v scale=0.9 -v fail=10 >failing.csv
    verdicts base.csv failing.csv
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc inconclusive regressed\ntfs-rest inconclusive regressed' ]
    run compare base.csv failing.csv
    [[ $output == *"faster, but more requests failed"* ]]
    run compare --metric error-rate base.csv failing.csv
    [ "$status" -eq 1 ]
    run compare --threshold-errors 50% base.csv failing.csv
    [ "$status" -eq 0 ]
}

@test "other answers are no improvement" {
    rows -v seed=4 -v run=run-5 -v scale=0.9 -v hash=b >other.csv
    verdicts base.csv other.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc inconclusive equivalent\ntfs-rest inconclusive equivalent' ]
    run compare base.csv other.csv
    [[ $output == *"answers differ"* ]]
}

@test "status 2: a cell on one side only, unless it is allowed" {
    rows -v seed=10 -v run=run-10 -v protocols=tfs-grpc >one-cell.csv
    run compare base.csv one-cell.csv
    [ "$status" -eq 2 ]
    [[ $output == *"tfs-rest"* ]]
    run compare --allow-missing base.csv one-cell.csv
    [ "$status" -eq 0 ]
    # A regression does not hide that a cell is missing, and is seen when that is allowed.
    rows -v seed=11 -v run=run-11 -v protocols=tfs-grpc -v scale=1.1 >slow-cell.csv
    run compare base.csv slow-cell.csv
    [ "$status" -eq 2 ]
    run compare --allow-missing base.csv slow-cell.csv
    [ "$status" -eq 1 ]
    # Without any common cell there is nothing to allow.
    rows -v seed=12 -v run=run-12 -v protocols=oip-grpc >none.csv
    run compare --allow-missing base.csv none.csv
    [ "$status" -eq 2 ]
}

@test "status 2: bad usage" {
    refused "no result files" 
    refused "which are the base" base.csv same.csv slow.csv
    refused "a third label" a=base.csv b=same.csv c=slow.csv
    refused "no row of phase main is of an A/B pair" base.csv
    refused "no-such.csv: No such file" base.csv no-such.csv
    refused "option --metric: 'p42' is none of" --metric p42 base.csv same.csv
    refused "option --threshold" --threshold 2 base.csv same.csv
    refused "option --threshold-abs" --threshold-abs 50 base.csv same.csv
    refused "--alpha is above 0" --alpha 0 base.csv same.csv
    refused "--confidence is above 0" --confidence 100% base.csv same.csv
    refused "colour" --row model,colour base.csv same.csv
    refused "colour" --filter colour=red base.csv same.csv
    refused "option --resamples" --resamples 99 base.csv same.csv
}

@test "status 3: inconclusive under --strict" {
    run compare --strict base.csv same.csv
    [ "$status" -eq 3 ]
    run compare --strict --run-noise 0 base.csv same.csv
    [ "$status" -eq 0 ]
    run compare --strict base.csv slow.csv
    [ "$status" -eq 1 ]
}

@test "status 6: output that cannot be written" {
    run bash -c '"$1" base.csv slow.csv >/dev/full' _ "$BIN/odbench-compare"
    [ "$status" -eq 6 ]
    run compare -o no-such-folder/out base.csv slow.csv
    [ "$status" -eq 6 ]
    run compare -o out.txt base.csv slow.csv
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    compare base.csv slow.csv >plain.txt || true
    cmp out.txt plain.txt
}

@test "thresholds: both must be passed" {
    run compare -t 10% base.csv slow.csv
    [ "$status" -eq 0 ]
    run compare --threshold-abs 10ms base.csv slow.csv
    [ "$status" -eq 0 ]
    verdicts --threshold-abs 10ms base.csv slow.csv
    [ "$output" = $'tfs-grpc equivalent equivalent\ntfs-rest equivalent equivalent' ]
    run compare -t 0 --threshold-abs 0 base.csv slow.csv
    [ "$status" -eq 1 ]
    run compare --alpha 0.0001 base.csv slow.csv # more than 12 images can show
    [ "$status" -eq 1 ]
    [[ $output == *"holds for these images only"* ]]
}

@test "A/B pairs: the targets are the sides" {
    verdicts ab.csv
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc regressed equivalent\ntfs-rest regressed equivalent' ]
    run compare ab.csv
    [[ $output == *"of A/B pairs"* ]]
    run compare --strict ab-same.csv
    [ "$status" -eq 0 ]
    # A change of 3 % is within what single runs differ by, not within what pairs do.
    rows -v seed=13 -v ab=1.03 -v images=20 >ab-3.csv
    run compare ab-3.csv
    [ "$status" -eq 1 ]
    run compare --pair-noise 3% ab-3.csv
    [ "$status" -eq 0 ]
    # Several such files have one label.
    rows -v seed=14 -v run=run-14 -v ab=1.03 -v images=20 -v start=1700009000 >ab-4.csv
    verdicts both= ab-3.csv ab-4.csv
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc regressed equivalent\ntfs-rest regressed equivalent' ]
}

@test "several runs a side, by labels" {
    for i in 1 2 3; do
        rows -v seed=2$i -v run=old-$i -v start=170001${i}000 >old-$i.csv
        rows -v seed=3$i -v run=new-$i -v start=170002${i}000 -v scale=1.05 >new-$i.csv
    done
    run compare main= old-*.csv branch= new-*.csv
    [ "$status" -eq 1 ]
    [[ $output == *"main: 3 files, 3 runs"*"branch: 3 files, 3 runs"* ]]
    [[ $output == *"t over runs"* ]]
    [[ $output != *"one run a side"* ]]
    compare main= old-*.csv branch= new-*.csv >a.txt || true
    compare main=old-1.csv branch=new-1.csv main=old-2.csv branch=new-2.csv main=old-3.csv \
        branch=new-3.csv >b.txt || true
    diff <(grep regressed a.txt) <(grep regressed b.txt)
    # The first label is the base.
    run compare branch= new-*.csv main= old-*.csv
    [ "$status" -eq 0 ]
    [[ $output == *"improved"* ]]
}

@test "--col makes sides of a column's values, --filter chooses rows" {
    run compare --col protocol base.csv
    [ "$status" -eq 0 ]
    [[ $output == *"base: tfs-grpc"*"new:  tfs-rest"* ]]
    run compare --filter protocol=tfs-rest base.csv slow.csv
    [ "$status" -eq 1 ]
    [[ $output == *"Holm over 1 cell"* ]]
    [[ $output == *"60 filtered"* || $output == *"132 "*filter* ]]
    run compare --filter 'gt_objects>=3' --format json base.csv slow.csv
    [[ $output == *'"images": 4,'* ]]
    # Both protocols as one cell.
    verdicts --ignore protocol base.csv slow.csv
    [ "$status" -eq 1 ]
    [ "$output" = "- regressed equivalent" ]
}

@test "a percentile needs enough requests, and then finds a slower tail" {
    run compare --metric p95 base.csv slow.csv
    [ "$status" -eq 0 ]
    [[ $output == *"too few requests for p95"* ]]
    rows -v seed=15 -v images=20 -v reps=15 >many.csv
    rows -v seed=16 -v images=20 -v reps=15 -v run=run-16 -v scale=1.08 >many-slow.csv
    for metric in p90 p95; do
        run compare --metric $metric many.csv many-slow.csv
        [ "$status" -eq 1 ]
        run compare --metric $metric many-slow.csv many.csv
        [ "$status" -eq 0 ]
    done
    compare --metric p95 many.csv many-slow.csv >seed-1.txt || true
    compare --metric p95 --seed 1 many.csv many-slow.csv >again.txt || true
    cmp seed-1.txt again.txt
}

@test "the same input gives the same bytes, in whatever order rows stand" {
    (head -1 slow.csv && tail -n +2 slow.csv | sort -t, -k31,31 -k29,29) >sorted.csv
    for format in text markdown json csv junit github; do
        compare --format $format new=slow.csv base=base.csv >one || true
        compare --format $format new=slow.csv base=base.csv >two || true
        [ -s one ]
        cmp one two
        compare --format $format new=sorted.csv base=base.csv | sed 's/sorted\.csv/slow.csv/g' >three || true
        diff one three
    done
}

@test "every format is listed, and each is a choice" {
    run compare --list-formats
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 6 ]
    for format in $(awk '{ print $1 }' <<<"$output"); do
        run compare --format "$format" base.csv slow.csv
        [ "$status" -eq 1 ]
        [ -n "$output" ]
    done
}

@test "few images and one repetition are noted, and large changes still told" {
    rows -v seed=17 -v images=3 >few.csv
    rows -v seed=18 -v images=3 -v run=run-18 -v scale=1.1 >few-slow.csv
    run compare few.csv few-slow.csv
    [ "$status" -eq 1 ]
    [[ $output == *"holds for these images only"* ]]
    rows -v seed=19 -v reps=1 >once.csv
    rows -v seed=20 -v reps=1 -v run=run-20 -v scale=1.5 >once-slow.csv
    run compare once.csv once-slow.csv
    [ "$status" -eq 1 ]
    [[ $output == *"one repetition: drift"* ]]
    run compare --run-noise 0 once.csv once-slow.csv
    [ "$status" -eq 0 ]
    [[ $output == *"one repetition does not tell"* ]]
}

@test "it starts without gRPC" {
    if ! command -v ldd >/dev/null; then skip "no ldd"; fi
    run ldd "$BIN/odbench-compare"
    [[ $output == *libc.so* ]]
    [[ $output != *grpc* ]]
    [[ $output != *opencv* ]]
}

@test "status 2: nothing was answered on both sides" {
    rows -v seed=7 -v run=run-7 -v fail=1 -v reps=1 >none.csv
    rows -v seed=8 -v run=run-8 -v fail=1 -v reps=1 >none-either.csv
    run compare none.csv none-either.csv
    [ "$status" -eq 2 ]
    [[ $output == *"nothing can be said: no image was answered on both sides" ]]
    run compare --allow-missing none.csv none-either.csv
    [ "$status" -eq 2 ]
    # Other images: their names alone.
    sed -E 's/,([0-9]+),([0-9]+)\.jpg,/,9\1,9\2.jpg,/' same.csv >other.csv
    run compare base.csv other.csv
    [ "$status" -eq 2 ]
    # One cell of three.
    { cat same.csv; sed -n '/tfs-rest/s/,ssd,/,rcnn,/p' none-either.csv | sed 's/run-8/run-2/'; } >two-new.csv
    { cat base.csv; sed -n '/tfs-rest/s/,ssd,/,rcnn,/p' none.csv | sed 's/run-7/run-1/'; } >two-base.csv
    run compare two-base.csv two-new.csv
    [ "$status" -eq 2 ]
    [[ $output == *"incomplete: 1 cell has no common image; "* ]]
    run compare --format junit two-base.csv two-new.csv
    [[ $output == *'<error type="missing" message='*'no image was answered on both sides'* ]]
    run compare --allow-missing two-base.csv two-new.csv
    [ "$status" -eq 0 ]
    # All requests of one side failed: that is an answer where they are enough.
    run compare base.csv none.csv
    [ "$status" -eq 1 ]
}

@test "an empty operand is an error, not nothing" {
    refused "an operand is empty" base.csv ""
    refused "an operand is empty" ab.csv ""
    refused "an operand is empty" main= base.csv "" branch= same.csv
}

@test "alpha and confidence are as far from 0 and 1 as quantiles go" {
    refused "--confidence is above 0" --confidence 1e-300 base.csv same.csv
    refused "--alpha is above 0" --alpha 1e-300 base.csv same.csv
    run compare --confidence 1e-12 --alpha 1e-12 base.csv same.csv
    [ "$status" -eq 0 ]
    run compare --confidence 0.999999999999 base.csv same.csv
    [ "$status" -eq 0 ]
}
