# The table of accuracy: figures that pycocotools gave, where annotations come from, what is said when something is
# missing. The data sets are tests/oracle/coco_eval.py's, turned into what a run leaves behind.

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/../..
    export BIN=$(realpath "${ODBENCH_BIN:-$ROOT/build}")
    export CASES=$ROOT/tests/golden/coco-eval
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

report() {
    "$BIN/odbench-report" --table accuracy "$@"
}

# A data set as NAME.csv, NAME.detections.jsonl, NAME.json: every image is sent once, in one cell.
make_run() {
    local name=$1
    awk -v name="$name" -v run="${2:-$1}" '
        function box(from) { return sprintf("[%s,%s,%s,%s]", $from, $(from + 1), $(from + 2), $(from + 3)) }
        BEGIN { rows = name ".csv"; lines = name ".detections.jsonl"; notes = name ".json"; printf "" >lines
            print "run_id,cell_id,seq,phase,client,target,placement,model,protocol,image_id,status,service_ns" >rows }
        $1 == "images" { for (i = 2; i <= NF; i++) { seq[$i] = i - 1
                print run ",c1," i - 1 ",main,here,box,remote,m,tfs-grpc," $i ",ok,1000000" >rows
                images = images (i > 2 ? "," : "") "{\"id\":" $i ",\"file_name\":\"" $i ".jpg\"}" } }
        $1 == "categories" { for (i = 2; i <= NF; i++)
                categories = categories (i > 2 ? "," : "") "{\"id\":" $i ",\"name\":\"n" $i "\"}" }
        $1 == "t" { objects = objects (objects == "" ? "" : ",\n") "{\"id\":" NR ",\"image_id\":" $2 ",\"category_id\":" $3 \
                ",\"bbox\":" box(4) ",\"area\":" $8 ",\"iscrowd\":" $9 "}" }
        $1 == "d" { print "{\"category_id\":" $3 ",\"image_id\":" $2 ",\"bbox\":" box(4) ",\"score\":" $8 \
                ",\"run_id\":\"" run "\",\"cell_id\":\"c1\",\"seq\":" seq[$2] "}" >lines }
        END { print "{\"images\":[" images "],\n\"annotations\":[" objects "],\n\"categories\":[" categories "]}" >notes }
    ' "$CASES/$name.txt"
}

# The figures of the table, out of those that pycocotools gave.
expected() {
    awk '$1 == "stats" { n = split("2 3 5 6 7", at, " ")
        for (i = 1; i <= n; i++) printf "%s%s", (i > 1 ? "," : ""), ($at[i] < 0 ? "" : sprintf("%.6g", $at[i]))
        print "" }' "$CASES/$1.txt"
}

@test "the figures are those of pycocotools, on every kind of data set" {
    local case
    for case in plain crowd crowd-only ties one-score empty-images empty-categories no-detections no-objects \
        many-detections zero-area area-borders iou-borders equal-overlaps recall-borders everything; do
        make_run $case
        report --format csv --annotations $case.json $case.csv >printed.csv
        [ "$(head -n 1 printed.csv)" = "target,model,protocol,images,detections,mAP/@[.5:.95],mAP/@.5,AP/small,AP/medium,AP/large" ]
        echo "$case: $(tail -n 1 printed.csv)"
        [ "$(tail -n 1 printed.csv | cut -d, -f6-)" = "$(expected $case)" ]
    done
}

@test "several runs have a line each, and of some images only those count" {
    make_run plain
    make_run ties
    sed 's/"file_name":"/&x/g' plain.json >both.json
    report --format csv --annotations plain.json plain.csv ties.csv >printed.csv
    [ "$(wc -l <printed.csv)" -eq 3 ]
    grep -q "^box,m,tfs-grpc,plain,12,[0-9]*,$(expected plain)\$" printed.csv
    report --format csv --where 'image_id<=3' --annotations plain.json plain.csv >some.csv
    [ "$(tail -n 1 some.csv | cut -d, -f4)" = 3 ]
}

@test "a run that names its annotations needs no option" {
    make_run crowd
    mkdir elsewhere
    mv crowd.json elsewhere/notes.json
    printf '{"run_id": "crowd", "dataset": {"annotations": "%s/elsewhere/notes.json"}}\n' "$PWD" >crowd.meta.json
    [ "$(report --format csv crowd.csv | tail -n 1 | cut -d, -f6-)" = "$(expected crowd)" ]
    report crowd.csv | grep -q '^\* objects of notes.json; '
    rm elsewhere/notes.json
    report crowd.csv | tr '\n' ' ' | tr -s ' ' | grep -q 'needs --annotations FILE: .*notes.json, which a run names, is not there'
    [ "$(report --format csv crowd.csv | wc -l)" -eq 1 ]
}

