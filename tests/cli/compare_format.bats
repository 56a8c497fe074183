# What odbench-compare writes, read by others: the golden files, which tests/unit/test_compare_format
# holds equal to what is written.

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    GOLDEN=$ROOT/tests/golden/compare
    READER=$ROOT/tests/oracle/compare_formats.py
    cd "$BATS_TEST_TMPDIR"
}

# A copy of a sample, changed by a sed script that changes something, and found out.
broken() {
    local format=$1 script=$2 expected=$3
    cp "$GOLDEN"/verdicts.* .
    sed -i -E "$script" "verdicts.$format"
    ! cmp -s "verdicts.$format" "$GOLDEN/verdicts.$format" || { echo "$script: nothing changed"; false; }
    run python3 "$READER" . verdicts
    [ "$status" -eq 1 ] || { echo "$script: passed"; false; }
    [[ $output == *"$expected"* ]] || { echo "$script: $output"; false; }
}

@test "every format of every sample is read, and says the same" {
    run python3 "$READER" "$GOLDEN"
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [ -z "$output" ]
}

@test "nothing to read is no success" {
    run python3 "$READER" .
    [ "$status" -eq 2 ]
}

@test "the reader finds what is wrong" {
    broken json 's/"status": 1/"status": 0/' 'status 0'
    broken json 's/"schema": 1/"schema": 2/' '2 is none of'
    broken json 's/"repetitions": 10/"repetitions": 1.5/' 'is no integer'
    broken json 's/"pairs": 0,//' 'no pairs'
    broken json 's/"pairs": 0,/"pairs": 0, "couples": 0,/' 'unexpected couples'
    broken json 's/"verdict": "improved"/"verdict": "equivalent"/' 'counts'
    broken json 's/"ratio": null/"ratio": NaN/' 'NaN'
    broken csv 's/,452803120,/,452803121,/' 'new_value'
    broken csv '3s/$/,/' 'line 3 has'
    broken csv '1s/pairs/couples/' 'columns'
    broken csv '2d' 'lines'
    broken junit 's/<failure type="regressed"[^<]*<\/failure>//' 'cases end as'
    broken junit 's/failures="2"/failures="1"/' 'failures=1'
    broken junit 's/&lt;/</' 'ParseError'
    broken junit 's/classname="odbench.p50"/classname="p50"/' 'classname'
    broken junit 's/<skipped message/<skipped why/' '<skipped> has'
    broken github '1s/^::error/::warning/; s/^::error/::warning/' 'status 1'
    broken github 's/%25/%/' 'no command'
    broken github '2d' 'commands'
    broken markdown 's/^(\| geomean .*) \|$/\1/' 'not six fields'
    broken markdown '1s/:x:/:warning:/' 'title'
    broken markdown 's/<code>/<script>/' 'tags'
    broken text '$s/2 of 5/1 of 5/' 'the last line'
    broken text 's/±/\x1b/' 'control characters'
    broken text 's/452.8ms/nan/' 'nan'
}

# Names behind .It Va of a section.
described() {
    awk -v section="$1" '
        /^\.Sh/ { on = (substr($0, 5) == section) }
        on && /^\.It Va / { for (i = 3; i <= NF; i++) if ($i != ",") print $i }' "$ROOT/man/odbench-compare.5" | sort -u
}

@test "odbench-compare(5) describes every member of the JSON, and no other" {
    python3 - "$GOLDEN/verdicts.json" >members <<'P'
import json, sys
def walk(value, path):
    if isinstance(value, dict) and path != "common":
        for name, inner in value.items():
            if path != "counts":
                print(name)
            walk(inner, name)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, path)
walk(json.load(open(sys.argv[1])), "")
P
    # What is said in running text, not in a list.
    sort -u members | grep -vxE 'cells|differ|vary' >found
    described JSON | grep -vx cells | diff found -
    [ "$(wc -l <found)" -gt 50 ]
}

@test "odbench-compare(5) describes every column of the CSV, and no other" {
    head -n 1 "$GOLDEN/verdicts.csv" | tr , '\n' | sort -u >found
    described CSV | diff found -
    [ "$(wc -l <found)" -gt 40 ]
}
