# What odbench-run does with bad images, bad JSON, bad servers and bad places to write to: one
# clear line, the exit status of odbench-run(1), and nothing lost.

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export KINDS=$BATS_TEST_DIRNAME/../data
    mkfifo "$BATS_FILE_TMPDIR/hold"
    # Opened for both ways, the pipe never ends: the server lives until it is killed.
    python3 "$BATS_TEST_DIRNAME/../fault/faultd.py" --ports "$BATS_FILE_TMPDIR/faults" \
        0<>"$BATS_FILE_TMPDIR/hold" 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/pids"
    "$BIN/odbench-serve" --model fast=fixed:1ms --grpc-port 0 --rest-port 0 \
        --port-file "$BATS_FILE_TMPDIR/ports" 2>"$BATS_FILE_TMPDIR/serve.log" 3>&- &
    echo $! >>"$BATS_FILE_TMPDIR/pids"
    for _ in $(seq 600); do
        [ ! -s "$BATS_FILE_TMPDIR/ports" ] || [ ! -s "$BATS_FILE_TMPDIR/faults" ] || break
        sleep 0.1
    done
    GRPC=$(sed -n 's/^grpc=//p' "$BATS_FILE_TMPDIR/ports")
    REST=$(sed -n 's/^rest=//p' "$BATS_FILE_TMPDIR/ports")
    export TARGET=box=127.0.0.1,grpc=$GRPC,rest=$REST
}

teardown_file() {
    xargs kill <"$BATS_FILE_TMPDIR/pids"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir images
    cp "$KINDS/baseline.jpg" images/good.jpg
}

odbench_run() {
    timeout 60 "$BIN/odbench-run" "$@"
}

port() {
    awk -v mode="$1" '$1 == mode { print $2 }' "$BATS_FILE_TMPDIR/faults"
}

# Rows as objects, one a line: column FILE NAME... prints those columns of every row.
column() {
    python3 - "$@" <<'P'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline='')):
    print(' '.join(row[name] for name in sys.argv[2:]))
P
}

# refused STATUS TEXT ARGUMENT...: that exit status, one line with TEXT in it, and no file.
refused() {
    local expected=$1 text=$2
    shift 2
    run odbench_run "$@"
    [ "$status" -eq "$expected" ] || { echo "status $status: $output"; return 1; }
    [ "${#lines[@]}" -eq 1 ] || { echo "not one line: $output"; return 1; }
    [[ "${lines[0]}" == "odbench-run: "*"$text"* ]] || { echo "not '$text': $output"; return 1; }
    [ ! -e rows.csv ] && [ ! -e rows.meta.json ] || { ls; return 1; }
}

@test "a server that misbehaves makes rows with status, code and text" {
    while IFS='|' read -r mode transport expected text; do
        # What ends by itself has all the time it needs.
        patience=50s
        [[ "$expected" != timeout* ]] || patience=500ms
        odbench_run --no-probe --target "x=127.0.0.1,$transport=$(port "$mode")" --protocol "$transport" \
            --model m --timeout $patience -r 1 -w 0 -f -q -o rows.csv images
        [ "$(column rows.csv status code)" = "$expected" ] || { column rows.csv status code error; echo "$mode"; return 1; }
        [[ "$(column rows.csv error)" == *"$text"* ]] || { column rows.csv error; echo "$mode"; return 1; }
        [ "$(wc -l <rows.csv)" -eq 2 ]
    done <<'T'
s404|rest|http_error 404|no such model
s404|grpc|decode |not gRPC
s500|rest|http_error 500|HTTP 500
s500|grpc|decode |not gRPC
redirect|rest|http_error 302|HTTP 302
garbage|rest|decode |HTTP/0.9
garbage|grpc|decode |not gRPC
half|rest|reset |500 bytes remaining
halfhead|rest|reset |within the reply's head
halfreset|rest|reset |reset by peer
badlength|rest|decode |Content-Length
badchunk|rest|decode |chunked
longbody|rest|decode 200|JSON
hugehead|rest|decode |larger than accepted
close|rest|reset |closed without a byte of reply
close|grpc|reset |
reset|rest|reset |reset by peer
reset|grpc|reset |
hangup|rest|reset |
hangup|grpc|reset |
silent|rest|timeout |no whole reply in time
silent|grpc|timeout |no whole reply in time
stuck|rest|timeout |no whole reply in time
stalled|rest|timeout |no whole reply in time
stalled|grpc|timeout |no whole reply in time
dead|rest|connect |cannot connect
dead|grpc|connect |cannot connect
T
}

