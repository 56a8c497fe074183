# odbench-compare --metric map: recorded detections of both sides against annotations, made here so that the figures are
# known: of two categories a side finds all objects exactly, or a part of them.

bats_require_minimum_version 1.5.0

setup_file() {
    export ROOT=$BATS_TEST_DIRNAME/../..
    export BIN=$(realpath "${ODBENCH_BIN:-$ROOT/build}")
    cd "$BATS_FILE_TMPDIR"
    side base
    side same
    side half -v find=half
    side few -v images=4
    side few-half -v images=4 -v find=half
    notes 40 >notes.json
}

setup() {
    cd "$BATS_FILE_TMPDIR"
}

# side NAME [-v NAME=VALUE]...: NAME.csv and NAME.detections.jsonl of run NAME. Each image has six objects, three of either
# category; find=half: the odd ones are not found. Every image is sent twice, but the second answer is empty; ids begin
# behind first=.
side() {
    local name=$1
    shift
    awk -v name="$name" -v images=40 -v find=all -v first=0 -v protocols=tfs-grpc,tfs-rest "$@" 'BEGIN {
        lines = name ".detections.jsonl"
        printf "" >lines
        print "run_id,cell_id,seq,attempt,phase,target,model,protocol,image_id,status,service_ns,result_hash"
        count = split(protocols, protocol, ",")
        for (p = 1; p <= count; p++) for (rep = 0; rep <= 2; rep++) for (i = 1 + first; i <= images + first; i++) {
            seq++
            printf "%s,%s,%d,1,%s,here,ssd,%s,%d,ok,%d,%s\n", name, protocol[p], seq, rep == 0 ? "warmup" : "main",
                protocol[p], i, 5000000 + i, find
            for (k = 0; rep == 1 && k < 6; k++) if (find == "all" || k % 2 == 0)
                printf "{\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,30,20],\"score\":0.%d,\"run_id\":\"%s\",\"cell_id\":\"%s\",\"seq\":%d}\n",
                    i, k % 3 + 1, 40 * k, i, 90 - k, name, protocol[p], seq >lines
        }
    }' >"$name.csv"
}

# notes COUNT: annotations of images 1 to COUNT.
notes() {
    awk -v images="$1" 'BEGIN {
        for (i = 1; i <= images; i++) {
            list = list (i > 1 ? "," : "") sprintf("{\"id\":%d,\"file_name\":\"%d.jpg\"}", i, i)
            for (k = 0; k < 6; k++)
                objects = objects (objects == "" ? "" : ",\n") sprintf("{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,30,20],\"area\":600,\"iscrowd\":0}", i * 6 + k, i, k % 3 + 1, 40 * k, i)
        }
        print "{\"images\":[" list "],\n\"annotations\":[" objects "],\n\"categories\":[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"},{\"id\":3,\"name\":\"c\"}]}"
    }'
}

compare() {
    "$BIN/odbench-compare" --metric map "$@"
}

