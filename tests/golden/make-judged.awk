# Makes tests/golden/judged.csv: invented rows of a run whose companion, judged.meta.json (invented
# too), has doubts about some cells, and of a run that has none.
# awk -f make-judged.awk >judged.csv. No row of it was ever measured.
#
# Closed loops with 1 and 4 requests in flight, open loops at 50 and 100 requests a second, on
# two targets.

function chance(    ) { x = (x * 16807) % 2147483647; return x / 2147483647 }

function cell(run, id, target, protocol, concurrency, rate, count, base, late,    i, ns, image) {
    for (i = 1; i <= count; i++) {
        image = i % 2 ? "000000000285.jpg,335851" : "000000000802.jpg,62406"
        ns = int(base * (1 + chance() / 5))
        printf "1,%s,%s,%d,%d,1,main,lab,%s,%s,ssd-mobilenet,%s,%s,%d,%s,reuse,%s,%s,200,%d,%d\n",
            run, id, (i + 9) / 10, ++seq, target, target == "lab" ? "local" : "remote", protocol,
            protocol == "tfs-grpc" ? "tensor" : "json", concurrency, rate, image,
            i == 7 && id == "c003" ? "timeout" : "ok", ns, ns + int(late * chance())
    }
}

BEGIN {
    x = 11
    print "schema,run_id,cell_id,rep,seq,attempt,phase,client,target,placement,model,protocol,payload," \
          "concurrency,rate,connection,file_name,file_bytes,status,code,service_ns,response_ns"
    cell("run-a", "c001", "lab", "tfs-grpc", 1, "", 140, 20000000, 0)
    cell("run-a", "c002", "lab", "tfs-grpc", 4, "", 140, 24000000, 0)
    cell("run-a", "c003", "far", "tfs-grpc", 16, "50", 140, 30000000, 200000)
    cell("run-a", "c004", "far", "tfs-grpc", 16, "100", 700, 31000000, 90000000)
    cell("run-a", "c005", "far", "tfs-rest", 16, "50", 20, 44000000, 300000)
    cell("run-b", "c001", "lab", "tfs-rest", 1, "", 40, 50000000, 0)
}
