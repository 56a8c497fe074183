# odbench-data: list and select, good input and bad.

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
    export KINDS=$(cd "$BATS_TEST_DIRNAME/../data" && pwd)
    export SCENES=$BATS_FILE_TMPDIR/scenes
    "$BIN/odbench-data" make -q --objects 0,3,9 --size 96x64,128x128 --seed 5 -o "$SCENES"
}

setup() {
    cd "$BATS_TEST_TMPDIR"
    PATH=$BIN:$PATH
}

# refused STATUS COMMAND...: fails with that status and exactly one line that names it.
refused() {
    local want=$1
    shift
    run "$@"
    echo "$output"
    [ "$status" -eq "$want" ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == odbench-data:* ]]
}

# patch FILE WIDTH HEIGHT: writes other sizes into the frame header of a baseline JPEG.
patch_size() {
    python3 - "$@" <<'P'
import struct, sys
name, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = bytearray(open(name, 'rb').read())
at = data.index(b'\xff\xc0')
data[at + 5:at + 9] = struct.pack('>HH', height, width)
open(name, 'wb').write(data)
P
}

@test "help, version and usage" {
    run odbench-data --help
    [ "$status" -eq 0 ]
    [[ $output == "Usage: odbench-data list "* ]]
    for command in list select make; do
        run odbench-data $command --help
        [ "$status" -eq 0 ]
        [[ $output == "Usage: odbench-data $command "* ]]
        [ "$(awk 'length > 80' <<<"$output")" = "" ]
    done
    run odbench-data --version
    [ "$status" -eq 0 ]
    refused 2 odbench-data
    refused 2 odbench-data lists
    [[ $output == *lists* ]]
    refused 2 odbench-data list
    refused 2 odbench-data list --colour x
    [[ $output == *--colour* ]]
    refused 2 odbench-data list --format xml .
    [[ $output == *xml* ]]
    refused 2 odbench-data make --count 1 -o out extra
    [[ $output == *extra* ]]
}

@test "help and completion know the commands" {
    run odbench-data --help
    [ "$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' <<<"$output" | xargs)" = "list select make" ]
    complete_word() {
        bash -c 'source <(odbench-data --completion bash)
            COMP_WORDS=(odbench-data "$@") COMP_CWORD=$#
            _odbench_data
            echo "${COMPREPLY[*]}"' _ "$@"
    }
    [ "$(complete_word s)" = select ]
    [ "$(complete_word list --fo | tr " " "\n" | sort -u | xargs)" = "--force --format" ]
    [ "$(complete_word list --format js)" = json ]
}

@test "list: text, CSV and JSON say the same" {
    odbench-data list "$SCENES" >text
    odbench-data list -f csv "$SCENES" >csv
    odbench-data list -f json "$SCENES" >json
    [ "$(wc -l <text)" -eq 6 ]
    python3 - "$SCENES" <<'P'
import csv, json, os, sys
text = [line.split() for line in open('text')]
rows = list(csv.DictReader(open('csv', newline='')))
notes = json.load(open(sys.argv[1] + '/instances.json'))
objects = json.load(open('json'))
assert len(rows) == len(objects) == 6
for t, r, o, i in zip(text, rows, objects, notes['images']):
    assert t == [r['file_name'], r['file_bytes'], r['width'] + 'x' + r['height'], r['gt_objects']]
    assert {k: str(v) for k, v in o.items()} == r
    size = os.path.getsize(sys.argv[1] + '/images/' + r['file_name'])
    count = sum(n['image_id'] == i['id'] for n in notes['annotations'])
    assert (int(r['file_bytes']), int(r['gt_objects'])) == (size, count)
    assert (int(r['width']), int(r['height'])) == (i['width'], i['height'])
P
}

@test "list: sorted, long, with totals" {
    run odbench-data list --sort bytes --reverse "$SCENES"
    [ "$(awk '{print $2}' <<<"$output")" = "$(awk '{print $2}' <<<"$output" | sort -rn)" ]
    run odbench-data list -l "$SCENES/images"
    [[ ${lines[0]} == "000000000001.jpg "*" -  1  colour  baseline  $SCENES/images/000000000001.jpg" ]]
    odbench-data list -v "$SCENES" >/dev/null 2>err
    [ "$(cat err)" = "odbench-data: 6 images, $(cat "$SCENES"/images/* | wc -c) bytes, 24 objects" ]
}

