# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='Django, gunicorn (sync)'

install() {
    venv web fastapi uvicorn python-multipart flask django gunicorn opencv-python-headless
    versions django gunicorn
}

start() {
    http=$(free_port)
    launch django env PYTHONPATH="$here/python" "$venv/bin/gunicorn" --bind "127.0.0.1:$http" django_app
    await 60 answers "http://127.0.0.1:$http/health"
}

measure() {
    model=scenes-ssd pixels=server
    web deepstack jpeg 'multipart, preset deepstack; a connection a request'
    web shapes.json b64 'base64 in JSON, own profile and label map'
}
