# Makes tests/golden/staged.csv: invented rows with every column that a table looks at: stages,
# the server's own times, bytes in every form, failures with their messages. Its companion,
# staged.meta.json (invented too), says that the run was interrupted.
# awk -f make-staged.awk >staged.csv. No row of it was ever measured.
#
# Two targets, a one-stage and a two-stage model, four forms of twelve images. A cell has no
# server times (far, b64), one no stages at all (far, ssd, jpeg); in some rows the server's times
# are longer than the wait, in one the stages are longer than the service time, in some the reply
# came early, one cell lacks an image, and one request succeeded when it was sent again.

function chance(    ) { x = (x * 16807) % 2147483647; return x / 2147483647 }

function put(name, value) { field[name] = value }

function emit(    i, line) {
    line = ""
    for (i = 1; i <= columns; i++) {
        line = line (i > 1 ? "," : "") field[column[i]]
    }
    print line
}

function form_bytes(payload, image) {
    if (payload == "tensor") return 3 * wide[image] * high[image] + 120
    if (payload == "json") return int(11.4 * wide[image] * high[image]) + 30
    if (payload == "jpeg") return bytes[image] + 120
    return int((bytes[image] + 2) / 3) * 4 + 40
}

function fail(status, code, message) {
    put("status", status); put("code", code); put("error", message)
    put("service_ns", ""); put("dns_ns", ""); put("connect_ns", ""); put("upload_ns", ""); put("wait_ns", "")
    put("download_ns", ""); put("remainder_ns", "")
    put("srv_total_ns", ""); put("srv_queue_ns", ""); put("srv_decode_ns", ""); put("srv_preprocess_ns", "")
    put("srv_infer_ns", ""); put("srv_postprocess_ns", "")
}

function stages(target, model, protocol, payload, image,    up, far, infer, server, wait) {
    far = target == "far"
    up = int(field["bytes_up"] * (far ? 40 : 1.5)) + 20000
    infer = model == "rcnn" ? 60000000 + 9000000 * objects[image] : 12000000 + 60 * wide[image]
    infer = int(infer * (far ? 0.4 : 1) * (1 + chance() / 50))
    put("srv_queue_ns", int(30000 * chance()))
    put("srv_decode_ns", payload == "jpeg" || payload == "b64" ? bytes[image] * 20 : "")
    put("srv_preprocess_ns", 700000 + wide[image] * high[image])
    put("srv_infer_ns", infer)
    put("srv_postprocess_ns", 200000 + 1000 * objects[image])
    server = field["srv_queue_ns"] + field["srv_decode_ns"] + field["srv_preprocess_ns"] + infer + field["srv_postprocess_ns"]
    put("srv_total_ns", server + 5000)
    wait = server + (far ? 9000000 : 90000) + int(chance() * 200000) + (payload == "json" ? field["bytes_up"] * 6 : 0)
    put("dns_ns", far ? 250000 : "")
    put("connect_ns", far ? 4000000 + int(chance() * 100000) : 60000)
    put("upload_ns", up)
    put("wait_ns", wait)
    put("download_ns", far ? 800000 : 30000)
    put("remainder_ns", 1500 + int(chance() * 1000))
    put("service_ns", field["dns_ns"] + field["connect_ns"] + up + wait + field["download_ns"] + field["remainder_ns"])
}

function spoil(target, model, protocol, payload, image, rep) {
    if (target == "far" && payload == "b64") {
        put("srv_total_ns", ""); put("srv_queue_ns", ""); put("srv_decode_ns", ""); put("srv_preprocess_ns", "")
        put("srv_infer_ns", ""); put("srv_postprocess_ns", "")
    }
    if (target == "far" && model == "ssd" && payload == "jpeg") {
        put("dns_ns", ""); put("connect_ns", ""); put("upload_ns", ""); put("wait_ns", "")
        put("download_ns", ""); put("remainder_ns", "")
    }
    if (target == "lab" && model == "ssd" && payload == "jpeg" && image <= 2) {
        put("upload_ns", field["upload_ns"] + field["wait_ns"] - 1000000); put("wait_ns", 1000000)
    }
    if (target == "lab" && model == "ssd" && payload == "json" && image == 3) {
        put("remainder_ns", field["remainder_ns"] + field["wait_ns"] + field["download_ns"])
        put("wait_ns", ""); put("download_ns", "")
    }
    if (target == "lab" && model == "rcnn" && payload == "tensor" && image == 1 && rep == 1) {
        put("upload_ns", field["service_ns"])
    }
}

