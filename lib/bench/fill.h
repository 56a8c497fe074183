/* From what happened to a row. */
#ifndef OD_BENCH_FILL_H
#define OD_BENCH_FILL_H

#include "bench/plan.h"
#include "bench/prepare.h"
#include "net/conn.h"
#include "record/record.h"

/* Which attempt a row is about. Borrowed. */
struct od_attempt {
    const struct od_plan *plan;
    const struct od_cell *cell;
    const struct od_sample *sample;
    const char *run_id;
    int64_t rep;
    int64_t seq;
    int64_t number; /* of this attempt of the request, from 1 */
    int64_t pair;   /* 0: of no pair */
    bool warmup;
    double rate_per_s; /* offered; NaN: closed loop */
    int64_t start_ns;  /* od_now_ns at the start of the run */
    int64_t start_unix_ns;
    int64_t sched_ns;       /* od_now_ns planned */
    struct od_start *start; /* NULL: sent at once */
};

/* The identity, cell and image columns; everything else "not measured". */
void od_fill_attempt(struct od_record *record, const struct od_attempt *attempt);

/* Clock, latency, stage, connection and byte columns. */
void od_fill_stamps(struct od_record *record, const struct od_attempt *attempt,
                    const struct od_stamps *stamps);

/* Server and result columns of a decoded answer (or of the facts that came with an
 * error). */
void od_fill_answer(struct od_record *record, const struct od_answer *answer);

/* The status column, and code and error of a failure: err is "no error" for ok. What was
 * cancelled was cut off by the end of the run or block: its phase becomes drain. */
void od_fill_outcome(struct od_record *record, enum od_transport transport,
                     const struct od_err *err);

/* 64 bits, 16 hex digits, over label, score and corners of every box, in order. */
void od_result_hash(const struct od_boxes *images, size_t count, char out[24]);

#endif
