# scripts/ci-regression against the reference server. Verdicts come from differences far above what a
# busy machine adds to an engine that holds, also in interleaved runs; how small a difference can be
# seen is no question for a machine that does other things meanwhile.

bats_require_minimum_version 1.5.0

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export ROOT=$BATS_TEST_DIRNAME/../..
    ODBENCH_BIN=$(cd "$BIN" && pwd)
    BIN=$ODBENCH_BIN
    export ODBENCH_BIN DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --count 10 --size 64x64 --seed 5 --quiet -o "$DATA"
    unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    export TMPDIR=$BATS_TEST_TMPDIR
}

# Whatever a test left running.
teardown() {
    local file
    for file in *.pid; do
        [ ! -s "$file" ] || kill -9 "$(cat "$file")" 2>/dev/null || true
    done
}

# regression ARGUMENT...: within five minutes, over gRPC, with few requests to warm up.
regression() {
    timeout 300 "$ROOT/scripts/ci-regression" --model m --image "$DATA/images" --out out --runs 1 \
        --run --warmup --run 2 --run --no-floor "$@"
}

# server ENGINE: its command, as one line.
server() {
    echo "$BIN/odbench-serve --model m=fixed:$1 --grpc-port 0 --rest-port 0 --port-file {ports}"
}

# against BASE-ENGINE ENGINE ARGUMENT...: two servers, interleaved; sets $status and $output.
against() {
    local base=$1 new=$2
    shift 2
    # shellcheck disable=SC2046 # words
    run --separate-stderr regression "$@" --base-command "$(server "$base")" -- $(server "$new")
}

# ended WANTED: the exit status, and no server is left.
ended() {
    [ "$status" -eq "$1" ] || { echo "status $status: $output"; echo "${stderr:-}"; false; }
    ! pgrep -f -- "--port-file $BATS_TEST_TMPDIR/"
}

# gone FILE...: the processes whose numbers stand there are not there.
gone() {
    local file
    for file; do
        ! kill -0 "$(cat "$file")" 2>/dev/null || { echo "$file: still there"; return 1; }
    done
}

@test "unchanged, interleaved: 0, with every file written" {
    against 20ms 20ms --compare --threshold --compare 100%
    ended 0
    for file in ab-1.csv ab-1.meta.json comparison.txt comparison.json junit.xml comment.md base.log new.log; do
        [ -s "out/$file" ] || { echo "no $file"; false; }
    done
    [[ $output == "$(cat out/comparison.txt)" ]]
    [[ $output != *regressed* ]]
    python3 - <<'P'
import json, xml.dom.minidom
json.load(open('out/comparison.json'))
assert xml.dom.minidom.parse('out/junit.xml').getElementsByTagName('failure') == []
P
    # Scratch files are gone.
    run find "$TMPDIR" -maxdepth 1 -name 'tmp.*'
    [ -z "$output" ]
}

@test "slower by a lot, interleaved: 1, in every output; annotations inside GitHub Actions" {
    export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary
    echo "of another step" >summary
    against 20ms 100ms --run --protocol --run grpc --run --repetitions --run 4
    ended 1
    [[ $output == *regressed* ]]
    [[ $output == *"::error"* ]]
    grep -q regressed out/comment.md
    [ "$(cat summary)" = "$(echo "of another step"; cat out/comment.md)" ]
    python3 - <<'P'
import xml.dom.minidom
assert len(xml.dom.minidom.parse('out/junit.xml').getElementsByTagName('failure')) == 1
P
}

@test "every 50th request fails: 1" {
    against 2ms 2ms,fail=1/50 --run --protocol --run grpc --run --count --run 50
    ended 1
    [[ $output == *fail* ]]
}

# Not interleaved, so the machine may be another one for each run: only twice as slow is slower, and
# what is four times as slow is that on any.
@test "a stored baseline: recorded, unchanged 0, slower 1" {
    local short=(--run --protocol --run grpc --run --repetitions --run 3 --compare --threshold --compare 100%)
    # shellcheck disable=SC2046 # words
    run --separate-stderr regression "${short[@]}" --record --runs 2 -- $(server 50ms)
    [ "$status" -eq 0 ]
    [ "$output" = $'out/new-1.csv\nout/new-2.csv' ]
    mv out stored
    # shellcheck disable=SC2046
    run --separate-stderr regression "${short[@]}" --baseline stored/new-1.csv stored/new-2.csv -- $(server 50ms)
    ended 0
    [[ $output == *"2 runs"* ]]
    # shellcheck disable=SC2046
    run --separate-stderr regression "${short[@]}" --baseline stored/new-1.csv -- $(server 200ms)
    ended 1
    [[ $output == *regressed* ]]
}

@test "a baseline that is missing, empty or about to be overwritten: 2, and nothing is started" {
    mkdir out
    : >empty.csv
    echo x >out/new-1.csv
    for file in missing.csv empty.csv out/new-1.csv; do
        # shellcheck disable=SC2046
        run --separate-stderr regression --baseline "$file" -- $(server 20ms)
        ended 2
        [[ $stderr == *"the baseline $file"* ]]
        [ ! -e out/new.log ]
    done
    [ "$(cat out/new-1.csv)" = x ]
}

