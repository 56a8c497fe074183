# scripts/fetch-coco and scripts/fetch-models against a local server that breaks on demand.

setup_file() {
    export SCRIPTS=$(cd "$BATS_TEST_DIRNAME/../../scripts" && pwd)
    export KINDS=$(cd "$BATS_TEST_DIRNAME/../data" && pwd)
    export SITE=$BATS_FILE_TMPDIR/site LOG=$BATS_FILE_TMPDIR/log
    export FETCH_PAUSE=0 no_proxy=127.0.0.1
    mkdir -p "$SITE"
    python3 "$BATS_TEST_DIRNAME/../fault/range_server.py" "$SITE" "$BATS_FILE_TMPDIR/port" "$LOG" 3>&- &
    echo $! >"$BATS_FILE_TMPDIR/pid"
    for _ in $(seq 1200); do
        [ ! -s "$BATS_FILE_TMPDIR/port" ] || break
        kill -0 "$(cat "$BATS_FILE_TMPDIR/pid")"
        sleep 0.05
    done
    export URL=http://127.0.0.1:$(cat "$BATS_FILE_TMPDIR/port")
}

teardown_file() {
    kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
    command -v curl >/dev/null || skip "curl is not there"
    cd "$BATS_TEST_TMPDIR"
    rm -rf "${SITE:?}"/*
    : >"$LOG"
    make_site
}

# A small COCO: two archives with images and annotations, single images, and their facts.
make_site() {
    mkdir -p "$SITE/zips" "$SITE/annotations" "$SITE/val2017"
    cp "$KINDS/grey.jpg" "$SITE/val2017/000000000139.jpg"
    cp "$KINDS/baseline.jpg" "$SITE/val2017/000000000285.jpg"
    python3 - "$SITE" <<'P'
import sys, zipfile
site = sys.argv[1]
with zipfile.ZipFile(site + '/zips/val2017.zip', 'w') as z:
    for name in ('000000000139.jpg', '000000000285.jpg'):
        z.write(site + '/val2017/' + name, 'val2017/' + name)
with zipfile.ZipFile(site + '/annotations/annotations_trainval2017.zip', 'w') as z:
    z.writestr('annotations/instances_val2017.json', '{"images": [], "annotations": []}')
    z.writestr('annotations/captions_val2017.json', '{}')
P
    for name in annotations/annotations_trainval2017.zip zips/val2017.zip; do
        echo "$name $(stat -c %s "$SITE/$name") md5:$(md5sum <"$SITE/$name" | cut -d ' ' -f 1)"
    done >facts
    printf '# two\n000000000139.jpg\n000000000285.jpg\n' >two.txt
}

coco() {
    run "$SCRIPTS/fetch-coco" --base-url "$URL" --facts facts -o coco "$@"
    echo "$output"
}

@test "all images and the annotations" {
    coco
    [ "$status" -eq 0 ]
    cmp coco/val2017/000000000139.jpg "$KINDS/grey.jpg"
    cmp coco/val2017/000000000285.jpg "$KINDS/baseline.jpg"
    [ "$(find coco -type f | sort | xargs)" = "coco/annotations/instances_val2017.json coco/val2017/000000000139.jpg coco/val2017/000000000285.jpg" ]
    [ "$(cut -d ' ' -f 1,2 "$LOG" | sort | xargs)" = "/annotations/annotations_trainval2017.zip - /zips/val2017.zip -" ]
    coco --no-annotations --keep
    [ -e coco/val2017.zip ]
}

@test "single images, remembered by their digest" {
    coco --only two.txt --no-annotations
    [ "$status" -eq 0 ]
    [[ $output == *"no digest is published"* ]]
    (cd coco && sha256sum --check --strict --quiet SHA256SUMS)
    [ "$(wc -l <coco/SHA256SUMS)" -eq 2 ]
    : >"$LOG"
    coco --only two.txt --no-annotations
    [ "$status" -eq 0 ]
    [ ! -s "$LOG" ]
    echo x >>coco/val2017/000000000139.jpg
    coco --only two.txt --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"000000000139.jpg: is not what the first fetch brought"* ]]
    rm coco/val2017/000000000139.jpg
    cp "$KINDS/cmyk.jpg" "$SITE/val2017/000000000139.jpg"
    coco --only two.txt --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/val2017/000000000139.jpg: is not what the first fetch brought"* ]]
    [ ! -e coco/val2017/000000000139.jpg ]
}

@test "a connection that breaks is taken up again where it was" {
    printf '100\n50\n' >"$SITE/zips/val2017.zip.cut"
    coco --no-annotations
    [ "$status" -eq 0 ]
    [ "$(awk '{print $2, $3}' "$LOG" | xargs)" = "- 200 bytes=100- 206 bytes=150- 206" ]
    cmp coco/val2017/000000000139.jpg "$KINDS/grey.jpg"
}

@test "a fetch that was stopped goes on at the next start" {
    mkdir coco
    head -c 321 "$SITE/zips/val2017.zip" >coco/val2017.zip.part
    coco --no-annotations
    [ "$status" -eq 0 ]
    [ "$(awk '{print $2, $3}' "$LOG" | xargs)" = "bytes=321- 206" ]
    cmp coco/val2017/000000000139.jpg "$KINDS/grey.jpg"
}

@test "a server without ranges is asked from the start" {
    mkdir coco
    head -c 321 "$SITE/zips/val2017.zip" >coco/val2017.zip.part
    : >"$SITE/zips/val2017.zip.norange"
    coco --no-annotations
    [ "$status" -eq 0 ]
    cmp coco/val2017/000000000139.jpg "$KINDS/grey.jpg"
}

@test "a connection that never brings anything is given up" {
    printf '0\n0\n0\n0\n0\n0\n0\n0\n' >"$SITE/zips/val2017.zip.cut"
    coco --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"val2017.zip: gave up after 5 tries without progress"* ]]
    [ "$(wc -l <"$LOG")" -eq 5 ]
}

@test "wrong size, wrong digest, 404: named, and nothing half stays" {
    echo x >>"$SITE/zips/val2017.zip"
    coco --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/zips/val2017.zip: has "*" bytes instead of "* ]]
    [ "$(find coco -type f)" = "" ]
    sed -i 's/^zips.val2017.zip [0-9]*/zips\/val2017.zip '"$(stat -c %s "$SITE/zips/val2017.zip")"'/' facts
    coco --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/zips/val2017.zip: does not have the md5 digest"* ]]
    [ "$(find coco -type f)" = "" ]
    rm "$SITE/zips/val2017.zip"
    coco --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/zips/val2017.zip: "*404* ]]
    [ "$(find coco -type f)" = "" ]
    echo 000000000632.jpg >>two.txt
    coco --only two.txt --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/val2017/000000000632.jpg: "*404* ]]
    [ -e coco/val2017/000000000285.jpg ]
}