@test "runs that name different annotations need the option" {
    make_run crowd
    make_run plain
    for name in crowd plain; do
        printf '{"run_id": "%s", "dataset": {"annotations": "%s/%s.json"}}\n' $name "$PWD" $name >$name.meta.json
    done
    report crowd.csv plain.csv | grep -q '^\* needs --annotations FILE: the runs name different ones'
    report --format csv --annotations plain.json crowd.csv plain.csv | grep -q "plain,12,[0-9]*,$(expected plain)\$"
}

@test "a run without detections says what it needs; one that found nothing has 0" {
    make_run plain
    rm plain.detections.jsonl
    report --annotations plain.json plain.csv | grep -q '^\* needs the detections of 1 of 1 runs: odbench-run'
    [ "$(report --annotations plain.json --format csv plain.csv | wc -l)" -eq 1 ]
    make_run ties
    report --annotations plain.json --format csv plain.csv ties.csv | grep '^box,m,tfs-grpc,plain,,,,,,,$'
    report --annotations plain.json plain.csv ties.csv | grep -q '^\* needs the detections of 1 of 2 runs'
    printf '{"run_id": "plain"}\n' >plain.meta.json
    : >plain.detections.jsonl
    [ "$(report --annotations plain.json --format csv plain.csv | tail -n 1)" = box,m,tfs-grpc,12,0,0,0,0,0,0 ]
}

@test "a run that was killed has a last line that is left out" {
    make_run plain
    lines=$(wc -l <plain.detections.jsonl)
    truncate -s -9 plain.detections.jsonl
    [ "$(report --annotations plain.json --format csv plain.csv | tail -n 1 | cut -d, -f5)" -eq $((lines - 1)) ]
}

@test "broken detections and annotations end with 2 and one line that names file and line" {
    make_run plain
    sed -i '7s/"bbox":\[[^]]*/"bbox":[1,2,3/' plain.detections.jsonl
    run report --annotations plain.json plain.csv
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == "odbench-report: plain.detections.jsonl:7:"*'"bbox" is not an array of four numbers' ]]
    make_run plain
    sed -i '3s/"bbox"/"box"/' plain.json
    run report --annotations plain.json plain.csv
    [ "$status" -eq 2 ]
    [[ $output == "odbench-report: plain.json:3:1: annotations[1]: "*bbox* ]]
    run report --annotations nowhere.json plain.csv
    [ "$status" -eq 2 ]
    [[ $output == "odbench-report: nowhere.json: "* ]]
    # Other tables do not look at them.
    "$BIN/odbench-report" plain.csv
    echo x >plain.detections.jsonl
    "$BIN/odbench-report" plain.csv
}

@test "the figure of accuracy shows the table's figures at the median response times" {
    local found=$ROOT/tests/golden/found
    report --format csv --annotations "$found.notes.json" "$found.csv" >table.csv
    report --figure accuracy --annotations "$found.notes.json" -o found.dat "$found.csv" >/dev/null
    python3 - "$found.csv" <<'P'
import collections, csv, statistics, sys
times = collections.defaultdict(list)
for row in csv.DictReader(open(sys.argv[1], newline='')):
    times[row['model'], row['protocol']].append(int(row['response_ns']) / 1e6)
table = {(row['model'], row['protocol']): float(row['mAP/@[.5:.95]']) for row in csv.DictReader(open('table.csv', newline=''))}
names, points = {}, {}
for line in open('found.dat'):
    words = line.split()
    if line.startswith('# series '):
        names[words[2].rstrip(':')] = tuple(words[3:5])
    elif words[0].isdigit():
        points[names[words[0]]] = [float(word) for word in words[1:]]
assert len(points) == 6 and set(points) == set(table) == set(times), (points, table)
for cell, (x, y, left, right, bottom, top) in points.items():
    values = sorted(times[cell])
    assert abs(x - statistics.median(values)) < 1e-6, cell
    assert abs(y - table[cell]) < 1e-6, cell
    # Of 40 values the 14th and the 27th hold the median with 95%.
    assert (abs(left - values[13]) < 1e-6) and (abs(right - values[26]) < 1e-6), (cell, left, right, values)
    assert bottom <= y <= top, cell
    assert top > bottom or cell[0] == 'none', cell
P
}

