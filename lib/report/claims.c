/* Claims about ratios: model against protocol, REST against gRPC, remote against local.
 */
#include "report/findings.h"

#include "base/alloc.h"
#include "stats/signed_rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define ALPHA      0.05
/* So many single images that go against a claim are named; of more, groups alone. */
enum { NAMED = 8 };

/* A logarithm of a ratio, and where it was found. */
struct unit {
    size_t client;
    size_t target;
    size_t model; /* OD_AXIS_NONE: over all */
    size_t image;
    double value;
    char *contrary; /* owned: what to say when value is below 0; NULL: nothing */
};

struct units {
    struct unit *items;
    size_t count;
    size_t capacity;
};

static void add_unit(struct units *units, const struct unit *unit)
{
    units->items =
        od_xgrow(units->items, units->count, &units->capacity, sizeof *units->items);
    units->items[units->count++] = *unit;
}

static void release_units(struct units *units)
{
    for (size_t i = 0; i < units->count; i++) {
        free(units->items[i].contrary);
    }
    free(units->items);
}

/* "client>edge", or "edge" for a machine that serves itself. */
static char *machine_name(const struct od_data *points, size_t client, size_t target)
{
    const char *from = points->clients.labels[client];
    const char *to = points->targets.labels[target];
    return strcmp(from, to) == 0 ? od_xstrdup(to) : od_xasprintf("%s>%s", from, to);
}

static char *group_name(const struct od_data *points, const struct unit *unit)
{
    char *machine = machine_name(points, unit->client, unit->target);
    if (unit->model == OD_AXIS_NONE) {
        return machine;
    }
    char *name = od_xasprintf("%s %s", machine, points->models.labels[unit->model]);
    free(machine);
    return name;
}

static bool same_group(const struct unit *a, const struct unit *b)
{
    return a->client == b->client && a->target == b->target && a->model == b->model;
}

static int compare_units(const void *x, const void *y)
{
    const struct unit *a = x;
    const struct unit *b = y;
    const size_t from[] = {a->client, a->target, a->model, a->image};
    const size_t to[] = {b->client, b->target, b->model, b->image};
    for (size_t i = 0; i < sizeof from / sizeof from[0]; i++) {
        if (from[i] != to[i]) {
            return from[i] < to[i] ? -1 : 1;
        }
    }
    return 0;
}

static void test(const struct unit *units, size_t count, const char *missing,
                 struct od_evidence *out)
{
    static const struct od_signed_rank_how how = {CONFIDENCE, 49, true};
    out->count = count;
    if (count == 0) {
        out->how = missing;
        return;
    }
    double *values = od_xcalloc(count, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        values[i] = units[i].value;
    }
    struct od_signed_rank found;
    od_signed_rank(values, count, &how, &found);
    free(values);
    out->effect = exp(found.estimate);
    if (od_signed_rank_least_p(count) >= ALPHA) {
        out->stand = OD_UNDECIDED;
        out->how = "too few for a test";
        return;
    }
    out->low = exp(found.low);
    out->high = exp(found.high);
    out->p = found.p;
    out->stand = found.p < ALPHA && found.estimate > 0   ? OD_SUPPORTED
                 : found.p < ALPHA && found.estimate < 0 ? OD_CONTRADICTED
                                                         : OD_UNDECIDED;
}

static void note_contrary(const struct units *units, int claim, struct od_findings *out)
{
    size_t contrary = 0;
    for (size_t i = 0; i < units->count; i++) {
        contrary += units->items[i].value < 0 && units->items[i].contrary != NULL;
    }
    for (size_t i = 0; contrary <= NAMED && i < units->count; i++) {
        if (units->items[i].value < 0 && units->items[i].contrary != NULL) {
            od_findings_note(out, od_xasprintf("against claim %d: %s", claim,
                                               units->items[i].contrary));
        }
    }
    if (contrary > NAMED) {
        od_findings_note(out,
                         od_xasprintf("against claim %d: %zu of %zu images and groups",
                                      claim, contrary, units->count));
    }
}

/* The line over everything, then one a group. Everything is undecided when a group says
 * the contrary. Sorts the units. */
