# scripts/interop and its judge, without any registry: the reference server against itself, and cells that must fail.

bats_require_minimum_version 1.5.0

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export ROOT=$BATS_TEST_DIRNAME/../..
    BIN=$(cd "$BIN" && pwd)
    export ODBENCH_BIN=$BIN TMPDIR=$BATS_FILE_TMPDIR
    "$ROOT/scripts/interop" --keep "$BATS_FILE_TMPDIR/kept" reference >"$BATS_FILE_TMPDIR/matrix"
}

# A copy of what that run left, to be changed.
setup() {
    cd "$BATS_TEST_TMPDIR"
    export TMPDIR=$BATS_TEST_TMPDIR
    cp -r "$BATS_FILE_TMPDIR/kept/last" work
    # The cells name their files where they were.
    sed -i "s|\t[^\t]*/cells/|\t$PWD/work/cells/|" work/cells.tsv
}

judge() {
    run python3 "$ROOT/scripts/interop.d/judge.py" work
}

# claim FROM NAME: the cells of the reference again as those of another server, from its files of that number.
claim() {
    local file=work/cells/$2
    cp "work/cells/reference-$1.csv" "$file.csv"
    cp "work/cells/reference-$1.log" "$file.log"
    cp "work/cells/reference-$1.meta.json" "$file.meta.json"
    cp "work/cells/reference-$1.detections.jsonl" "$file.detections.jsonl"
    printf 'other\tAnother server\n' >>work/titles.tsv
    printf 'other\ttfs-grpc\ttensor\ta note\tclient\t0\t%s\n' "$PWD/$file" >>work/cells.tsv
}

@test "interop: the reference server agrees with itself, and nothing is left behind" {
    grep -q '^| odbench-serve | tfs-grpc | tensor | pass |' "$BATS_FILE_TMPDIR/matrix"
    [ "$(grep -c '| pass |' "$BATS_FILE_TMPDIR/matrix")" -ge 4 ]
    ! grep -q FAIL "$BATS_FILE_TMPDIR/matrix"
    [ -z "$(find "$BATS_FILE_TMPDIR" -maxdepth 1 -name 'odbench-interop.*')" ]
    [ ! -s "$BATS_FILE_TMPDIR/kept/last/pids" ]
}

@test "interop: wrong usage" {
    run -2 "$ROOT/scripts/interop" nobody
    [[ $output == "interop: no server 'nobody'; try --list" ]]
    run -2 "$ROOT/scripts/interop" --keep
    run -0 "$ROOT/scripts/interop" --list
    [[ $'\n'$output$'\n' == *$'\ntriton\n'* ]]
    run -0 "$ROOT/scripts/interop" --help
    [[ $output == *'Exit status: 0 '* ]]
}

@test "interop: the same answers pass" {
    claim 1 same
    judge
    [ "$status" -eq 0 ]
    [[ $output == *'| Another server | tfs-grpc | tensor | pass |'*'| a note |'* ]]
}

@test "interop: a moved box fails, by name of the picture" {
    claim 1 moved
    python3 - work/cells/moved.detections.jsonl <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
lines[-1]["bbox"][0] += 0.5
open(sys.argv[1], "w").writelines(json.dumps(line) + "\n" for line in lines)
END
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'| Another server | tfs-grpc | tensor | **FAIL** |'*'.jpg: '*'px'* ]]
}

@test "interop: another label, a lost box and no boxes fail" {
    claim 1 label
    sed -i '$s/"category_id":[0-9]*/"category_id":77/' work/cells/label.detections.jsonl
    judge
    [ "$status" -eq 1 ]
    sed -i '/"category_id":77/d' work/cells/label.detections.jsonl
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'no box of label'* ]]
    : >work/cells/label.detections.jsonl
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'no boxes at all'* ]]
}

@test "interop: equal pixels in another format keep six digits" {
    claim 1 rounded
    claim 1 same
    sed -i '$s/"score":0.[0-9]*/"score":0.12345/' work/cells/same.detections.jsonl
    judge
    [ "$status" -eq 1 ]
}

@test "interop: a failed row, a failed run and a missing file fail" {
    claim 1 row
    sed -i '$s/,ok,0,,/,timeout,,took too long,/' work/cells/row.csv
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'timeout : took too long'* ]]
    rm work/cells/row.csv
    judge
    [ "$status" -eq 1 ]
}

@test "interop: what cannot be had is a gap, what broke is a failure" {
    printf 'other\tAnother server\n' >>work/titles.tsv
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'| nothing was measured |'* ]]
    echo 'cannot be had: no package holds it' >work/other.reason
    judge
    [ "$status" -eq 0 ]
    [[ $output == *'| Another server |  |  | gap | '*'no package holds it |'* ]]
    echo 'not ready in time: stuck' >work/other.reason
    judge
    [ "$status" -eq 1 ]
    [[ $output == *'| Another server |  |  | **FAIL** | '* ]]
}

@test "interop: a refusal passes with its code and its words only" {
    claim 1 refused
    printf 'other\ttfs-grpc\ttensor\tunknown\tcode=5=nobody\t0\t%s\n' "$PWD/work/cells/refused" >>work/cells.tsv
    judge
    [ "$status" -eq 1 ]
    sed -i 's/,ok,0,,/,grpc_error,5,NOT_FOUND: nobody,/' work/cells/refused.csv
    sed -i '/\ta note\t/d' work/cells.tsv
    judge
    [ "$status" -eq 0 ]
    [[ $output == *'unknown: NOT_FOUND: nobody'* ]]
}
