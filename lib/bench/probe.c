/* The readiness probe: does every target answer, and what does it know of the models? */
#include "bench/run.h"

#include "base/alloc.h"
#include "bench/counting.h"
#include "bench/door.h"
#include "service/model_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Long enough for a server far away, short enough to wait for before a run; what a run
 * can do without has less. A short --timeout is for requests on connections that stand.
 */
#define PROBE_NS    INT64_C(10000000000)
#define LEAST_NS    INT64_C(2000000000)
#define METADATA_NS INT64_C(3000000000)

/* A server that does not tell of its models is as good as any. */
static void ask_metadata(struct od_door *door, const struct od_model *model,
                         int64_t timeout_ns, struct od_served *served)
{
    struct od_answer answer;
    int64_t most_ns = timeout_ns < METADATA_NS ? timeout_ns : METADATA_NS;
    if (od_door_ask(door, OD_METADATA, model, most_ns, &answer, NULL) == 0) {
        served->metadata = od_xcalloc(1, sizeof *served->metadata);
        *served->metadata = answer.model;
        served->bytes = answer.server.model_bytes;
    }
    od_answer_release(&answer);
}

static int probe_cell(const struct od_run *run, struct od_cell *cell,
                      struct od_served *served, struct od_err *err)
{
    struct od_model_facts *facts = od_xcalloc(1, sizeof *facts);
    struct od_door door = {.plan = run->plan,
                           .target = cell->target,
                           .protocol = cell->protocol,
                           .interrupted = run->interrupted};
    int64_t most_ns = run->plan->timeout_ns;
    most_ns = most_ns < LEAST_NS ? LEAST_NS : most_ns > PROBE_NS ? PROBE_NS : most_ns;
    int rc = od_door_ready(&door, cell->model, most_ns, facts, err);
    if (rc == 0) {
        served->state = facts->state;
        ask_metadata(&door, cell->model, most_ns, served);
        /* Over some protocols the metadata alone have it. */
        int64_t version = facts->version > 0         ? facts->version
                          : served->metadata != NULL ? served->metadata->version
                                                     : 0;
        if (version > 0) {
            (void)snprintf(cell->version, sizeof cell->version, "%" PRId64, version);
        }
    } else {
        od_err_context(err, "target %s, model %s, %s", cell->target->name,
                       cell->model->name, cell->protocol->name);
        if (err->code != OD_EBUG) {
            err->code = OD_ECONNECT;
        }
    }
    od_door_close(&door);
    free(facts);
    return rc;
}

/* Cells that differ only in payload, concurrency or rate share a probe. */
static const struct od_cell *same_door(const struct od_run *run, size_t i)
{
    const struct od_cell *cell = &run->cells[i];
    for (size_t j = 0; j < i; j++) {
        const struct od_cell *other = &run->cells[j];
        if (other->target == cell->target && other->model == cell->model &&
            other->protocol == cell->protocol) {
            return other;
        }
    }
    return NULL;
}

static void asked_version(struct od_cell *cell)
{
    if (cell->model->version > 0) {
        (void)snprintf(cell->version, sizeof cell->version, "%" PRId64,
                       cell->model->version);
    }
}

/* Cells of other payloads may want another signature of the same model. */
static int fit_model(const struct od_run *run, struct od_cell *cell, struct od_err *err)
{
    const struct od_served *served = od_served_find(&run->served, cell);
    struct od_model fitted = *cell->model;
    if (served == NULL || served->metadata == NULL) {
        return 0;
    }
    if (od_model_fit(served->metadata, cell->payload, &fitted, err) != 0) {
        od_err_context(err, "target %s, model %s, %s", cell->target->name,
                       cell->model->name, cell->protocol->name);
        return -1;
    }
    if (run->plan->paper && cell->protocol->transport == OD_HTTP) {
        /* The study's text names no input, which a server with one takes as well. */
        memcpy(fitted.input, cell->model->input, sizeof fitted.input);
    }
    cell->asked = fitted;
    return 0;
}

static const struct od_counters_source *source_of(const struct od_cell *cell)
{
    return cell->target->times == NULL || cell->skipped
               ? NULL
               : od_counters_find(cell->target->times, cell->protocol->transport);
}

/* Servers that count nothing, or elsewhere: better known before the first row. */
static void check_times(const struct od_run *run,
                        void (*warn)(const char *text, void *arg), void *arg)
{
    for (size_t i = 0; i < run->cell_count && *run->interrupted == 0; i++) {
        const struct od_cell *cell = &run->cells[i];
        const struct od_counters_source *source = source_of(cell);
        struct od_err why = {0};
        bool seen = source == NULL;
        for (size_t j = 0; j < i && !seen; j++) {
            const struct od_cell *other = &run->cells[j];
            seen = other->target == cell->target && source_of(other) == source;
        }
        if (!seen && od_counting_check(run->plan, cell, run->interrupted, &why) != 0 &&
            *run->interrupted == 0) {
            warn(why.msg, arg);
        }
    }
}

int od_run_probe(struct od_run *run, void (*warn)(const char *text, void *arg), void *arg,
                 struct od_err *err)
{
    size_t left = 0;
    struct od_err last = {0};
    for (size_t i = 0; i < run->cell_count && *run->interrupted == 0; i++) {
        struct od_cell *cell = &run->cells[i];
        const struct od_cell *other = same_door(run, i);
        struct od_err why = {0};
        struct od_served *served =
            other == NULL ? od_served_add(&run->served, cell) : NULL;
        asked_version(cell);
        if (!run->plan->probe) {
            left++;
        } else if (other != NULL) {
            cell->skipped = other->skipped;
            memcpy(cell->version, other->version, sizeof cell->version);
            left += !cell->skipped;
        } else if (probe_cell(run, cell, served, &why) == 0) {
            left++;
        } else if (*run->interrupted != 0) {
            break;
        } else if (!run->plan->allow_unreachable) {
            return od_fail(err, why.code, "%s", why.msg);
        } else {
            cell->skipped = true;
            last = why;
            warn(why.msg, arg);
        }
    }
    if (*run->interrupted != 0) {
        return od_fail(err, OD_ECANCELLED, "interrupted before the first row");
    }
    if (left == 0) {
        return od_fail(err, last.code, "no target left to measure: %s", last.msg);
    }
    if (run->plan->probe) {
        check_times(run, warn, arg);
    }
    for (size_t i = 0; i < run->cell_count; i++) {
        if (!run->cells[i].skipped && fit_model(run, &run->cells[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}