static void conclude(const struct od_data *points, struct units *units, int claim,
                     const char *missing, struct od_findings *out)
{
    if (units->count > 0) {
        qsort(units->items, units->count, sizeof *units->items, compare_units);
    }
    size_t whole = out->count;
    bool against = false;
    struct od_evidence *item = od_findings_add(out, claim, od_xstrdup("everything"));
    test(units->items, units->count, missing, item);
    enum od_stand stand = item->stand;
    for (size_t i = 0, end = 0; i < units->count; i = end) {
        for (end = i;
             end < units->count && same_group(&units->items[i], &units->items[end]);
             end++) {
        }
        item = od_findings_add(out, claim, group_name(points, &units->items[i]));
        test(&units->items[i], end - i, missing, item);
        against |= (stand == OD_SUPPORTED && item->stand == OD_CONTRADICTED) ||
                   (stand == OD_CONTRADICTED && item->stand == OD_SUPPORTED);
    }
    if (against) {
        out->items[whole].stand = OD_UNDECIDED;
        out->items[whole].how = "groups disagree";
    }
    note_contrary(units, claim, out);
}

static const char *image_name(const struct od_data *points, size_t image)
{
    const char *name = points->images.labels[image];
    return *name != '\0' ? name : "all images";
}

static double ms(const struct od_datum *point)
{
    return (double)point->ns / 1e6;
}

void od_claim_protocol(const struct od_data *points, struct od_findings *out)
{
    struct units units = {0};
    for (size_t i = 0; i < points->count; i++) {
        const struct od_datum *grpc = &points->items[i];
        struct od_datum place = *grpc;
        place.family = OD_FAMILY_REST;
        const struct od_datum *rest =
            grpc->family == OD_FAMILY_GRPC ? od_data_find(points, &place) : NULL;
        if (rest == NULL) {
            continue;
        }
        struct unit unit = {.client = grpc->client,
                            .target = grpc->target,
                            .model = grpc->model,
                            .image = grpc->image,
                            .value = log((double)rest->ns / (double)grpc->ns)};
        if (unit.value < 0) {
            char *group = group_name(points, &unit);
            unit.contrary =
                od_xasprintf("%s, %s: REST %.3f ms, gRPC %.3f ms", group,
                             image_name(points, grpc->image), ms(rest), ms(grpc));
            free(group);
        }
        add_unit(&units, &unit);
    }
    conclude(points, &units, 2, "missing: the same model over both gRPC and REST", out);
    release_units(&units);
}

/* Logarithm of both protocols' times of one model at one place; false: not both known. */
static bool levels(const struct od_data *points, struct od_datum place, size_t model,
                   double level[OD_FAMILIES])
{
    place.model = model;
    for (int f = 0; f < OD_FAMILIES; f++) {
        place.family = (enum od_family)f;
        const struct od_datum *found = od_data_find(points, &place);
        if (found == NULL) {
            return false;
        }
        level[f] = log((double)found->ns);
    }
    return true;
}

static double mean_level(const double level[OD_FAMILIES])
{
    return (level[OD_FAMILY_GRPC] + level[OD_FAMILY_REST]) / 2;
}

/* The fastest and the slowest model of a machine, over the images of both protocols. */
static bool extremes(const struct od_data *points, size_t client, size_t target,
                     size_t *fastest, size_t *slowest)
{
    double best = (double)INFINITY;
    double worst = -(double)INFINITY;
    for (size_t model = 0; model < points->models.count; model++) {
        double sum = 0;
        size_t count = 0;
        for (size_t image = 0; image < points->images.count; image++) {
            struct od_datum place = {.client = client, .target = target, .image = image};
            double level[OD_FAMILIES];
            if (levels(points, place, model, level)) {
                sum += mean_level(level);
                count++;
            }
        }
        double mean = count > 0 ? sum / (double)count : (double)NAN;
        if (mean < best) {
            best = mean;
            *fastest = model;
        }
        if (mean > worst) {
            worst = mean;
            *slowest = model;
        }
    }
    return best < worst;
}

