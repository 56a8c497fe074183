# odbench-data make: designs, annotations, refusals.

load pycocotools

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
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

@test "a design: every combination, sizes reached, annotations exact" {
    odbench-data make -q --objects 0,4,12 --bytes 9k,14k --size 160x120,200x160 --per-cell 2 --seed 3 -o set
    python3 - <<'P'
import collections, csv, json, os
rows = list(csv.DictReader(open('set/design.csv', newline='')))
notes = json.load(open('set/instances.json'))
assert len(rows) == 24 == len(notes['images']) == len(os.listdir('set/images'))
cells = collections.Counter((r['objects'], r['target_bytes'], r['width'], r['height']) for r in rows)
assert len(cells) == 12 and set(cells.values()) == {2}
by_image = collections.defaultdict(list)
for n in notes['annotations']:
    by_image[n['image_id']].append(n)
assert [n['id'] for n in notes['annotations']] == list(range(1, 2 * 4 * 16 + 1))
names = {c['id']: c['name'] for c in notes['categories']}
assert sorted(names) == list(range(1, 9)) and names[1] == 'disc'
for k, (r, i) in enumerate(zip(rows, notes['images']), 1):
    assert r['file_name'] == i['file_name'] == '%012d.jpg' % k and i['id'] == k
    size = os.path.getsize('set/images/' + r['file_name'])
    assert int(r['file_bytes']) == size and r['reached'] == 'yes'
    assert abs(size - int(r['target_bytes'])) <= int(r['target_bytes']) * 0.02, r
    assert (int(r['width']), int(r['height'])) == (i['width'], i['height'])
    assert len(by_image[k]) == int(r['objects'])
    for n in by_image[k]:
        x, y, w, h = n['bbox']
        assert 0 <= x and 0 <= y and w > 0 and h > 0 and x + w <= i['width'] and y + h <= i['height']
        assert 0 < n['area'] <= w * h and n['iscrowd'] == 0
# Images that differ in file size only hold the same objects.
scenes = collections.defaultdict(list)
for k, r in enumerate(rows, 1):
    scenes[r['scene']].append([n['bbox'] + [n['category_id']] for n in by_image[k]])
assert len(scenes) == 12 and all(len(s) == 2 and s[0] == s[1] for s in scenes.values())
P
    [ "$(odbench-data list --check set | wc -l)" -eq 24 ]
}

@test "the same options give the same bytes, another seed does not" {
    odbench-data make -q --count 5 --objects 0..6 --seed 8 -o a
    odbench-data make -q --count 5 --objects 0..6 --seed 8 -o b
    odbench-data make -q --count 5 --objects 0..6 --seed 9 -o c
    diff -r a b
    run diff -rq a c
    [ "$(grep -c differ <<<"$output")" -eq 7 ]
}

@test "random scenes keep to their ranges" {
    odbench-data make -q --count 40 --objects 2..5 --sides 64..200 --seed 4 -o set
    odbench-data list -f csv set >csv
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('csv', newline='')))
sides = [int(r[k]) for r in rows for k in ('width', 'height')]
assert len(rows) == 40 and min(sides) >= 64 and max(sides) <= 200 and max(sides) - min(sides) > 60
assert {int(r['gt_objects']) for r in rows} == {2, 3, 4, 5}
assert all(max(w, h) <= 2 * min(w, h) + 1 for r in rows for w, h in [(int(r['width']), int(r['height']))])
P
    odbench-data make -q --count 3 --size 160x120 -o fixed
    [ "$(odbench-data list fixed | awk '{print $3}' | sort -u)" = 160x120 ]
}

@test "a size that cannot be reached is said, and kept only when allowed" {
    refused 2 odbench-data make --objects 0,20 --bytes 20k,5k --size 320x240 -o set
    [[ $output == *"320 x 240 pixels with "*" objects cannot be a JPEG of 5000 bytes: the nearest has "* ]]
    [ ! -e set ]
    run odbench-data make --objects 20 --bytes 20k,5k --size 320x240 --allow-off-target -o set
    [ "$status" -eq 0 ]
    [[ $output == *"warning: 1 of 2 files missed their size: see set/design.csv"* ]]
    [ "$(awk -F, 'NR > 1 {print $3, $11}' set/design.csv | xargs)" = "20000 yes 5000 no" ]
    run odbench-data make -q --objects 20 --bytes 5k --size 320x240 --allow-off-target -o quiet
    [ "$output" = "" ]
}

