/* What servers count of themselves: sums of times and of requests, read before and after.
 */
#ifndef OD_PROTOCOL_COUNTERS_H
#define OD_PROTOCOL_COUNTERS_H

#include "base/err.h"
#include "protocol/request.h"
#include "protocol/server_facts.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stdint.h>

/* A time that was summed up over so many requests; count -1: the server does not tell. */
struct od_counter {
    double count;
    double sum_ns;
};
/* All cumulative, of one model (and entry point), since the server began. */
struct od_counters {
    struct od_counter total;
    struct od_counter queue;
    struct od_counter preprocess;
    struct od_counter infer;
    struct od_counter postprocess;
    double failed; /* requests; -1: not told */
};

/*
 * A place where a kind of server tells them. Pure functions, as a protocol's. What total
 * and the others mean for this source stands in odbench-run(1), SERVER TIMES.
 */
struct od_counters_source {
    const char *name; /* "triton-statistics": in the column srv_source */
    enum od_transport transport;
    int (*encode)(const struct od_model *model, struct od_message *out,
                  struct od_err *err);
    /* asked_by: the transport of the requests that are counted, where the server counts
     * each apart. Fails with OD_EDECODE; OD_ENOENT when the model has no counts yet. */
    int (*decode)(const struct od_model *model, enum od_transport asked_by,
                  const struct od_reply *in, struct od_counters *out, struct od_err *err);
};
const struct od_counters_source *od_counters_find(const char *name);
const struct od_counters_source *od_counters_at(size_t i);

/*
 * The mean times between two readings into the facts, with the source's name: only where
 * exactly requests more were counted (else nobody can tell whose they are: false, and
 * *facts is left alone).
 */
bool od_counters_between(const struct od_counters_source *source,
                         const struct od_counters *before,
                         const struct od_counters *after, int64_t requests,
                         struct od_server_facts *facts);

#endif
