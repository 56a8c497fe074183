/* What servers count of themselves: sums of times and of requests, read before and after.
 */
#ifndef OD_PROTOCOL_COUNTERS_H
#define OD_PROTOCOL_COUNTERS_H

#include "base/err.h"
#include "service/request.h"
#include "service/server_facts.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A time that was summed up over so many requests; count -1: the server does not tell. */
struct od_counter {
    double count;
    double sum_ns;
};
/* All cumulative, of one model, since the server began; what each means for a source
 * stands in odbench-run(1), SERVER TIMES. */
struct od_counters {
    struct od_counter total;
    struct od_counter queue;
    struct od_counter preprocess;
    struct od_counter infer;
    struct od_counter postprocess;
};
/* Nothing is told. */
void od_counters_init(struct od_counters *counters);

/* What the reference server counted of a model, by the transport of the requests. */
struct od_counted {
    char model[OD_NAME_MAX];
    int64_t version;
    struct od_counters by[2]; /* OD_HTTP, OD_GRPC; nothing untold */
};

/* A place where a kind of server tells them. Pure functions, as a protocol's; each gets
 * its source. */
struct od_counters_source {
    const char *name; /* "triton-statistics": in --server-times and srv_source */
    enum od_transport transport;
    int port; /* where such servers have it; 0: the port of the transport */
    const struct od_metrics_page *page; /* of counters_prometheus.c */
    int (*encode)(const struct od_counters_source *source, const struct od_model *model,
                  struct od_message *out, struct od_err *err);
    /*
     * asked_by: the transport of the requests that are counted, where the server counts
     * each apart. A model of which nothing was counted yet has zeros. Fails with
     * OD_EDECODE or OD_ESERVER; OD_ENOENT: the server says that it has no such model.
     */
    int (*decode)(const struct od_counters_source *source, const struct od_model *model,
                  enum od_transport asked_by, const struct od_reply *in,
                  struct od_counters *out, struct od_err *err);
    /* The reference server: is that asked? "" as model->name: all models. */
    bool (*asked)(const struct od_counters_source *source, const struct od_message *in,
                  struct od_model *model);
    /* Appends to the body; out was reset before the first source that was asked. */
    void (*render)(const struct od_counters_source *source,
                   const struct od_counted *models, size_t count,
                   const struct od_model *asked, struct od_reply *out);
};
extern const struct od_counters_source od_counters_triton_grpc;
extern const struct od_counters_source od_counters_triton_rest;
extern const struct od_counters_source od_counters_tfs;
extern const struct od_counters_source od_counters_torchserve;
extern const struct od_counters_source od_counters_ovms;

/* The i-th source, NULL behind the last. Triton's has two: one a transport. */
const struct od_counters_source *od_counters_at(size_t i);
/* The source of that name that is read by this transport, or else by any; NULL: none. */
const struct od_counters_source *od_counters_find(const char *name,
                                                  enum od_transport transport);

/*
 * The mean times between two readings into the facts, with the source's name in place of
 * all times that were there. Only counters that moved by exactly requests count: where
 * one moved by another number nobody can tell whose times they are, and *facts is left
 * alone (false); also where requests were counted and the time of their work not yet.
 */
bool od_counters_between(const struct od_counters_source *source,
                         const struct od_counters *before,
                         const struct od_counters *after, int64_t requests,
                         struct od_server_facts *facts);

#endif
