/* Chunked lists of latencies. */
#include "stats/samples.h"

#include "base/alloc.h"
#include "base/linux.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Chunks double from the first size to the last, so that a cell of ten rows stays small
 * and one of millions makes few allocations. */
#define FIRST_SAMPLES ((size_t)64)
#define LAST_SAMPLES  ((size_t)65536)

/* Service times come first, response times behind the capacity-th of them. */
struct od_samples_chunk {
    struct od_samples_chunk *next;
    size_t count;
    size_t capacity;
    int64_t ns[];
};

static size_t bytes_of(const struct od_samples *samples, size_t capacity)
{
    size_t values = samples->open ? 2 * capacity : capacity;
    return sizeof(struct od_samples_chunk) + values * sizeof(int64_t);
}

/* Large chunks go back to the kernel at once, so that memory does not add up while one
 * form of the samples becomes another. */
static void free_chunk(const struct od_samples *samples, struct od_samples_chunk *chunk)
{
    if (chunk->capacity < LAST_SAMPLES) {
        free(chunk);
    } else {
        od_pages_free(chunk, bytes_of(samples, chunk->capacity));
    }
}

static struct od_samples_chunk *append(struct od_samples *samples)
{
    size_t capacity = FIRST_SAMPLES;
    if (samples->last != NULL) {
        size_t twice = samples->last->capacity * 2;
        capacity = twice < LAST_SAMPLES ? twice : LAST_SAMPLES;
    }
    size_t bytes = bytes_of(samples, capacity);
    struct od_samples_chunk *chunk =
        capacity < LAST_SAMPLES ? od_xmalloc(bytes) : od_pages_new(bytes);
    chunk->next = NULL;
    chunk->count = 0;
    chunk->capacity = capacity;
    if (samples->last == NULL) {
        samples->first = chunk;
    } else {
        samples->last->next = chunk;
    }
    samples->last = chunk;
    return chunk;
}

void od_samples_add(struct od_samples *samples, int64_t service_ns, int64_t response_ns)
{
    struct od_samples_chunk *chunk = samples->last;
    if (chunk == NULL || chunk->count == chunk->capacity) {
        chunk = append(samples);
    }
    chunk->ns[chunk->count] = service_ns;
    if (samples->open) {
        chunk->ns[chunk->capacity + chunk->count] = response_ns;
    }
    chunk->count++;
    samples->count++;
}

void od_samples_move(struct od_samples *from, struct od_samples *to)
{
    if (from->first == NULL) {
        return;
    }
    assert(to->first == NULL || to->open == from->open);
    if (to->first == NULL) {
        to->first = from->first;
    } else {
        to->last->next = from->first;
    }
    to->open = from->open;
    to->last = from->last;
    to->count += from->count;
    *from = (struct od_samples){.open = from->open};
}

void od_samples_release(struct od_samples *samples)
{
    struct od_samples_chunk *chunk = samples->first;
    while (chunk != NULL) {
        struct od_samples_chunk *next = chunk->next;
        free_chunk(samples, chunk);
        chunk = next;
    }
    *samples = (struct od_samples){.open = samples->open};
}

int64_t *od_samples_copy(const struct od_samples *samples, bool response)
{
    assert(!response || samples->open);
    if (samples->count == 0) {
        return NULL;
    }
    int64_t *all = od_xmalloc(samples->count * sizeof *all);
    size_t at = 0;
    for (const struct od_samples_chunk *c = samples->first; c != NULL; c = c->next) {
        memcpy(all + at, c->ns + (response ? c->capacity : 0), c->count * sizeof *all);
        at += c->count;
    }
    return all;
}

int64_t *od_samples_steal(struct od_samples *samples, size_t *count)
{
    *count = samples->count;
    if (samples->count == 0) {
        return NULL;
    }
    int64_t *all = od_xmalloc(samples->count * sizeof *all);
    size_t at = 0;
    while (samples->first != NULL) {
        struct od_samples_chunk *chunk = samples->first;
        memcpy(all + at, chunk->ns, chunk->count * sizeof *all);
        at += chunk->count;
        samples->first = chunk->next;
        free_chunk(samples, chunk);
    }
    *samples = (struct od_samples){.open = samples->open};
    return all;
}
