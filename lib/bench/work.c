/* What a worker does in a block: warm up, meet the others, take tickets and send. */
#include "bench/work.h"

#include "base/clock.h"
#include "base/linux.h"
#include "bench/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLICE_NS INT64_C(50000000)
/* An open loop begins so much after the last worker is warm, and more for each worker:
 * time for all of them to wake. */
#define HEAD_START_NS INT64_C(2000000)
#define WAKE_NS       INT64_C(20000)

/* Which request a slot stands for. */
struct item {
    size_t image;
    int64_t seq;
    bool main;   /* phase, for slot and journal */
    bool warmup; /* as the row says */
};

static struct item warm_item(const struct od_work *w, size_t index)
{
    return (struct item){.image = w->order[index % w->image_count],
                         .seq = w->block->warm_seq + (int64_t)index,
                         .warmup = true};
}

static struct item main_item(const struct od_work *w, size_t slot)
{
    size_t iterations = (size_t)w->plan->iterations;
    size_t index = w->block->todo != NULL ? w->block->todo[slot] : slot;
    return (struct item){.image = w->order[index / iterations % w->image_count],
                         .seq = w->block->main_seq + (int64_t)index,
                         .main = true,
                         .warmup = w->plan->paper && index % iterations == 0};
}

bool od_work_failed(const struct od_tally *tally)
{
    return tally->max_failed > 0 && atomic_load(&tally->failed) >= tally->max_failed;
}

bool od_work_must_stop(const struct od_work *w)
{
    return atomic_load(&w->tally->no_output) || od_work_failed(w->tally);
}

/* Between the attempts of a request. False when the block was stopped meanwhile. */
static bool pause_for_retry(struct od_work *w)
{
    int64_t until = od_now_ns() + w->plan->pace.retry_delay_ns;
    int64_t now = od_now_ns();
    while (now < until && !od_load_stopped(&w->load) && !od_work_must_stop(w)) {
        od_sleep_until_ns(until - now > SLICE_NS ? now + SLICE_NS : until);
        now = od_now_ns();
    }
    return !od_load_stopped(&w->load) && !od_work_must_stop(w);
}

/* After the clock. last: no further attempt of this request follows. */
static void count(struct od_work *w, struct od_seat *seat, const struct item *item,
                  const struct od_record *record, bool last)
{
    bool ok = strcmp(record->status, "ok") == 0;
    bool cut = strcmp(record->phase, "drain") == 0;
    if (record->weights != NULL) {
        (void)snprintf(seat->weights, sizeof seat->weights, "%s", record->weights);
    }
    if (od_record_counts(record)) {
        /* Not of the warm-up, in which all connections send at once. */
        if (w->cell->step && record->response_ns >= w->plan->goals.slo.limit_ns) {
            atomic_fetch_add(&w->over, 1);
        }
        od_journal_add(w->journal, &seat->place, record->service_ns, record->response_ns);
        if (w->block->run->verify != NULL) {
            size_t cell = w->cell->step ? w->cell->base : w->block->cell;
            od_verify_add(w->block->run->verify, cell, item->image, record->result_hash);
        }
        od_pulse_add(&w->pulse, record->service_ns);
    } else if (last && !ok && !cut) {
        seat->failed += !item->warmup;
        atomic_fetch_add(&w->tally->failed, 1);
    }
    if (item->main && record->attempt == 1) {
        seat->sent++;
        seat->last_due_ns = record->sched_ns;
        seat->last_sent_ns =
            record->send_ns != OD_NONE ? record->send_ns : seat->last_due_ns;
    }
    if (item->main && record->end_ns != OD_NONE) {
        seat->last_end_ns = record->end_ns;
    }
    atomic_fetch_add(&w->tally->done, 1);
}

/* One attempt, and its row. True when another one follows. */
static bool attempt_once(struct od_work *w, int worker, const struct item *item,
                         const struct od_attempt *attempt,
                         const struct od_prepared *prepared, struct od_record *record)
{
    struct od_seat *seat = &w->seats[worker];
    struct od_answer answer;
    char id[96];
    od_answer_init(&answer);
    (void)snprintf(id, sizeof id, "%s-%" PRId64, attempt->run_id, attempt->seq);
    od_seat_exchange(seat, attempt, prepared, w->plan->send_id ? id : NULL, record,
                     &answer);
    if (od_writer_put(w->block->run->writer, worker, record, answer.images) != 0) {
        atomic_store(&w->tally->no_output, true);
    }
    od_answer_release(&answer);
    bool again = attempt->number <= w->plan->pace.retries &&
                 od_seat_again(w->cell->protocol->transport, record) &&
                 pause_for_retry(w);
    count(w, seat, item, record, !again);
    return again;
}

