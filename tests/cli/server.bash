# shellcheck shell=bash
# A server for every test, and curl to ask it: load this into a .bats file.

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    SERVERS=()
}

# Every server must end well when it is told to: with a sanitizer this is where it speaks.
teardown() {
    local pid code=0
    for pid in "${SERVERS[@]}"; do
        [ -e "ended.$pid" ] || stop_server "$pid" || code=1
    done
    return "$code"
}

# stop_server PID: ends one and checks that its exit status is 0.
stop_server() {
    kill "$1"
    await_server "$1"
}

await_server() {
    local code=0
    wait "$1" || code=$?
    touch "ended.$1"
    [ "$code" -eq 0 ] || { echo "server ended with $code"; cat log; }
    return "$code"
}

# serve OPTION...: starts a server on free ports and sets PID, GRPC, REST and URL.
serve() {
    rm -f ports
    "$BIN/odbench-serve" --grpc-port 0 --rest-port 0 --port-file ports "$@" 2>log 3>&- &
    PID=$!
    SERVERS+=("$PID")
    local i
    for i in $(seq 600); do
        [ ! -s ports ] || break
        kill -0 "$PID" 2>/dev/null || { cat log; return 1; }
        sleep 0.05
    done
    GRPC=$(sed -n 's/^grpc=//p' ports)
    REST=$(sed -n 's/^rest=//p' ports)
    URL=http://127.0.0.1:$REST/v1/models
}

# http ARGUMENT...: one request; sets $status to the HTTP status and $output to the body.
http() {
    output=$(curl -sS --max-time 60 -w '\n%{http_code}' "$@")
    status=${output##*$'\n'}
    output=${output%$'\n'*}
}

# error STATUS TEXT ARGUMENT...: the request fails exactly so.
error() {
    local status_wanted=$1 text=$2
    shift 2
    http "$@"
    [ "$status" = "$status_wanted" ] || { echo "$status, not $status_wanted: $*: $output"; return 1; }
    [ "$output" = "$(printf '{\n    "error": "%s"\n}' "$text")" ] || { echo "$*: $output"; return 1; }
}

# grpc METHOD FILE [ADDRESS]: sends the framed message in FILE; sets HEADERS (trailers included)
# and writes the framed reply to the file reply. An address of IPv6 has no brackets here.
grpc() {
    local host=${3:-127.0.0.1}
    [[ "$host" != *:* ]] || host="[$host]"
    HEADERS=$(curl -sS --max-time 60 --http2-prior-knowledge -H 'content-type: application/grpc' \
        -H 'te: trailers' --data-binary "@$2" -o reply -D - "http://$host:$GRPC$1")
}

# frame HEX: the bytes of a protobuf message as one gRPC frame.
frame() {
    python3 -c 'import sys; b = bytes.fromhex(sys.argv[1]); sys.stdout.buffer.write(bytes([0]) + len(b).to_bytes(4, "big") + b)' "$1"
}

# jsonpath TEXT EXPRESSION: prints what the Python expression makes of the text, as d.
jsonpath() {
    python3 -c 'import json, sys; d = json.loads(sys.argv[1]); print(eval(sys.argv[2]))' "$1" "$2"
}

# A predict request of one pixel.
export PIXEL='{"instances":[[[[1,2,3]]]]}'
