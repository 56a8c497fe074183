# Writes result rows of invented runs: awk -v NAME=VALUE ... -f compare_rows.awk
#
#   seed=1        of the noise
#   run=run-1     the run's id
#   models=ssd    between commas; also protocols=tfs-grpc,tfs-rest
#   images=12 reps=10
#   scale=1       times the server's time, of the model slow= only, when that is given
#   noise=0.01    of a request, uniform to either side
#   fail=0        every so many requests fail; 0: none
#   hash=a        begins the answers' hashes
#   ab=           with a number: A/B pairs of targets A and B, the time of B times that
#   start=1700000000  when the run began, s

function chance() { x = (x * 16807) % 2147483647; return x / 2147483647 }

function row(target, model, protocol, image, rep, ns, pair,    failed, status) {
    seq++
    failed = rep > 0 && fail > 0 && ++asked % fail == 0
    status = failed ? "timeout" : "ok"
    printf "1,%s,%s-%s-%s,%d,%d,1,%s,%s,client,%s,local,%s,fixed,%s,jpeg,1,1,,reuse,%d,%d.jpg,5000,64,48,%d,%.0f,%.0f,%s,%s,%s,%s\n",
        run, model, protocol, target, rep, seq, rep == 0 ? "warmup" : "main", pair, target, model, protocol,
        image, image, image % 5, start * 1000000000, seq * 50000000, status,
        failed ? "" : sprintf("%.0f", ns), failed ? "" : sprintf("%.0f", ns), failed ? "" : hash image
}

BEGIN {
    if (seed == "") seed = 1
    if (run == "") run = "run-1"
    if (models == "") models = "ssd"
    if (protocols == "") protocols = "tfs-grpc,tfs-rest"
    if (images == "") images = 12
    if (reps == "") reps = 10
    if (scale == "") scale = 1
    if (noise == "") noise = 0.01
    if (hash == "") hash = "a"
    if (start == "") start = 1700000000
    x = seed * 7919 + 17
    for (i = 0; i < 20; i++) chance()
    print "schema,run_id,cell_id,rep,seq,attempt,phase,pair,client,target,placement,model,weights,protocol,payload,batch,concurrency,rate,connection,image_id,file_name,file_bytes,width,height,gt_objects,start_unix_ns,send_ns,status,service_ns,response_ns,result_hash"
    model_count = split(models, model, ",")
    protocol_count = split(protocols, protocol, ",")
    for (rep = 0; rep <= reps; rep++)
        for (m = 1; m <= model_count; m++)
            for (p = 1; p <= protocol_count; p++)
                for (i = 1; i <= images; i++) {
                    base = 20000000 + 3000000 * i + 5000000 * m + 1000000 * p
                    if (slow == "" || slow == model[m]) base *= scale
                    ns = base * (1 + noise * (2 * chance() - 1))
                    if (ab == "") {
                        row("edge", model[m], protocol[p], i, rep, ns, "")
                        continue
                    }
                    pair++
                    row("A", model[m], protocol[p], i, rep, ns, pair)
                    row("B", model[m], protocol[p], i, rep, base * ab * (1 + noise * (2 * chance() - 1)), pair)
                }
}
