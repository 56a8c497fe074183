/* Claims about objects and file size; times that were copied. */
#include "report/findings.h"

#include "base/alloc.h"
#include "stats/importance.h"

#include <math.h>
#include <stdlib.h>

#define CONFIDENCE 0.95
#define SEED       UINT64_C(1)
/* Printed times end in whole microseconds; measured ones do so once in a thousand. */
#define PRINTED_NS 1000
enum { MACHINES_LEAST = 2 };

/* What claim 4 found on one machine, over its combinations. */
struct machine {
    enum od_stand stand;
    bool known;
    double level; /* sum of logarithms of its times */
    size_t points;
};

static bool usable(const struct od_datum *point)
{
    return point->bytes != OD_NONE && point->objects != OD_NONE;
}

static enum od_stand stand_of(const struct od_importance *found)
{
    if (isnan(found->low)) {
        return OD_NOT_TESTABLE;
    }
    if (found->low > 0 && found->low_a > 0) {
        return OD_SUPPORTED;
    }
    return found->high < 0 ? OD_CONTRADICTED : OD_UNDECIDED;
}

static const char *how_of(const struct od_importance *found)
{
    if ((found->warnings & OD_IMPORTANCE_FEW) != 0) {
        return "missing: 10 images with file size and object count";
    }
    if ((found->warnings & OD_IMPORTANCE_CONSTANT) != 0) {
        return "missing: images of several sizes and object counts";
    }
    if (found->warnings != 0) {
        return "missing: images in which size and objects are not one";
    }
    return found->low_a <= 0 && found->high_a >= 0 ? "no effect of objects seen" : "";
}

static void weigh(const struct od_datum *points, size_t count, struct od_evidence *out)
{
    double *columns = od_xcalloc(4 * count, sizeof *columns);
    struct od_importance_data data = {columns, columns + count, columns + 2 * count,
                                      columns + 3 * count, 0};
    bool pixels = true;
    for (size_t i = 0; i < count; i++) {
        if (usable(&points[i])) {
            size_t at = data.count++;
            columns[at] = (double)points[i].ns;
            columns[count + at] = (double)points[i].objects;
            columns[2 * count + at] = (double)points[i].bytes;
            columns[3 * count + at] = (double)points[i].pixels;
            pixels &= points[i].pixels != OD_NONE;
        }
    }
    data.control = pixels ? data.control : NULL;
    struct od_importance found;
    od_importance(&data, CONFIDENCE, SEED, &found);
    out->stand = stand_of(&found);
    out->effect = found.difference;
    out->low = found.low;
    out->high = found.high;
    out->p = found.p;
    out->count = data.count;
    out->how = how_of(&found);
    free(columns);
}

static char *combination_name(const struct od_data *points, const struct od_datum *at)
{
    return od_xasprintf("%s>%s %s %s", points->clients.labels[at->client],
                        points->targets.labels[at->target],
                        points->models.labels[at->model],
                        at->family == OD_FAMILY_GRPC ? "gRPC" : "REST");
}

/* Agreement of two: what both say, else undecided; not testable counts for nothing. */
static enum od_stand join(enum od_stand a, enum od_stand b)
{
    if (a == OD_NOT_TESTABLE || b == OD_NOT_TESTABLE) {
        return a == OD_NOT_TESTABLE ? b : a;
    }
    return a == b ? a : OD_UNDECIDED;
}

static void claim_slowest(const struct od_data *points, const struct machine *machines,
                          struct od_findings *out)
{
    struct od_evidence *item = od_findings_add(out, 5, od_xstrdup("everything"));
    size_t slowest = OD_AXIS_NONE;
    double worst = -(double)INFINITY;
    enum od_stand others = OD_NOT_TESTABLE;
    item->how = "missing: claim 4 tested on two machines or more";
    for (size_t i = 0; i < points->targets.count; i++) {
        item->count += machines[i].known;
        double level = machines[i].level / (double)machines[i].points;
        if (machines[i].known && level > worst) {
            worst = level;
            slowest = i;
        }
    }
    if (item->count < MACHINES_LEAST) {
        return;
    }
    for (size_t i = 0; i < points->targets.count; i++) {
        others =
            i != slowest && machines[i].known ? join(others, machines[i].stand) : others;
    }
    enum od_stand at_slowest = machines[slowest].stand;
    item->stand = others == OD_SUPPORTED && at_slowest == OD_CONTRADICTED ? OD_SUPPORTED
                  : others == OD_CONTRADICTED || at_slowest == OD_SUPPORTED
                      ? OD_CONTRADICTED
                      : OD_UNDECIDED;
    item->how = "claim 4, machine by machine";
}

/* Lines that all say the same add nothing to the one above them. */
static void drop_lines(struct od_findings *findings, size_t from)
{
    while (findings->count > from) {
        free(findings->items[--findings->count].about);
    }
}

void od_claim_objects(const struct od_data *points, struct od_findings *out)
{
    struct machine *machines = od_xcalloc(points->targets.count, sizeof *machines);
    size_t whole = out->count;
    enum od_stand all = OD_NOT_TESTABLE;
    size_t tested = 0;
    (void)od_findings_add(out, 4, od_xstrdup("everything"));
    for (size_t i = 0, end = 0; i < points->count; i = end) {
        const struct od_datum *first = &points->items[i];
        end = od_data_span(points, i);
        struct od_evidence *item =
            od_findings_add(out, 4, combination_name(points, first));
        weigh(first, end - i, item);
        struct machine *machine = &machines[first->target];
        bool known = item->stand != OD_NOT_TESTABLE;
        machine->stand = machine->known && known ? join(machine->stand, item->stand)
                         : known                 ? item->stand
                                                 : machine->stand;
        machine->known |= known;
        tested += known;
        all = join(all, item->stand);
        for (size_t k = i; k < end; k++) {
            machine->level += log((double)points->items[k].ns);
            machine->points++;
        }
    }
    struct od_evidence *item = &out->items[whole];
    item->stand = all;
    item->count = tested;
    item->how = all == OD_NOT_TESTABLE
                    ? "missing: 10 images with file size and object count"
                    : "combination by combination";
    if (all == OD_NOT_TESTABLE) {
        drop_lines(out, whole + 1);
    }
    claim_slowest(points, machines, out);
    free(machines);
}

static int compare_times(const void *x, const void *y)
{
    const struct od_datum *a = *(const struct od_datum *const *)x;
    const struct od_datum *b = *(const struct od_datum *const *)y;
    int order = (a->ns > b->ns) - (a->ns < b->ns);
    return order != 0 ? order : (a > b) - (a < b);
}

void od_find_copies(const struct od_data *points, struct od_findings *out)
{
    const struct od_datum **order = od_xcalloc(points->count, sizeof *order);
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++) {
        if (points->items[i].count == 1 && points->items[i].ns % PRINTED_NS == 0) {
            order[count++] = &points->items[i];
        }
    }
    qsort(order, count, sizeof *order, compare_times);
    for (size_t i = 1; i < count; i++) {
        if (order[i]->ns == order[i - 1]->ns) {
            char *a = combination_name(points, order[i - 1]);
            char *b = combination_name(points, order[i]);
            od_findings_note(out, od_xasprintf("%.3f ms stands twice: %s and %s",
                                               (double)order[i]->ns / 1e6, a, b));
            free(a);
            free(b);
        }
    }
    free(order);
}
