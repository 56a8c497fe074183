/* The readiness probe: does every target answer, and what does it know of the models? */
#include "bench/run.h"

#include "base/alloc.h"
#include "load/load.h"
#include "net/conn.h"
#include "protocol/model_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Long enough for a server far away, short enough to wait for before a run; what a run
 * can do without has less. A short --timeout is for requests on connections that stand.
 */
#define PROBE_NS    INT64_C(10000000000)
#define LEAST_NS    INT64_C(2000000000)
#define METADATA_NS INT64_C(3000000000)
#define POLL_NS     INT64_C(100000000)
#define REPLY_MAX   ((size_t)1 << 20)

/* The questions to one server, asked by a thread of its own so that it can be cancelled.
 */
struct visit {
    struct od_cell *cell;
    struct od_served *served;
    struct od_conn *conn;
    int64_t timeout_ns;
    int rc;
    struct od_err err;
};

/* What else a server answers is a sign of life: not every one tells its status. */
static int refused(const struct od_answer *answer, struct od_err *err)
{
    const char *text = answer->text != NULL ? answer->text : "";
    if (answer->code == OD_CODE_NOT_FOUND) {
        return od_fail(err, OD_ECONNECT, "%s", *text != '\0' ? text : "model not found");
    }
    if (answer->code == OD_CODE_UNAUTHENTICATED ||
        answer->code == OD_CODE_PERMISSION_DENIED) {
        return od_fail(err, OD_ECONNECT,
                       "access refused (%s), see --token-file, --token-env, --header%s%s",
                       od_canonical_name(answer->code), *text != '\0' ? ": " : "", text);
    }
    return 0;
}

static int exchange(const struct visit *visit, const struct od_request *request,
                    int64_t timeout_ns, struct od_reply *reply, struct od_err *err)
{
    struct od_message message = {0};
    struct od_stamps stamps;
    int rc = visit->cell->protocol->encode(request, &message, err);
    if (rc == 0) {
        struct od_call call = {.message = &message, .timeout_ns = timeout_ns};
        rc = od_conn_exchange(visit->conn, &call, reply, &stamps, err);
    }
    od_message_release(&message);
    return rc;
}

static int ask_status(const struct visit *visit, struct od_err *err)
{
    struct od_cell *cell = visit->cell;
    struct od_request request = {
        .kind = OD_STATUS, .model = *cell->model, .profile = cell->target->profile};
    struct od_reply reply;
    struct od_answer answer;
    od_reply_init(&reply, REPLY_MAX);
    od_answer_init(&answer);
    struct od_err none = {0};
    int rc = exchange(visit, &request, visit->timeout_ns, &reply, &none);
    if (rc != 0 && none.code == OD_EUNSUPPORTED) {
        /* Not every protocol can be asked about a model; then about the server. */
        request.kind = OD_READY;
        rc = exchange(visit, &request, visit->timeout_ns, &reply, err);
    } else if (rc != 0) {
        (void)od_fail(err, none.code, "%s", none.msg);
    }
    if (rc == 0 && cell->protocol->decode(&request, &reply, &answer, NULL) != 0) {
        rc = refused(&answer, err);
    } else if (rc == 0 && request.kind == OD_READY) {
        rc = answer.ready ? 0 : od_fail(err, OD_ECONNECT, "the server is not ready");
    } else if (rc == 0) {
        visit->served->state = answer.model.state;
        if (answer.model.version > 0) {
            (void)snprintf(cell->version, sizeof cell->version, "%" PRId64,
                           answer.model.version);
        }
    }
    od_answer_release(&answer);
    od_reply_release(&reply);
    return rc;
}

/* A server that does not tell of its models is as good as any. */
static void ask_metadata(const struct visit *visit)
{
    struct od_request request = {.kind = OD_METADATA,
                                 .model = *visit->cell->model,
                                 .profile = visit->cell->target->profile};
    int64_t most_ns = visit->timeout_ns < METADATA_NS ? visit->timeout_ns : METADATA_NS;
    struct od_reply reply;
    struct od_answer answer;
    od_reply_init(&reply, REPLY_MAX);
    od_answer_init(&answer);
    if (exchange(visit, &request, most_ns, &reply, NULL) == 0 &&
        visit->cell->protocol->decode(&request, &reply, &answer, NULL) == 0) {
        visit->served->metadata = od_xcalloc(1, sizeof *visit->served->metadata);
        *visit->served->metadata = answer.model;
        visit->served->bytes = answer.server.model_bytes;
    }
    od_answer_release(&answer);
    od_reply_release(&reply);
}

static void work(struct od_workers *workers, int worker, void *arg)
{
    (void)workers;
    (void)worker;
    struct visit *visit = arg;
    visit->rc = ask_status(visit, &visit->err);
    if (visit->rc == 0) {
        ask_metadata(visit);
    }
}

static int wait_for(struct visit *visit, const volatile sig_atomic_t *interrupted,
                    struct od_err *err)
{
    struct od_workers *workers = NULL;
    if (od_workers_start(1, work, visit, &workers, err) != 0) {
        return -1;
    }
    while (!od_workers_wait(workers, POLL_NS)) {
        if (*interrupted != 0) {
            od_conn_cancel(visit->conn);
        }
    }
    od_workers_join(workers);
    return visit->rc == 0 ? 0 : od_fail(err, visit->err.code, "%s", visit->err.msg);
}

static int probe_cell(const struct od_run *run, struct od_cell *cell,
                      struct od_served *served, struct od_err *err)
{
    struct od_endpoint endpoint = od_plan_endpoint(run->plan, cell);
    endpoint.fresh = false;
    endpoint.paper = false;
    int64_t most_ns = run->plan->timeout_ns;
    most_ns = most_ns < LEAST_NS ? LEAST_NS : most_ns;
    struct visit visit = {.cell = cell,
                          .served = served,
                          .timeout_ns = most_ns < PROBE_NS ? most_ns : PROBE_NS};
    int rc = od_conn_open(&endpoint, &visit.conn, err);
    if (rc == 0) {
        rc = wait_for(&visit, run->interrupted, err);
    }
    od_conn_close(visit.conn);
    if (rc != 0) {
        od_err_context(err, "target %s, model %s, %s", cell->target->name,
                       cell->model->name, cell->protocol->name);
        if (err->code != OD_EBUG) {
            err->code = OD_ECONNECT;
        }
    }
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
    for (size_t i = 0; i < run->cell_count; i++) {
        if (!run->cells[i].skipped && fit_model(run, &run->cells[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}