static void request(struct od_work *w, int worker, const struct item *item,
                    const struct od_slot *slot)
{
    const struct od_run *run = w->block->run;
    const struct od_prepared *prepared = od_store_get(w->store, item->image);
    const struct od_sample *sample = od_dataset_at(w->plan->dataset, item->image);
    struct od_prepared own = {0};
    int64_t sched_ns = slot->sched_ns;
    if (prepared == NULL) {
        od_prepare(w->plan, w->cell, sample, &own);
        prepared = &own;
        sched_ns = w->open && item->main ? sched_ns : od_now_ns();
    }
    struct od_attempt attempt = {.plan = w->plan,
                                 .cell = w->cell,
                                 .sample = sample,
                                 .run_id = run->run_id,
                                 .rep = w->block->rep,
                                 .seq = item->seq,
                                 .number = 1,
                                 .warmup = item->warmup,
                                 .rate_per_s = slot->rate_per_s,
                                 .start_ns = run->start_ns,
                                 .start_unix_ns = run->start_unix_ns,
                                 .sched_ns = sched_ns};
    struct od_record record;
    od_fill_attempt(&record, &attempt);
    /* Everything that can be done before the planned time has been done. */
    bool go = !w->open || !item->main || od_load_await(&w->load, slot);
    while (go) {
        go = attempt_once(w, worker, item, &attempt, prepared, &record);
        if (go) {
            attempt.number++;
            od_fill_attempt(&record, &attempt);
        }
    }
    od_prepared_release(&own);
}

/* In the worker, so that an interrupt ends it and all connect at once. */
static void warm_up(struct od_work *w, int worker)
{
    size_t each = w->warm_count / (size_t)w->cell->concurrency;
    if (!w->plan->fresh && !od_load_stopped(&w->load)) {
        /* A failure shows again in the first exchange, which makes a row of it. */
        (void)!od_conn_connect(w->seats[worker].conn, w->plan->timeout_ns, NULL);
    }
    /* Not by ticket: every connection gets its share, however slow it starts. */
    for (size_t i = 0; i < each && !od_work_must_stop(w) && !od_load_stopped(&w->load);
         i++) {
        struct item item = warm_item(w, (size_t)worker * each + i);
        struct od_slot slot = {.sched_ns = od_now_ns(),
                               .rate_per_s = w->cell->rate_per_s};
        request(w, worker, &item, &slot);
    }
}

/* The last worker that is warm starts the clock of all. */
static void begin_together(struct od_work *w, struct od_workers *workers)
{
    if (atomic_fetch_sub(&w->warming, 1) == 1 && !od_load_stopped(&w->load)) {
        od_machine_read(&w->before);
        int64_t ahead = HEAD_START_NS + WAKE_NS * w->cell->concurrency;
        int64_t begin = od_now_ns() + (w->open ? ahead : 0);
        od_load_start(&w->load, begin,
                      w->cell->count > 0 ? 0 : w->plan->pace.duration_ns);
        atomic_store(&w->begin_ns, begin);
    }
    od_workers_meet(workers);
}

void od_work_seat(struct od_workers *workers, int worker, void *arg)
{
    struct od_work *w = arg;
    const struct od_pace *pace = &w->plan->pace;
    if (pace->cpu_count > 0) {
        /* That it may be used was checked with the options; if that has changed since,
         * the worker runs where it can. */
        (void)!od_thread_pin(pace->cpus[(size_t)worker % pace->cpu_count], NULL);
    }
    warm_up(w, worker);
    begin_together(w, workers);
    struct od_slot slot;
    while (!od_work_must_stop(w) && od_ticket_next(&w->load, &slot)) {
        struct item item = main_item(w, slot.index);
        request(w, worker, &item, &slot);
    }
}
