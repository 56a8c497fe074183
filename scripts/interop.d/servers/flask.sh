# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='Flask, gunicorn (threads)'

install() {
    venv web fastapi uvicorn python-multipart flask django gunicorn opencv-python-headless
    versions flask gunicorn
}

start() {
    http=$(free_port)
    launch flask env PYTHONPATH="$here/python" "$venv/bin/gunicorn" --bind "127.0.0.1:$http" --threads 2 flask_app:app
    await 60 answers "http://127.0.0.1:$http/health"
}

measure() {
    model=scenes-ssd pixels=server
    web yolov5-flask jpeg 'multipart, preset yolov5-flask'
    model=nobody named=nobody
    target=127.0.0.1,rest=$http,profile=yolov5-flask
    refused web jpeg 404 'unknown model'
    model=scenes-ssd
    web raw.json jpeg 'raw body, own profile'
    web data-uri.json b64 'data: URI in JSON, own profile'
}
