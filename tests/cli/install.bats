# make install, uninstall and dist.

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    BIN=$(cd "${ODBENCH_BIN:-$ROOT/build}" && pwd)
    cd "$ROOT"
}

# make on the programs that are there, whatever compiler made them.
make_here() {
    make -s B="$BIN" -o all "$@"
}

@test "install brings programs, manual, completion and models; uninstall leaves no file" {
    make_here install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/odbench
    top=$BATS_TEST_TMPDIR/root/opt/odbench
    for source in cmd/odbench-*.c; do
        name=$(basename "$source" .c)
        [ -x "$top/bin/$name" ]
        [ -s "$top/share/man/man1/$name.1" ]
        [ -s "$top/share/bash-completion/completions/$name" ]
    done
    for page in man/*.[57]; do
        [ -s "$top/share/man/man${page##*.}/$(basename "$page")" ]
    done
    for model in datasets/models/*.onnx; do
        cmp "$model" "$top/share/odbench/models/$(basename "$model")"
    done
    make_here uninstall DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/opt/odbench
    run find "$BATS_TEST_TMPDIR/root" ! -type d
    [ -z "$output" ] || { echo "$output"; false; }
}

@test "an installed server finds its models" {
    make_here install DESTDIR="$BATS_TEST_TMPDIR/root" PREFIX=/usr
    cd "$BATS_TEST_TMPDIR"
    run env -u ODBENCH_MODELS "$BATS_TEST_TMPDIR/root/usr/bin/odbench-serve" --list-models
    [ "$status" -eq 0 ]
    [[ $output == *scenes-ssd* ]]
}

@test "completion offers options, choices and files" {
    cd "$BATS_TEST_TMPDIR"
    touch rows.csv
    complete_words() {
        bash -c '
            source <("$1" --completion bash)
            COMP_WORDS=("${@:2}")
            COMP_CWORD=$(($# - 2))
            _odbench_report
            printf "%s\n" "${COMPREPLY[@]}"' _ "$BIN/odbench-report" "$@"
    }
    run complete_words odbench-report --for
    [ "$output" = --format ]
    run complete_words odbench-report --no-such
    [ -z "$output" ]
    run complete_words odbench-report --output ro
    [ "$output" = rows.csv ]
    run complete_words odbench-report --completion ''
    [ "$output" = bash ]
}

@test "the tarball of dist builds and its programs run" {
    git -c safe.directory='*' rev-parse HEAD >/dev/null 2>&1 || skip "not a git repository"
    make -s dist
    tarball=$(ls odbench-*.tar.gz)
    mv "$tarball" "$BATS_TEST_TMPDIR"
    cd "$BATS_TEST_TMPDIR"
    tar xzf "$tarball"
    cd "${tarball%.tar.gz}"
    [ -x scripts/demo ]
    [ -x scripts/check ]
    make -s -j"$(nproc)" OPT=-O0 all
    for program in build/odbench-*; do
        "$program" --version
    done
}
