# Makes table-1.csv, table-2.csv and table-3.csv, rows of odbench's result format, from the
# printed cells:   cd results/paper && awk -f make.awk cells.txt
#
# Milliseconds become nanoseconds by moving the decimal point in the text: no number is
# ever divided or multiplied, so no digit changes.

function nanoseconds(ms,    part, whole, decimals) {
    whole = ms
    decimals = ""
    if (split(ms, part, ".") == 2) {
        whole = part[1]
        decimals = part[2]
    }
    while (length(decimals) < 6) {
        decimals = decimals "0"
    }
    return whole decimals
}

BEGIN {
    header = "schema,run_id,cell_id,rep,seq,attempt,phase,client,target,placement,model," \
             "weights,protocol,payload,batch,concurrency,connection,image_id,file_name," \
             "file_bytes,gt_objects,status,service_ns"
    # image_id,file_name,file_bytes,gt_objects as far as the study and COCO give them.
    image[1] = ",,,"
    image[2] = "285,000000000285.jpg,335851,"
    image[3] = "802,000000000802.jpg,62406,2"
    payload["grpc"] = "tensor"
    payload["rest"] = "json"
}

/^#/ || NF == 0 { next }

{
    file = "table-" $1 ".csv"
    if (!($1 in seq)) {
        print header > file
    }
    seq[$1]++
    printf "1,published-table-%s,%s tfs-%s %s,1,%d,1,main,%s,%s,%s,%s,trained,tfs-%s,%s,1,1,new,%s,ok,%s\n",
        $1, $4, $5, $3, seq[$1], $2, $3, ($2 == $3 ? "local" : "remote"), $4, $5,
        payload[$5], image[$1], nanoseconds($6) > file
}
