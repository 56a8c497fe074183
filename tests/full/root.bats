# What needs root: small file systems of their own, and users that may not read or write.

load ../cli/one_server

setup_file() {
    export BIN=$(realpath "${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}")
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 3 --seed 3 -o "$DATA"
    start_server --model fast=fixed:1ms
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir disk
}

teardown() {
    ! mountpoint -q disk || umount disk
}

# disk OPTIONS: a file system in memory at disk/.
disk() {
    mount -t tmpfs -o "$1" tmpfs disk || skip "no small file system can be mounted"
}

# measure OPTION...: 2 protocols x 6 images x 20 repetitions, rows and detections on the disk.
measure() {
    timeout 120 "$BIN/odbench-run" --target "$TARGET" --model fast -r 20 -w 1 --detections -q -o disk/rows.csv "$@" \
        "$DATA/images"
}

# standing MOST: every row is whole and every request stands once at most; prints how many do. Of
# requests that stand there are detections; of a run that is complete, of exactly these.
standing() {
    python3 - "$1" <<'P'
import collections, csv, json, sys
with open('disk/rows.csv', newline='') as file:
    text = file.read()
assert text.endswith('\n'), text[-80:]
rows = list(csv.DictReader(text.splitlines()))
assert {row['status'] for row in rows} == {'ok'} and {None} & set().union(*rows) == set(), rows[-1]
main = collections.Counter((row['cell_id'], row['rep'], row['file_name']) for row in rows if row['phase'] == 'main')
assert set(main.values()) <= {1} and len(main) <= int(sys.argv[1]), main.most_common(1)
with open('disk/rows.detections.jsonl') as lines:
    boxes = {json.loads(line)['seq'] for line in lines if line.endswith('\n')}
numbers = {int(row['seq']) for row in rows}
assert boxes == numbers if len(main) == int(sys.argv[1]) else boxes, len(boxes ^ numbers)
facts = json.load(open('disk/rows.meta.json'))
assert facts['run_id'] == rows[0]['run_id'], facts['run_id']
print(len(main), facts['plan'].get('end'))
P
}

@test "a disk that becomes full: what is written is valid, and the run goes on when space was made" {
    disk size=1m
    head -c 950k /dev/zero >disk/other
    run measure
    [ "$status" -eq 6 ]
    [[ "$output" == *"disk/rows."*": No space left on device; the rows before are valid"* ]]
    run standing 240
    [ "$status" -eq 0 ]
    local before=${output% *}
    [ "$before" -gt 0 ] && [ "$before" -lt 240 ]
    # Without space it fails again, and loses nothing.
    cp disk/rows.csv before.csv
    run measure --resume
    [ "$status" -eq 6 ]
    run standing 240
    [ "$status" -eq 0 ]
    [ "${output% *}" -ge "$before" ]
    rm disk/other
    measure --resume
    [ "$(standing 240)" = "240 complete" ]
    # What stood before stands unchanged.
    python3 - <<'P'
before = open('before.csv').read().splitlines()
after = set(open('disk/rows.csv').read().splitlines())
assert len(before) > 1 and set(before) <= after
P
}

@test "a disk that is made larger after two failures" {
    disk size=96k
    run measure
    [ "$status" -eq 6 ]
    mount -o remount,size=160k disk
    run measure --resume
    [ "$status" -eq 6 ]
    run standing 240
    [ "$status" -eq 0 ]
    mount -o remount,size=4m disk
    measure --resume
    [ "$(standing 240)" = "240 complete" ]
}

@test "a disk without room for another file leaves nothing behind" {
    # The root of the file system is one.
    disk size=1m,nr_inodes=2
    run measure
    [ "$status" -eq 6 ]
    [[ "$output" == *"disk/rows."*": No space left on device"* ]]
    [ -z "$(ls disk)" ]
}

@test "a disk that is read only" {
    disk size=1m
    mount -o remount,ro disk
    run measure
    [ "$status" -eq 6 ]
    [[ "$output" == *"disk/rows."*": Read-only file system"* ]]
}

# refused STATUS TEXT OPTION...: as a user that owns nothing here, from inside the disk, whose parents
# that user may not pass.
refused() {
    local expected=$1 text=$2
    shift 2
    run bash -c 'cd disk && setpriv --reuid=65534 --regid=65534 --clear-groups timeout 60 ./odbench-run \
        --target "$TARGET" --model fast -q -r 1 "$@"' _ "$@"
    [ "$status" -eq "$expected" ] || { echo "status $status: $output"; return 1; }
    [[ "$output" == "odbench-run: "*"$text"* ]] || { echo "not '$text': $output"; return 1; }
    [ "${#lines[@]}" -eq 1 ]
    [ -z "$(find disk -name '*.csv' -o -name '*.meta.json')" ]
}

@test "files that the user may not read, places that the user may not write to" {
    disk size=64m,mode=755
    cp "$BIN/odbench-run" disk
    cp -r "$DATA/images" disk/images
    mkdir disk/open
    chmod 777 disk/open
    echo t0ken >disk/token
    chmod 600 disk/token
    refused 6 "rows.csv: Permission denied" -o rows.csv images
    refused 2 "token: Permission denied" -o open/rows.csv --token-file token images
    local first
    first=$(find disk/images -name '*.jpg' | head -n 1)
    chmod 600 "$first"
    refused 2 "${first#disk/}: Permission denied" -o open/rows.csv images
    chmod 644 "$first"
    chmod 700 disk/images
    refused 2 "images: Permission denied" -o open/rows.csv images
}
