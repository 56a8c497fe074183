/* What a run gathers about each cell while its rows go to the file. */
#ifndef OD_BENCH_RESULT_H
#define OD_BENCH_RESULT_H

#include "bench/goals.h"
#include "bench/objective.h"
#include "record/record.h"
#include "record/watch.h"
#include "service/server_facts.h"
#include "stats/samples.h"

#include <stddef.h>
#include <stdint.h>

/* One block as it went. Times since the start of the run; -1 not known. */
struct od_block_facts {
    int64_t rep;
    int64_t begin_ns; /* main phase */
    int64_t end_ns;
    int64_t planned;      /* requests that were due in it; closed loop: that were sent */
    int64_t sent;         /* of these, sent (attempts after the first not counted) */
    int64_t counted;      /* ok */
    int64_t last_due_ns;  /* open loop: when the last one that was sent was due, and */
    int64_t last_sent_ns; /* when it was sent; -1 in a closed loop or when none was */
    int64_t median_ns;    /* service time of those that count */
    int64_t head_ns; /* median of the first ones to end: a tenth, at least 5, at most 50;
                        -1 when fewer than 20 count */
    int64_t rest_ns; /* median of the others */
    struct od_machine_change machine;
    struct od_server_facts server; /* means that the server counted; source "": none */
};

/* Answers that count, by whether there is a box in them, however low its score. Those to
 * pictures that are annotated with nothing may be empty, and count as neither. */
struct od_found {
    int64_t boxed;
    int64_t empty;
};
/* Adds the answer of a row that counts. */
void od_found_add(struct od_found *found, const struct od_record *record);

struct od_cell_result {
    struct od_samples samples; /* rows that count; open in an open loop */
    int64_t failed;            /* requests of phase main whose last attempt failed */
    int64_t unsent;            /* due but never sent */
    struct od_found found;
    char weights[16];              /* as the server said last */
    struct od_block_facts *blocks; /* owned, in order of time */
    size_t block_count;
    size_t block_capacity;
    struct od_objective objective; /* --slo; of a searched cell: the search's */
    double kept_per_s;             /* searched cell: highest rate that kept it; 0: none */
    double missed_per_s;  /* searched cell: lowest rate that missed it; 0: none */
    int64_t differing;    /* --verify: images whose answers differ */
    int64_t floor_raw_ns; /* -1: not measured */
    int64_t floor_client_ns;
};
void od_cell_result_release(struct od_cell_result *result);

/*
 * Whether a cell needs no further repetition: it has its samples and its medians are
 * steady, or nothing was counted in its last block, so that there is no hope.
 */
bool od_goals_met(const struct od_goals *goals, const struct od_cell_result *result);

/* Fills counted, median, head and rest from the block's latencies, which are in order of
 * completion. */
void od_block_facts_latencies(struct od_block_facts *facts,
                              const struct od_samples *samples);
/* Appends a block. */
void od_cell_result_block(struct od_cell_result *result,
                          const struct od_block_facts *facts);

#endif
