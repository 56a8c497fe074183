# Compressed request bodies: --gzip, and the reference server that reads them.

load one_server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 2 --seed 3 -o "$DATA"
    start_server --model scenes-ssd --max-body 1MiB
}

setup() {
    cd "$BATS_TEST_TMPDIR"
}

@test "--gzip: fewer bytes over HTTP, the same over gRPC, the same boxes" {
    for way in plain gzip; do
        "$BIN/odbench-run" --no-floor -q -m scenes-ssd -t "127.0.0.1,grpc=$GRPC,rest=$REST" --verify -r 1 -w 0 \
            -p grpc,rest --payload tensor,json,b64 $([ $way = plain ] || echo --gzip) -o $way.csv "$DATA/images"
    done
    python3 - <<'P'
import csv, json
plain, packed = ({(r['protocol'], r['payload'], r['image_id']): r for r in csv.DictReader(open(f'{way}.csv', newline=''))}
                 for way in ('plain', 'gzip'))
assert len(plain) == 3 * 4 and plain.keys() == packed.keys(), plain.keys()
for key, row in plain.items():
    assert row['status'] == packed[key]['status'] == 'ok', packed[key]
    assert row['result_hash'] == packed[key]['result_hash']
    up, less = int(row['bytes_up']), int(packed[key]['bytes_up'])
    assert up == less if key[0] == 'tfs-grpc' else less < up, (key, up, less)
    if key[1] == 'json':
        assert less < up / 2, (key, up, less)
assert json.load(open('gzip.meta.json'))['plan']['gzip'] is True
assert json.load(open('plain.meta.json'))['plan']['gzip'] is False
P
}

@test "a body that holds too much, is none, or is coded otherwise" {
    url=http://127.0.0.1:$REST/v1/models/scenes-ssd:predict
    ask() { curl -sS --max-time 20 -o body -w '%{http_code}' --data-binary @- "$@" "$url"; }
    [ "$(head -c 2000000 /dev/zero | gzip | ask -H 'Content-Encoding: gzip')" = 413 ]
    grep -q 'holds more than 1048576 bytes' body
    [ "$(echo '{"instances":[[[[1,2,3]]]]}' | gzip | head -c 20 | ask -H 'Content-Encoding: gzip')" = 400 ]
    grep -q 'not compressed as it says' body
    [ "$(echo '{"instances":[[[[1,2,3]]]]}' | ask -H 'Content-Encoding: br')" = 501 ]
    grep -q 'gzip and deflate' body
    [ "$(echo '{"instances":[[[[1,2,3]]]]}' | gzip | ask -H 'Content-Encoding: GZIP')" = 200 ]
}

@test "the study's client compresses nothing" {
    run "$BIN/odbench-run" --paper --gzip -m scenes-ssd -t "127.0.0.1,rest=$REST" -o rows.csv "$DATA/images"
    [ "$status" -eq 2 ]
    [[ "$output" == *"not as --gzip asks"* ]]
}
