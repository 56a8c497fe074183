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

/* Takes the server's times out of the wait when they fit. */
static void split_wait(const struct od_record *r, int64_t wait_ns,
                       struct od_stage_split *out)
{
    const int64_t before[] = {r->srv_decode_ns, r->srv_preprocess_ns};
    const int64_t server[] = {sum_of(&r->srv_queue_ns, 1), sum_of(before, 2),
                              sum_of(&r->srv_infer_ns, 1),
                              sum_of(&r->srv_postprocess_ns, 1)};
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

struct od_stage_split od_stage_split(const struct od_record *r)
{
    struct od_stage_split out = {.overlap = false};
    for (int i = 0; i < OD_STAGES; i++) {
        out.ns[i] = -1;
    }
    const int64_t connect[] = {r->dns_ns, r->connect_ns, r->tls_ns};
    const int64_t spans[] = {sum_of(connect, 3), sum_of(&r->upload_ns, 1),
                             sum_of(&r->wait_ns, 1), sum_of(&r->download_ns, 1)};
    int64_t known = sum_of(spans, 4);
    out.overlap = known > r->service_ns;
    if (known < 0 || out.overlap) {
        return out;
    }
    out.ns[OD_STAGE_CONNECT] = spans[0];
    out.ns[OD_STAGE_UPLOAD] = spans[1];
    split_wait(r, spans[2], &out);
    out.ns[OD_STAGE_DOWNLOAD] = spans[3];
    out.ns[OD_STAGE_REMAINDER] = r->service_ns - known;
    return out;
}
