# TLS of odbench-run against odbench-serve, over both transports. openssl makes the certificates;
# what is wrong with each is known from how it was made.

load server

# make_cert NAME SUBJECT-ALT-NAMES: a key and a certificate that signs itself.
make_cert() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout "$1.key" \
        -out "$1.pem" -subj "/CN=$1" -addext "subjectAltName=$2" 2>/dev/null
}

# make_old NAME: one for this machine that ended yesterday.
make_old() {
    echo 'subjectAltName=IP:127.0.0.1' >"$1.ext"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$1.key" -subj "/CN=$1" \
        -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -signkey "$1.key" -days -1 -extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export CERTS=$BATS_FILE_TMPDIR
    export DATA=$CERTS/data name
    cd "$CERTS"
    for name in server client stranger; do
        make_cert "$name" 'DNS:localhost,IP:127.0.0.1,IP:::1'
    done
    make_cert elsewhere 'DNS:elsewhere.example'
    make_old old
    printf 's3cret-t0ken\n' >token
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 1 --seed 3 -o "$DATA"
}

# serve_with NAME OPTION...: a server with that certificate.
serve_with() {
    local name=$1
    shift
    serve --model fast=fixed:1ms --cert "$CERTS/$name.pem" --key "$CERTS/$name.key" "$@"
}

# measure PROTOCOL OPTION...: a short run; $HOST may name another host. Files are named as in $CERTS.
# The exit status is in $code, what was said in err.
measure() {
    local protocol=$1
    shift
    code=0
    (cd "$CERTS" && exec "$BIN/odbench-run" --target "box=${HOST:-127.0.0.1},grpc=$GRPC,rest=$REST${TARGET_END-}" \
        --model fast --protocol "$protocol" -r 1 -w 1 -o "$BATS_TEST_TMPDIR/rows.csv" -f "$@" data/images) \
        >out 2>err || code=$?
}

# rows EXPRESSION: what the Python expression makes of all rows is true.
rows() {
    python3 - "$1" <<'P'
import csv, sys
rows = list(csv.DictReader(open('rows.csv', newline='')))
assert rows
assert eval(sys.argv[1]), rows
P
}

# works PROTOCOL OPTION...: every row of it is ok, and nothing but the name of the file is said.
works() {
    measure "$@"
    [ "$code" -eq 0 ] || { echo "$*: $code"; cat err; return 1; }
    [ "$(cat err)" = "odbench-run: rows in $BATS_TEST_TMPDIR/rows.csv" ] || { cat err; return 1; }
    rows 'all(r["status"] == "ok" for r in rows)'
}

# fails TEXT PROTOCOL OPTION...: the probe fails, in one line of the target's with this text, and
# there are no rows.
fails() {
    local text=$1
    shift
    rm -f rows.csv
    measure "$@"
    [ "$code" -eq 4 ] || { echo "$*: $code"; cat err; return 1; }
    [ "$(wc -l <err)" -eq 1 ] || { cat err; return 1; }
    grep -q "^odbench-run: target box, model fast, $1: 127.0.0.1:[0-9]*: .*$text" err || { cat err; return 1; }
    [ ! -e rows.csv ]
}

@test "tls: a server that is trusted, by address and by name, for all targets or one" {
    serve_with server
    local protocol
    for protocol in tfs-grpc tfs-rest; do
        works "$protocol" --tls --cacert server.pem
        HOST=localhost works "$protocol" --tls --cacert server.pem
        TARGET_END=,tls works "$protocol" --cacert server.pem
        works "$protocol" --tls --insecure
    done
}

@test "tls: over IPv6, as in plain text" {
    local protocol
    serve --listen ::1 --model fast=fixed:1ms
    for protocol in tfs-grpc tfs-rest; do
        HOST='[::1]' works "$protocol"
        HOST='[::1]' works "$protocol" --connection new
    done
    serve_with server --listen ::1
    for protocol in tfs-grpc tfs-rest; do
        HOST='[::1]' works "$protocol" --tls --cacert server.pem
        HOST='[::1]' works "$protocol" --tls --cacert server.pem --connection new
    done
}

@test "tls: one target of two" {
    serve --model fast=fixed:1ms
    local plain=$GRPC
    serve_with server
    (cd "$CERTS" && exec "$BIN/odbench-run" --target "a=127.0.0.1,grpc=$plain" --target "b=127.0.0.1,grpc=$GRPC,tls" \
        --cacert server.pem --model fast --protocol tfs-grpc --connection new -r 1 -w 1 \
        -o "$BATS_TEST_TMPDIR/rows.csv" data/images) >out 2>err
    rows 'all(r["status"] == "ok" and (r["tls_ns"] != "") == (r["target"] == "b") for r in rows)'
    rows '{r["target"] for r in rows} == {"a", "b"}'
}

