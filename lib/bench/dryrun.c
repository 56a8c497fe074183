/* Cells, requests, bytes and time of a plan. */
#include "bench/dryrun.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "bench/left.h"
#include "bench/numbers.h"
#include "bench/prepare.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLE 16

/* Bodies of one kind of request: those of another target are the same. */
struct bodies {
    double mean_bytes; /* NaN: none could be built */
    size_t built;
    size_t failed;
    struct od_err why; /* of the first that failed */
};

/* A cell or all; -1: not known. */
struct sums {
    int64_t requests;
    double bytes;
    int64_t planned_ns;
    bool about;
};

static struct bodies build(const struct od_plan *plan, const struct od_cell *cell)
{
    struct bodies b = {.mean_bytes = (double)NAN};
    size_t images = od_dataset_count(plan->dataset);
    size_t sample = images < SAMPLE ? images : SAMPLE;
    double sum = 0;
    for (size_t i = 0; i < sample; i++) {
        struct od_prepared prepared = {0};
        od_prepare(plan, cell, od_dataset_at(plan->dataset, i * images / sample),
                   &prepared);
        if (prepared.err.code == OD_OK) {
            sum += (double)od_message_bytes(&prepared.message);
            b.built++;
        } else {
            b.why = b.failed == 0 ? prepared.err : b.why;
            b.failed++;
        }
        od_prepared_release(&prepared);
    }
    if (b.built > 0) {
        b.mean_bytes = sum / (double)b.built;
    }
    return b;
}

static bool alike(const struct od_cell *a, const struct od_cell *b)
{
    return a->model == b->model && a->protocol == b->protocol && a->payload == b->payload;
}

static int count_requests(const struct od_run *run, size_t index, int64_t *out,
                          struct od_err *err)
{
    const struct od_plan *plan = run->plan;
    const struct od_cell *cell = &run->cells[index];
    int64_t sum = 0;
    for (int64_t rep = 1; rep <= plan->repetitions && sum >= 0; rep++) {
        int64_t main = 0;
        if (od_main_count(plan, cell, index, rep, &main, err) != 0) {
            return -1;
        }
        sum = main < 0 ? -1 : sum + main + od_warm_count(plan, cell);
    }
    *out = plan->goals.search ? -1 : sum;
    return 0;
}

/* "921 kB": three digits, powers of 1000. */
static void add_bytes(double bytes, struct od_buf *out)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t u = 0;
    while (bytes >= 999.5 && u + 1 < sizeof units / sizeof *units) {
        bytes /= 1000;
        u++;
    }
    od_buf_printf(out, u == 0 ? "%.0f %s" : "%.3g %s", bytes, units[u]);
}

static void add_sums(const struct sums *s, struct od_buf *out)
{
    char span[32];
    if (s->requests < 0) {
        od_buf_puts(out, "as many requests as there is time for");
    } else {
        od_buf_printf(out, "%" PRId64 " requests", s->requests);
    }
    if (!isnan(s->bytes)) {
        od_buf_puts(out, s->about ? ", about " : ", ");
        add_bytes(s->bytes, out);
        od_buf_puts(out, s->requests < 0 ? " up each" : " up");
    }
    if (s->planned_ns >= 0) {
        od_format_duration(s->planned_ns, span, sizeof span);
        od_buf_printf(out, ", %s", span);
    }
}

static void add_cell(const struct od_cell *c, struct od_buf *out)
{
    od_buf_printf(out, "%s  %s (%s:%d, %s)  %s  %s  %s  concurrency %d", c->id,
                  c->target->name, c->target->host,
                  od_target_port(c->target, c->protocol->transport),
                  c->target->local ? "local" : "remote", c->model->name,
                  c->protocol->name, od_payload_name(c->payload), c->concurrency);
    if (!isnan(c->rate_per_s)) {
        od_buf_printf(out, "  %g/s", c->rate_per_s);
    }
    od_buf_puts(out, "  ");
}

static int dry_cell(const struct od_run *run, size_t index, const struct bodies *bodies,
                    struct sums *all, struct od_buf *out, struct od_err *err)
{
    const struct od_plan *plan = run->plan;
    size_t images = od_dataset_count(plan->dataset);
    struct sums s = {.about = images > SAMPLE};
    if (count_requests(run, index, &s.requests, err) != 0) {
        return -1;
    }
    int64_t block_ns =
        plan->goals.search ? -1 : od_block_planned_ns(plan, &run->cells[index], index);
    s.planned_ns = block_ns < 0 ? -1 : block_ns * plan->repetitions;
    s.bytes = bodies->mean_bytes * (s.requests < 0 ? 1 : (double)s.requests);
    /* Requests that are no multiple of the images have other bytes than the mean's. */
    s.about = s.about || s.requests < 0 || s.requests % (int64_t)images != 0;
    add_cell(&run->cells[index], out);
    add_sums(&s, out);
    od_buf_putc(out, '\n');
    all->requests = all->requests < 0 || s.requests < 0 ? -1 : all->requests + s.requests;
    if (run->cells[index].side == 0) { /* the other side's time is the base's */
        all->planned_ns =
            all->planned_ns < 0 || s.planned_ns < 0 ? -1 : all->planned_ns + s.planned_ns;
    }
    all->bytes += s.requests < 0 ? (double)NAN : s.bytes;
    all->about = all->about || s.about;
    return 0;
}

/* After the cells, so that a table of them stays one. */
static void add_failures(const struct od_run *run, const struct bodies *bodies,
                         struct od_buf *out)
{
    for (size_t i = 0; i < run->cell_count; i++) {
        if (bodies[i].failed > 0) {
            od_buf_printf(out, "%s: %zu of %zu images cannot be sent: %s\n",
                          run->cells[i].id, bodies[i].failed,
                          bodies[i].failed + bodies[i].built, bodies[i].why.msg);
        }
    }
}

int od_dry_run(const struct od_run *run, struct od_buf *out, struct od_err *err)
{
    const struct od_plan *plan = run->plan;
    struct bodies *bodies = od_xcalloc(run->cell_count, sizeof *bodies);
    struct sums all = {0};
    int rc = 0;
    for (size_t i = 0; i < run->cell_count && rc == 0; i++) {
        size_t same = 0;
        while (same < i && !alike(&run->cells[same], &run->cells[i])) {
            same++;
        }
        bodies[i] = same < i ? bodies[same] : build(plan, &run->cells[i]);
        rc = dry_cell(run, i, &bodies[i], &all, out, err);
    }
    if (rc == 0) {
        add_failures(run, bodies, out);
        od_buf_printf(out,
                      "%zu cells, %zu images, %" PRId64 " repetitions: ", run->cell_count,
                      od_dataset_count(plan->dataset), plan->repetitions);
        if (plan->ab) {
            od_buf_printf(out, "%s and %s by turns, ", plan->targets[0].name,
                          plan->targets[1].name);
        }
        add_sums(&all, out);
        od_buf_puts(out, all.planned_ns < 0 ? "; answers decide how long it takes\n"
                                            : " and warm-up\n");
    }
    free(bodies);
    return rc;
}