@test "a broken target does not touch the rows of the others" {
    odbench_run --no-probe --target "bad=127.0.0.1,rest=$(port close)" --target "$TARGET" --protocol rest \
        --model fast -r 3 -w 1 -q -o rows.csv images
    [ "$(column rows.csv target phase status | sort | uniq -c | xargs)" = \
        "3 bad main reset 3 bad warmup reset 3 box main ok 3 box warmup ok" ]
}

@test "the probe finds targets that are not there, hang or lack the model" {
    for transport in grpc rest; do
        for mode in dead:50s close:50s garbage:50s silent:500ms; do
            patience=${mode#*:} mode=${mode%:*}
            refused 4 "target x, model m, tfs-$transport: 127.0.0.1:$(port $mode): " --timeout $patience \
                --target "x=127.0.0.1,$transport=$(port $mode)" --protocol $transport --model m -o rows.csv images
        done
    done
    refused 4 "target x, model m, tfs-rest: no such model" --target "x=127.0.0.1,rest=$(port s404)" \
        --protocol rest --model m -o rows.csv images
    refused 4 "target box, model nosuch, tfs-grpc: " --target "$TARGET" --model nosuch -o rows.csv images
    refused 4 "x.invalid:1: cannot resolve" --target x.invalid,grpc=1 --protocol grpc --model m -o rows.csv images
}

@test "images that cannot be read are named, exit status 2" {
    : >empty.jpg
    head -c 200 "$KINDS/baseline.jpg" >cut.jpg
    printf '\211PNG\r\n\032\n\0\0\0\rIHDR' >png.jpg
    for name in empty cut png missing; do
        refused 2 "$name.jpg: " --target "$TARGET" --model fast -o rows.csv images/good.jpg $name.jpg
    done
    mkdir none
    refused 2 none --target "$TARGET" --model fast -o rows.csv none
}

@test "grey, CMYK and progressive images are sent like any other" {
    cp "$KINDS/grey.jpg" "$KINDS/cmyk.jpg" "$KINDS/progressive.jpg" images
    odbench_run --target "$TARGET" --model fast --payload tensor,json,jpeg,b64 -r 1 -w 0 -q -o rows.csv images
    [ "$(column rows.csv status | sort | uniq -c | xargs)" = "16 ok" ]
    [ "$(column rows.csv file_name width height | sort -u | wc -l)" -eq 4 ]
}

@test "an image of 12,000 x 12,000 pixels is a row, the others are measured" {
    python3 - images/good.jpg images/large.jpg <<'P'
import struct, sys
data = bytearray(open(sys.argv[1], 'rb').read())
at = data.index(b'\xff\xc0')
data[at + 5:at + 9] = struct.pack('>HH', 12000, 12000)
open(sys.argv[2], 'wb').write(data)
P
    odbench_run --target "$TARGET" --model fast --payload tensor,json -r 1 -w 0 -q -o rows.csv images
    [ "$(column rows.csv file_name width status | sort | uniq -c | xargs)" = \
        "2 good.jpg 24 ok 2 large.jpg 12000 invalid" ]
    [[ "$(column rows.csv error | sort -u)" == *"large.jpg: 12000 x 12000 pixels: more than the limit"* ]]
}

@test "annotations: broken, not COCO, of images that are not there" {
    echo '{"images": [' >broken.json
    echo '[]' >list.json
    echo '{}' >none.json
    python3 -c 'print("[" * 1000000)' >deep.json
    python3 -c 'print("{\"images\": \"" + "x" * 30000000 + "\"}")' >huge.json
    for name in broken list none deep huge; do
        refused 2 "$name.json:" --target "$TARGET" --model fast --annotations $name.json -o rows.csv images
    done
    refused 2 "missing.json: " --target "$TARGET" --model fast --annotations missing.json -o rows.csv images
    echo '{"images": [{"id": 1, "file_name": "far.jpg", "width": 5, "height": 5}], "annotations": [], "categories": []}' >far.json
    run odbench_run --target "$TARGET" --model fast --annotations far.json -r 1 -w 0 -q -o rows.csv images
    [ "$status" -eq 0 ]
    [[ "$output" == *"warning: far.json: 1 of 1 images are not in these annotations"* ]]
    [ "$(column rows.csv status gt_objects | sort -u)" = "ok " ]
}

@test "plan files: broken, huge, of the wrong kind" {
    echo '{"model": [' >broken.json
    echo '[]' >list.json
    head -c 17000000 /dev/zero >huge.json
    python3 -c 'print("[" * 100000)' >deep.json
    echo '{"repetitions": "many"}' >word.json
    echo '{"target": null}' >null.json
    echo '{"images": 5}' >images.json
    for name in broken list huge deep word null images; do
        refused 2 "$name.json:" --plan $name.json
    done
    refused 2 "missing.json: " --plan missing.json
}

@test "options that make no sense are named, exit status 2" {
    while IFS='|' read -r arguments text; do
        refused 2 "$text" --model fast -o rows.csv $arguments images
    done <<'T'
--target localhost:8501|localhost,grpc=8501
--target http://localhost|http://localhost
--target a=h --target a=i|given twice
--target ,grpc=1|no host
--model fast|'fast' is given twice
--protocol grpc,tfs-grpc|'tfs-grpc' is given twice
--concurrency 1,1|--concurrency: 1 is given twice
--concurrency 0|--concurrency
--protocol rest --payload tensor|payload 'tensor': no chosen protocol
--limit -1|--limit
--repetitions 0|--repetitions
--paper -r 1|--repetitions
--paper -c 2|--concurrency
--timeout 30|--timeout
--timeout 0|--timeout
--max-errors 0|--max-errors
--max-errors 200%|--max-errors
--meta rows.csv|rows.csv: wanted for two files
--meta ./rows.csv|rows.csv: wanted for two files
--meta -|--meta
--output /dev/null --detections|--detections
--no-such-option|--no-such-option
T
}

@test "a share of failed requests stops the run" {
    for limit in 25% 0.25; do
        run odbench_run --no-probe --target "x=127.0.0.1,rest=$(port dead)" --protocol rest --model m -r 20 -w 0 \
            --max-errors $limit -f -q -o rows.csv images
        [ "$status" -eq 5 ]
        [ "$(column rows.csv status | sort | uniq -c | xargs)" = "5 connect" ]
    done
}

@test "places that cannot be written to are named, exit status 6" {
    mkdir folder
    : >file
    refused 6 "folder: is a folder" --target "$TARGET" --model fast -f -o folder images
    refused 6 "file/rows." --target "$TARGET" --model fast -o file/rows.csv images
    refused 6 "/proc/nowhere: " --target "$TARGET" --model fast -o /proc/nowhere/rows.csv images
    refused 6 "/dev/full: No space left" --target "$TARGET" --model fast -q -o /dev/full images
    refused 6 "file/x: " --target "$TARGET" --model fast -o rows.csv --meta file/x/facts.json images
}

@test "a device takes the rows and has no companion file" {
    odbench_run --target "$TARGET" --model fast -r 1 -q -o /dev/null images
    [ ! -e /dev/null.meta.json ]
    [ -z "$(find . -name '*.json' -o -name '*.csv')" ]
}

@test "a disk that becomes full leaves whole rows, exit status 6" {
    mkdir small
    unshare -rm mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip "a small file system cannot be mounted here"
    run unshare -rm bash -c 'mount -t tmpfs -o size=64k tmpfs small
        timeout 60 "$BIN/odbench-run" --target "$TARGET" --model fast -r 5000 -q -o small/rows.csv images
        echo "status $?"; cp small/rows.csv small/rows.meta.json .'
    [[ "$output" == *"small/rows.csv: No space left on device; the rows before are valid"*"status 6" ]]
    [ -z "$(tail -c 1 rows.csv)" ]
    [ "$(column rows.csv status | sort -u)" = ok ]
    [ "$(column rows.csv seq | wc -l)" -gt 50 ]
    python3 -c 'import json; json.load(open("rows.meta.json"))'
}

@test "standard output that ends early or is closed costs no rows of a file" {
    run bash -c 'timeout 60 "$BIN/odbench-run" --target "$TARGET" --model fast -r 100000 -q -o - images | head -n 1; echo "${PIPESTATUS[0]}"'
    [[ "${lines[0]}" == schema,run_id,* ]]
    [[ "$output" == *"standard output: Broken pipe"* ]]
    [ "${lines[-1]}" = 6 ]
    run bash -c '"$BIN/odbench-run" --target "$TARGET" --model fast -r 1 -w 0 -o rows.csv images >&-'
    [ "$status" -eq 6 ]
    [ "$(wc -l <rows.csv)" -eq 3 ]
    [ "$(column rows.csv status | sort | uniq -c | xargs)" = "2 ok" ]
}

# interrupted SIGNAL PORT COUNT ARGUMENT...: sends the signal when so many connections to the port
# stand, and a moment later, as they are of requests; leaves status and stderr.
interrupted() {
    local signal=$1 port=$2 count=$3
    shift 3
    # Not the file of the run before.
    rm -f rows.csv
    "$BIN/odbench-run" -q -o rows.csv "$@" images 2>stderr 3>&- &
    local pid=$!
    for _ in $(seq 1200); do
        [ "$(python3 "$BATS_TEST_DIRNAME/../fault/sockets.py" $pid "$port")" -lt "$count" ] || break
        sleep 0.05
    done
    sleep 1
    kill -s "$signal" $pid
    status=0
    wait $pid || status=$?
}

@test "an interrupt ends the probe, before any file is there" {
    for transport in grpc rest; do
        interrupted INT "$(port silent)" 1 --target "x=127.0.0.1,$transport=$(port silent)" --protocol $transport --model a,b \
            --allow-unreachable --timeout 50s
        [ "$status" -eq 130 ]
        [ "$(cat stderr)" = "odbench-run: interrupted before the first row" ]
        [ ! -e rows.csv ]
    done
}

@test "an interrupt cancels requests that hang, and they are rows" {
    for transport in grpc rest; do
        for mode in silent stalled; do
            interrupted TERM "$(port $mode)" 3 --no-probe --target "x=127.0.0.1,$transport=$(port $mode)" --protocol $transport \
                --model m --timeout 50s -c 3 -f
            [ "$status" -eq 130 ]
            [ "$(column rows.csv status | sort | uniq -c | xargs)" = "3 cancelled" ]
            python3 -c 'import json; assert json.load(open("rows.meta.json"))["plan"]["end"] == "interrupted"'
        done
    done
}

@test "more connections than open files allow are refused, or get them" {
    run bash -c 'ulimit -n 60; timeout 60 "$BIN/odbench-run" --target "$TARGET" --model fast -c 8,40 -o rows.csv images'
    [ "$status" -eq 2 ]
    [ "$output" = "odbench-run: --concurrency 40: needs 232 open files, the limit is 60 (ulimit -n)" ]
    run bash -c 'ulimit -Sn 60; timeout 60 "$BIN/odbench-run" --target "$TARGET" --model fast -r 40 -w 0 -c 40 -q -o rows.csv images'
    [ "$status" -eq 0 ]
    [ "$(column rows.csv status | sort | uniq -c | xargs)" = "80 ok" ]
}
