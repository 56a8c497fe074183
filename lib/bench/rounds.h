/*
 * Our own client beside a raw exchange of the same bytes, against the lean servers of
 * lib/floor: variants in turn inside rounds, so that what the machine does meanwhile
 * meets all of them, and medians over the rounds.
 */
#ifndef OD_BENCH_ROUNDS_H
#define OD_BENCH_ROUNDS_H

#include "base/err.h"
#include "floor/floor.h"
#include "wire/message.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_rounds_variant {
    OD_ROUNDS_RAW,
    OD_ROUNDS_GRPC,
    OD_ROUNDS_REST,
    OD_ROUNDS_VARIANTS
};

/* "raw", "gRPC", "REST". */
const char *od_rounds_name(enum od_rounds_variant variant);
/* The variant of our client over a transport. */
enum od_rounds_variant od_rounds_of(enum od_transport transport);

/* The reply of each server: about what a detector answers. */
#define OD_ROUNDS_REPLY ((size_t)2048)

/* The lean servers in this process, one a variant. Zeroed, then opened; or closed. */
struct od_rounds_servers {
    struct od_floor *of[OD_ROUNDS_VARIANTS];
};
/* Opens those in variants (bits); each thread of theirs is held to cpu, -1: to none. */
int od_rounds_open(unsigned variants, int cpu, struct od_rounds_servers *servers,
                   struct od_err *err) OD_MUST_CHECK;
void od_rounds_close(struct od_rounds_servers *servers);

struct od_rounds_ask {
    const struct od_rounds_servers *servers; /* borrowed */
    unsigned variants; /* set of 1 << od_rounds_variant; RAW is always taken too */
    size_t body_bytes;
    bool fresh;        /* every exchange connects inside its clock */
    bool paper;        /* the clients are those of the study */
    size_t rounds_max; /* at most OD_ROUNDS_MAX */
    size_t batch_max;  /* exchanges a variant and round */
    int64_t budget_ns; /* once it is spent no further round begins, and of each batch
                          one exchange is enough; to get all rounds in batches are made
                          smaller, down to 3 */
    const atomic_bool *stop;
};
#define OD_ROUNDS_MAX 64

struct od_rounds_span {
    size_t count;    /* samples; 0: not measured, and nothing below is known */
    int64_t p50_ns;  /* median over the rounds of a round's median */
    int64_t p99_ns;  /* of all samples together; -1: too few */
    double ratio;    /* median over the rounds of its median to raw's of the same round */
    int64_t cost_ns; /* the same with the difference; may be below 0 */
};
struct od_rounds_result {
    size_t rounds;
    struct od_rounds_span of[OD_ROUNDS_VARIANTS];
};

/*
 * One at a time, in the calling thread; od_net_init was called for the transports. Fails
 * as od_conn_exchange and od_floor_client_run do, with OD_ESERVER when a server answers
 * otherwise than it should, and with OD_ECANCELLED.
 */
int od_rounds_measure(const struct od_rounds_ask *ask, struct od_rounds_result *out,
                      struct od_err *err) OD_MUST_CHECK;

#endif
