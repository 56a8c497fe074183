/* What a run measures: targets, models, protocols, and the cells that they make. */
#ifndef OD_BENCH_PLAN_H
#define OD_BENCH_PLAN_H

#include "base/err.h"
#include "bench/goals.h"
#include "bench/model_info.h"
#include "bench/target.h"
#include "dataset/dataset.h"
#include "net/conn.h"
#include "protocol/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_order { OD_ORDER_RANDOM, OD_ORDER_SEQUENTIAL };

/* Everything that decides what is sent. Lists are owned; the data set is borrowed. */
struct od_plan {
    const char *client; /* name of this machine, borrowed */
    struct od_target *targets;
    size_t target_count;
    bool ab; /* --ab: two targets, the base first, that get each image by turns */
    struct od_model *models;
    size_t model_count;
    struct od_model_infos infos; /* of some of them */
    const struct od_protocol **protocols;
    size_t protocol_count;
    unsigned payloads;    /* set of od_payload; 0: each protocol's default */
    int64_t *concurrency; /* list to sweep */
    size_t concurrency_count;
    const struct od_dataset *dataset;
    int64_t repetitions;
    int64_t warmup;     /* requests a connection and block, marked as warm-up */
    int64_t iterations; /* requests an image in a pass; with paper the first is warm-up */
    enum od_order order;
    uint64_t seed;
    struct od_pace pace;
    struct od_goals goals;
    int64_t timeout_ns;
    int64_t connect_timeout_ns; /* 0: that of timeout_ns */
    int64_t max_errors;         /* failed requests at which the run stops; 0: never */
    double max_error_ratio;  /* the same as a share of the planned requests; 0: never */
    int64_t reply_max_bytes; /* larger replies are refused; 0: none is */
    int64_t memory_bytes;    /* requests are prepared ahead as long as they fit in this */
    bool fresh;              /* connection=new */
    bool paper;              /* the study's client (odbench-wire(7), PAPER MODE) */
    bool send_id;
    bool gzip; /* request bodies over HTTP are compressed */
    bool probe;
    bool allow_unreachable;
    enum od_form form;
    struct od_tls tls;                /* files of all targets; on: see od_target */
    const struct od_headers *headers; /* sent with every request; NULL: none */
};

/* One combination. Borrows from the plan. */
struct od_cell {
    char id[16]; /* "c001": its place in plan order; "c001.s01": a step of its search */
    char
        version[24]; /* of the model, as the target tells it or as asked for; may be "" */
    const struct od_target *target;
    const struct od_model *model;
    struct od_model
        asked; /* *model, as the target's metadata complete it (od_model_fit) */
    const struct od_protocol *protocol;
    enum od_payload payload;
    int concurrency;
    double rate_per_s; /* offered; NaN: closed loop, or the arrivals tell */
    int64_t count;     /* requests of a block; 0: what the plan says */
    bool step;         /* of a search; the cell that is searched has no rows itself */
    size_t base;       /* step: index of the cell that is searched */
    int side;          /* --ab: 0 the base; 1 the other, measured in the base's blocks */
    size_t twin;       /* --ab: index of the cell that differs in the side alone */
    bool skipped;      /* the target did not answer the probe */
    int64_t floor_raw_ns; /* bench/floors.h; -1: not measured */
    int64_t floor_client_ns;
};

/* As od_target_read says; appends to the plan. The text of the error quotes it. */
int od_plan_add_target(struct od_plan *plan, const char *text,
                       struct od_err *err) OD_MUST_CHECK;

/* "NAME=TARGET" of --ab: the same with a name, which wins over one in TARGET. */
int od_plan_add_side(struct od_plan *plan, const char *text,
                     struct od_err *err) OD_MUST_CHECK;

/* "NAME[:VERSION]". */
int od_plan_add_model(struct od_plan *plan, const char *text,
                      struct od_err *err) OD_MUST_CHECK;

/* A name of --list-protocols. */
int od_plan_add_protocol(struct od_plan *plan, const char *name,
                         struct od_err *err) OD_MUST_CHECK;

void od_plan_add_concurrency(struct od_plan *plan, int64_t value);

void od_plan_release(struct od_plan *plan);

/* Steps that a search may take: halving and doubling over all rates, then bisection. */
#define OD_SEARCH_STEPS 48

/*
 * Makes the cells in plan order: target, model, protocol, payload, concurrency, rate, the
 * last varying fastest. A payload that a protocol lacks makes no cell there, and a
 * protocol that a target does not speak (od_target_speaks) none either; a plan without
 * any cell, or a target or a payload without one, is OD_EINPUT, and so are two sides of
 * --ab that do not make the same cells. *out is owned by the caller (free()); for a
 * search it has room for OD_SEARCH_STEPS more for each cell.
 */
int od_plan_cells(const struct od_plan *plan, struct od_cell **out, size_t *count,
                  struct od_err *err) OD_MUST_CHECK;

/*
 * Rows that the plan makes if nothing stops it and no goal asks for more, over count
 * cells (those that are skipped left out); -1 when that is not known ahead: a closed loop
 * with a duration, a search.
 */
int64_t od_plan_requests(const struct od_plan *plan, const struct od_cell *cells,
                         size_t count);

/* Whether od_plan_requests knows. */
bool od_plan_size_known(const struct od_plan *plan);

/* Where a cell's requests go. Borrows from both; ids is left NULL. */
struct od_endpoint od_plan_endpoint(const struct od_plan *plan,
                                    const struct od_cell *cell);

/* How connections of the cell are kept warm, for struct od_endpoint: the one of a worker;
 * use is left NULL, *cpu counts the CPUs that workers are spread over, from 0. */
struct od_keep_warm od_plan_keep_warm(const struct od_plan *plan,
                                      const struct od_cell *cell, int worker, int *cpu);

#endif
