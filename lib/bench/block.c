/* One cell in one repetition. */
#include "bench/block.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "bench/fill.h"
#include "bench/prepare.h"
#include "load/load.h"
#include "net/conn.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLL_NS  INT64_C(100000000)
#define GRACE_NS INT64_C(1000000000)
/* Boxes of one image take some kilobytes; more than this is a server gone wild. */
#define REPLY_MAX ((size_t)256 << 20)

/* What one worker has for itself. */
struct seat {
    struct od_conn *conn;
    struct od_reply reply;
    struct od_cell_result result;
};

struct work {
    const struct od_block *block;
    const struct od_plan *plan;
    const struct od_cell *cell;
    struct od_tally *tally;
    struct od_store *store;
    size_t *order; /* of the images */
    size_t image_count;
    size_t warm_count; /* of all workers */
    struct od_load main;
    struct seat *seats;
};

/* Which request a slot stands for. */
struct item {
    size_t image;
    int64_t seq;
    bool warmup;
};

int64_t od_block_rows(const struct od_run *run, const struct od_cell *cell)
{
    return od_plan_requests(run->plan, cell, 1) / run->plan->repetitions;
}

static size_t warm_rows(const struct od_plan *plan, const struct od_cell *cell)
{
    return plan->paper ? 0 : (size_t)plan->warmup * (size_t)cell->concurrency;
}

static struct item warm_item(const struct work *w, size_t index)
{
    return (struct item){.image = w->order[index % w->image_count],
                         .seq = w->block->first_seq + (int64_t)index,
                         .warmup = true};
}

static struct item main_item(const struct work *w, size_t index)
{
    size_t iterations = (size_t)w->plan->iterations;
    return (struct item){.image = w->order[index / iterations],
                         .seq = w->block->first_seq + (int64_t)(w->warm_count + index),
                         .warmup = w->plan->paper && index % iterations == 0};
}

/* Sends, reads and decodes; fills everything of the row but its identity. */
static void exchange(struct work *w, struct seat *seat,
                     const struct od_prepared *prepared, const struct od_attempt *attempt,
                     struct od_record *record, struct od_answer *answer)
{
    struct od_stamps stamps;
    struct od_err err = {0};
    char id[96];
    (void)snprintf(id, sizeof id, "%s-%" PRId64, attempt->run_id, attempt->seq);
    struct od_call call = {.message = &prepared->message,
                           .id = w->plan->send_id ? id : NULL,
                           .timeout_ns = w->plan->timeout_ns};
    int rc = od_conn_exchange(seat->conn, &call, &seat->reply, &stamps, &err);
    if (rc == 0) {
        record->code = seat->reply.code;
        int64_t begin = od_now_ns();
        rc = w->cell->protocol->decode(&prepared->request, &seat->reply, answer, &err);
        record->decode_ns = od_now_ns() - begin;
        if (rc == 0 && answer->image_count != prepared->request.picture_count) {
            (void)od_fail(&err, OD_EDECODE, "boxes for %zu images, not %zu",
                          answer->image_count, prepared->request.picture_count);
        }
        od_fill_answer(record, answer);
    }
    od_fill_stamps(record, attempt, &stamps);
    od_fill_outcome(record, w->cell->protocol->transport, &err);
}

static void count(struct work *w, struct seat *seat, const struct od_record *record)
{
    struct od_cell_result *result = &seat->result;
    bool ok = strcmp(record->status, "ok") == 0;
    if (!ok) {
        atomic_fetch_add(&w->tally->failed, 1);
    }
    if (record->weights != NULL) {
        (void)snprintf(result->weights, sizeof result->weights, "%s", record->weights);
    }
    if (od_record_counts(record)) {
        result->service_ns = od_xgrow(result->service_ns, result->count,
                                      &result->capacity, sizeof *result->service_ns);
        result->service_ns[result->count++] = record->service_ns;
    } else if (strcmp(record->phase, "main") == 0) {
        result->failed++;
    }
    atomic_fetch_add(&w->tally->done, 1);
}

static void one(struct work *w, int worker, const struct item *item, int64_t sched_ns)
{
    struct seat *seat = &w->seats[worker];
    const struct od_run *run = w->block->run;
    const struct od_prepared *prepared = od_store_get(w->store, item->image);
    const struct od_sample *sample = od_dataset_at(w->plan->dataset, item->image);
    struct od_prepared own = {0};
    if (prepared == NULL) {
        od_prepare(w->plan, w->cell, sample, &own);
        prepared = &own;
        sched_ns = od_now_ns();
    }
    struct od_attempt attempt = {.plan = w->plan,
                                 .cell = w->cell,
                                 .sample = sample,
                                 .run_id = run->run_id,
                                 .rep = w->block->rep,
                                 .seq = item->seq,
                                 .warmup = item->warmup,
                                 .start_ns = run->start_ns,
                                 .start_unix_ns = run->start_unix_ns,
                                 .sched_ns = sched_ns};
    struct od_record record;
    struct od_answer answer;
    od_answer_init(&answer);
    od_fill_attempt(&record, &attempt);
    if (prepared->err.code != OD_OK) {
        od_fill_outcome(&record, w->cell->protocol->transport, &prepared->err);
        record.status = "invalid";
    } else {
        record.prepare_ns = prepared->prepare_ns;
        exchange(w, seat, prepared, &attempt, &record, &answer);
    }
    if (od_writer_put(run->writer, worker, &record, answer.images) != 0) {
        atomic_store(&w->tally->no_output, true);
    }
    count(w, seat, &record);
    od_answer_release(&answer);
    od_prepared_release(&own);
}

static bool too_many_failed(const struct od_tally *tally)
{
    return tally->max_failed > 0 && atomic_load(&tally->failed) >= tally->max_failed;
}