# verdicts ARGUMENT...: "LABEL BASE NEW VERDICT IMAGES" of each cell; sets $status.
verdicts() {
    run compare --format json "$@"
    output=$(python3 -c '
import json, sys
for cell in json.load(sys.stdin)["cells"]:
    print(cell["label"] or "-", *("%.4f" % cell[s]["value"] for s in ("base", "new")), cell["change"]["verdict"], cell["images"])' <<<"$output")
}

refused() {
    local text=$1
    shift
    run --separate-stderr compare "$@"
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    [[ $stderr == "odbench-compare: "*"$text"* ]] || { echo "$stderr"; false; }
}

@test "status 0: equal detections are equivalent, and of each image the first answer counts" {
    verdicts --annotations notes.json base.csv same.csv
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc 1.0000 1.0000 equivalent 40\ntfs-rest 1.0000 1.0000 equivalent 40' ]
    run compare --strict -a notes.json base.csv same.csv
    [ "$status" -eq 0 ]
    verdicts --annotations notes.json few.csv few.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc 1.0000 1.0000 equivalent 4\ntfs-rest 1.0000 1.0000 equivalent 4' ]
}

# Of the ranks 0.00, 0.01, ... 1.00 of recall 51 are reached by half of the objects: 51 / 101.
@test "status 1: half of the boxes is a regression, and the other way round an improvement" {
    verdicts --annotations notes.json base.csv half.csv
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc 1.0000 0.5050 regressed 40\ntfs-rest 1.0000 0.5050 regressed 40' ]
    verdicts --annotations notes.json half.csv base.csv
    [ "$status" -eq 0 ]
    [ "$output" = $'tfs-grpc 0.5050 1.0000 improved 40\ntfs-rest 0.5050 1.0000 improved 40' ]
    run compare -a notes.json --threshold-map 50% base.csv half.csv
    [ "$status" -eq 0 ]
    run compare -a notes.json --threshold-map 0.49 base.csv half.csv
    [ "$status" -eq 1 ]
    [[ $output == *"1.0000"*"0.5050"*"-0.4950"*"regressed"*"bootstrap over images"* ]]
}

@test "status 3: few images do not tell; status 2: there are no common ones" {
    verdicts --strict --annotations notes.json few.csv few-half.csv
    echo "$output"
    [ "$status" -eq 3 ]
    [ "$output" = $'tfs-grpc 1.0000 0.5050 inconclusive 4\ntfs-rest 1.0000 0.5050 inconclusive 4' ]
    run compare --annotations notes.json few.csv few-half.csv
    [ "$status" -eq 0 ]
    [[ $output == *"too few images to tell"* ]]
    side late -v first=100
    run compare --annotations notes.json base.csv late.csv
    [ "$status" -eq 2 ]
    [[ $output == *"no image was answered on both sides"* ]]
}

@test "images that are not annotated are left out, with a note" {
    notes 25 >some.json
    verdicts --annotations some.json base.csv half.csv
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc 1.0000 0.5050 regressed 25\ntfs-rest 1.0000 0.5050 regressed 25' ]
    run compare --annotations some.json base.csv half.csv
    [[ $output == *"images without annotations were left out"* ]]
    run compare --annotations notes.json base.csv half.csv
    [[ $output != *"images without annotations"* ]]
    verdicts --annotations notes.json --filter 'image_id<=10' base.csv half.csv
    [ "$output" = $'tfs-grpc 1.0000 0.5050 regressed 10\ntfs-rest 1.0000 0.5050 regressed 10' ]
}

@test "the runs name the annotations" {
    for name in base half; do
        cp $name.csv named-$name.csv
        cp $name.detections.jsonl named-$name.detections.jsonl
        printf '{"run_id": "%s", "dataset": {"annotations": "%s/notes.json"}}\n' $name "$PWD" >named-$name.meta.json
    done
    verdicts named-base.csv named-half.csv
    [ "$status" -eq 1 ]
    [[ $output == *"regressed 40"*"regressed 40" ]]
    refused "needs --annotations FILE: no run names one" base.csv half.csv
    sed -i 's/notes\.json/gone.json/' named-*.meta.json
    refused "gone.json, which a run names, is not there" named-base.csv named-half.csv
    sed -i 's/gone\.json/other.json/' named-base.meta.json
    refused "needs --annotations FILE: the runs name several" named-base.csv named-half.csv
    run compare --annotations notes.json named-base.csv named-half.csv
    [ "$status" -eq 1 ]
}

@test "status 2: what is missing is said" {
    side bare
    rm bare.detections.jsonl
    refused "bare.csv: no detections beside it, which --metric map needs: odbench-run --detections" -a notes.json base.csv bare.csv
    cp same.detections.jsonl bare.detections.jsonl
    refused "bare.detections.jsonl: no detections of run bare" -a notes.json base.csv bare.csv
    echo '{"image_id": 1' >bare.detections.jsonl
    refused "bare.detections.jsonl:1" -a notes.json base.csv bare.csv
    refused "no-such.json" -a no-such.json base.csv same.csv
    notes 3 | sed -E 's/"(image_)?id":/&900/g' >others.json
    refused "others.json: it has none of the images that both sides answered" -a others.json base.csv same.csv
    for column in run_id cell_id seq image_id; do
        sed "1s/\b$column\b/other/" same.csv >lacking.csv
        refused "$column" -a notes.json base.csv lacking.csv
    done
    run --separate-stderr "$BIN/odbench-compare" -a notes.json base.csv same.csv
    [ "$status" -eq 2 ]
    [[ $stderr == *"--annotations is for --metric map"* ]]
}

@test "sides by a column, several runs a side, any order of rows and files" {
    verdicts --annotations notes.json --col run_id --filter protocol=tfs-grpc base.csv half.csv
    [ "$status" -eq 1 ]
    [ "$output" = '- 1.0000 0.5050 regressed 40' ]
    verdicts --annotations notes.json --col run_id --filter protocol=tfs-grpc half.csv base.csv
    [ "$output" = '- 1.0000 0.5050 regressed 40' ]
    cat base.csv <(tail -n +2 half.csv) >joined.csv
    cat base.detections.jsonl half.detections.jsonl >joined.detections.jsonl
    verdicts --annotations notes.json --col run_id joined.csv
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$output" = $'tfs-grpc 1.0000 0.5050 regressed 40\ntfs-rest 1.0000 0.5050 regressed 40' ]
    (head -n 1 base.csv && tail -n +2 base.csv | sort -r) >turned.csv
    tac base.detections.jsonl >turned.detections.jsonl
    compare -f csv -a notes.json new=half.csv base=base.csv >three.csv || true
    compare -f csv -a notes.json new=half.csv base=turned.csv >four.csv || true
    [ -s three.csv ]
    diff three.csv four.csv
    diff <(compare -f csv -a notes.json x= base.csv same.csv y=half.csv) <(compare -f csv -a notes.json x= same.csv base.csv y=half.csv)
}

@test "the same seed gives the same bytes, another one other intervals" {
    # An image in three is answered in full: the resamples differ.
    awk -F'"image_id":' '{ split($2, id, ","); if (id[1] % 3 || /"category_id":1/) print }' half.detections.jsonl >part.detections.jsonl
    awk -F'"image_id":' '{ split($2, id, ","); if (id[1] % 3 == 0) print }' base.detections.jsonl | grep -v '"category_id":1' |
        sed 's/"run_id":"base"/"run_id":"half"/' >>part.detections.jsonl
    cp half.csv part.csv
    run compare -a notes.json base.csv part.csv
    [ "$status" -eq 1 ]
    compare -f csv -a notes.json base.csv part.csv >one.csv || true
    compare -f csv -a notes.json --seed 1 base.csv part.csv >two.csv || true
    compare -f csv -a notes.json --seed 2 base.csv part.csv >three.csv || true
    cmp one.csv two.csv
    run ! cmp -s one.csv three.csv
}
