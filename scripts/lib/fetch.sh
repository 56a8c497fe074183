#!/bin/bash
# Gets files by HTTP and checks them: resumes what was cut off, compares size and digest. For
# scripts/fetch-coco and scripts/fetch-models, which set PROGRAM.

fail() {
    echo "$PROGRAM: $*" >&2
    exit "${STATUS:-2}"
}

say() {
    echo "$PROGRAM: $*" >&2
}

size_of() {
    stat -c %s "$1" 2>/dev/null || echo 0
}

# facts FILE NAME: prints the size and the digest (md5:HEX, sha256:HEX, or -) of a file.
facts() {
    local name size digest
    while read -r name size digest; do
        if [ "$name" = "$2" ]; then
            echo "$size $digest"
            return
        fi
    done <"$1"
    fail "$1: says nothing of $2"
}

# digest_is FILE md5:HEX|sha256:HEX
digest_is() {
    local sum
    sum=$("${2%%:*}sum" <"$1") || return 1
    [ "${sum%% *}" = "${2#*:}" ]
}

# remembered FOLDER FILE: the SHA-256 that an earlier fetch wrote down for a file without a public
# digest; nothing when there was none.
remembered() {
    [ -e "$1/SHA256SUMS" ] || return 0
    awk -v name="$2" 'substr($0, 67) == name { print $1; exit }' "$1/SHA256SUMS"
}

is_jpeg() {
    [ "$(head -c 3 "$1" | od -An -tx1 | tr -d ' ')" = ffd8ff ]
}

# check FOLDER FILE SIZE DIGEST [PART]: compares FOLDER/FILE, or what will become it.
check() {
    local folder=$1 file=$2 size=$3 digest=$4 path=${5:-$1/$2} known
    [ "$size" = - ] || [ "$(size_of "$path")" = "$size" ] ||
        { echo "has $(size_of "$path") bytes instead of $size"; return 1; }
    case $file in
    *.jpg) is_jpeg "$path" || { echo "is no JPEG"; return 1; } ;;
    esac
    if [ "$digest" != - ]; then
        digest_is "$path" "$digest" || { echo "does not have the ${digest%%:*} digest ${digest#*:}"; return 1; }
        return
    fi
    known=$(remembered "$folder" "$file")
    [ -z "$known" ] || digest_is "$path" "sha256:$known" ||
        { echo "is not what the first fetch brought (SHA256SUMS)"; return 1; }
}

# give_up PART WORDS: ends the program; an empty part is of no use to the next start.
give_up() {
    local part=$1
    shift
    [ -s "$part" ] || rm -f "$part"
    fail "$@"
}

# download URL PART SIZE: gets the file, going on behind what PART already holds. A connection that
# breaks is taken up again, at most 5 times without progress.
download() {
    local url=$1 part=$2 size=$3 tries=0 before code said
    while :; do
        before=$(size_of "$part")
        if [ "$size" != - ] && [ "$before" -ge "$size" ]; then
            return
        fi
        code=0
        said=$(curl --fail --location --silent --show-error --connect-timeout 20 --speed-limit 1 --speed-time 60 \
            --continue-at - --output "$part" "$url" 2>&1) || code=$?
        case $code in
        0) return ;;
        33 | 36) rm -f "$part" ;; # the server cannot resume
        23) STATUS=6 give_up "$part" "$part: cannot be written: $said" ;;
        18 | 28 | 52 | 55 | 56 | 92) ;;
        *)
            [[ $said == *'error: 416'* ]] || give_up "$part" "$url: $said"
            rm -f "$part" # more is there than the server has
            ;;
        esac
        if [ "$(size_of "$part")" -gt "$before" ]; then tries=0; else tries=$((tries + 1)); fi
        [ "$tries" -lt 5 ] || give_up "$part" "$url: gave up after 5 tries without progress: $said"
        sleep "${FETCH_PAUSE:-1}"
    done
}

# fetch URL FOLDER FILE SIZE DIGEST: FOLDER/FILE is there and right afterwards, or the program ends.
fetch() {
    local url=$1 folder=$2 file=$3 size=$4 digest=$5 path=$2/$3 why
    mkdir -p "$(dirname "$path")" || STATUS=6 fail "$(dirname "$path"): cannot be made"
    if [ -e "$path" ]; then
        why=$(check "$folder" "$file" "$size" "$digest") || fail "$path: $why: remove it to fetch it again"
        say "$path: is there"
        return
    fi
    : 2>/dev/null >>"$path.part" || STATUS=6 fail "$path.part: cannot be written"
    download "$url" "$path.part" "$size"
    if ! why=$(check "$folder" "$file" "$size" "$digest" "$path.part"); then
        rm -f "$path.part"
        fail "$url: $why"
    fi
    mv "$path.part" "$path" || STATUS=6 fail "$path: cannot be written"
    if [ "$digest" = - ] && [ -z "$(remembered "$folder" "$file")" ]; then
        printf '%s  %s\n' "$(sha256sum <"$path" | cut -d ' ' -f 1)" "$file" >>"$folder/SHA256SUMS" ||
            STATUS=6 fail "$folder/SHA256SUMS: cannot be written"
        say "$path: fetched, $(size_of "$path") bytes; no digest is published: SHA256SUMS keeps this one"
    else
        say "$path: fetched and checked, $(size_of "$path") bytes"
    fi
}
