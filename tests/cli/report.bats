# odbench-report: the published numbers come back, and whatever else a table must cope with.

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/../..
    export BIN=$(realpath "${ODBENCH_BIN:-$ROOT/build}")
    export PAPER=$ROOT/results/paper
    export MEASURED=$ROOT/tests/golden/measured.csv
    export STAGED=$ROOT/tests/golden/staged.csv
    export JUDGED=$ROOT/tests/golden/judged.csv
    export WITNESS=$ROOT/tests/oracle/report_tables.py
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

report() {
    "$BIN/odbench-report" "$@"
}

@test "tables 2 and 3 print the published averages to the last digit" {
    # The average rows as the study printed them: model, client, cloud, edge.
    cat >expected <<'E'
2 rfcn 544.938 738.252 1901.681
2 ssd-mobilenet 43.516 43.393 1106.181
2 all 294.227 390.822 1503.931
3 rfcn 786.649 845.654 1965.346
3 ssd-mobilenet 36.043 151.202 974.781
3 all 411.346 498.428 1470.063
E
    for table in 2 3; do
        report --table paper-$table --format csv "$PAPER"/*.csv |
            awk -F, -v table=$table '$2 == "average" { print table, $1, $3, $4, $5 }'
    done >printed
    diff expected printed
}

@test "every published cell is printed as the study printed it" {
    for table in 1 2 3; do
        report --table paper-$table --format csv "$PAPER"/*.csv |
            awk -F, -v table=$table 'NR > 1 && $2 != "average" {
                sub("tfs-", "", $2)
                print table, "client", $1, $2, $3
                print table, "cloud", $1, $2, $4
                print table, "edge", $1, $2, $5
            }'
    done | sort >printed
    awk '!/^#/ { print $1, $3, $4, $5, $6 }' "$PAPER/cells.txt" | sort >expected
    [ "$(wc -l <expected)" -eq 36 ]
    diff expected printed
}

@test "every published cell and average is printed as published, in every format" {
    local format number=0 oracle=$ROOT/tests/oracle/published_formats.py
    for format in text markdown latex macros json html; do
        # With one figure, as none would mean all of them.
        report --table paper-1,paper-2,paper-3,variants --format $format \
            $([ $format != html ] || ! command -v gnuplot >/dev/null || echo --figure accuracy) "$PAPER"/*.csv >printed
        # A macro has no name for what is empty.
        [ "$(python3 "$oracle" $format printed "$PAPER")" = "$format: $([ $format = macros ] && echo 87 || echo 90) numbers" ]
        # And one wrong digit is found.
        sed 's/1720\.36/1720.37/; s/1503\.931/1503.932/; s/0\.657/0.658/' printed >wrong
        run python3 "$oracle" $format wrong "$PAPER"
        [ "$status" -eq 1 ]
        [ "${#lines[@]}" -eq 2 ]
    done
    for table in paper-1 paper-2 paper-3 variants; do
        number=$((number + 1))
        report --table $table --format csv "$PAPER"/*.csv >printed.$number
    done
    [ "$(python3 "$oracle" csv printed "$PAPER")" = 'csv: 90 numbers' ]
}

@test "the published rows are made from the transcription" {
    cp "$PAPER/cells.txt" .
    awk -f "$PAPER/make.awk" cells.txt
    for table in 1 2 3; do
        cmp "table-$table.csv" "$PAPER/table-$table.csv"
    done
}

@test "the expected tables of every name and format still come out" {
    if [[ $BIN != *-san-* ]]; then
        ODBENCH_BIN=$BIN "$ROOT/scripts/golden" --check
        return
    fi
    # Sanitizers go through the same code with all tables of a format in one process, not in a thousand.
    local tables format rows
    tables=$(report --list-tables | awk '{ print $1 }')
    for rows in "$PAPER/table-*.csv" "$PAPER/variants.csv" "$MEASURED" "$JUDGED" "$STAGED"; do
        for format in text markdown latex macros json; do
            # shellcheck disable=SC2086 # a pattern
            report --table "${tables//$'\n'/,}" --findings --format $format $rows >printed
            [ -s printed ]
        done
    done
    for table in $tables; do # CSV holds one
        report --table "$table" --format csv "$MEASURED" >printed
        [ -s printed ]
    done
    report --figure accuracy -o accuracy.gp "$PAPER/variants.csv"
    [ -s accuracy.gp ]
}

@test "a witness with exact fractions finds the same numbers" {
    for table in paper-1 paper-2 paper-3 summary size-objects; do
        report --table $table --format csv "$PAPER"/*.csv >printed.csv
        python3 "$WITNESS" $table printed.csv "$PAPER"/table-*.csv
        report --table $table --format csv "$MEASURED" >printed.csv
        python3 "$WITNESS" $table printed.csv "$MEASURED"
    done
}

@test "a witness of cells finds the same stages, payloads and errors" {
    for table in stages payload errors; do
        report --table $table --format csv "$STAGED" >printed.csv
        python3 "$ROOT/tests/oracle/report_cells.py" $table printed.csv "$STAGED"
    done
    report --table stages --format csv "$STAGED" | sed '2s/,[0-9.]*,,*$/,0.00,/' >printed.csv
    run python3 "$ROOT/tests/oracle/report_cells.py" stages printed.csv "$STAGED"
    [ "$status" -eq 1 ]
}

@test "tables and comparisons of recorded latencies hold what R stored of them" {
    local stored=$ROOT/tests/golden/stats/recorded
    report --interval --digits 6 --format csv "$stored.csv" >summary.csv
    report --table regression --unit ns --format csv "$stored.csv" >regression.csv
    "$BIN/odbench-compare" --format csv "$stored.csv" "$stored.csv" >compare.csv || [ "$?" -eq 3 ]
    [ "$(python3 "$ROOT/tests/oracle/recorded_tables.py" "$stored.txt" summary.csv regression.csv compare.csv "$stored.csv")" = \
        '174 numbers' ]
    # One nanosecond of one percentile is found.
    sed '2s/,15\.881705,/,15.881706,/' summary.csv >wrong.csv
    run python3 "$ROOT/tests/oracle/recorded_tables.py" "$stored.txt" wrong.csv regression.csv compare.csv "$stored.csv"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "a witness of regressions finds the same coefficients" {
    report --table regression --unit ns --format csv "$STAGED" >printed.csv
    python3 "$ROOT/tests/oracle/report_regression.py" printed.csv "$STAGED"
    # By construction objects decide the two-stage model's time on the fast network, and not the other's.
    report --table regression --format csv "$STAGED" >printed.csv
    python3 - <<'P'
import csv
rows = [r for r in csv.DictReader(open('printed.csv', newline='')) if r['target'] == 'lab']
for row in rows:
    if row['of'] == 'object':
        slope = float(row['latency for each/coefficient'])
        assert abs(slope - (9.1 if row['model'] == 'rcnn' else 0)) < 0.2, row
    if row['of'] == 'objects over bytes' and row['model'] == 'rcnn':
        assert float(row['standardised/low']) > 0, row
P
    # Four images are too few for four coefficients.
    report --table regression "$MEASURED" | tr -s '\n ' ' ' | grep -q 'a fit needs more than four images'
}

@test "figures 14 and 15 as tables print every published cell" {
    for table in 14 15; do
        report --table figure-$table --format csv "$PAPER"/*.csv | awk -F, -v table=$((table - 12)) '
            NR == 1 { for (i = 2; i <= NF; i++) { split($i, part, "/tfs-"); model[i] = part[1]; protocol[i] = part[2] } next }
            { for (i = 2; i <= NF; i++) print table, $1, model[i], protocol[i], $i }'
    done | sort >printed
    awk '!/^#/ && $1 > 1 { print $1, $3, $4, $5, $6 }' "$PAPER/cells.txt" | sort >expected
    [ "$(wc -l <expected)" -eq 24 ]
    diff expected printed
}

@test "figures 14 and 15 draw what the tables of these names print" {
    for figure in 14 15; do
        report --figure figure-$figure -o bars.gp "$PAPER"/*.csv
        # Three decimals, and in the tables as many as there are.
        report --table figure-$figure --format csv "$PAPER"/*.csv |
            awk -F, 'NR > 1 { printf "\"%s\"", $1; for (i = 2; i <= NF; i++) printf " %.3f", $i; print "" }' >expected
        sed -n '/^\$latency <</,/^END/p' bars.gp | grep '^"' | diff expected -
        [ "$(wc -l <expected)" -eq 3 ]
    done
    grep -q "'Figure 15: latency of 000000000802.jpg (62406 bytes) from client to each server'" bars.gp
    run report --figure figure-14 -o none.dat "$PAPER"/*.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *'its numbers are in --table figure-14 --format csv' ]]
}

@test "the published variants are printed with the digits that they have" {
    report --table variants --format csv "$PAPER"/*.csv |
        awk -F, '$6 == "published" { print $1 "," $2 "," $3 "," $4 "," $5 }' >printed
    # The mean latencies of the study's tables are published too; nothing there is measured.
    { tail -n +2 "$PAPER/variants.csv"; printf '%s\n' rfcn,,,1071.55, ssd-mobilenet,,,274.16,; } | diff - printed
    ! report --table variants "$PAPER"/*.csv | sed '/^\*/d' | grep measured || false
    report --table variants --format json "$PAPER"/variants.csv | grep -q '"original", 0.709, 124, 16.9,'
}