@test "list: grey, CMYK and progressive files are images too" {
    run odbench-data list -l --check "$KINDS"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == baseline.jpg*24x16*colour*baseline* ]]
    [[ ${lines[1]} == cmyk.jpg*24x16*CMYK*baseline* ]]
    [[ ${lines[2]} == grey.jpg*24x16*grey*baseline* ]]
    [[ ${lines[3]} == progressive.jpg*24x16*colour*progressive* ]]
}

@test "list: bad files are named, one line each, and the good ones listed" {
    cp "$KINDS/baseline.jpg" good.jpg
    : >empty.jpg
    printf '\x89PNG\r\n\x1a\nxxxx' >png.jpg
    head -c 100 good.jpg >head.jpg
    mkdir folder.jpg
    run odbench-data list good.jpg empty.jpg png.jpg head.jpg none.jpg
    [ "$status" -eq 2 ]
    [ "${#lines[@]}" -eq 5 ]
    [[ $output == *"good.jpg  699  24x16  -"* ]]
    [[ $output == *"odbench-data: empty.jpg: empty file"* ]]
    [[ $output == *"odbench-data: png.jpg: not a JPEG file: PNG data"* ]]
    [[ $output == *"odbench-data: head.jpg: damaged JPEG header"* ]]
    [[ $output == *"odbench-data: none.jpg: No such file or directory"* ]]
    refused 2 odbench-data list folder.jpg
    [[ $output == *folder.jpg* ]]
}

@test "list: a truncated picture shows with --check" {
    head -c 690 "$KINDS/baseline.jpg" >cut.jpg
    run odbench-data list cut.jpg
    [ "$status" -eq 0 ]
    [ "$output" = "cut.jpg  690  24x16  -" ]
    refused 2 odbench-data list --check cut.jpg
    [[ $output == *"cut.jpg: damaged JPEG"* ]]
}

@test "list: 12,000 x 12,000 pixels are listed and not decoded" {
    cp "$KINDS/baseline.jpg" large.jpg
    patch_size large.jpg 12000 12000
    run odbench-data list large.jpg
    [ "$status" -eq 0 ]
    [ "$output" = "large.jpg  699  12000x12000  -" ]
    refused 2 odbench-data list --check large.jpg
    [[ $output == *"large.jpg: 12000 x 12000 pixels: more than the limit"* ]]
}

@test "list: names with commas, quotes and line ends" {
    cp "$KINDS/grey.jpg" 'a,"b".jpg'
    cp "$KINDS/grey.jpg" $'c\nd.jpg'
    odbench-data list -f csv . >csv
    odbench-data list -f json . >json
    python3 -c '
import csv, json
want = ["a,\"b\".jpg", "c\nd.jpg"]
assert [r["file_name"] for r in csv.DictReader(open("csv", newline=""))] == want
assert [r["file_name"] for r in json.load(open("json"))] == want'
    run odbench-data list .
    [ "${#lines[@]}" -eq 2 ]
    refused 2 odbench-data select .
    [[ $output == *"cannot stand in a manifest"* ]]
    : >$'e\nf.jpg'
    refused 2 odbench-data list -q $'e\nf.jpg'
    refused 2 odbench-data select -q $'e\nf.jpg'
}

@test "broken annotations: file, line and column" {
    image=$KINDS/grey.jpg
    printf '{"images": [],\n "annotations": [1,,2]}' >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    [[ $output == "odbench-data: bad.json:2:"* ]]
    printf '{"images": []}' >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    [[ $output == *'bad.json: no "annotations" array in it' ]]
    printf '[]' >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    printf '{"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}], "annotations": []}' >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    [[ $output == *"image id 1 twice (a, b)" ]]
    head -c 1000 /dev/urandom >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    : >bad.json
    refused 2 odbench-data list -a bad.json "$image"
    truncate -s 1T bad.json
    refused 2 odbench-data list -a bad.json "$image"
    [[ $output == *"bad.json: larger than"* ]]
    refused 2 odbench-data list -a none.json "$image"
    refused 2 odbench-data list bad.json
    [[ $output == *"use --annotations"* ]]
}

