/* The stages of one request. */
#include "table/stage_split.h"

#include <string.h>

/* Adds what is measured; -1 when nothing is. */
static int64_t sum_of(const int64_t *ns, size_t count)
{
    int64_t sum = -1;
    for (size_t i = 0; i < count; i++) {
        if (ns[i] >= 0 && ns[i] <= INT64_MAX / 8) {
            sum = (sum >= 0 ? sum : 0) + ns[i];
        }
    }
    return sum;
}

static int64_t one(const struct od_rows *rows, enum od_at at, size_t row)
{
    int64_t ns = od_rows_int(rows, at, row);
    return sum_of(&ns, 1);
}

/* Takes the server's times out of the wait when they fit. */
static void split_wait(const struct od_rows *rows, size_t row, int64_t wait_ns,
                       struct od_stage_split *out)
{
    const int64_t before[] = {od_rows_int(rows, OD_AT_srv_decode_ns, row),
                              od_rows_int(rows, OD_AT_srv_preprocess_ns, row)};
    const int64_t server[] = {one(rows, OD_AT_srv_queue_ns, row), sum_of(before, 2),
                              one(rows, OD_AT_srv_infer_ns, row),
                              one(rows, OD_AT_srv_postprocess_ns, row)};
    int64_t told = sum_of(server, 4);
    out->ns[OD_STAGE_OTHER] = wait_ns;
    if (told < 0 || wait_ns < 0) {
        return;
    }
    if (told > wait_ns) {
        out->outside = true;
        return;
    }
    memcpy(&out->ns[OD_STAGE_QUEUE], server, sizeof server);
    out->ns[OD_STAGE_OTHER] = wait_ns - told;
}

struct od_stage_split od_stage_split(const struct od_rows *rows, size_t row)
{
    struct od_stage_split out = {.overlap = false};
    for (int i = 0; i < OD_STAGES; i++) {
        out.ns[i] = -1;
    }
    int64_t service_ns = od_rows_int(rows, OD_AT_service_ns, row);
    const int64_t connect[] = {od_rows_int(rows, OD_AT_dns_ns, row),
                               od_rows_int(rows, OD_AT_connect_ns, row),
                               od_rows_int(rows, OD_AT_tls_ns, row)};
    const int64_t spans[] = {sum_of(connect, 3), one(rows, OD_AT_upload_ns, row),
                             one(rows, OD_AT_wait_ns, row),
                             one(rows, OD_AT_download_ns, row)};
    int64_t known = sum_of(spans, 4);
    out.overlap = known > service_ns;
    if (known < 0 || out.overlap) {
        return out;
    }
    out.ns[OD_STAGE_CONNECT] = spans[0];
    out.ns[OD_STAGE_UPLOAD] = spans[1];
    split_wait(rows, row, spans[2], &out);
    out.ns[OD_STAGE_DOWNLOAD] = spans[3];
    out.ns[OD_STAGE_REMAINDER] = service_ns - known;
    return out;
}