@test "tls: with a connection per request its time stands in every row, and stages add up" {
    serve_with server
    local protocol
    for protocol in tfs-grpc tfs-rest; do
        works "$protocol" --tls --cacert server.pem --connection new -r 5
        rows 'all(int(r["tls_ns"]) > 0 and int(r["connect_ns"]) > 0 and int(r["dns_ns"]) > 0 for r in rows)'
        rows 'all(sum(int(r[c + "_ns"]) for c in "dns connect tls upload wait download remainder".split()) == int(r["service_ns"]) for r in rows)'
        rows 'all(int(r[c + "_ns"]) >= 0 for r in rows for c in "upload wait download remainder".split())'
        rows 'len({r["conn_id"] for r in rows}) == len(rows)'
        works "$protocol" --tls --cacert server.pem
        rows 'all(r["tls_ns"] == "" for r in rows)'
    done
}

@test "tls: a certificate that is not to be trusted" {
    serve_with server
    fails "certificate is refused: out of date, or signed by none" tfs-grpc --tls --cacert stranger.pem
    fails "self-signed certificate" tfs-rest --tls --cacert stranger.pem
    fails "certificate is refused: out of date, or signed by none" tfs-grpc --tls
    fails "self-signed certificate" tfs-rest --tls
    serve_with old
    fails "certificate is refused: out of date" tfs-grpc --tls --cacert old.pem
    fails "certificate has expired" tfs-rest --tls --cacert old.pem
    works tfs-grpc --tls --insecure
    works tfs-rest --tls --insecure
    serve_with elsewhere
    fails "Peer name 127.0.0.1 is not in peer certificate" tfs-grpc --tls --cacert elsewhere.pem
    fails "name matches target host name '127.0.0.1'" tfs-rest --tls --cacert elsewhere.pem
    works tfs-grpc --tls --insecure
    works tfs-rest --tls --insecure
}

@test "tls: a server that wants our certificate" {
    serve_with server --cacert "$CERTS/client.pem"
    local protocol
    for protocol in tfs-grpc tfs-rest; do
        works "$protocol" --tls --cacert server.pem --cert client.pem --key client.key
        works "$protocol" --tls --cacert server.pem --cert client.pem --key client.key --connection new
        works "$protocol" --tls --insecure --cert client.pem --key client.key
        # With an alert, or by closing: whichever is read first.
        fails "alert\|wants another certificate" "$protocol" --tls --cacert server.pem
        fails "alert\|wants another certificate" "$protocol" --tls --cacert server.pem --cert stranger.pem --key stranger.key
        fails "alert\|wants another certificate" "$protocol" --tls --insecure --cert stranger.pem --key stranger.key
    done
}

@test "tls: one side only" {
    local protocol
    serve_with server
    for protocol in tfs-grpc tfs-rest; do
        fails TLS "$protocol"
    done
    serve --model fast=fixed:1ms
    for protocol in tfs-grpc tfs-rest; do
        fails "does not speak TLS" "$protocol" --tls --cacert server.pem
        fails "does not speak TLS" "$protocol" --tls --insecure
    done
}

@test "tls: files that cannot be used are found before anything is sent" {
    cd "$CERTS"
    : >empty
    local entry
    for entry in \
        "--tls --cacert no.pem|no.pem: No such file or directory" \
        "--tls --cacert empty|empty holds no certificate in PEM form" \
        "--tls --cacert server.key|server.key holds no certificate in PEM form" \
        "--tls --cert client.pem|client.pem: the key that belongs to it is missing" \
        "--tls --key client.key|client.key: the certificate that belongs to it is missing" \
        "--tls --cert client.pem --key stranger.key|certificate client.pem with key stranger.key: " \
        "--cacert server.pem|--cacert: no target speaks TLS; see --tls" \
        "--cert client.pem --key client.key|--cert: no target speaks TLS; see --tls" \
        "--insecure|--insecure: no target speaks TLS; see --tls"; do
        # Words on purpose.
        run "$BIN/odbench-run" --target 127.0.0.1,grpc=1 --protocol tfs-grpc --model fast ${entry%%|*} -o none.csv data/images
        [ "$status" -eq 2 ] || { echo "${entry%%|*}: $status $output"; return 1; }
        [[ "$output" == "odbench-run: ${entry##*|}"* ]] || { echo "$output"; return 1; }
        [ "${#lines[@]}" -eq 1 ]
        [ ! -e none.csv ]
    done
}

@test "tls: tokens and headers travel, and a wrong token is told by the server" {
    serve_with server --token-file "$CERTS/token"
    local protocol
    for protocol in tfs-grpc tfs-rest; do
        works "$protocol" --tls --cacert server.pem --token-file token
        works "$protocol" --tls --cacert server.pem -H 'Authorization: Bearer s3cret-t0ken' -H 'X-Other: 1'
    done
    local wrong='Authorization: Bearer wr0ng'
    for protocol in tfs-grpc tfs-rest; do
        measure "$protocol" --tls --cacert server.pem -H "$wrong"
        [ "$code" -eq 4 ]
        grep -q "access refused (UNAUTHENTICATED), .*: the request does not carry this server's token" err
    done
    measure tfs-grpc --tls --cacert server.pem -H "$wrong" --no-probe
    rows 'all(r["status"] == "grpc_error" and r["code"] == "16" for r in rows)'
    measure tfs-rest --tls --cacert server.pem -H "$wrong" --no-probe
    rows 'all(r["status"] == "http_error" and r["code"] == "401" for r in rows)'
    ! grep -r 'wr0ng\|s3cret' out err rows.*
}
