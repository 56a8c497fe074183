# The gates of scripts/check can fail: each finds what was put wrong in a copy of the tree, and
# passes the copy as it is.

setup_file() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    bin=$(cd "${ODBENCH_BIN:-$root/build}" && pwd)
    export CLEAN=$BATS_FILE_TMPDIR/clean
    mkdir -p "$CLEAN/build"
    (cd "$root" && cp -a Makefile README.md lib cmd man scripts tests .clang-format .clang-tidy .ci "$CLEAN")
    cp -a "$bin/lib" "$bin/gen" "$bin"/odbench-* "$CLEAN/build"
}

setup() {
    cp -a "$CLEAN" "$BATS_TEST_TMPDIR/tree"
    cd "$BATS_TEST_TMPDIR/tree"
    unset B
}

# The gate fails and says a text.
refuses() {
    run "$1"
    [ "$status" -ne 0 ]
    [[ $output == *"$2"* ]] || { echo "$output"; false; }
}

# Headers are compiled alone only where that is the point, and in part lint: CC=true passes all.
@test "clean: every gate passes the tree as it is" {
    for gate in layers silence size docs shell; do
        CC=true run scripts/check-$gate
        [ "$status" -eq 0 ] || { echo "$gate: $output"; false; }
    done
}

@test "layers: an include upward" {
    echo '#include "server/server.h"' >>lib/base/buf.c
    CC=true refuses scripts/check-layers "lib/base/buf.c:$(wc -l <lib/base/buf.c): base may not include server"
}

@test "layers: a folder that is not in DEPS" {
    mkdir lib/extra
    CC=true refuses scripts/check-layers "lib/extra/ is not in lib/DEPS"
}

@test "layers: DEPS that name a folder above or none" {
    sed -i 's/^base:.*/base: server/' lib/DEPS
    echo 'nowhere: base' >>lib/DEPS
    CC=true refuses scripts/check-layers "base may not include server, which does not stand below it"
    [[ $output == *"nowhere: no such folder"* ]]
}

@test "layers: two files of one name" {
    cp lib/base/buf.c lib/cli/buf.c
    CC=true refuses scripts/check-layers "file names that stand twice: buf.c"
}

@test "layers: a header that does not compile alone" {
    echo 'struct od_x { size_t count; };' >lib/stats/alone.h
    refuses scripts/check-layers "lib/stats/alone.h does not compile alone"
}

@test "layers: an include of no file" {
    sed -i 's,#include "base/alloc.h",&\n#include "base/none.h",' lib/base/buf.c
    CC=true refuses scripts/check-layers "no lib/base/none.h"
}

# $1: what is appended to lib/base/rng.c; $2: what the gate says.
silence_refuses() {
    printf '%s\n' "$1" >>lib/base/rng.c
    make -s build/lib/base/rng.o
    refuses scripts/check-silence "$2"
}

@test "silence: printf, hidden in a macro" {
    silence_refuses '#include <stdio.h>
#define SAY(x) printf("%d\n", x)
void od_x(int n); void od_x(int n) { SAY(n); }' "lib/base/rng uses printf"
}

@test "silence: exit, a signal, the environment, abort" {
    silence_refuses '#include <stdlib.h>
#include <signal.h>
void od_x(void); void od_x(void) { if (getenv("A")) abort(); raise(SIGINT); exit(1); }' "lib/base/rng uses exit"
    for symbol in getenv abort raise; do
        [[ $output == *"lib/base/rng uses $symbol"* ]]
    done
}

@test "silence: mutable globals, also inside a function" {
    silence_refuses 'int od_counter; int od_x(void); int od_x(void) { static int calls = 3; return ++calls; }' \
        "lib/base/rng has the mutable global od_counter"
    [[ $output == *"mutable global calls"* ]]
}

@test "silence: a name without prefix" {
    silence_refuses 'int helper(void); int helper(void) { return 1; }' "lib/base/rng shows helper"
}

@test "silence: nothing built is not a pass" {
    rm -r build/lib
    refuses scripts/check-silence "no objects"
}

@test "size: a long file, header and function" {
    yes '/* line */' | head -n 401 >>lib/base/rng.c
    yes '/* line */' | head -n 150 >>lib/base/rng.h
    { echo 'void od_x(void)'; echo '{'; yes '    ;' | head -n 61; echo '}'; } >>lib/stats/mean.c
    refuses scripts/check-size "lib/base/rng.c has"
    [[ $output == *"lib/base/rng.h has"*"more than 150"* ]]
    [[ $output == *"a function of 61 lines, more than 60"* ]]
}

@test "docs: an option that the page does not have, and one too many" {
    sed -i '/^\.It .*Fl Fl timeout/,/^\.It/{/^\.It .*Fl Fl timeout/d}' man/odbench-run.1
    sed -i '0,/^\.It Fl V/s//.It Fl Fl zebra\nNo such option.\n&/' man/odbench-run.1
    refuses scripts/check-docs "man/odbench-run.1 does not have: -T --timeout"
    [[ $output == *"odbench-run --help does not have: - --zebra"* ]]
    [[ $output == *"--version stands behind --zebra"* ]]
}

