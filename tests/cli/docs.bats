# What the manual shows works.

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BIN=$(cd "${ODBENCH_BIN:-$ROOT/build}" && pwd)
    cd "$BATS_TEST_TMPDIR"
    ln -s "$ROOT/results" results
    export PATH=$BIN:$PATH
}

teardown() {
    [ -z "${SERVER:-}" ] || kill "$SERVER" 2>/dev/null || true
}

# The command lines of the examples of odbench(7), but for the scripts of the source tree.
commands() {
    sed -nE '/^\.Bd/,/^\.Ed/{ /^odbench-/p; }' "$ROOT/man/odbench.7"
}

# Runs them in order; the server on free ports, which the runs are told.
@test "the examples of odbench(7), one after the other" {
    local line count=0
    while IFS= read -r line <&9; do
        case $line in
            odbench-serve*)
                odbench-serve --grpc-port 0 --rest-port 0 --port-file ports 2>serve.log 3>&- 9>&- &
                SERVER=$!
                for _ in $(seq 300); do
                    [ ! -s ports ] || break
                    kill -0 "$SERVER"
                    sleep 0.1
                done
                ports=$(paste -sd, ports)
                ;;
            *monday.csv*)
                for day in monday tuesday today; do
                    odbench-run --repetitions 1 --warmup 1 --target "127.0.0.1,$ports" --model scenes-ssd --protocol grpc \
                        --quiet --no-floor -o $day.csv scenes/images
                done
                run bash -c "$line"
                # A run a day says little: whatever the verdict, it is one.
                [ "$status" -le 1 ]
                status=0
                ;;
            *--ab*)
                line=${line/grpc=8500/$ports} # both sides the one server
                line=${line/grpc=9500/$ports}
                run bash -c "${line/odbench-run/odbench-run --repetitions 2 --warmup 1}"
                ;;
            odbench-compare*)
                run bash -c "$line"
                [ "$status" -le 1 ]
                status=0
                ;;
            odbench-run*) run bash -c "${line/odbench-run/odbench-run --repetitions 1 --warmup 1 --target 127.0.0.1,$ports}" ;;
            *) run bash -c "$line" ;;
        esac
        [ "${status:-0}" -eq 0 ] || { echo "$line: $output"; false; }
        count=$((count + 1))
    done 9< <(commands)
    [ "$count" -ge 5 ]
    # 20 images, 2 models, 2 protocols; a header and a warm-up request a block.
    [ "$(grep -c ,main, rows.csv)" -eq 80 ]
    [ "$(grep -c ,warmup, rows.csv)" -eq 4 ]
}

@test "every program has --help and --version on standard output, and refuses what it does not know" {
    for program in "$BIN"/odbench-*; do
        name=$(basename "$program")
        run "$program" --help
        [ "$status" -eq 0 ]
        [[ ${lines[0]} == "Usage: $name"* ]]
        [[ $output == *"Examples:"*"The manual: man $name"* ]]
        run "$program" --version
        [ "$status" -eq 0 ]
        [[ ${lines[0]} =~ ^$name\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
        run "$program" --no-such-option
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ $output == "$name: unknown option --no-such-option; try $name"*" --help" ]]
        bash -n <("$program" --completion bash)
    done
}

@test "programs that cannot print say so with exit status 6" {
    for program in "$BIN"/odbench-*; do
        run bash -c '"$1" --help >/dev/full' _ "$program"
        [ "$status" -eq 6 ] || { echo "$program: $status $output"; false; }
    done
}
