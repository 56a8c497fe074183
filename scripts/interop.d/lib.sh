# shellcheck shell=bash
# What scripts/interop and the files of scripts/interop.d/servers share: processes, ports, packages, cells.
# $work scratch folder, $bin programs, $here this folder, $images the pictures, $server which one is at work.

say() { printf '%s\n' "$*" >&2; }
# Ends the part of one server, not the whole: the text is its reason in the matrix.
fail() { echo "$*" >"$work/$server.reason"; exit 1; }

free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# launch NAME COMMAND...: in a process group of its own, output in $work/NAME.log.
launch() {
    local name=$1
    shift
    setsid "$@" >"$work/$name.log" 2>&1 </dev/null &
    echo $! >>"$work/pids"
    launched=$! launched_log=$work/$name.log
}

# Everything that was launched, asked first and killed after 5 s.
stop_all() {
    [ -s "$work/pids" ] || return 0
    local pids pid
    mapfile -t pids <"$work/pids"
    for pid in "${pids[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
    for _ in $(seq 50); do
        # Not by kill -0: the dead whom nobody waits for would answer it.
        for pid in "${pids[@]}"; do
            ! pgrep -g "$pid" --runstates D,R,S,T >/dev/null || { sleep 0.1 && continue 2; }
        done
        break
    done
    for pid in "${pids[@]}"; do kill -KILL -- "-$pid" 2>/dev/null || true; done
    : >"$work/pids"
}

# await SECONDS COMMAND...: until it succeeds; the part fails when the time is up or the server has ended.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        kill -0 "$launched" 2>/dev/null || fail "ended at once: $(last_line "$launched_log")"
        [ $SECONDS -lt $end ] || fail "not ready in time: $(last_line "$launched_log")"
        sleep 0.3
    done
}
last_line() { grep -v '^[[:space:]]*$' "$1" | tail -n 1 | cut -c 1-160; }
answers() { curl -sf -o /dev/null --max-time 2 "$1"; }

# venv NAME PACKAGE...: a virtual environment under $packages, made once; $venv is its folder.
venv() {
    local name=$1 log=$work/pip-$1.log
    shift
    venv=$packages/$name
    [ ! -e "$venv/.complete" ] || return 0
    room
    say "   installing $*"
    rm -rf "$venv"
    "${venv_python:-$python}" -m venv "$venv" >"$log" 2>&1 || fail "no virtual environment: $(last_line "$log")"
    timeout --foreground "$install_seconds" "$venv/bin/pip" install --quiet --no-cache-dir \
        --disable-pip-version-check "$@" >"$log" 2>&1 || fail "cannot be had: pip: $(grep -m 1 -i error "$log" | cut -c 1-120 || last_line "$log")"
    touch "$venv/.complete"
}

# The disk has a budget, of which no part may take the rest.
room() {
    local used
    used=$(du -sm "$packages" "$work" | awk '{ sum += $1 } END { print sum }')
    [ "$used" -lt "$disk_megabytes" ] || fail "the budget of $disk_megabytes MB of disk is used up"
}

# versions NAME...: of packages of $venv, for the matrix.
versions() {
    "$venv/bin/python" - "$@" >>"$work/$server.versions" <<'END'
import importlib.metadata, sys
for name in sys.argv[1:]:
    print(name, importlib.metadata.version(name))
END
}

# cell PROTOCOL PAYLOAD NOTE [OPTION...]: one measurement of the server at work, with odbench-run. $target and
# $model say whom. What became of it is judged later, by judge.py.
cell() {
    local protocol=$1 payload=$2 note=$3 file rc=0
    shift 3
    cells=$((${cells:-0} + 1))
    file=$work/cells/$server-$cells
    timeout --foreground "$cell_seconds" "$bin/odbench-run" --target "$target" --model "$model" --protocol "$protocol" \
        --payload "$payload" --repetitions "$repetitions" --warmup 2 --timeout 20s --no-floor --detections --quiet \
        --force -o "$file.csv" "$@" "$images" >"$file.log" 2>&1 || rc=$?
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$server" "$protocol" "$payload" "$note" "$pixels" "$rc" "$file" \
        >>"$work/cells.tsv"
}

# refused PROTOCOL PAYLOAD CODE NOTE [OPTION...]: the same for a request that the server must refuse with that code;
# the rows must say so, and name $named.
refused() {
    local code=$3 pixels
    pixels="code=$code=$named"
    cell "$1" "$2" "$4" --no-probe "${@:5}"
}

# lists PROTOCOL TEXT...: what odbench-run --list-models says of the server at work must hold each text.
lists() {
    local protocol=$1 file rc=0
    shift
    cells=$((${cells:-0} + 1))
    file=$work/cells/$server-$cells
    timeout --foreground "$cell_seconds" "$bin/odbench-run" --list-models "$target,protocol=$protocol" \
        ${asked:+--model "$asked"} >"$file.log" 2>&1 || rc=$?
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$server" "$protocol" '-' '--list-models' "text=$(IFS=';' && echo "$*")" \
        "$rc" "$file" >>"$work/cells.tsv"
}

# web PROFILE PAYLOAD NOTE [OPTION...]: the same for a web service on port $http; a preset, or one of
# interop.d/profiles.
web() {
    local target=127.0.0.1,rest=$http,profile=$1
    case $1 in *.json) target=127.0.0.1,rest=$http,profile=$here/profiles/$1 ;; esac
    cell web "${@:2}"
}

# gap PROTOCOL PAYLOAD REASON: what this server does not have, or what cannot be had.
gap() { printf '%s\t%s\t%s\t%s\t\t\t\n' "$server" "$1" "$2" "$3" >>"$work/cells.tsv"; }
