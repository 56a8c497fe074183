# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
# Not one of the matrix: what odbench-run and perf_analyzer each add to Triton's own time, with 921,600 bytes of
# pixels. Its table goes to standard error and into --keep's folder.
title='client cost, Triton'

# perf_analyzer's wheel wants a newer glibc than Debian 12 has; scripts/lib/older-libc.py makes do.
perf_analyzer_here() {
    perf_analyzer=$packages/perf_analyzer/perf_analyzer
    [ ! -x "$perf_analyzer" ] || return 0
    mkdir -p "$packages/perf_analyzer"
    {
        "$venv/bin/pip" download --quiet --no-deps --only-binary=:all: --platform manylinux_2_38_x86_64 \
            -d "$work/wheel" perf-analyzer==2.60.0 &&
            "$python" -m zipfile -e "$work"/wheel/*.whl "$work/wheel" &&
            "$python" "$root/scripts/lib/older-libc.py" "$work/wheel/perf_analyzer/bin/perf_analyzer" "$perf_analyzer"
    } >"$work/perf_analyzer.log" 2>&1 || fail "cannot be had: perf_analyzer: $(last_line "$work/perf_analyzer.log")"
}

# shellcheck source=scripts/interop.d/servers/triton.sh
. "$here/servers/triton.sh"
title='client cost, Triton'
repositories() { repository quick triton_quick.py TYPE_UINT8 '1, -1, -1, 3'; }

measure() {
    perf_analyzer_here
    "$bin/odbench-data" make --objects 4 --size 640x480 --per-cell 1 --seed 7 --quiet -o "$work/vga"
    INTEROP_BIN=$bin INTEROP_PERF_ANALYZER=$perf_analyzer timeout --foreground 900 "$python" "$here/python/cost.py" \
        "$grpc" "$http" quick "$work/vga/images/000000000001.jpg" "$work" >"$work/cost.md" 2>"$work/cost.log" ||
        fail "$(last_line "$work/cost.log")"
    cat "$work/cost.md" >&2
}