@test "annotations that do not fit are warned of, and --quiet is quiet" {
    cp "$KINDS/grey.jpg" a.jpg
    cp "$KINDS/grey.jpg" b.jpg
    printf '{"images": [{"id": 1, "file_name": "a.jpg", "width": 25}], "annotations": [
        {"image_id": 2, "category_id": 1, "bbox": [0, 0, 1, 1]}]}' >i.json
    run odbench-data list -a i.json .
    [ "$status" -eq 0 ]
    [[ $output == *"warning: 1 annotations are of images that their file does not list"* ]]
    [[ $output == *"warning: 1 images are not in the annotations"* ]]
    [[ $output == *"warning: 1 images have another width or height"* ]]
    [[ $output == *"a.jpg  378  24x16  0"* ]]
    [[ $output == *"b.jpg  378  24x16  -"* ]]
    run odbench-data list -q -a i.json .
    [ "${#lines[@]}" -eq 2 ]
}

@test "annotations as large as COCO's in little memory" {
    ldd "$BIN/odbench-data" | grep -q -e libasan -e libtsan && skip "sanitizers take more"
    python3 - <<'P'
import json, random
random.seed(1)
note = lambda i: {'segmentation': [[round(random.uniform(0, 640), 2) for _ in range(58)]], 'area': 702.1, 'iscrowd': 0,
                  'image_id': i % 5000, 'bbox': [473.07, 395.93, 38.65, 28.67], 'category_id': 18, 'id': i}
json.dump({'images': [{'id': i, 'file_name': '%012d.jpg' % i, 'width': 24, 'height': 16} for i in range(5000)],
           'annotations': [note(i) for i in range(36781)]}, open('i.json', 'w'))
P
    [ "$(stat -c %s i.json)" -gt 18000000 ]
    cp "$KINDS/grey.jpg" 000000000780.jpg
    run bash -c 'ulimit -v 400000; odbench-data list -a i.json 000000000780.jpg'
    [ "$status" -eq 0 ]
    [ "$output" = "000000000780.jpg  378  24x16  8" ]
}

@test "select: first, ranges, draw" {
    run odbench-data select --first 2 --names "$SCENES"
    [ "${lines[0]}" = "# odbench manifest 1" ]
    [ "$(tail -n 2 <<<"$output")" = "$(cd "$SCENES/images" && sha256sum 000000000001.jpg 000000000002.jpg)" ]
    run odbench-data select --objects 1..3 --names "$SCENES"
    [ "$(awk '!/^#/ {print $2}' <<<"$output" | xargs)" = "000000000003.jpg 000000000004.jpg" ]
    run odbench-data select --pixels 10k.. --names "$SCENES"
    [ "$(awk '!/^#/ {print $2}' <<<"$output" | xargs)" = "000000000002.jpg 000000000004.jpg 000000000006.jpg" ]
    bytes=$(stat -c %s "$SCENES/images/000000000005.jpg")
    run odbench-data select --bytes $bytes..$bytes --names "$SCENES"
    [[ $output == *000000000005.jpg* ]]
    odbench-data select --random 3 --seed 9 "$SCENES" >a
    odbench-data select --random 3 --seed 9 "$SCENES" >b
    cmp a b
    [ "$(grep -vc '^#' a)" -eq 3 ]
    run odbench-data select --first 9 "$SCENES"
    [ "$status" -eq 0 ]
    [[ $output == *"warning: 9 images were asked for, only 6 fit"* ]]
    refused 2 odbench-data select --objects 50.. "$SCENES"
    refused 2 odbench-data select --objects 5..2 "$SCENES"
    [[ $output == *--objects* ]]
    refused 2 odbench-data select --objects 1.. "$SCENES/images"
    [[ $output == *annotations* ]]
}

