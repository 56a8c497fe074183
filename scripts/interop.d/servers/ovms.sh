# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables of scripts/interop
title='OpenVINO Model Server'

# It comes as container images and archives; no package of PyPI or Debian holds the server.
install() { fail 'cannot be had: no package of PyPI or Debian holds its server; its runtime runs in MLServer above'; }
start() { :; }
measure() { :; }