@test "the figure of accuracy takes what files say, and names what is missing" {
    local found=$ROOT/tests/golden/found
    # Without annotations only the model of which the companion says it.
    report --figure accuracy -o said.gp "$found.csv" >/dev/null
    [ "$(grep -c '^\$series[0-9]* <<' said.gp)" -eq 2 ]
    grep -q 'pointtype 6' said.gp
    ! grep 'pointtype 7' said.gp || false
    grep -q "'no accuracy is known of 4 of 6 cells'" said.gp
    "$BIN/odbench-report" --figure accuracy -o published.dat "$ROOT/results/paper/variants.csv"
    [ "$(grep -c '^[0-9]' published.dat)" -eq "$(awk -F, 'NR > 1 && $3 != "" && $4 != ""' "$ROOT/results/paper/variants.csv" | wc -l)" ]
    grep -qx '# series 1: mobilenet-v1-224 post-training-quantized' published.dat
    grep -q '^1 112 0.657 ' published.dat
    run "$BIN/odbench-report" --figure accuracy -o none.gp "$ROOT/tests/golden/measured.csv"
    [ "$status" -eq 2 ]
    [[ "$output" == *'accuracy: it needs --annotations FILE and recorded detections'* ]]
    [ ! -e none.gp ]
}

@test "the figure of accuracy is a picture in every format, and in the page" {
    command -v gnuplot >/dev/null || skip 'gnuplot is not installed'
    local found=$ROOT/tests/golden/found
    for ending in svg png pdf; do
        report --figure accuracy --annotations "$found.notes.json" -o one.$ending "$found.csv" >/dev/null
        [ "$(wc -c <one.$ending)" -gt 4000 ]
    done
    grep -q 'rcnn tfs-grpc tensor' one.svg
    "$BIN/odbench-report" --format html --annotations "$found.notes.json" "$found.csv" >page.html
    grep -q '<section id="figure:accuracy">' page.html
    grep -q '<section id="accuracy">' page.html
    "$BIN/odbench-report" --format html "$ROOT/tests/golden/measured.csv" >page.html
    ! grep 'figure:accuracy' page.html || false
}

@test "runs that found different things in a cell are one point, their mean, without an interval" {
    local found=$ROOT/tests/golden/found
    sed 's/run-found/run-other/' "$found.csv" >other.csv
    sed 's/run-found/run-other/' "$found.meta.json" >other.meta.json
    # The other run lost what "rcnn" found in its first images.
    sed 's/run-found/run-other/' "$found.detections.jsonl" |
        grep -vE '"image_id":[1-5],.*"cell_id":"c003"' >other.detections.jsonl
    report --format csv --annotations "$found.notes.json" "$found.csv" other.csv >table.csv
    report --figure accuracy --annotations "$found.notes.json" -o both.dat "$found.csv" other.csv >/dev/null
    report --figure accuracy --annotations "$found.notes.json" -o both.gp "$found.csv" other.csv >/dev/null
    grep -q "'1 points are means over runs that found different things, without an interval'" both.gp
    python3 - <<'P'
import csv
values = [float(r['mAP/@[.5:.95]']) for r in csv.DictReader(open('table.csv', newline=''))
          if (r['model'], r['protocol']) == ('rcnn', 'tfs-grpc')]
assert len(values) == 2 and abs(values[0] - values[1]) > 0.01, values
names = {line.split()[2].rstrip(':'): line.split()[3:5] for line in open('both.dat') if line.startswith('# series ')}
points = {tuple(names[w[0]]): w[1:] for w in map(str.split, open('both.dat')) if w[0].isdigit()}
assert len(points) == 6, points
x, y, left, right, bottom, top = points['rcnn', 'tfs-grpc']
assert abs(float(y) - sum(values) / 2) < 1e-5, (y, values)
assert (bottom, top) == ('nan', 'nan') and float(left) < float(x) < float(right), points
assert points['ssd', 'tfs-grpc'][4] != 'nan', points
P
    "$BIN/odbench-report" --table variants --annotations "$found.notes.json" "$found.csv" other.csv | tr -s '\n ' ' ' |
        grep -q 'rcnn: its 4 cells found different things, mAP 0\.[0-9]* to 0\.6612, and their mean is printed'
}