@test "select: a list, what it misses, and the study's ten images" {
    printf '# two\nx/000000000004.jpg\n000000000001.jpg\n' >two.txt
    run odbench-data select --list two.txt --names "$SCENES"
    [ "$(awk '!/^#/ {print $2}' <<<"$output" | xargs)" = "000000000004.jpg 000000000001.jpg" ]
    ten=$BATS_TEST_DIRNAME/../../datasets/paper10.txt
    refused 2 odbench-data select --list "$ten" "$SCENES"
    [[ $output == *"paper10.txt:"*": 000000000139.jpg is not among the images" ]]
    cp "$KINDS/grey.jpg" 000000000802.jpg
    run odbench-data select --list "$ten" --allow-missing --names .
    [ "$status" -eq 0 ]
    [[ $output == *"9 listed images are not there"* ]]
    [ "$(grep -v '^#' "$ten" | wc -l)" -eq 10 ]
}

@test "a manifest is read again, by us and by sha256sum" {
    cp -r "$SCENES" set
    mkdir lists
    odbench-data select --objects 3 -o lists/few.manifest set
    (cd lists && sha256sum --check --strict --quiet few.manifest)
    run odbench-data list lists/few.manifest
    [ "$status" -eq 0 ]
    [ "$(awk '{print $1, $4}' <<<"$output" | xargs)" = "000000000003.jpg 3 000000000004.jpg 3" ]
    run bash -c 'odbench-data select --first 1 set | odbench-data list -'
    [[ $output == 000000000001.jpg*" 0" ]]
    odbench-data select --names --first 2 set >bare.manifest
    run odbench-data list --images set/images bare.manifest
    [ "${#lines[@]}" -eq 2 ]
    echo x >>set/images/000000000003.jpg
    run odbench-data list lists/few.manifest
    [ "$status" -eq 2 ]
    [[ $output == *"000000000003.jpg: not the file of the manifest"* ]]
    rm set/images/000000000004.jpg
    run odbench-data list -q lists/few.manifest
    [[ $output == *"000000000004.jpg: No such file"* ]]
}

@test "select: files that exist, unwritable folders, full disks" {
    odbench-data select -o one.manifest "$SCENES"
    cp one.manifest before
    refused 6 odbench-data select --first 1 -o one.manifest "$SCENES"
    [[ $output == *"one.manifest: exists"* ]]
    cmp before one.manifest
    odbench-data select --first 1 --force -o one.manifest "$SCENES"
    [ "$(grep -vc '^#' one.manifest)" -eq 1 ]
    refused 6 odbench-data select -o none/x.manifest "$SCENES"
    [[ $output == "odbench-data: none/: No such file"* ]]
    refused 6 odbench-data select -q --names -o /dev/full "$SCENES"
    [[ $output == *"/dev/full: No space left on device" ]]
    [ -c /dev/full ]
    run bash -c 'odbench-data list "$SCENES" >/dev/full'
    [ "$status" -eq 6 ]
    run bash -c 'odbench-data select "$SCENES" >/dev/full'
    [ "$status" -eq 6 ]
}

@test "real COCO images: list agrees with their annotations and headers" {
    [ -n "$ODBENCH_TEST_COCO" ] || skip "ODBENCH_TEST_COCO is not set"
    odbench-data list -f csv "$ODBENCH_TEST_COCO" >csv
    [ "$(grep -c . csv)" -eq 80 ]
    grep -q '^000000000802.jpg,62406,424,640,2$' csv
    python3 - "$ODBENCH_TEST_COCO" <<'P'
import collections, csv, json, os, sys
root = sys.argv[1]
notes = json.load(open(root + '/annotations/instances_val2017.json'))
size = {i['file_name']: (i['id'], i['width'], i['height']) for i in notes['images']}
count = collections.Counter(n['image_id'] for n in notes['annotations'])
rows = list(csv.DictReader(open('csv', newline='')))
assert [r['file_name'] for r in rows] == sorted(os.listdir(root + '/val2017'))
for r in rows:
    image, width, height = size[r['file_name']]
    assert int(r['file_bytes']) == os.path.getsize(root + '/val2017/' + r['file_name'])
    assert (int(r['width']), int(r['height']), int(r['gt_objects'])) == (width, height, count[image]), r
P
    run odbench-data list --check "$ODBENCH_TEST_COCO"
    [ "$status" -eq 0 ]
}
