/* Of the attempts of a request the last one counts; sides change places. */
#include "compare/gather.h"

#include <stdlib.h>

static int by_request(const void *a, const void *b)
{
    const struct od_attempt *x = a;
    const struct od_attempt *y = b;
    if (x->run != y->run) {
        return x->run < y->run ? -1 : 1;
    }
    if (x->seq != y->seq) {
        return x->seq < y->seq ? -1 : 1;
    }
    return (x->attempt > y->attempt) - (x->attempt < y->attempt);
}

static void count_failed(struct od_gather *g, const struct od_attempt *attempt)
{
    g->source[attempt->side].failed++;
    g->cells[attempt->cell].side[attempt->side].failed++;
    g->units[attempt->unit].unit.failed++;
}

/* First attempts that succeeded are not among them: nothing comes behind these. */
void od_gather_attempts(struct od_gather *g)
{
    if (g->attempt_count > 1) {
        qsort(g->attempts, g->attempt_count, sizeof *g->attempts, by_request);
    }
    for (size_t i = 0; i < g->attempt_count; i++) {
        const struct od_attempt *a = &g->attempts[i];
        bool last = i + 1 == g->attempt_count || a->seq == OD_NONE ||
                    a[1].run != a->run || a[1].seq != a->seq;
        if (last && a->failed) {
            count_failed(g, a);
        }
    }
}

static void swap_source(struct od_compare_source *source)
{
    struct od_compare_source base = source[OD_BASE];
    source[OD_BASE] = source[OD_NEW];
    source[OD_NEW] = base;
}

void od_gather_swap(struct od_gather *g)
{
    swap_source(g->source);
    for (size_t i = 0; i < g->cell_count; i++) {
        struct od_gathered_side base = g->cells[i].side[OD_BASE];
        g->cells[i].side[OD_BASE] = g->cells[i].side[OD_NEW];
        g->cells[i].side[OD_NEW] = base;
    }
    for (size_t i = 0; i < g->run_count; i++) {
        bool base = g->runs[i].on[OD_BASE];
        g->runs[i].on[OD_BASE] = g->runs[i].on[OD_NEW];
        g->runs[i].on[OD_NEW] = base;
    }
    for (size_t i = 0; i < g->unit_count; i++) {
        g->units[i].side = 1 - g->units[i].side;
    }
    for (size_t i = 0; i < g->origin_count; i++) {
        g->origins[i].side = 1 - g->origins[i].side;
    }
    unsigned *mixed = g->mixed[OD_BASE];
    g->mixed[OD_BASE] = g->mixed[OD_NEW];
    g->mixed[OD_NEW] = mixed;
    uint64_t value = g->values[OD_BASE];
    g->values[OD_BASE] = g->values[OD_NEW];
    g->values[OD_NEW] = value;
}