function request(target, model, protocol, payload, image, rep,    failing) {
    put("seq", ++seq); put("attempt", 1); put("rep", rep); put("phase", rep == 0 ? "warmup" : "main")
    put("cell_id", sprintf("c%03d", cell)); put("target", target)
    put("placement", target == "lab" ? "local" : "remote"); put("model", model)
    put("protocol", protocol); put("payload", payload)
    put("image_id", image * 7); put("file_name", sprintf("%012d.jpg", image * 7)); put("file_bytes", bytes[image])
    put("width", wide[image]); put("height", high[image]); put("gt_objects", objects[image])
    put("bytes_up", form_bytes(payload, image)); put("bytes_down", 2590)
    put("prepare_ns", payload == "jpeg" ? 30000 : payload == "b64" ? 80000 : 4 * wide[image] * high[image])
    put("status", "ok"); put("code", protocol == "tfs-rest" ? 200 : 0); put("error", "")
    stages(target, model, protocol, payload, image)
    spoil(target, model, protocol, payload, image, rep)
    put("response_ns", field["service_ns"])
    failing = chance()
    if (target == "far" && protocol == "tfs-rest" && failing < 0.08) {
        fail("http_error", 503, "\"no worker is free, \"\"try later\"\"\"")
    } else if (target == "far" && protocol == "tfs-grpc" && failing < 0.05) {
        fail("grpc_error", 8, "resource exhausted: attempt " seq)
    } else if (failing > 0.985) {
        fail("timeout", "", "no whole reply within 30 s")
    }
    emit()
    if (field["status"] == "grpc_error") {
        put("attempt", 2); put("status", "ok"); put("code", 0); put("error", "")
        stages(target, model, protocol, payload, image)
        spoil(target, model, protocol, payload, image, rep)
        put("response_ns", field["service_ns"] + 100000000)
        emit()
    }
}

function block(target, model, protocol, payload, rep,    image) {
    cell++
    for (image = 1; image <= 12; image++) {
        if (target == "far" && model == "rcnn" && payload == "b64" && image == 12) {
            continue
        }
        request(target, model, protocol, payload, image, rep)
    }
}

BEGIN {
    x = 23
    columns = split("schema run_id cell_id rep seq attempt phase client target placement model weights protocol payload " \
                    "batch concurrency connection image_id file_name file_bytes width height gt_objects status code error " \
                    "service_ns response_ns prepare_ns dns_ns connect_ns tls_ns upload_ns wait_ns download_ns remainder_ns " \
                    "srv_total_ns srv_decode_ns srv_queue_ns srv_preprocess_ns srv_infer_ns srv_postprocess_ns srv_source " \
                    "bytes_up bytes_down", column, " ")
    split("9000 21000 30500 42000 57000 61000 76000 83000 99000 110000 140000 212000", bytes, " ")
    split("320 640 500 640 480 640 333 640 427 612 640 586", wide, " ")
    split("240 426 375 480 640 427 500 481 640 612 360 640", high, " ")
    split("3 0 14 2 1 7 22 4 9 1 12 5", objects, " ")
    for (i = 1; i <= columns; i++) {
        printf "%s", (i > 1 ? "," : "") column[i]
    }
    print ""
    put("schema", 1); put("run_id", "run-stages"); put("client", "lab"); put("weights", "trained")
    put("batch", 1); put("concurrency", 1); put("connection", "new"); put("srv_source", "server-timing")
    count = split("tfs-grpc tensor tfs-grpc jpeg tfs-rest json tfs-rest b64", forms, " ")
    for (rep = 0; rep <= 3; rep++) {
        cell = 0
        for (t = 1; t <= 2; t++) {
            for (m = 1; m <= 2; m++) {
                for (f = 1; f <= count; f += 2) {
                    block(t == 1 ? "lab" : "far", m == 1 ? "ssd" : "rcnn", forms[f], forms[f + 1], rep)
                }
            }
        }
    }
}
