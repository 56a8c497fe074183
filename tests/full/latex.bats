# What a real LaTeX makes of odbench-report's tables, macros and numbers of figures.

setup_file() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export ROOT BIN=${ODBENCH_BIN:-$ROOT/build}
    export MEASURED=$ROOT/tests/golden/measured.csv STAGED=$ROOT/tests/golden/staged.csv PAPER=$ROOT/results/paper
    TABLES=$("$BIN/odbench-report" --list-tables | awk '{ print $1 }')
    export TABLES
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

report() {
    "$BIN/odbench-report" "$@"
}

# document FILE PACKAGES: standard input as the body of a document; makes FILE.pdf and FILE.txt.
document() {
    {
        echo '\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}'
        echo '\usepackage[paperwidth=90cm,paperheight=150cm,margin=1cm]{geometry}'
        echo "$2"
        echo '\begin{document}\small'
        cat
        echo '\end{document}'
    } >"$1.tex"
    # Twice, as references want it.
    for _ in 1 2; do
        timeout 120 pdflatex -halt-on-error -interaction nonstopmode "$1.tex" >"$1.out" || { tail -n 20 "$1.out"; return 1; }
    done
    # Nothing sticks out, nothing is missing in a font, no reference hangs.
    ! grep -E '^(Overfull|Missing character|LaTeX Warning)' "$1.log" || return 1
    pdftotext -layout "$1.pdf" "$1.txt"
}

# same FILE FILE: the numbers with decimals are the same and as many in both.
same() {
    python3 - "$@" <<'P'
import collections, re, sys
text, printed = (collections.Counter(re.findall(r'[0-9]+\.[0-9]+', open(name).read())) for name in sys.argv[1:])
assert text, 'no numbers'
assert not text - printed, ('not in the PDF', text - printed)
assert not printed - text, ('only in the PDF', printed - text)
P
}

# Every table of these rows, in one format, behind each other.
all_tables() {
    local format=$1 table
    shift
    for table in $TABLES; do
        report --quiet --table "$table" --format "$format" "$@"
        echo
    done
}

@test "every table becomes a page with its numbers" {
    [ "$(wc -w <<<"$TABLES")" -gt 10 ]
    for rows in "$MEASURED" "$STAGED" "$PAPER/table-1.csv $PAPER/table-2.csv $PAPER/table-3.csv $PAPER/variants.csv"; do
        # shellcheck disable=SC2086 # several files
        all_tables latex $rows | document tables ''
        # shellcheck disable=SC2086
        all_tables text $rows >text
        same text tables.txt
    done
}

@test "intervals and n become a page with its numbers" {
    for table in summary paper-2; do
        report --table $table --interval --format latex "$MEASURED" | document interval ''
        report --table $table --interval "$MEASURED" >text
        same text interval.txt
    done
}

@test "every macro prints its value" {
    for rows in "$MEASURED" "$PAPER/table-2.csv"; do
        report --quiet --macros --table summary,paper-1,paper-2,paper-3,size-objects "$rows" >macros.tex
        sed -nE 's/^\\newcommand\{(\\od[A-Za-z]+)\}\{.*/\1/p' macros.tex >names
        [ "$(wc -l <names)" -gt 20 ]
        # A name and what it prints, a line each; the reader of the PDF sees blanks where letters are far apart.
        sed -E 's/^\\(.*)/\\noindent \1=[\\\1]\\par/' names | document list '\input{macros}'
        sed -nE 's/^\\newcommand\{\\(od[A-Za-z]+)\}\{([0-9.]+)\}$/\1=[\2]/p' macros.tex | sort >wanted
        [ "$(wc -l <wanted)" -gt 20 ]
        tr -d ' ' <list.txt | grep -oE 'od[A-Za-z]+=\[[0-9.]+\]' | sort >printed
        diff wanted printed
    done
}

@test "pgfplots draws the numbers of a figure" {
    for figure in cdf percentiles box objects bytes stages; do
        report --figure $figure -o $figure.dat "$MEASURED"
        grep -v '^#' $figure.dat | head -1 | wc -w >columns
        [ "$(cat columns)" -ge 2 ]
    done
    # The lines of cdf: a picture with a point a row of each.
    document picture '\usepackage{pgfplots}\pgfplotsset{compat=1.17, discard if not/.style 2 args={x filter/.code={
        \edef\a{\thisrow{#1}}\edef\b{#2}\ifx\a\b\else\def\pgfmathresult{inf}\fi}}}' <<'T'
\begin{tikzpicture}
\begin{axis}[xmode=log, xlabel=service time (ms), ylabel=share]
\addplot[discard if not={series}{0}] table[x=x, y=y] {cdf.dat};
\addplot[discard if not={series}{15}] table[x=x, y=y] {cdf.dat};
\end{axis}
\end{tikzpicture}
T
    grep -q 'service time (ms)' picture.txt
}