static bool must_stop(const struct work *w)
{
    return atomic_load(&w->tally->no_output) || too_many_failed(w->tally);
}

/* In the worker, so that an interrupt ends it and all connect at once. */
static void connect_seat(struct work *w, int worker)
{
    if (!w->plan->fresh && !od_load_stopped(&w->main)) {
        /* A failure shows again in the first exchange, which makes a row of it. */
        (void)!od_conn_connect(w->seats[worker].conn, w->plan->timeout_ns, NULL);
    }
}

static void work(struct od_workers *workers, int worker, void *arg)
{
    struct work *w = arg;
    struct od_slot slot;
    connect_seat(w, worker);
    size_t each = w->warm_count / (size_t)w->cell->concurrency;
    /* Not by ticket: every connection gets its share, however slow it starts. */
    for (size_t i = 0; i < each && !must_stop(w) && !od_load_stopped(&w->main); i++) {
        struct item item = warm_item(w, (size_t)worker * each + i);
        one(w, worker, &item, od_now_ns());
    }
    od_workers_meet(workers);
    while (!must_stop(w) && od_ticket_next(&w->main, &slot)) {
        struct item item = main_item(w, slot.index);
        one(w, worker, &item, slot.sched_ns);
    }
}

/* Waits for the workers, shows progress, and passes an interrupt on. */
static bool watch(struct work *w, struct od_workers *workers)
{
    const struct od_run *run = w->block->run;
    int64_t stopped_ns = 0;
    while (!od_workers_wait(workers, POLL_NS)) {
        if (run->progress != NULL) {
            run->progress(atomic_load(&w->tally->done), w->tally->total,
                          atomic_load(&w->tally->failed), run->progress_arg);
        }
        if (stopped_ns == 0 && *run->interrupted != 0) {
            stopped_ns = od_now_ns();
            od_load_stop(&w->main);
        }
        if (stopped_ns != 0 && od_now_ns() - stopped_ns > GRACE_NS) {
            for (int i = 0; i < w->cell->concurrency; i++) {
                od_conn_cancel(w->seats[i].conn);
            }
        }
    }
    return stopped_ns != 0 || *run->interrupted != 0;
}

static void make_order(struct work *w)
{
    w->image_count = od_dataset_count(w->plan->dataset);
    w->order = od_xcalloc(w->image_count, sizeof *w->order);
    for (size_t i = 0; i < w->image_count; i++) {
        w->order[i] = i;
    }
    if (w->plan->order == OD_ORDER_RANDOM) {
        struct od_rng rng;
        /* The same order for every cell of a repetition, so that cells differ in nothing
         * else. */
        od_rng_init(&rng, w->plan->seed, (uint64_t)w->block->rep);
        od_rng_shuffle(&rng, w->order, w->image_count);
    }
}

static int open_seats(struct work *w, struct od_err *err)
{
    const struct od_target *target = w->cell->target;
    enum od_transport transport = w->cell->protocol->transport;
    struct od_endpoint endpoint = {.transport = transport,
                                   .host = target->host,
                                   .port = od_target_port(target, transport),
                                   .fresh = w->plan->fresh,
                                   .paper = w->plan->paper,
                                   .reply_max_bytes = (int64_t)REPLY_MAX,
                                   .ids = &w->tally->ids};
    for (int i = 0; i < w->cell->concurrency; i++) {
        struct seat *seat = &w->seats[i];
        od_reply_init(&seat->reply, REPLY_MAX);
        if (od_conn_open(&endpoint, &seat->conn, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static void merge(const struct od_cell_result *from, struct od_cell_result *to)
{
    for (size_t i = 0; i < from->count; i++) {
        to->service_ns =
            od_xgrow(to->service_ns, to->count, &to->capacity, sizeof *to->service_ns);
        to->service_ns[to->count++] = from->service_ns[i];
    }
    to->failed += from->failed;
    if (from->weights[0] != '\0') {
        memcpy(to->weights, from->weights, sizeof to->weights);
    }
}

static void close_seats(struct work *w, struct od_cell_result *result)
{
    for (int i = 0; i < w->cell->concurrency; i++) {
        od_conn_close(w->seats[i].conn);
        od_reply_release(&w->seats[i].reply);
        merge(&w->seats[i].result, result);
        free(w->seats[i].result.service_ns);
    }
    free(w->seats);
}

int od_block_run(const struct od_block *block, struct od_tally *tally,
                 struct od_cell_result *result, enum od_run_end *end, struct od_err *err)
{
    const struct od_plan *plan = block->run->plan;
    const struct od_cell *cell = &block->run->cells[block->cell];
    struct work w = {.block = block, .plan = plan, .cell = cell, .tally = tally};
    struct od_workers *workers = NULL;
    w.seats = od_xcalloc((size_t)cell->concurrency, sizeof *w.seats);
    make_order(&w);
    w.store = od_store_new(plan, cell, block->run->interrupted);
    w.warm_count = warm_rows(plan, cell);
    od_load_init(&w.main, w.image_count * (size_t)plan->iterations);
    int rc = open_seats(&w, err);
    if (*block->run->interrupted != 0) {
        od_load_stop(&w.main);
    }
    if (rc == 0) {
        rc = od_workers_start(cell->concurrency, work, &w, &workers, err);
    }
    if (rc == 0) {
        bool interrupted = watch(&w, workers);
        od_workers_join(workers);
        *end = atomic_load(&tally->no_output) ? OD_RUN_NO_OUTPUT
               : interrupted                  ? OD_RUN_INTERRUPTED
               : too_many_failed(tally)       ? OD_RUN_MAX_ERRORS
                                              : OD_RUN_DONE;
    }
    close_seats(&w, result);
    od_store_free(w.store);
    free(w.order);
    return rc;
}