@test "docs: a column without an entry" {
    sed -i '/^\.It .*service_ns/s/service_ns/service_time/' man/odbench-csv.5
    refuses scripts/check-docs "man/odbench-csv.5 does not have: service_ns"
}

@test "docs: a protocol and a table that are not mentioned" {
    sed -i 's/tfs-rest/tfs-http/g' man/odbench-run.1
    sed -i 's/size-objects/objects-size/g' man/odbench-report.1
    refuses scripts/check-docs "man/odbench-run.1 does not mention the protocol tfs-rest"
    [[ $output == *"man/odbench-report.1 does not mention the table size-objects"* ]]
}

@test "docs: an exit status of no meaning" {
    sed -i '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It 6/.It 7/' man/odbench-run.1
    refuses scripts/check-docs "man/odbench-run.1: exit status 7 is not one of ours"
}

@test "docs: README and odbench(7) tell different stories" {
    sed -i 's/^odbench-report rows.csv/odbench-report other.csv/' README.md
    refuses scripts/check-docs "odbench.7 does not have: odbench-report other.csv"
}

@test "docs: a page that mandoc objects to" {
    echo '.Nosuch macro' >>man/odbench.7
    refuses scripts/check-docs "unknown macro"
}

@test "docs: a program without a page" {
    rm man/odbench-data.1
    refuses scripts/check-docs "man/odbench-data.1 is not there"
}

@test "shell: an unquoted name" {
    find scripts tests -type f ! -name check-shell -delete
    printf '#!/bin/bash\nrm $(ls)/x\nif [ $1 = a ]; then cd /tmp; fi\n' >scripts/wrong
    refuses scripts/check-shell SC2046
}

@test "tidy: a missing brace" {
    printf 'int od_x(int n);\nint od_x(int n)\n{\n    if (n) return 1;\n    return 0;\n}\n' >lib/base/wrong.c
    run scripts/check-tidy lib/base/wrong.c
    [ "$status" -ne 0 ]
    [[ $output == *readability-braces-around-statements* ]]
    run scripts/check-tidy lib/base/rng.c
    [ "$status" -eq 0 ]
}

@test "check: a crash, a missing test and a part that cannot run are failures" {
    mkdir -p build/check build/unit tests/unit
    rm -f tests/unit/test_*.c
    touch tests/unit/test_none.c
    printf '#!/bin/sh\necho 1..2\necho ok 1 - first\nkill -SEGV $$\n' >build/unit/test_crash
    printf '#!/bin/sh\necho 1..2\necho ok 1 - first\necho "ok 2 # SKIP second"\n' >build/unit/test_fine
    chmod +x build/unit/test_*
    touch tests/unit/test_crash.c tests/unit/test_fine.c
    run scripts/check unit
    [ "$status" -eq 1 ]
    [[ $output == *"build/unit/test_none was not built"* ]]
    [[ $output == *"test_crash: ended after 1 of 2 tests"* ]]
    [ "${lines[-1]}" = "2 passed, 2 failed, 1 skipped" ]
    rm -r tests/unit
    run scripts/check unit
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "check: parts of --full are skipped without it, and run with it or by name" {
    sed -i 's/^parts=.*/parts=(one)/; s/^full=.*/full=(two)/; s/^git_files() {$/part_one() { step one true; }\npart_two() { step two true; }\n&/' scripts/check
    run scripts/check
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "skipped: two: - two # SKIP scripts/check --full runs it" ]
    [ "${lines[-1]}" = "1 passed, 0 failed, 1 skipped" ]
    run scripts/check --full
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "2 passed, 0 failed" ]
    run scripts/check two
    [ "${lines[-1]}" = "1 passed, 0 failed" ]
    run scripts/check --list
    [ "$output" = $'one\ntwo' ]
    sed -i 's/step two true/step two false/' scripts/check
    run scripts/check --full
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "1 passed, 1 failed" ]
}

@test "check: a part that waits runs beside those that compute, once its programs are there" {
    sed -i 's/^parts=.*/parts=(one two three)/; s/^full=.*/full=()/; s/^declare -A beside=.*/declare -A beside=([two]=one)/' scripts/check
    sed -i 's/^git_files() {$/part_one() { sleep 1; step one touch built; }\npart_two() { step two test -e built; touch waited; }\npart_three() { step three timeout 60 sh -c "until [ -e waited ]; do sleep 0.1; done"; }\n&/' scripts/check
    run scripts/check
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [ "${lines[-1]}" = "3 passed, 0 failed" ]
    # One that is killed with its lane is a failure.
    sed -i 's/^part_three() {.*/part_three() { kill -KILL -- -"$(ps -o pgid= -p $BASHPID | tr -d " ")"; }/' scripts/check
    run scripts/check
    [ "$status" -eq 1 ]
    [[ $output == *"three did not end"* ]]
    [ "${lines[-1]}" = "2 passed, 1 failed" ]
}
