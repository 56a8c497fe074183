/* What servers count of themselves. */
#include "protocol/counters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct od_counters_source *const sources[] = {
    &od_counters_triton_grpc, &od_counters_triton_rest, &od_counters_tfs,
    &od_counters_torchserve,  &od_counters_ovms,
};
enum { SOURCE_COUNT = sizeof sources / sizeof sources[0] };

/* The counters, and where their times go. */
struct part {
    size_t counter;
    size_t time;
};
static const struct part parts[] = {
    {offsetof(struct od_counters, total), offsetof(struct od_server_facts, total_ns)},
    {offsetof(struct od_counters, queue), offsetof(struct od_server_facts, queue_ns)},
    {offsetof(struct od_counters, preprocess),
     offsetof(struct od_server_facts, preprocess_ns)},
    {offsetof(struct od_counters, infer), offsetof(struct od_server_facts, infer_ns)},
    {offsetof(struct od_counters, postprocess),
     offsetof(struct od_server_facts, postprocess_ns)},
};
enum { PART_COUNT = sizeof parts / sizeof parts[0] };

static const struct od_counter *counter_of(const struct od_counters *counters, size_t i)
{
    return (const struct od_counter *)(const void *)((const char *)counters +
                                                     parts[i].counter);
}

void od_counters_init(struct od_counters *counters)
{
    static const struct od_counter untold = {.count = -1};
    *counters = (struct od_counters){untold, untold, untold, untold, untold};
}

const struct od_counters_source *od_counters_at(size_t i)
{
    return i < SOURCE_COUNT ? sources[i] : NULL;
}

const struct od_counters_source *od_counters_find(const char *name,
                                                  enum od_transport transport)
{
    const struct od_counters_source *found = NULL;
    for (size_t i = 0; i < SOURCE_COUNT; i++) {
        if (strcmp(sources[i]->name, name) == 0 &&
            (found == NULL || sources[i]->transport == transport)) {
            found = sources[i];
        }
    }
    return found;
}

bool od_counters_between(const struct od_counters_source *source,
                         const struct od_counters *before,
                         const struct od_counters *after, int64_t requests,
                         struct od_server_facts *facts)
{
    struct od_server_facts told;
    bool any = false;
    od_server_facts_init(&told);
    for (size_t i = 0; i < PART_COUNT; i++) {
        const struct od_counter *a = counter_of(before, i);
        const struct od_counter *b = counter_of(after, i);
        if (a->count < 0 || b->count < 0) {
            continue;
        }
        double more = b->count - a->count;
        double ns = (b->sum_ns - a->sum_ns) / more;
        if (requests <= 0 || more != (double)requests || !(ns >= 0) || ns > 9e15) {
            return false;
        }
        *(int64_t *)(void *)((char *)&told + parts[i].time) = llround(ns);
        any = true;
    }
    /* A server that counts and sums apart may have counted what it has not summed up yet:
     * a request takes time. */
    any = any && (told.total_ns >= 0 ? told.total_ns : told.infer_ns) > 0;
    if (any) {
        memcpy(told.weights, facts->weights, sizeof told.weights);
        told.proposals = facts->proposals;
        (void)snprintf(told.source, sizeof told.source, "%s", source->name);
        *facts = told;
    }
    return any;
}
