# TLS, client certificates and tokens of odbench-serve, on both ports. curl is the client, openssl
# makes the certificates.

load server

# make_cert NAME: a key and a certificate that signs itself, for this machine.
make_cert() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout "$1.key" \
        -out "$1.pem" -subj "/CN=$1" -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1' 2>/dev/null
}

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    cd "$BATS_FILE_TMPDIR"
    export CERTS=$PWD name
    for name in server client stranger; do
        make_cert "$name"
    done
    printf 's3cret-t0ken\n' >token
    # ModelService/GetModelStatus of the model m: model_spec { name: "m" }.
    frame 0a030a016d >status
}

# rest ARGUMENT...: sets $code to curl's exit status and $status to that of a prediction over HTTPS.
rest() {
    code=0
    status=$(curl -sS --max-time 60 -o body -D headers -w '%{http_code}' --cacert "$CERTS/server.pem" -d "$PIXEL" \
        "$@" "https://127.0.0.1:$REST/v1/models/m:predict" 2>curl.err) || code=$?
}

# rpc ARGUMENT...: the same of a status request over gRPC; $status is that of gRPC.
rpc() {
    code=0
    curl -sS --max-time 60 -o body -D headers --http2 --cacert "$CERTS/server.pem" --data-binary "@$CERTS/status" \
        -H 'content-type: application/grpc' -H 'te: trailers' "$@" \
        "https://127.0.0.1:$GRPC/tensorflow.serving.ModelService/GetModelStatus" 2>curl.err || code=$?
    status=$(sed -n 's/^grpc-status: \([0-9]*\).*/\1/p' headers)
}

@test "serve: --cert and --key speak TLS on both ports, and only TLS" {
    serve --model m=fixed:0 --cert "$CERTS/server.pem" --key "$CERTS/server.key"
    grep -q "^odbench-serve: ready on 127.0.0.1: gRPC port $GRPC, REST port $REST, TLS$" log
    rest
    [ "$code/$status" = 0/200 ]
    grep -q predictions body
    rpc
    [ "$code/$status" = 0/0 ]
    # Who trusts another certificate is told by its own library.
    rest --cacert "$CERTS/stranger.pem"
    [ "$code" -eq 60 ]
    rpc --cacert "$CERTS/stranger.pem"
    [ "$code" -eq 60 ]
    run curl -sS --max-time 60 -d "$PIXEL" "$URL/m:predict"
    [ "$status" -ne 0 ]
    run curl -sS --max-time 60 --http2-prior-knowledge -d x "http://127.0.0.1:$GRPC/"
    [ "$status" -ne 0 ]
}

@test "serve: --cacert demands a client certificate that it has signed" {
    serve --model m=fixed:0 --cert "$CERTS/server.pem" --key "$CERTS/server.key" --cacert "$CERTS/client.pem"
    local call
    for call in rest rpc; do
        $call --cert "$CERTS/client.pem" --key "$CERTS/client.key"
        [ "$code" -eq 0 ]
        [ "$status" = 200 ] || [ "$status" = 0 ]
        $call
        [ "$code" -ne 0 ]
        $call --cert "$CERTS/stranger.pem" --key "$CERTS/stranger.key"
        [ "$code" -ne 0 ]
    done
}

@test "serve: --token-file refuses requests without that token" {
    serve --model m=fixed:0 --cert "$CERTS/server.pem" --key "$CERTS/server.key" --token-file "$CERTS/token"
    local header
    for header in 'X-Nothing: 1' 'Authorization: Bearer s3cret-t0ke' 'Authorization: Bearer s3cret-t0kenn' \
        'Authorization: Basic s3cret-t0ken' 'Authorization: s3cret-t0ken' 'Authorization: Bearer'; do
        rest -H "$header"
        [ "$code/$status" = 0/401 ] || { echo "$header: $code $status"; return 1; }
        grep -qi '^www-authenticate: bearer' headers
        rpc -H "$header"
        [ "$code/$status" = 0/16 ] || { echo "$header: $code $status"; return 1; }
        grep -q "^grpc-message: the request does not carry this server's token" headers
    done
    for header in 'Authorization: Bearer s3cret-t0ken' 'authorization: bearer  s3cret-t0ken'; do
        rest -H "$header"
        [ "$code/$status" = 0/200 ] || { echo "$header: $code $status"; return 1; }
        rpc -H "$header"
        [ "$code/$status" = 0/0 ] || { echo "$header: $code $status"; return 1; }
    done
    ! grep -r s3cret log
}

@test "serve: files that cannot secure anything are one clear line and status 2" {
    cd "$CERTS"
    : >empty
    printf 'two words\n' >words
    local -a cases=(
        "--cert server.pem|TLS needs a certificate and its key, both"
        "--key server.key|TLS needs a certificate and its key, both"
        "--cacert client.pem|client certificates are asked for over TLS only"
        "--cert no.pem --key server.key|no.pem"
        "--cert server.pem --key client.key|certificate server.pem with key client.key"
        "--cert server.key --key server.pem|certificate server.key with key server.pem"
        "--cert server.pem --key server.key --cacert server.key|server.key holds no certificate"
        "--token-file no.token|no.token"
        "--token-file empty|empty: the first line holds no token"
        "--token-file words|words: character 5 of the token"
    )
    local entry
    for entry in "${cases[@]}"; do
        # Words on purpose.
        run "$BIN/odbench-serve" --model m=fixed:0 --grpc-port 0 --rest-port 0 ${entry%%|*}
        [ "$status" -eq 2 ] || { echo "${entry%%|*}: $status"; return 1; }
        [ "${#lines[@]}" -eq 1 ] || { echo "$output"; return 1; }
        [[ "$output" == "odbench-serve: "*"${entry##*|}"* ]] || { echo "$output"; return 1; }
    done
}

@test "serve: what others could do with an address that they reach" {
    serve --model m=fixed:0 --listen 0.0.0.0 --token-file "$CERTS/token"
    grep -q 'warning: 0.0.0.0 can be reached .* the token in plain text' log
    serve --model m=fixed:0 --listen 0.0.0.0 --cert "$CERTS/server.pem" --key "$CERTS/server.key"
    grep -q 'warning: 0.0.0.0 can be reached .* anybody may ask' log
    serve --model m=fixed:0 --listen 0.0.0.0 --cert "$CERTS/server.pem" --key "$CERTS/server.key" --token-file "$CERTS/token"
    ! grep warning log
}
