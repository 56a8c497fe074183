# shellcheck shell=bash
# One server for all tests of a file: load this into a .bats file.

# start_server OPTION...: on free ports; sets and exports GRPC, REST and TARGET.
start_server() {
    "$BIN/odbench-serve" "$@" --grpc-port 0 --rest-port 0 --port-file "$BATS_FILE_TMPDIR/ports" \
        2>"$BATS_FILE_TMPDIR/serve.log" 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/pid"
    for _ in $(seq 600); do
        [ ! -s "$BATS_FILE_TMPDIR/ports" ] || break
        kill -0 "$(cat "$BATS_FILE_TMPDIR/pid")" || { cat "$BATS_FILE_TMPDIR/serve.log"; return 1; }
        sleep 0.1
    done
    GRPC=$(sed -n 's/^grpc=//p' "$BATS_FILE_TMPDIR/ports")
    REST=$(sed -n 's/^rest=//p' "$BATS_FILE_TMPDIR/ports")
    export GRPC REST TARGET=box=127.0.0.1,grpc=$GRPC,rest=$REST
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}