@test "a run that did not finish is named in every table" {
    # One machine serves itself there, so two of the figures are about none.
    for table in $(report --list-tables | awk '$1 !~ /^figure-(9|10)$/ { print $1 }'); do
        report --table "$table" "$STAGED" | tr -s '\n ' ' ' | grep -q 'run run-stages did not finish (interrupted)'
    done
    cp "$STAGED" killed.csv
    sed 's/"end": "2026[^,]*/"end": null/; s/"end": "interrupted", //' "$ROOT/tests/golden/staged.meta.json" >killed.meta.json
    report killed.csv | tr -s '\n ' ' ' | grep -q 'run run-stages was interrupted, or still goes on'
    sed 's/"end": "interrupted"/"end": "complete"/' "$ROOT/tests/golden/staged.meta.json" >killed.meta.json
    ! report killed.csv | grep -E 'interrupted|finish' || false
    echo '{' >killed.meta.json
    run report killed.csv
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "a figure of a machine that is not there says that alone" {
    report --table figure-9 "$STAGED" | sed -n '/^\*/,$p' >notes
    [ "$(grep -c '^\*' notes)" -eq 1 ]
    tr -s '\n ' ' ' <notes | grep -q 'about machine 2 of those that serve themselves, and there are 1 with images'
}

@test "only marks that a table or figure carries are explained below it" {
    for table in $(report --list-tables | awk '{ print $1 }'); do
        report --table "$table" "$JUDGED" >text
        explained=$(sed -n 's/^\* \[\([a-z]\)\].*/\1/p' text | tr -d '\n')
        shown=$(grep -v '^\*' text | grep -oE '(\[|  )[a-n]+\]?( |$)' | grep -oE '\[[a-n]+\]' | tr -d '[]\n' | fold -w1 | sort -u | tr -d '\n')
        [ "$table" = summary ] || [ "$explained" = "$shown" ]
        [ -n "$explained" ] || ! grep 'without a record of validity' text || false
    done
    report "$JUDGED" | grep -q '^\* \[a\]'
    report --table errors "$JUDGED" | grep -q '^\* cells of these rows are in doubt: the table summary'
    report --figure box -o box.gp "$JUDGED"
    grep -q "title 'lab ssd-mobilenet tfs-grpc tensor c4 \[af\] (n = 140)'" box.gp
    grep -q "'\[a\] the latency had not come to rest'" box.gp
    report --figure figure-8 -o bars.gp "$JUDGED"
    grep -q "title 'ssd-mobilenet tfs-grpc c4 \[af\]'" bars.gp
    ! grep -F "'[b]" bars.gp || false
}

@test "long facts are cut for a terminal alone" {
    report --table environment "$STAGED" | grep -q '^library libcurl *libcurl/7.88.1 with .*\.\.\.$'
    for format in csv json markdown latex; do
        report --table environment --format $format "$STAGED" | grep -q 'everything that it was once built with'
    done
}

@test "--interval changes no printed digit, and the interval holds the mean" {
    for table in paper-1 paper-2 paper-3 figure-14 figure-15; do
        report --table $table --interval --format json "$PAPER"/*.csv | sed -n '/"rows"/,/^  ]/p' >with
        report --table $table --format json "$PAPER"/*.csv | sed -n '/"rows"/,/^  ]/p' | cmp - with
    done
    report --interval --format csv "$STAGED" >printed
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('printed', newline='')))
assert len(rows) == 16
for row in rows:
    for name in ('mean', 'p50'):
        assert float(row[name + ' low']) <= float(row[name]) <= float(row[name + ' high']), row
        assert row[name + ' n'] == row['n'], row
P
}

@test "--macros gives every number a name once" {
    report --macros --table paper-2,paper-3,summary "$PAPER"/*.csv >macros.tex
    grep -qx '\\newcommand{\\odPaperTwoAllAverageClient}{294.227}' macros.tex
    grep -qx '\\newcommand{\\odPaperThreeSsdMobilenetAverageEdge}{974.781}' macros.tex
    [ "$(grep -c '^.newcommand{.od[A-Za-z]*}{[0-9.]*}$' macros.tex)" -eq "$(grep -cv '^\(%.*\)\?$' macros.tex)" ]
    [ -z "$(sed -n 's/^.newcommand{\([^}]*\)}.*/\1/p' macros.tex | sort | uniq -d)" ]
    report --format macros --table paper-2 "$PAPER"/*.csv >one
    report --macros --table paper-2 "$PAPER"/*.csv | cmp - one
}

@test "every table says which data it was made of, and other data says another thing" {
    report --table paper-2 "$PAPER"/*.csv | grep -oE 'made of 12 rows, digest [0-9a-f]{16}, by odbench [0-9.]+' >one
    report --table paper-2 "$PAPER"/table-2.csv | grep -oE 'made of 12 rows.*' | cmp - one
    sed 's/473786000/473786001/' "$PAPER/table-2.csv" >other.csv
    report --table paper-2 other.csv | grep -oE 'made of 12 rows.*' >two
    [ -s two ]
    ! cmp -s one two
}

@test "the witness notices one wrong digit" {
    report --table paper-2 --format csv "$PAPER"/*.csv | sed 's/43\.393/43.392/' >printed.csv
    run python3 "$WITNESS" paper-2 printed.csv "$PAPER"/table-*.csv
    [ "$status" -eq 1 ]
    [[ "$output" == *"'43.393' printed '43.392'"* ]]
}

@test "without --table it prints the summary" {
    report "$MEASURED" >plain
    report --table summary --format text "$MEASURED" >asked
    cmp plain asked
}

@test "several tables follow each other, and --digits counts for all" {
    report --table paper-2,paper-3 --digits 1 "$PAPER"/*.csv >both
    grep -q '^Table 2' both
    grep -q '^Table 3' both
    grep -q ' 43\.5 *43\.4 *1106\.2$' both
    report --table paper-2 --digits 0 --format csv "$PAPER"/*.csv | grep -qx 'rfcn,tfs-grpc,474,535,1148'
    report --table paper-2 --digits 6 --format csv "$PAPER"/*.csv |
        grep -qx 'ssd-mobilenet,average,43.515500,43.392500,1106.181000'
}

@test "--where chooses rows, and a note says so" {
    report --where 'model=rfcn,protocol=~grpc' --table paper-2 --format csv "$PAPER"/*.csv >out
    [ "$(wc -l <out)" -eq 4 ]
    grep -qx 'rfcn,tfs-grpc,473.786,535.302,1148.077' out
    report --where 'objects>=5' --by objects --format csv "$MEASURED" >out
    [ "$(awk -F, 'NR > 1 { print $1 }' out)" = 20 ]
    report --where 'objects>=5' "$MEASURED" | grep -qx '\* only rows with objects>=5'
    report --where 'model=none' "$MEASURED" | grep -q 'no row of the main phase'
}

@test "--by makes the lines, as a group-by of another hand finds them" {
    report --by model,objects --digits 6 --format csv "$MEASURED" >printed
    python3 - "$MEASURED" <<'P'
import collections, csv, sys
groups = collections.defaultdict(list)
for row in csv.DictReader(open(sys.argv[1], newline='')):
    if row['phase'] == 'main' and row['status'] == 'ok':
        groups[row['model'], row['gt_objects']].append(int(row['service_ns']))
printed = list(csv.DictReader(open('printed', newline='')))
assert len(printed) == len(groups), (len(printed), len(groups))
for row in printed:
    values = groups[row['model'], row['objects']]
    assert int(row['n']) == len(values), row
    assert abs(float(row['mean']) * 1e6 - sum(values) / len(values)) <= 0.5000001, row
P
}

@test "--order sorts lines, the greatest first with a hyphen" {
    report --order mean --where target!~edge --format csv "$MEASURED" | cut -d, -f6 | tail -n +2 | grep . >means
    sort -n means | cmp - means
    report --order -mean --where target!~edge --format csv "$MEASURED" | cut -d, -f6 | tail -n +2 | grep . >means
    sort -rn means | cmp - means
    run report --order mode "$MEASURED"
    [ "$status" -eq 2 ]
    [ "$output" = 'odbench-report: summary: no column mode to order by' ]
}

@test "--unit prints the same times in another unit" {
    report --unit us --table paper-2 --format csv "$PAPER"/*.csv | grep -qx 'ssd-mobilenet,average,43516,43393,1106181'
    report --unit s --table paper-2 --format csv "$PAPER"/*.csv | grep -qx 'ssd-mobilenet,average,0.043516,0.043393,1.106181'
    report --unit ns --table paper-1 "$PAPER"/*.csv | head -1 | grep -q '(ns)$'
    report --unit s --digits 1 --table paper-2 --format csv "$PAPER"/*.csv | grep -qx 'all,average,0.3,0.4,1.5'
}

@test "--spec prints a table of one's own beside the others" {
    cat >own.json <<'E'
{"name": "own", "title": "Median by objects", "rows": ["model", "objects"],
 "columns": "protocol", "statistic": "p50", "where": "placement=local"}
E
    report --spec own.json "$MEASURED" >own
    head -1 own | grep -qx 'Median by objects (ms)'
    report --spec own.json --table summary "$MEASURED" >both
    report "$MEASURED" >summary
    { cat summary; echo; cat own; } | cmp - both
    report --spec own.json --where placement=local --format csv "$MEASURED" >one
    report --spec own.json --format csv "$MEASURED" | cmp - one
    run report --spec own.json --table summary --format csv "$MEASURED"
    [ "$status" -eq 2 ]
}

@test "standard input is a file like any other, and the order of files does not matter" {
    report --table paper-2 - <"$PAPER/table-2.csv" >one
    report --table paper-2 "$PAPER/table-3.csv" "$PAPER/table-2.csv" "$PAPER/table-1.csv" >two
    diff one two
}

@test "the order of rows does not matter" {
    { head -1 "$MEASURED"; tail -n +2 "$MEASURED" | tac; } >reversed.csv
    for table in paper-1 paper-2 summary size-objects; do
        report --table $table "$MEASURED" >one
        report --table $table reversed.csv >two
        diff one two
    done
    { head -1 "$STAGED"; tail -n +2 "$STAGED" | tac; } >reversed.csv
    cp "$ROOT/tests/golden/staged.meta.json" reversed.meta.json
    for table in $(report --list-tables | awk '{ print $1 }'); do
        report --table "$table" "$STAGED" >one
        report --table "$table" reversed.csv >two
        diff one two
    done
}

@test "the published tables fit 80 columns, and a wider one says so" {
    for table in paper-1 paper-2 paper-3 figure-8 figure-14 figure-15 size-objects summary variants; do
        report --table $table "$PAPER"/*.csv | tail -n +2 >text
        [ "$(wc -L <text)" -le 80 ]
        ! grep 'columns wide' text || false
    done
    report --table size-objects "$MEASURED" | tail -1 | grep -q '^\* this table is [0-9]* columns wide$'
}

@test "--image and --client choose, and what is not there is named" {
    report --table paper-2 --image 000000000802.jpg --format csv "$PAPER"/*.csv | grep -q '^rfcn,average,786.649'
    report --table paper-1 --client cloud --format csv "$PAPER"/*.csv | grep -qx 'rfcn,tfs-grpc,440.0102'
    run report --table paper-2 --image nothing.jpg "$PAPER"/table-2.csv
    [ "$status" -eq 2 ]
    [ "$output" = 'odbench-report: paper-2: no rows of image nothing.jpg' ]
    run report --client nobody "$PAPER"/table-2.csv
    [ "$status" -eq 2 ]
    [ "$output" = 'odbench-report: summary: no rows of client nobody' ]
}

@test "without the study's images, table 2 takes the largest file and table 3 the smallest" {
    sed 's/000000000285/000000000999/; s/000000000802/000000000998/' "$MEASURED" >other.csv
    report --table paper-2 other.csv | head -1 | grep -q 'latency of 000000000999.jpg (335851 bytes)'
    report --table paper-3 other.csv | head -1 | grep -q 'latency of 000000000998.jpg (62406 bytes)'
}

@test "random weights and the fixed engine are named below every table and figure" {
    for table in paper-1 paper-2 paper-3 summary size-objects; do
        report --table $table --format json "$MEASURED" >table.json
        grep -q 'raw_100%&#{x}: random weights' table.json
        grep -q 'fixed:2ms: fixed calibration engine' table.json
        ! report --table $table "$PAPER"/*.csv | grep -E 'random|fixed' || false
    done
    report --figure figure-8 -o figure.gp "$MEASURED"
    grep -q 'raw_100%&#{x}: random weights' figure.gp
}

@test "JSON is JSON and says what the CSV says" {
    for table in paper-1 paper-2 paper-3 summary size-objects; do
        report --table $table --format json "$MEASURED" >table.json
        report --table $table --format csv "$MEASURED" >table.csv
        python3 - <<'P'
import csv, json
tables = json.load(open('table.json'), parse_float=str, parse_int=str)['tables']
assert len(tables) == 1
table = tables[0]
rows = list(csv.reader(open('table.csv', newline='')))
assert rows[0] == table['columns'], rows[0]
assert len(rows) > 1
assert rows[1:] == [['' if cell is None else cell for cell in row] for row in table['rows']]
P
    done
    report --table paper-2,paper-3 --format json "$PAPER"/*.csv | python3 -c 'import json, sys
assert [t["name"] for t in json.load(sys.stdin)["tables"]] == ["paper-2", "paper-3"]'
}

@test "LaTeX compiles" {
    command -v pdflatex >/dev/null || skip 'pdflatex is not installed'
    {
        echo '\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}\usepackage[paperwidth=60cm,paperheight=60cm,margin=1cm]{geometry}'
        echo '\begin{document}'
        report --table paper-1,paper-2,paper-3,summary,size-objects --format latex "$MEASURED"
        report --table paper-1,paper-2,paper-3,summary,size-objects --format latex "$PAPER"/*.csv
        echo '\end{document}'
    } >tables.tex
    pdflatex -halt-on-error -interaction nonstopmode tables.tex
    command -v pdftotext >/dev/null || skip 'pdftotext is not installed'
    pdftotext -layout tables.pdf printed
    # Those that are too wide for a page compile too.
    {
        echo '\documentclass{article}\usepackage[T1]{fontenc}\usepackage{booktabs}\usepackage[paperwidth=60cm,paperheight=60cm,margin=1cm]{geometry}'
        echo '\begin{document}'
        report --table "$(report --list-tables | awk '{ printf "%s%s", sep, $1; sep = "," }')" --format latex "$STAGED"
        echo '\end{document}'
    } >wide.tex
    pdflatex -halt-on-error -interaction nonstopmode wide.tex
    # Every number of every table as the text has it, as often as it stands there.
    {
        report --table paper-1,paper-2,paper-3,summary,size-objects --format text "$MEASURED"
        report --table paper-1,paper-2,paper-3,summary,size-objects --format text "$PAPER"/*.csv
    } >text
    python3 - <<'P'
import collections, re
text, printed = (collections.Counter(re.findall(r'[0-9]+\.[0-9]+', open(name).read())) for name in ('text', 'printed'))
assert len(text) > 100, len(text)
assert not text - printed, ('not in the PDF', text - printed)
assert not printed - text, ('only in the PDF', printed - text)
P
}

@test "the figure is the same SVG and PNG every time" {
    command -v gnuplot >/dev/null || skip 'gnuplot is not installed'
    for ending in svg png; do
        report --figure figure-8 -o one.$ending "$MEASURED"
        report --figure figure-8 -o two.$ending "$MEASURED"
        cmp one.$ending two.$ending
    done
    [ "$(head -c 8 one.png | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]
    python3 - <<'P'
import xml.etree.ElementTree as tree
text = ' '.join(tree.parse('one.svg').getroot().itertext())
for part in ('Mean latency of each image, client serving itself', 'latency (ms)', 'n = 189, failed and left out: 8',
             'ssd-mobilenet tfs-grpc', 'raw_100%&#{x} tfs-rest', 'odd~name^3.jpg', '22.4'):
    assert part in text, (part, text)
P
    [ "$(echo *)" = 'one.png one.svg two.png two.svg' ]
}

@test "names in the rows are never commands of gnuplot or the shell" {
    command -v gnuplot >/dev/null || skip 'gnuplot is not installed'
    python3 - "$MEASURED" <<'P'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
for row in rows:
    row['file_name'] = row['file_name'].replace('odd~name^3', '`touch one`"\\EOD')
    row['model'] = row['model'].replace('fixed:2ms', "`touch two`'.system('touch three').'@x\"\\")
with open('odd.csv', 'w', newline='') as f:
    out = csv.DictWriter(f, rows[0].keys())
    out.writeheader()
    out.writerows(rows)
P
    report --figure figure-8 -o odd.svg odd.csv
    [ "$(echo *)" = 'odd.csv odd.svg' ]
    python3 - <<'P'
import xml.etree.ElementTree as tree
text = ' '.join(tree.parse('odd.svg').getroot().itertext())
assert 'touch one' in text and 'touch two' in text, text
P
}

@test "each machine has its figure, and there is no fourth" {
    report --figure figure-9 -o figure.gp "$MEASURED"
    grep -q 'cloud serving itself' figure.gp
    report --figure figure-8 --client 'edge, 2|b' -o figure.gp "$MEASURED"
    grep -q 'edge, 2|b serving itself' figure.gp
    run report --figure figure-9 -o figure.svg "$PAPER/table-2.csv"
    [ "$status" -eq 2 ]
    [[ "$output" == 'odbench-report: figure-9: '*'there are 1' ]]
    run report --figure figure-8 -o figure.svg "$PAPER/table-1.csv"
    [ "$status" -eq 2 ]
    [ ! -e figure.svg ]
}

@test "bad usage is one line and status 2" {
    while read -r arguments; do
        run report $arguments
        echo "$arguments: $output"
        [ "$status" -eq 2 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ "$output" == odbench-report:* ]]
    done <<E

--table nothing $PAPER/table-1.csv
--figure nothing -o a.svg $PAPER/table-1.csv
--figure figure-8 $PAPER/table-2.csv
--figure figure-8 -o a.bmp $PAPER/table-2.csv
--format pdf $PAPER/table-1.csv
--digits 7 $PAPER/table-1.csv
--table paper-1,paper-2 --format csv $PAPER/table-1.csv
--unit h $PAPER/table-1.csv
--where model $PAPER/table-1.csv
--by nothing $PAPER/table-1.csv
--table paper-2 --by model $PAPER/table-1.csv
--order nothing $PAPER/table-1.csv
--spec $PAPER/README.md $PAPER/table-1.csv
--spec missing.json $PAPER/table-1.csv
--no-such-option
E
}

@test "an unreadable file is named, with its line" {
    run report missing.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *missing.csv* ]]
    { cat "$PAPER/table-2.csv"; echo 'one,two'; } >broken.csv
    run report broken.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *broken.csv:14:* ]]
    sed 's/473786000/fast/' "$PAPER/table-2.csv" >broken.csv
    run report broken.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *broken.csv:2:*fast* ]]
    : >empty.csv
    run report empty.csv
    [ "$status" -eq 2 ]
    [[ "$output" == *empty.csv* ]]
    run report "$PAPER/README.md"
    [ "$status" -eq 2 ]
    run report .
    [ "$status" -eq 2 ]
}

@test "a file without rows makes empty tables that say why" {
    head -1 "$MEASURED" >none.csv
    for table in paper-1 paper-2 summary size-objects; do
        for format in text markdown latex csv json; do
            report --table $table --format $format none.csv >out
            [ $format = csv ] || grep -q 'no row of the main phase' out
        done
    done
}

@test "a last line that was cut off is left out with a warning" {
    head -c -20 "$PAPER/table-2.csv" >cut.csv
    report --table paper-2 --format csv cut.csv >out 2>warning
    grep -q '^odbench-report: warning: cut.csv: the last line is cut off' warning
    grep -qx 'ssd-mobilenet,tfs-rest,62.193,24.838,' out
    grep -qx 'ssd-mobilenet,average,43.516,43.393,' out
    report --quiet --table paper-2 cut.csv 2>warning >out
    [ ! -s warning ]
}

@test "output that cannot be written is status 6" {
    run bash -c "'$BIN/odbench-report' '$MEASURED' >/dev/full"
    [ "$status" -eq 6 ]
    run bash -c "'$BIN/odbench-report' --list-tables >/dev/full"
    [ "$status" -eq 6 ]
    run report -o no/such/folder/out.txt "$MEASURED"
    [ "$status" -eq 6 ]
    [[ "$output" == *no/such/folder/out.txt* ]]
    run report --figure figure-8 -o no/such/folder/out.svg "$MEASURED"
    [ "$status" -eq 6 ]
    [[ "$output" == *no/such/folder/out.svg* ]]
}

@test "-o writes the tables, or the figure while tables go to standard output" {
    report --table paper-2 -o out.txt "$PAPER"/*.csv
    report --table paper-2 "$PAPER"/*.csv | cmp - out.txt
    report --table paper-2 --figure figure-8 -o figure.gp "$PAPER"/*.csv | cmp - out.txt
    grep -q '^plot' figure.gp
}

@test "the lists hold every table, figure and column" {
    [ "$(report --list-tables | awk '{ print $1 }' | tr '\n' ' ')" = 'summary paper-1 paper-2 paper-3 figure-8 figure-9 figure-10 figure-14 figure-15 stages payload errors size-objects two-way regression variants environment accuracy ' ]
    [ "$(report --list-figures | awk '{ print $1 }' | tr '\n' ' ')" = 'figure-8 figure-9 figure-10 figure-14 figure-15 cdf percentiles box time objects bytes stages accuracy ' ]
    sed -n 's/^OD_[A-Z]*(\([a-z_0-9]*\),.*/\1/p' "$ROOT/lib/record/columns.def" >expected
    report --list-columns | awk '{ print $1 }' | diff expected -
}

@test "odbench-csv(5) describes every column, in order, and no other" {
    report --list-columns | awk '{ print $1 }' >columns
    sed -n 's/^\.It Va \([a-z_0-9]*\).*/\1/p' "$ROOT/man/odbench-csv.5" | diff columns -
}

@test "odbench-report(1) describes every table, figure and format" {
    for name in $(report --list-tables | awk '{ print $1 }') $(report --list-figures | awk '{ print $1 }') \
        text markdown latex macros csv json; do
        grep -qx "\.It Cm $name" "$ROOT/man/odbench-report.1" || { echo "$name is missing"; false; }
    done
}

@test "every figure becomes a picture, a program, and numbers" {
    local name
    # These rows do not say when requests were sent.
    run report --figure time -o time.svg "$MEASURED"
    [ "$status" -eq 2 ]
    awk -F, -v OFS=, 'NR == 1 { print $0, "send_ns" } NR > 1 { print $0, NR * 1000000 }' "$MEASURED" >timed.csv
    for name in cdf percentiles box time objects bytes stages; do
        report --figure $name -o $name.svg timed.csv
        python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' $name.svg
        report --figure $name -o $name.pdf timed.csv
        [ "$(head -c 5 $name.pdf)" = %PDF- ]
        report --figure $name -o $name.dat timed.csv
        # A line of names, then as many numbers a line.
        grep -v '^#' $name.dat | awk 'NR == 1 { n = NF } NF != n { exit 1 } END { exit NR < 2 }'
    done
    run report --figure figure-8 -o bars.dat "$MEASURED"
    [ "$status" -eq 2 ]
    [[ $output == *"--table figure-8"* ]]
}

@test "findings of the published numbers name the two oddities" {
    report --findings --format json "$PAPER"/*.csv >found.json
    python3 - <<'P'
import json
table = json.load(open('found.json'))['tables'][0]
assert table['name'] == 'findings'
notes = ' '.join(table['notes'])
assert '24.838 ms stands twice' in notes
assert 'client>cloud ssd-mobilenet, 000000000285.jpg: REST 24.838 ms, gRPC 61.947 ms' in notes
assert 'ssd-mobilenet over REST takes 1719.862 ms, rfcn over gRPC 1148.077 ms' in notes
P
}

@test "one page holds everything and needs nothing else" {
    report --format html "$MEASURED" >page.html
    report --format html "$MEASURED" | cmp - page.html
    python3 - <<'P'
import html.parser
open_tags, ids, void = [], [], {'meta', 'img', 'br'}
class Page(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        ids.extend([names['id']] if 'id' in names else [])
        for name in ('src', 'href'):
            assert names.get(name, '#')[:5] in ('data:', '#') or names[name][0] == '#', names
        if tag not in void:
            open_tags.append(tag)
    def handle_endtag(self, tag):
        assert open_tags.pop() == tag
Page().feed(open('page.html').read())
assert not open_tags and len(ids) == len(set(ids)) and 'findings' in ids and 'figure:cdf' in ids, ids
P
    report --format html --table summary --figure cdf "$MEASURED" >small.html
    [ "$(grep -c '<section' small.html)" -eq 2 ]
}

@test "drawing needs recorded detections and the images" {
    run report --draw pictures "$MEASURED"
    [ "$status" -eq 2 ]
    [[ $output == *--images* ]]
    run report --draw pictures --images . "$MEASURED"
    [ "$status" -eq 2 ]
    [[ $output == *"no detections were recorded"* ]]
}
