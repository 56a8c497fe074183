/* Sums of times and requests, a model and transport. */
#include "server/counts.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct od_counts {
    pthread_mutex_t lock; /* of models */
    struct od_counted *models;
    size_t count;
};

struct od_counts *od_counts_new(size_t count, int64_t version)
{
    struct od_counts *counts = od_xcalloc(1, sizeof *counts);
    counts->models = od_xcalloc(count + 1, sizeof *counts->models);
    counts->count = count;
    for (size_t i = 0; i < count; i++) {
        counts->models[i].version = version;
    }
    (void)pthread_mutex_init(&counts->lock, NULL);
    return counts;
}

void od_counts_free(struct od_counts *counts)
{
    if (counts != NULL) {
        (void)pthread_mutex_destroy(&counts->lock);
        free(counts->models);
        free(counts);
    }
}

void od_counts_name(struct od_counts *counts, size_t i, const char *name)
{
    (void)snprintf(counts->models[i].model, OD_NAME_MAX, "%s", name);
}

static void add(struct od_counter *counter, int64_t ns)
{
    counter->count++;
    counter->sum_ns += ns > 0 ? (double)ns : 0;
}

void od_counts_add(struct od_counts *counts, const char *model, enum od_transport by,
                   const struct od_server_facts *facts)
{
    (void)pthread_mutex_lock(&counts->lock);
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->models[i].model, model) == 0) {
            struct od_counters *to = &counts->models[i].by[by];
            int64_t decode_ns = facts->decode_ns > 0 ? facts->decode_ns : 0;
            int64_t shape_ns = facts->preprocess_ns > 0 ? facts->preprocess_ns : 0;
            add(&to->total, facts->total_ns);
            add(&to->queue, facts->queue_ns);
            add(&to->preprocess, decode_ns + shape_ns);
            add(&to->infer, facts->infer_ns);
            add(&to->postprocess, facts->postprocess_ns);
            break;
        }
    }
    (void)pthread_mutex_unlock(&counts->lock);
}

bool od_counts_page(struct od_counts *counts, enum od_transport transport,
                    const struct od_message *message, struct od_reply *reply)
{
    const struct od_counters_source *source = NULL;
    struct od_counted *copy = NULL;
    for (size_t i = 0; (source = od_counters_at(i)) != NULL; i++) {
        struct od_model model;
        if (source->transport != transport || !source->asked(source, message, &model)) {
            continue;
        }
        if (copy == NULL) {
            od_reply_reset(reply);
            copy = od_xcalloc(counts->count + 1, sizeof *copy);
            (void)pthread_mutex_lock(&counts->lock);
            memcpy(copy, counts->models, counts->count * sizeof *copy);
            (void)pthread_mutex_unlock(&counts->lock);
        }
        source->render(source, copy, counts->count, &model, reply);
    }
    bool any = copy != NULL;
    free(copy);
    return any;
}