static void add_model_unit(const struct od_data *points, const struct od_datum *place,
                           size_t fastest, size_t slowest, struct units *units)
{
    double fast[OD_FAMILIES];
    double slow[OD_FAMILIES];
    if (!levels(points, *place, fastest, fast) ||
        !levels(points, *place, slowest, slow)) {
        return;
    }
    double model = mean_level(slow) - mean_level(fast);
    double protocol = (fast[OD_FAMILY_REST] - fast[OD_FAMILY_GRPC] +
                       slow[OD_FAMILY_REST] - slow[OD_FAMILY_GRPC]) /
                      2;
    struct unit unit = {.client = place->client,
                        .target = place->target,
                        .model = OD_AXIS_NONE,
                        .image = place->image,
                        .value = model - fabs(protocol)};
    if (unit.value < 0) {
        char *machine = machine_name(points, place->client, place->target);
        int worse = protocol > 0 ? OD_FAMILY_REST : OD_FAMILY_GRPC;
        unit.contrary = od_xasprintf(
            "%s, %s: %s over %s takes %.3f ms, %s over %s %.3f ms", machine,
            image_name(points, place->image), points->models.labels[fastest],
            worse == OD_FAMILY_REST ? "REST" : "gRPC", exp(fast[worse]) / 1e6,
            points->models.labels[slowest], worse == OD_FAMILY_REST ? "gRPC" : "REST",
            exp(slow[1 - worse]) / 1e6);
        free(machine);
    }
    add_unit(units, &unit);
}

void od_claim_model(const struct od_data *points, struct od_findings *out)
{
    struct units units = {0};
    for (size_t client = 0; client < points->clients.count; client++) {
        for (size_t target = 0; target < points->targets.count; target++) {
            size_t fastest = 0;
            size_t slowest = 0;
            bool known = extremes(points, client, target, &fastest, &slowest);
            for (size_t image = 0; known && image < points->images.count; image++) {
                struct od_datum place = {
                    .client = client, .target = target, .image = image};
                add_model_unit(points, &place, fastest, slowest, &units);
            }
        }
    }
    conclude(points, &units, 1,
             "missing: two models over both gRPC and REST on one machine", out);
    release_units(&units);
}

/* The same request served by the client itself; NULL: not measured. */
static const struct od_datum *local_of(const struct od_data *points,
                                       const struct od_datum *remote)
{
    struct od_datum place = *remote;
    for (place.target = 0; place.target < points->targets.count; place.target++) {
        const struct od_datum *found = od_data_find(points, &place);
        if (found != NULL && !found->remote) {
            return found;
        }
    }
    return NULL;
}

/* Whether the target is known to be the faster machine where each serves itself. */
static bool faster_by_itself(const struct od_data *points, const struct od_datum *remote)
{
    const char *target = points->targets.labels[remote->target];
    size_t itself = od_axis_find(&points->clients, target);
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; itself != OD_AXIS_NONE && i < points->count; i++) {
        const struct od_datum *theirs = &points->items[i];
        struct od_datum place = *theirs;
        place.client = remote->client;
        const struct od_datum *ours =
            theirs->client == itself && !theirs->remote ? local_of(points, &place) : NULL;
        if (ours != NULL) {
            sum += log((double)theirs->ns / (double)ours->ns);
            count++;
        }
    }
    return count > 0 && sum < 0;
}

void od_claim_remote(const struct od_data *points, struct od_findings *out)
{
    struct units units = {0};
    struct units faster = {0};
    for (size_t i = 0; i < points->count; i++) {
        const struct od_datum *remote = &points->items[i];
        const struct od_datum *local = remote->remote ? local_of(points, remote) : NULL;
        if (local == NULL) {
            continue;
        }
        struct unit unit = {.client = remote->client,
                            .target = remote->target,
                            .model = OD_AXIS_NONE,
                            .image = remote->image,
                            .value = log((double)remote->ns / (double)local->ns)};
        if (faster_by_itself(points, remote)) {
            add_unit(&faster, &unit);
        }
        if (unit.value < 0) {
            char *machine = machine_name(points, remote->client, remote->target);
            unit.contrary =
                od_xasprintf("%s, %s over %s, %s: %.3f ms, local %.3f ms", machine,
                             points->models.labels[remote->model],
                             remote->family == OD_FAMILY_GRPC ? "gRPC" : "REST",
                             image_name(points, remote->image), ms(remote), ms(local));
            free(machine);
        }
        add_unit(&units, &unit);
    }
    conclude(points, &units, 3,
             "missing: the same requests to a local and a remote server", out);
    struct od_evidence *item =
        od_findings_add(out, 3, od_xstrdup("servers that are faster by themselves"));
    test(faster.items, faster.count,
         "missing: rows in which a faster server serves itself", item);
    release_units(&units);
    release_units(&faster);
}