@test "a baseline of other cells, or of no rows: 2" {
    # shellcheck disable=SC2046
    run --separate-stderr regression --run --protocol --run grpc --run --repetitions --run 1 --record -- $(server 1ms)
    [ "$status" -eq 0 ]
    mv out stored
    # shellcheck disable=SC2046
    run --separate-stderr regression --run --protocol --run rest --run --repetitions --run 1 \
        --baseline stored/new-1.csv -- $(server 1ms)
    ended 2
    echo 'no,rows' >stored/new-1.csv
    # shellcheck disable=SC2046
    run --separate-stderr regression --run --protocol --run rest --run --repetitions --run 1 \
        --baseline stored/new-1.csv -- $(server 1ms)
    ended 2
    [[ $stderr == *stored/new-1.csv* ]]
}

@test "a server that does not start, or is never ready: 4, with what it said" {
    run --separate-stderr regression --record -- sh -c 'echo no such weights >&2; exit 0' '{ports}'
    ended 4
    [[ $stderr == *"the new server did not start"*"no such weights"* ]]
    # shellcheck disable=SC2046
    run --separate-stderr regression --base-command 'exec false {ports}' -- $(server 1ms)
    ended 4
    [[ $stderr == *"the base server did not start"* ]]
    # It runs, with a child, and names no ports.
    run --separate-stderr regression --wait 1 --record -- sh -c 'sleep 987 & echo $! >child.pid; wait' '{ports}'
    ended 4
    [[ $stderr == *"named no ports within 1 s"* ]]
    gone child.pid
}

@test "a run that fails: its exit status" {
    # shellcheck disable=SC2046
    run --separate-stderr regression --run --max-errors --run 3 --record -- $(server 1ms,fail=1/9)
    ended 5
    [[ $stderr == *"odbench-run ended with status 5"* ]]
    # shellcheck disable=SC2046
    run --separate-stderr regression --run --no-such-option --record -- $(server 1ms)
    ended 2
}

@test "a server that ends during the run is no success" {
    cat >short-lived <<P
#!/bin/sh
"$BIN/odbench-serve" --model m=fixed:1ms --grpc-port 0 --rest-port 0 --port-file "\$1" &
echo \$! >server.pid
while [ ! -s out/new-1.csv ] || [ "\$(wc -l <out/new-1.csv)" -lt 30 ]; do sleep 0.05; done
kill \$!
wait
P
    chmod +x short-lived
    run --separate-stderr regression --run --protocol --run grpc --run --repetitions --run 100 --record -- ./short-lived '{ports}'
    ended 4
    [[ $stderr == *"the new server ended by itself"* ]]
}

# interrupted SIGNAL: in the middle of a run; the server has a shell above it.
interrupted() {
    # shellcheck disable=SC2046
    env --default-signal=INT "$ROOT/scripts/ci-regression" --model m --image "$DATA/images" --out out --runs 1 --record \
        --run --repetitions --run 1000 -- sh -c 'echo $$ >shell.pid; "$@" & echo $! >server.pid; wait' - \
        $(server 5ms) >log 2>&1 3>&- &
    local pid=$! code=0 tick
    echo $pid >script.pid
    for ((tick = 0; tick < 300; tick++)); do
        [ ! -s out/new-1.csv ] || break
        sleep 0.1
    done
    [ -s out/new-1.csv ] || { cat log; return 1; }
    kill "-$1" $pid
    wait $pid || code=$?
    [ $code -eq 130 ] || { echo "status $code"; cat log; return 1; }
    gone shell.pid server.pid || return 1
    ! pgrep -f -- "-o out/new-1.csv .*$DATA" || return 1
    rm -r out
}

@test "interrupted: 130, and the servers are gone" {
    interrupted INT
    interrupted TERM
}

@test "bad usage: 2" {
    refuses() {
        local says=$1
        shift
        run --separate-stderr regression "$@"
        [ "$status" -eq 2 ] && [[ $stderr == *"$says"* ]] || { echo "$status $stderr"; false; }
    }
    refuses "give one of"
    refuses "give one of" --record --baseline "$DATA/instances.json"
    refuses "no option '--slower'" --slower 1
    refuses "--runs: '0'" --record --runs 0
    refuses "--wait: 'long'" --record --wait long
    refuses "where does the server listen" --record -- true
    refuses "where does the base server listen" --base-command true
    refuses "no command behind --" --record --
    refuses "'images' is no option" --record images
    refuses "are the same" --target 127.0.0.1 --base-target 127.0.0.1
    refuses "needs a value" --out
}

@test "a server that runs already is measured and left alone" {
    # shellcheck disable=SC2046
    $(server 1ms | sed "s/{ports}/ports/") 2>serve.log 3>&- &
    echo $! >server.pid
    for ((tick = 0; tick < 300; tick++)); do
        [ ! -s ports ] || break
        sleep 0.1
    done
    local at
    at=127.0.0.1,$(paste -sd, ports)
    run --separate-stderr regression --run --protocol --run grpc --run --repetitions --run 1 --record --target "$at"
    [ "$status" -eq 0 ]
    # It answers, but not for this model.
    run --separate-stderr regression --wait 1 --model other --record --target "$at"
    [ "$status" -eq 4 ]
    [[ $stderr == *"was not ready within 1 s"* ]]
    kill -0 "$(cat server.pid)"
    kill "$(cat server.pid)"
    wait
}

@test "--help and odbench-ci(7) name the same options" {
    "$ROOT/scripts/ci-regression" --help | sed -n 's/^  \(--[a-z-]*\) .*/\1/p' | sort >help
    sed -nE 's/^\.It Fl Fl ([a-z-]+).*/--\1/p' "$ROOT/man/odbench-ci.7" | sort >page
    [ -s help ]
    diff help page
}
