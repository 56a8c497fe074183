#!/bin/bash
# Runs test programs in parallel and makes their TAP whole: a test that crashed, leaked or ended
# early is a "not ok" line. For scripts/check, which sets JOBS and LOGS.

# $1: command in front, may be empty; $2: the program. Seconds after which a test hangs: 900, since
# a machine may be slow.
run_one() {
    local name out status planned seen begin
    name=$(basename "$2")
    out=$(mktemp "$LOGS/tap.XXXXXX")
    begin=$SECONDS
    # shellcheck disable=SC2086 # the command in front is words
    CMOCKA_MESSAGE_OUTPUT=TAP timeout 900 $1 "$2" >"$out" 2>&1 </dev/null
    status=$?
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$out" | paste -sd+ - | sed 's/^$/0/')
    planned=$((planned))
    seen=$(grep -cE '^(not )?ok [0-9]' "$out")
    {
        echo "# $2: exit status $status after $((SECONDS - begin)) s"
        sed -E "s/^((not )?ok [0-9]+)( -)?/\1 - $name:/; s/^((not )?ok [0-9]+ - $name:) # SKIP (.*)/\1 \3 # SKIP/" "$out"
        if [ "$planned" -eq 0 ]; then
            echo "not ok - $name: no plan"
        elif [ "$seen" -lt "$planned" ]; then
            echo "not ok - $name: ended after $seen of $planned tests with exit status $status"
        elif [ "$status" -ne 0 ] && ! grep -qE '^not ok [0-9]' "$out"; then
            echo "not ok - $name: exit status $status"
        fi
    } >"$out.all"
    # One write a test, so that parallel tests do not mix.
    cat "$out.all"
    rm -f "$out" "$out.all"
}
export -f run_one

# Runs the test_* programs of folder $1, or those named in $3, behind the command $2. A test whose
# source is there but which was not built is a failure.
run_all() {
    local folder=$1 source name names=${3-all}
    if [ "$names" = all ]; then
        names=
        for source in "tests/${folder##*/}"/test_*.c*; do
            [ ! -e "$source" ] || names+="$(basename "${source%.*}") "
        done
    fi
    for name in $names; do
        [ -x "$folder/$name" ] || echo "not ok - $folder/$name was not built"
    done
    # shellcheck disable=SC2086 # one word a test
    for name in $names; do
        [ ! -x "$folder/$name" ] || printf '%s\0' "$folder/$name"
    done | xargs -0 -r -P "$JOBS" -I{} bash -c 'out=$(run_one "$1" "$2"); printf "%s\n" "$out"' _ "$2" {}
}

# $1: file. $2: only tests whose names match; $3: seconds after which it hangs, where a machine that
# is ten times slower needs 1,000.
bats_one() {
    local out planned seen begin=$SECONDS
    out=$(timeout "${3:-1800}" bats --tap ${2:+-f "$2"} "$1" 2>&1 </dev/null)
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' <<<"$out" | head -n 1)
    seen=$(grep -cE '^(not )?ok [0-9]' <<<"$out")
    sed -E "s|^((not )?ok [0-9]+)|\1 - $(basename "$1"):|" <<<"$out"
    [ "${planned:-0}" -gt 0 ] || echo "not ok - $1: no plan"
    [ "$seen" -ge "${planned:-0}" ] || echo "not ok - $1: ended after $seen of $planned tests"
    echo "# $1: $((SECONDS - begin)) s"
}
export -f bats_one

# What takes longest begins first, so that nothing long is left over at the end; the seconds of each
# file stand in the log. Files that are not here come behind.
longest_first='gates install faults bad_input report load tls ab serve compare_format interrupts run data fetch'

# The tests call Python hundreds of times: it is Debian's, also where PATH has another one before it,
# which may stand behind a wrapper that takes ten times as long to start.
prefer_debian_python() {
    [ -x /usr/bin/python3 ] || return 0
    mkdir -p "$LOGS/bin"
    ln -sf /usr/bin/python3 "$LOGS/bin/python3"
    PATH=$LOGS/bin:$PATH
}

# All tests/*/*.bats but those of tests/full and those whose names match $1. The tests of a file run
# one after the other; of the files, which wait more than they compute, twice as many at a time as
# there are processors.
run_bats() {
    local name PATH=$PATH
    prefer_debian_python
    {
        for name in $longest_first; do
            find tests -name "$name.bats"
        done
        find tests -name '*.bats' | sort
    } | awk '!seen[$0]++' | grep -v '^tests/full/' | grep -vE "/($1)\.bats$" | tr '\n' '\0' |
        xargs -0 -r -P $((2 * JOBS)) -I{} bash -c 'out=$(bats_one "$1"); printf "%s\n" "$out"' _ {}
}