@test "what is no image is refused" {
    echo '<html>sign in</html>' >"$SITE/val2017/000000000139.jpg"
    coco --only two.txt --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"/val2017/000000000139.jpg: is no JPEG"* ]]
    [ "$(find coco -type f)" = "" ]
    echo ../../etc/passwd >two.txt
    coco --only two.txt --no-annotations
    [ "$status" -eq 2 ]
    [[ $output == *"is no name of a COCO image"* ]]
}

@test "a dead server, a folder that cannot be made, a full disk, bad options" {
    run "$SCRIPTS/fetch-coco" --base-url http://127.0.0.1:1 --facts facts -o coco
    [ "$status" -eq 2 ]
    [[ $output == *"http://127.0.0.1:1/zips/val2017.zip: "* ]]
    : >file
    run "$SCRIPTS/fetch-coco" --base-url "$URL" --facts facts -o file/coco
    [ "$status" -eq 6 ]
    [[ $output == *file/coco* ]]
    mkdir full
    ln -s /dev/full full/val2017.zip.part
    run "$SCRIPTS/fetch-coco" --base-url "$URL" --facts facts --no-annotations -o full
    [ "$status" -eq 6 ]
    [[ $output == *"val2017.zip.part: cannot be written"* ]]
    run "$SCRIPTS/fetch-coco" --colour
    [ "$status" -eq 2 ]
    run "$SCRIPTS/fetch-coco" --only
    [ "$status" -eq 2 ]
    run "$SCRIPTS/fetch-coco" --help
    [ "$status" -eq 0 ]
    [ "$(awk 'length > 80' <<<"$output")" = "" ]
}

@test "models: fetched, checked, laid out for a server" {
    full=ssd_mobilenet_v1_coco_2018_01_28
    mkdir -p $full/saved_model/variables
    echo graph >$full/frozen_inference_graph.pb
    echo model >$full/saved_model/saved_model.pb
    tar -czf "$SITE/$full.tar.gz" $full
    size=$(stat -c %s "$SITE/$full.tar.gz")
    echo "$full.tar.gz $size sha256:$(sha256sum <"$SITE/$full.tar.gz" | cut -d ' ' -f 1)" >facts
    echo 20 >"$SITE/$full.tar.gz.cut"
    run "$SCRIPTS/fetch-models" --base-url "$URL" --facts facts -o models ssd_mobilenet_v1_coco
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(cat models/ssd_mobilenet_v1_coco/1/saved_model.pb)" = model ]
    [ "$(cat models/ssd_mobilenet_v1_coco/frozen_inference_graph.pb)" = graph ]
    [ "$(ls models)" = ssd_mobilenet_v1_coco ]
    [ "$(awk '{print $2, $3}' "$LOG" | xargs)" = "- 200 bytes=20- 206" ]
    run "$SCRIPTS/fetch-models" --base-url "$URL" --facts facts -o models ssd_mobilenet_v1_coco
    [[ $output == *"is there"* ]]
    sed -i "s/ $size / 1$size /" facts
    run "$SCRIPTS/fetch-models" --base-url "$URL" --facts facts -o again ssd_mobilenet_v1_coco
    [ "$status" -eq 2 ]
    [[ $output == *"bytes instead of 1$size"* ]]
    run "$SCRIPTS/fetch-models" -o again yolo
    [ "$status" -eq 2 ]
    [[ $output == *yolo* ]]
    run "$SCRIPTS/fetch-models" --help
    [ "$status" -eq 0 ]
    [ "$(awk 'length > 80' <<<"$output")" = "" ]
}
