/* Chunked lists of latencies. */
#include "stats/samples.h"

#include "base/alloc.h"
#include "base/linux.h"

#include <assert.h>
#include <stdlib.h>

/* Chunks double from the first size to the last, so that a cell of ten rows stays small
 * and one of millions makes few allocations. */
#define FIRST_SAMPLES ((size_t)64)
#define LAST_SAMPLES  ((size_t)65536)

#define WIDE UINT32_MAX

/* Service times come first, response times behind the capacity-th of them. */
struct od_samples_chunk {
    struct od_samples_chunk *next;
    size_t count;
    size_t capacity;
    int64_t *wide; /* owned; at the same places, what ns says is WIDE; NULL: nothing */
    uint32_t ns[];
};

/* Large pieces come from the kernel, which gives only the pages that are touched, and go
 * back to it at once, so that memory does not add up. */
static void *new_piece(size_t capacity, size_t bytes)
{
    return capacity < LAST_SAMPLES ? od_xcalloc(bytes, 1) : od_pages_new(bytes);
}

static void free_piece(size_t capacity, void *piece, size_t bytes)
{
    if (capacity < LAST_SAMPLES) {
        free(piece);
    } else {
        od_pages_free(piece, bytes);
    }
}

static size_t values_of(const struct od_samples *samples, size_t capacity)
{
    return samples->open ? 2 * capacity : capacity;
}

static size_t bytes_of(const struct od_samples *samples, size_t capacity)
{
    return sizeof(struct od_samples_chunk) +
           values_of(samples, capacity) * sizeof(uint32_t);
}

static void free_chunk(const struct od_samples *samples, struct od_samples_chunk *chunk)
{
    size_t capacity = chunk->capacity;
    free_piece(capacity, chunk->wide, values_of(samples, capacity) * sizeof(int64_t));
    free_piece(capacity, chunk, bytes_of(samples, capacity));
}

static struct od_samples_chunk *append(struct od_samples *samples)
{
    size_t capacity = FIRST_SAMPLES;
    if (samples->last != NULL) {
        size_t twice = samples->last->capacity * 2;
        capacity = twice < LAST_SAMPLES ? twice : LAST_SAMPLES;
    }
    struct od_samples_chunk *chunk = new_piece(capacity, bytes_of(samples, capacity));
    chunk->capacity = capacity;
    if (samples->last == NULL) {
        samples->first = chunk;
    } else {
        samples->last->next = chunk;
    }
    samples->last = chunk;
    return chunk;
}

static void put(const struct od_samples *samples, struct od_samples_chunk *chunk,
                size_t at, int64_t ns)
{
    if (ns >= 0 && ns <= OD_SAMPLES_NARROW_MAX) {
        chunk->ns[at] = (uint32_t)ns;
        return;
    }
    if (chunk->wide == NULL) {
        chunk->wide = new_piece(chunk->capacity, values_of(samples, chunk->capacity) *
                                                     sizeof *chunk->wide);
    }
    chunk->ns[at] = WIDE;
    chunk->wide[at] = ns;
}

static int64_t get(const struct od_samples_chunk *chunk, size_t at)
{
    return chunk->ns[at] != WIDE ? (int64_t)chunk->ns[at] : chunk->wide[at];
}

void od_samples_add(struct od_samples *samples, int64_t service_ns, int64_t response_ns)
{
    struct od_samples_chunk *chunk = samples->last;
    if (chunk == NULL || chunk->count == chunk->capacity) {
        chunk = append(samples);
    }
    put(samples, chunk, chunk->count, service_ns);
    if (samples->open) {
        put(samples, chunk, chunk->capacity + chunk->count, response_ns);
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

void od_samples_read(const struct od_samples *samples, enum od_samples_time time,
                     size_t first, size_t count, struct od_samples_reader *reader)
{
    assert(time == OD_SAMPLES_SERVICE || samples->open);
    assert(first <= samples->count && count <= samples->count - first);
    *reader = (struct od_samples_reader){
        .chunk = samples->first, .at = first, .left = count, .time = time};
    while (reader->chunk != NULL && reader->at >= reader->chunk->count) {
        reader->at -= reader->chunk->count;
        reader->chunk = reader->chunk->next;
    }
}

static int64_t value_at(const struct od_samples_reader *reader)
{
    const struct od_samples_chunk *chunk = reader->chunk;
    assert(chunk != NULL);
    int64_t service_ns = reader->time != OD_SAMPLES_RESPONSE ? get(chunk, reader->at) : 0;
    if (reader->time == OD_SAMPLES_SERVICE) {
        return service_ns;
    }
    return get(chunk, chunk->capacity + reader->at) - service_ns;
}

size_t od_samples_next(struct od_samples_reader *reader, int64_t *out, size_t room)
{
    size_t n = 0;
    while (n < room && reader->left > 0) {
        out[n++] = value_at(reader);
        reader->left--;
        reader->at++;
        while (reader->chunk != NULL && reader->at >= reader->chunk->count) {
            reader->at = 0;
            reader->chunk = reader->chunk->next;
        }
    }
    return n;
}

int64_t *od_samples_copy(const struct od_samples *samples, enum od_samples_time time)
{
    if (samples->count == 0) {
        return NULL;
    }
    struct od_samples_reader reader;
    int64_t *all = od_xmalloc(samples->count * sizeof *all);
    od_samples_read(samples, time, 0, samples->count, &reader);
    (void)od_samples_next(&reader, all, samples->count);
    return all;
}
