# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='FastAPI, uvicorn'

install() {
    venv web fastapi uvicorn python-multipart flask django gunicorn opencv-python-headless
    versions fastapi uvicorn
}

start() {
    http=$(free_port)
    launch fastapi env PYTHONPATH="$here/python" "$venv/bin/uvicorn" --host 127.0.0.1 --port "$http" fastapi_app:app
    await 60 answers "http://127.0.0.1:$http/health"
}

measure() {
    model=scenes-ssd pixels=server
    web fastapi-columns jpeg 'multipart, preset fastapi-columns'
    web hf jpeg 'raw body, preset hf'
    web base64.json b64 'base64 in JSON, own profile'
    model=nobody named=404
    target=127.0.0.1,rest=$http,profile=hf
    refused web jpeg 404 'unknown model'
    model=scenes-ssd named=file
    target=127.0.0.1,rest=$http,profile=$here/profiles/wrong-field.json
    refused web jpeg 422 'wrong name of the field'
    pixels=client
    web pixels.json json 'pixels in JSON, own profile'
}
