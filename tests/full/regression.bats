# Whether scripts/ci-regression sees 8 %: on a machine that does nothing else, three interleaved runs.

bats_require_minimum_version 1.5.0

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export ROOT=$BATS_TEST_DIRNAME/../..
    ODBENCH_BIN=$(cd "$BIN" && pwd)
    BIN=$ODBENCH_BIN
    export ODBENCH_BIN DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --count 20 --size 64x64 --seed 5 --quiet -o "$DATA"
    unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    export TMPDIR=$BATS_TEST_TMPDIR
}

# server OPTION...: its command, as one line.
server() {
    echo "$BIN/odbench-serve $* --grpc-port 0 --rest-port 0 --port-file {ports}"
}

# against BASE NEW: as the recipe has it by default; sets $status and $output.
against() {
    # shellcheck disable=SC2046 # words
    run --separate-stderr timeout 900 "$ROOT/scripts/ci-regression" --model m --image "$DATA/images" --out out \
        --base-command "$(server "$1")" -- $(server "$2")
    echo "$output"
}

@test "the same server: 0" {
    against '--model m=fixed:20ms' '--model m=fixed:20ms'
    [ "$status" -eq 0 ]
    [[ $output != *regressed* ]]
}

@test "8 % slower: 1" {
    against '--model m=fixed:20ms' '--model m=fixed:21.6ms'
    [ "$status" -eq 1 ]
    [[ $output == *regressed* ]]
}

@test "every 50th request fails: 1" {
    against '--model m=fixed:20ms' '--model m=fixed:20ms,fail=1/50'
    [ "$status" -eq 1 ]
}
