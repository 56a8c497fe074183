# Makes an invented run that kept its detections; no row of it was ever measured.
#   awk -v what=rows -f make-found.awk >found.csv
#   awk -v what=boxes -f make-found.awk >found.detections.jsonl
#   awk -v what=notes -f make-found.awk >found.notes.json
#
# Three models, over two protocols each: "ssd" finds about half of the objects, "rcnn" most, "none" has
# no detection at all. The answers of a model are the same over both protocols, but for "rcnn", which
# misses one image over REST. 20 images with two objects each, one of them a crowd, two passes.

function chance(    ) { x = (x * 16807) % 2147483647; return x / 2147483647 }

function boxes(cell, model, protocol, image, seq,    k, hit) {
    x = 1000 * image + length(model) # the same answers over both protocols
    chance()
    for (k = 0; k < 2 && model != "none"; k++) {
        hit = chance() < share[model] && !(model == "rcnn" && protocol == "tfs-rest" && image == 7)
        printf "{\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,100,%d],\"score\":%.3f,\"run_id\":\"run-found\"," \
            "\"cell_id\":\"%s\",\"seq\":%d}\n", image, 1 + k, hit ? 20 + 150 * k : 400, 30,
            int(80 + 20 * chance()), 0.3 + 0.7 * chance(), cell, seq
    }
}

function row(cell, model, protocol, rep, image, seq) {
    x = 7 * seq + 5
    chance()
    printf "1,run-found,%s,%d,%d,1,main,lab,lab,local,%s,trained,%s,%s,1,1,reuse,%d,%012d.jpg,%d,640,480,2,ok,200,%d,%d\n",
        cell, rep, seq, model, protocol, protocol == "tfs-grpc" ? "tensor" : "json", image, image,
        40000 + 1000 * image, ns, ns + 1000
}

function cell(id, model, protocol, ms,    rep, image) {
    for (rep = 1; rep <= 2; rep++) {
        for (image = 1; image <= 20; image++) {
            seq++
            ns = int(1000000 * ms * (1 + (image * 7 + rep * 3) % 11 / 20))
            if (what == "rows") {
                row(id, model, protocol, rep, image, seq)
            } else if (what == "boxes") {
                boxes(id, model, protocol, image, seq)
            }
        }
    }
}

function notes(    i) {
    printf "{\"images\":["
    for (i = 1; i <= 20; i++) {
        printf "%s{\"id\":%d,\"file_name\":\"%012d.jpg\",\"width\":640,\"height\":480}", (i > 1 ? "," : ""), i, i
    }
    printf "],\"annotations\":["
    for (i = 1; i <= 20; i++) {
        printf "%s{\"id\":%d,\"image_id\":%d,\"category_id\":1,\"bbox\":[20,30,100,100],\"area\":10000,\"iscrowd\":0},",
            (i > 1 ? "," : ""), 2 * i, i
        printf "{\"id\":%d,\"image_id\":%d,\"category_id\":2,\"bbox\":[170,30,100,100],\"area\":%d,\"iscrowd\":%d}",
            2 * i + 1, i, (i % 2 ? 900 : 10000), i == 3
    }
    print "],\"categories\":[{\"id\":1,\"name\":\"cup\"},{\"id\":2,\"name\":\"dog\"}]}"
}

BEGIN {
    share["ssd"] = 0.5
    share["rcnn"] = 0.9
    if (what == "rows") {
        print "schema,run_id,cell_id,rep,seq,attempt,phase,client,target,placement,model,weights,protocol,payload," \
            "batch,concurrency,connection,image_id,file_name,file_bytes,width,height,gt_objects,status,code," \
            "service_ns,response_ns"
    } else if (what == "notes") {
        notes()
        exit
    }
    cell("c001", "ssd", "tfs-grpc", 20)
    cell("c002", "ssd", "tfs-rest", 45)
    cell("c003", "rcnn", "tfs-grpc", 110)
    cell("c004", "rcnn", "tfs-rest", 140)
    cell("c005", "none", "tfs-grpc", 2)
    cell("c006", "none", "tfs-rest", 5)
}