@test "make: options that make no sense" {
    refused 2 odbench-data make --count 2
    [[ $output == *--output* ]]
    refused 2 odbench-data make -o set
    [[ $output == *--count* ]]
    refused 2 odbench-data make --objects 3 -o set
    refused 2 odbench-data make --objects 3,x --size 320x240 -o set
    [[ $output == *"option --objects: 'x'"* ]]
    refused 2 odbench-data make --objects 300 --size 320x240 -o set
    refused 2 odbench-data make --objects 3 --size 320 -o set
    [[ $output == *"option --size: '320'"* ]]
    refused 2 odbench-data make --objects 3 --size 10x10 -o set
    refused 2 odbench-data make --objects 3 --size 320x240 --bytes 0 -o set
    refused 2 odbench-data make --objects 3 --size 320x240 --bytes 5q -o set
    [[ $output == *"option --bytes: '5q'"* ]]
    refused 2 odbench-data make --objects 3 --size 320x240 --per-cell 0 -o set
    refused 2 odbench-data make --count 3 --bytes 20k -o set
    refused 2 odbench-data make --count 3 --objects 1,2 -o set
    refused 2 odbench-data make --count 3 --objects 1..200 -o set
    refused 2 odbench-data make --count 3 --sides 1..200 -o set
    refused 2 odbench-data make --count 3 --quality 101 -o set
    refused 2 odbench-data make --objects 1 --size 64x64 --per-cell 1000000 --bytes 5k,6k -o set
    [ ! -e set ]
}

@test "make: never over other files" {
    mkdir full
    echo mine >full/notes
    refused 6 odbench-data make -q --count 1 --sides 64..64 -o full
    [[ $output == *"full: not empty"* ]]
    refused 6 odbench-data make -q --count 1 --sides 64..64 --force -o full
    [[ $output == *"did not make"* ]]
    [ "$(ls full)" = notes ]
    mkdir -p other/images
    echo mine >other/images/000000000001.jpg
    refused 6 odbench-data make -q --count 1 --sides 64..64 --force -o other
    [ "$(cat other/images/000000000001.jpg)" = mine ]
    odbench-data make -q --count 3 --sides 64..64 -o set
    refused 6 odbench-data make -q --count 1 --sides 64..64 -o set
    [ "$(ls set/images | wc -l)" -eq 3 ]
    echo mine >set/notes
    odbench-data make -q --count 1 --sides 64..64 --force -o set
    [ "$(ls set/images)" = 000000000001.jpg ]
    [ "$(cat set/notes)" = mine ]
}

@test "make: a folder that cannot be made or written" {
    : >file
    refused 6 odbench-data make -q --count 1 --sides 64..64 -o file
    [[ $output == *file* ]]
    refused 6 odbench-data make -q --count 1 --sides 64..64 -o file/set
    refused 6 odbench-data make -q --count 1 --sides 64..64 -o /proc/set
    [[ $output == *"/proc/set: "* ]]
}

@test "make: a full disk" {
    mkdir disk
    mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || skip "no small file system can be mounted"
    run odbench-data make -q --count 40 --sides 160..160 -o disk/set
    left=$(ls disk)
    umount disk
    [ "$status" -eq 6 ]
    [[ $output == odbench-data:*"No space left on device" ]]
    [ "$left" = "" ]
}

@test "pycocotools reads the annotations" {
    with_pycocotools
    odbench-data make -q --count 3 --objects 4 --sides 100..120 -o set
    python3 - <<'P'
from pycocotools.coco import COCO
coco = COCO('set/instances.json')
assert len(coco.getImgIds()) == 3 and len(coco.getAnnIds()) == 12 and len(coco.getCatIds()) == 8
P
}
