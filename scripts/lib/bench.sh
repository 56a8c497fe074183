#!/bin/bash
# What the files of scripts/bench.d share; they run in the repository's folder and read this first.
# $bin: the programs; $work: a scratch folder, removed at the end; $out: where CSV goes.
# shellcheck disable=SC2034 # variables for those who read this file
set -eu
bin=${ODBENCH_BIN:-$PWD/build}
out=${ODBENCH_BENCH_OUT:-$PWD/results/bench}
work=$(mktemp -d)
servers=()
stop_servers() {
    [ "${#servers[@]}" -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true
    [ "${#servers[@]}" -eq 0 ] || wait "${servers[@]}" 2>/dev/null || true
    servers=()
}
trap 'stop_servers; rm -rf "$work"' EXIT

# start_server OPTION...: odbench-serve on ports of its own; sets $target, $grpc_port, $rest_port.
start_server() {
    local ports=$work/ports.${#servers[@]}
    rm -f "$ports"
    "$bin/odbench-serve" "$@" --grpc-port 0 --rest-port 0 --port-file "$ports" 2>"$work/log" &
    servers+=($!)
    for _ in $(seq 300); do
        [ ! -s "$ports" ] || break
        kill -0 "${servers[-1]}" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
        sleep 0.1
    done
    target="127.0.0.1,$(paste -sd, "$ports")"
    grpc_port=$(sed -n 's/^grpc=//p' "$ports") rest_port=$(sed -n 's/^rest=//p' "$ports")
}

# start_lean raw|http|grpc [REPLY_BYTES [HOLD [CPU]]]: a lean server (tests/bench/lean_server.c); sets
# $lean_port.
start_lean() {
    local port=$work/lean.${#servers[@]}
    make -s build/bench/lean_server build/bench/raw_client
    rm -f "$port"
    build/bench/lean_server "$1" "$port" "${@:2}" &
    servers+=($!)
    for _ in $(seq 300); do
        [ ! -s "$port" ] || break
        kill -0 "${servers[-1]}" || exit 1
        sleep 0.1
    done
    lean_port=$(cat "$port")
}
