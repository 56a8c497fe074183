# Headers and tokens: they reach the server and nobody else.

load server

setup_file() {
    export BIN=${ODBENCH_BIN:-$BATS_TEST_DIRNAME/../../build}
    export DATA=$BATS_FILE_TMPDIR/data
    "$BIN/odbench-data" make --objects 0,6 --bytes 9k --size 192x144 --per-cell 1 --seed 3 -o "$DATA"
}

# measure OPTION...: a short run of both protocols against the server.
measure() {
    "$BIN/odbench-run" --target "box=127.0.0.1,grpc=$GRPC,rest=$REST" --model fast -r 1 -w 1 -o rows.csv -f "$@" \
        "$DATA/images"
}

# all_ok: every row of rows.csv succeeded, and there are some of both protocols.
all_ok() {
    python3 - <<'P'
import csv
rows = list(csv.DictReader(open('rows.csv', newline='')))
assert {r['protocol'] for r in rows} == {'tfs-grpc', 'tfs-rest'}, rows
assert {r['status'] for r in rows} == {'ok'}, rows
P
}

# nowhere TEXT: it stands in no file here that a run wrote.
nowhere() {
    ! grep -rl -- "$1" rows.* out err
}

@test "a token from a file, a variable, a header, a plan: sent, never kept" {
    local secret=Zx81.s3cr3t-Q
    printf '%s\n' "$secret" >token
    serve --model fast=fixed:1ms --token-file token
    mkdir kept && mv token kept
    # Without it there is nothing but refusals.
    measure --no-probe >out 2>err || true
    python3 -c 'import csv; assert {r["status"] for r in csv.DictReader(open("rows.csv", newline=""))} == {"http_error", "grpc_error"}'
    measure --token-file kept/token >out 2>err
    all_ok
    nowhere "$secret"
    OD_TEST_TOKEN=$secret measure --token-env OD_TEST_TOKEN >out 2>err
    all_ok
    nowhere "$secret"
    local spelling
    for spelling in "-HAuthorization: Bearer $secret" "--header=Authorization: Bearer $secret" \
        "--head=authorization:Bearer $secret" "--set=header=Authorization: Bearer $secret"; do
        measure "$spelling" >out 2>err
        all_ok
        nowhere "$secret"
        grep -q '\[hidden\]' rows.meta.json
    done
    measure --log json -H "Authorization: Bearer $secret" -H "X-Request-Id: 7" >out 2>err
    all_ok
    nowhere "$secret"
    measure --set "header=Authorization: Bearer $secret" --detections >out 2>err
    all_ok
    nowhere "$secret"
    printf '{"header": ["Authorization: Bearer %s"], "quiet": true}' "$secret" >kept/plan.json
    measure --plan kept/plan.json >out 2>err
    all_ok
    nowhere "$secret"
}

@test "a server that refuses access ends the run before the first row, exit status 4" {
    echo t0ken >token
    echo other >wrong
    serve --model fast=fixed:1ms --token-file token
    local protocol option
    for option in --verify --token-file=wrong "--header=Authorization: Basic dGVzdA=="; do
        for protocol in grpc rest; do
            run measure -p $protocol "$option"
            [ "$status" -eq 4 ]
            [[ "$output" == *"target box, model fast, tfs-$protocol: access refused (UNAUTHENTICATED), see --token-file, "*"--header"* ]] ||
                { echo "$output"; false; }
            [ "${#lines[@]}" -eq 1 ]
        done
    done
    run measure --allow-unreachable --token-file wrong
    [ "$status" -eq 4 ]
    [ ! -e rows.csv ]
    # Another server is measured all the same.
    local shut=$GRPC
    serve --model fast=fixed:1ms
    run "$BIN/odbench-run" --target "shut=127.0.0.1,grpc=$shut" --target "open=127.0.0.1,grpc=$GRPC" --model fast \
        -p grpc -r 1 --allow-unreachable -o rows.csv "$DATA/images"
    [ "$status" -eq 0 ]
    [[ "$output" == *"target shut, model fast, tfs-grpc: access refused"* ]]
    python3 -c 'import csv
assert {(r["target"], r["status"]) for r in csv.DictReader(open("rows.csv", newline=""))} == {("open", "ok")}'
}

@test "so does a gate before the server that answers 403" {
    python3 "$BATS_TEST_DIRNAME/../fault/gate.py" port 403 '{"error": "not for you"}' 3>&- &
    local gate=$! i
    for i in $(seq 600); do
        [ ! -s port ] || break
        sleep 0.05
    done
    run "$BIN/odbench-run" --target "box=127.0.0.1,rest=$(cat port)" --model fast -p rest -o rows.csv "$DATA/images"
    kill "$gate"
    [ "$status" -eq 4 ]
    [[ "$output" == *"target box, model fast, tfs-rest: access refused (PERMISSION_DENIED), "*": not for you" ]]
    [ ! -e rows.csv ]
}

@test "a refused header or token is not repeated" {
    local secret=Zx81.s3cr3t-Q
    printf '%s two words\n' "$secret" >words
    local option
    for option in "--header=$secret" "--header=X: $secret"$'\n' "--header=Host: $secret" "--header=X-bin: $secret" \
        "--token-env=$secret" "--token-file=words" "--set=header=$secret" "--set=header:$secret" \
        "--header=X y: $secret"; do
        run "$BIN/odbench-run" --model fast "$option" -o rows.csv "$DATA/images"
        [ "$status" -eq 2 ]
        [[ "$output" != *"$secret"* ]] || { echo "$output"; false; }
        [ "${#lines[@]}" -eq 1 ]
    done
    [ ! -e rows.csv ]
}

@test "secrets do not travel in plain text to other machines" {
    local option
    echo t0ken >token
    for option in --token-file=token --token-env=OD_TEST_TOKEN "--header=X-Key: 1"; do
        OD_TEST_TOKEN=t0ken run "$BIN/odbench-run" --target edge=192.0.2.9,grpc=1 --model fast "$option" \
            -o rows.csv "$DATA/images"
        [ "$status" -eq 2 ]
        [[ "$output" == *"target 'edge' (192.0.2.9) does not speak TLS, and "*"would travel in plain text; "* ]]
        [[ "$output" == *--allow-plaintext-token* ]]
        # Allowed, or with TLS, there is nothing to object to.
        OD_TEST_TOKEN=t0ken "$BIN/odbench-run" --target edge=192.0.2.9,grpc=1 --model fast "$option" \
            --allow-plaintext-token --dry-run "$DATA/images"
        OD_TEST_TOKEN=t0ken "$BIN/odbench-run" --target edge=192.0.2.9,grpc=1 --model fast "$option" \
            --tls --dry-run "$DATA/images"
    done
    "$BIN/odbench-run" --target edge=192.0.2.9,grpc=1 --model fast -H "User-Agent: x" --dry-run "$DATA/images"
}
