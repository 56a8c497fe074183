/* The floor of a run's cells. */
#include "bench/floors.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "bench/aside.h"
#include "bench/request_size.h"
#include "bench/rounds.h"

#include <math.h>
#include <stdlib.h>

#define ROUNDS    ((size_t)7)
#define BATCH     ((size_t)40)
#define BUDGET_NS (220 * INT64_C(1000000))
#define WHOLE_NS  (1700 * INT64_C(1000000)) /* and the last one begun before that */
#define SAME      0.1

struct probe {
    enum od_rounds_variant variant;
    size_t bytes;
    int64_t raw_ns; /* -1: not measured */
    int64_t client_ns;
};

struct floors {
    struct od_run *run;
    size_t *bytes; /* of each cell's request; SIZE_MAX: not known */
    struct probe *probes;
    size_t probe_count;
    struct od_rounds_servers servers;
};

/* Whether the requests of two cells differ by no more than a name's length. */
static bool alike(const struct od_cell *a, const struct od_cell *b)
{
    const struct od_input_format *x = &a->asked.in;
    const struct od_input_format *y = &b->asked.in;
    return a->protocol == b->protocol && a->payload == b->payload &&
           a->target->profile == b->target->profile && x->dtype == y->dtype &&
           x->width == y->width && x->height == y->height;
}

static size_t bytes_of(const struct floors *f, size_t cell)
{
    const struct od_cell *cells = f->run->cells;
    size_t bytes = SIZE_MAX;
    for (size_t i = 0; i < cell; i++) {
        if (!cells[i].skipped && alike(&cells[i], &cells[cell])) {
            return f->bytes[i];
        }
    }
    return od_request_bytes(f->run->plan, &cells[cell], &bytes, NULL) == 0 ? bytes
                                                                           : SIZE_MAX;
}

static double distance(size_t a, size_t b)
{
    return fabs(log(((double)a + 1) / ((double)b + 1)));
}

/* The probe of that size's class, or the nearest; NULL when there is none. */
static const struct probe *nearest(const struct floors *f, enum od_rounds_variant variant,
                                   size_t bytes, bool measured)
{
    const struct probe *best = NULL;
    for (size_t i = 0; i < f->probe_count; i++) {
        const struct probe *p = &f->probes[i];
        if (p->variant == variant && (!measured || p->raw_ns >= 0) &&
            (best == NULL || distance(p->bytes, bytes) < distance(best->bytes, bytes))) {
            best = p;
        }
    }
    return best;
}

static void plan_probes(struct floors *f)
{
    const struct od_run *run = f->run;
    for (size_t i = 0; i < run->cell_count; i++) {
        f->bytes[i] = SIZE_MAX;
        if (run->cells[i].skipped) {
            continue;
        }
        enum od_rounds_variant variant = od_rounds_of(run->cells[i].protocol->transport);
        f->bytes[i] = bytes_of(f, i);
        const struct probe *known = nearest(f, variant, f->bytes[i], false);
        if (f->bytes[i] != SIZE_MAX &&
            (known == NULL || distance(known->bytes, f->bytes[i]) > SAME)) {
            f->probes[f->probe_count++] =
                (struct probe){variant, f->bytes[i], .raw_ns = -1, .client_ns = -1};
        }
    }
}

static int measure(void *arg, const atomic_bool *stop, struct od_err *err)
{
    struct floors *f = arg;
    const struct od_plan *plan = f->run->plan;
    int64_t end_ns = od_now_ns() + WHOLE_NS;
    for (size_t i = 0; i < f->probe_count && od_now_ns() < end_ns; i++) {
        struct probe *p = &f->probes[i];
        struct od_rounds_result result;
        struct od_rounds_ask ask = {.servers = &f->servers,
                                    .variants = 1U << p->variant,
                                    .body_bytes = p->bytes,
                                    .fresh = plan->fresh,
                                    .paper = plan->paper,
                                    .rounds_max = ROUNDS,
                                    .batch_max = BATCH,
                                    .budget_ns = BUDGET_NS,
                                    .stop = stop};
        if (od_rounds_measure(&ask, &result, err) != 0) {
            return -1;
        }
        p->raw_ns = result.of[OD_ROUNDS_RAW].p50_ns;
        p->client_ns = result.of[p->variant].p50_ns;
    }
    return 0;
}

static void tell_cells(const struct floors *f)
{
    for (size_t i = 0; i < f->run->cell_count; i++) {
        struct od_cell *cell = &f->run->cells[i];
        enum od_rounds_variant variant = od_rounds_of(cell->protocol->transport);
        const struct probe *p =
            f->bytes[i] != SIZE_MAX ? nearest(f, variant, f->bytes[i], true) : NULL;
        if (p != NULL) {
            cell->floor_raw_ns = p->raw_ns;
            cell->floor_client_ns = p->client_ns;
        }
    }
}

static int run_probes(struct floors *f, struct od_err *err)
{
    const struct od_pace *pace = &f->run->plan->pace;
    struct od_aside aside = {.cpu = pace->cpu_count > 0 ? pace->cpus[0] : -1,
                             .interrupted = f->run->interrupted};
    unsigned variants = 1U << OD_ROUNDS_RAW;
    for (size_t i = 0; i < f->probe_count; i++) {
        variants |= 1U << f->probes[i].variant;
    }
    int server_cpu = pace->cpu_count > 1 ? pace->cpus[1] : -1;
    if (od_rounds_open(variants, server_cpu, &f->servers, err) != 0) {
        return -1;
    }
    int rc = od_aside_run(&aside, measure, f, err);
    od_rounds_close(&f->servers);
    return rc;
}

int od_run_floors(struct od_run *run, struct od_err *err)
{
    struct floors f = {.run = run};
    f.bytes = od_xcalloc(run->cell_count, sizeof *f.bytes);
    f.probes = od_xcalloc(run->cell_count, sizeof *f.probes);
    plan_probes(&f);
    int rc = f.probe_count > 0 ? run_probes(&f, err) : 0;
    tell_cells(&f);
    free(f.bytes);
    free(f.probes);
    return rc;
}
