# Makes tests/golden/measured.csv: invented rows with everything that a table must cope with.
# awk -f make-measured.awk >measured.csv. No row of it was ever measured.
#
# Three machines serve themselves and the client also sends to the others, over four images.
# There are warm-up rows, failed rows, a cell in which every request failed (edge, raw, REST),
# an image that one cell lacks, two payloads for one protocol, weights that are random or
# fixed, a machine and a model whose names need escaping, and one cell with 140 rows.

function chance(    ) { x = (x * 16807) % 2147483647; return x / 2147483647 }

function quoted(text) { return "\"" text "\"" }

function row(client, target, model, protocol, payload, image, rep, status, ns,    weights) {
    seq++
    weights = model == "ssd-mobilenet" ? "trained" : model == "fixed:2ms" ? "fixed" : "random"
    printf "1,%s,\"%s,%s\",%d,%d,1,%s,%s,%s,%s,%s,%s,%s,%s,1,1,,reuse,%d,%s,%d,%d,%d,%s,%s,%s,%s\n",
        quoted("run-" client), model, protocol, rep, seq, rep == 0 ? "warmup" : "main",
        quoted(client), quoted(target),
        client == target ? "local" : "remote", model, weights, protocol, payload,
        id[image], name[image], bytes[image], wide[image], high[image], objects[image],
        status, status == "ok" ? "200" : "", status == "ok" ? sprintf("%.0f", ns) : ""
}

function cell(client, target, model, protocol, payload, base, reps,    image, rep, ns, status) {
    for (image = 1; image <= 4; image++) {
        if (image == 4 && model == "raw_100%&#{x}" && protocol == "tfs-grpc") {
            continue
        }
        for (rep = 0; rep <= reps; rep++) {
            ns = int(base * speed[target] * (1 + objects[image] / 10 + chance() / 20))
            status = chance() < 0.03 ? "timeout" : "ok"
            if (target == "edge, 2|b" && model ~ /^raw/ && protocol == "tfs-rest") {
                status = "connect"
            }
            row(client, target, model, protocol, payload, image, rep, status, ns)
        }
    }
}

function machine(client, target, reps) {
    cell(client, target, "ssd-mobilenet", "tfs-grpc", "tensor", 20000000, reps)
    cell(client, target, "ssd-mobilenet", "tfs-rest", "json", 34000000, reps)
    cell(client, target, "ssd-mobilenet", "tfs-rest", "b64", 23000000, reps)
    cell(client, target, "raw_100%&#{x}", "tfs-grpc", "tensor", 310000000, reps)
    cell(client, target, "raw_100%&#{x}", "tfs-rest", "json", 330000000, reps)
}

BEGIN {
    x = 7
    split("285 802 139 724", id, " ")
    split("000000000285.jpg 000000000802.jpg 000000000139.jpg a/odd~name^3.jpg", name, " ")
    split("335851 62406 161811 150000", bytes, " ")
    split("586 424 640 375", wide, " ")
    split("640 640 426 500", high, " ")
    split("1 2 20 4", objects, " ")
    speed["client"] = 1
    speed["cloud"] = 0.625
    speed["edge, 2|b"] = 2.5
    print "schema,run_id,cell_id,rep,seq,attempt,phase,client,target,placement,model,weights," \
          "protocol,payload,batch,concurrency,rate,connection,image_id,file_name,file_bytes," \
          "width,height,gt_objects,status,code,service_ns"
    machine("client", "client", 3)
    machine("cloud", "cloud", 3)
    machine("edge, 2|b", "edge, 2|b", 3)
    machine("client", "cloud", 2)
    machine("client", "edge, 2|b", 2)
    cell("client", "client", "fixed:2ms", "tfs-grpc", "tensor", 2000000, 35)
}
