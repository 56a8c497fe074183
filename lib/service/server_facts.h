/* What a server tells of its own times, to and from headers. */
#ifndef OD_SERVICE_SERVER_FACTS_H
#define OD_SERVICE_SERVER_FACTS_H

#include "wire/message.h"

#include <stdint.h>

/* The server's own account of a request; -1 (times) or "" (texts) when it did not say. */
struct od_server_facts {
    int64_t total_ns; /* last request byte read to reply ready */
    int64_t decode_ns;
    int64_t queue_ns;
    int64_t preprocess_ns;
    int64_t infer_ns;
    int64_t postprocess_ns;
    int64_t proposals;
    int64_t model_bytes; /* of the files that hold the model's weights */
    char weights[16];    /* "trained", "random", "fixed", "user" */
    char source[24];     /* "server-timing", ... */
};
void od_server_facts_init(struct od_server_facts *facts);
/*
 * To and from the headers (HTTP) or trailing metadata (gRPC) "server-timing" (W3C Server
 * Timing, durations in milliseconds with six decimals, so that whole nanoseconds
 * survive), "odbench-proposals", "odbench-model-bytes" and "odbench-weights". Unknown
 * entries are ignored; a foreign server's Server-Timing is read as far as its names are
 * ours.
 */
void od_server_facts_write(const struct od_server_facts *facts, struct od_headers *out);
void od_server_facts_read(const struct od_headers *in, struct od_server_facts *facts);

#endif
