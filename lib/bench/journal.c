/* Latencies of one block in the order of completion. */
#include "bench/journal.h"

#include "base/alloc.h"
#include "base/linux.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Most blocks need one small chunk; what long ones need goes back to the kernel. */
#define FIRST ((size_t)1024)
#define NEXT  ((size_t)65536)

#define WIDE UINT32_MAX

/* Holds the places base .. base + size - 1; response times behind the service times. */
struct od_journal_chunk {
    size_t base;
    size_t size;
    _Atomic(struct od_journal_chunk *) next;
    /* At the same places, what ns says is WIDE (stats/samples.h tells which); NULL: no
     * such time so far. */
    _Atomic(int64_t *) wide;
    uint32_t ns[];
};

struct od_journal {
    bool open;
    atomic_size_t count;
    struct od_journal_chunk *first;
};

static size_t values_of(const struct od_journal *journal, size_t size)
{
    return journal->open ? 2 * size : size;
}

static size_t bytes_of(const struct od_journal *journal, size_t size)
{
    return sizeof(struct od_journal_chunk) + values_of(journal, size) * sizeof(uint32_t);
}

static size_t wide_bytes(const struct od_journal *journal, size_t size)
{
    return values_of(journal, size) * sizeof(int64_t);
}

static struct od_journal_chunk *new_chunk(const struct od_journal *journal, size_t base)
{
    size_t size = base == 0 ? FIRST : NEXT;
    size_t bytes = bytes_of(journal, size);
    struct od_journal_chunk *chunk = base == 0 ? od_xmalloc(bytes) : od_pages_new(bytes);
    chunk->base = base;
    chunk->size = size;
    atomic_init(&chunk->next, NULL);
    atomic_init(&chunk->wide, NULL);
    return chunk;
}

static void free_chunk(const struct od_journal *journal, struct od_journal_chunk *chunk)
{
    int64_t *wide = atomic_load(&chunk->wide);
    if (wide != NULL) {
        od_pages_free(wide, wide_bytes(journal, chunk->size));
    }
    if (chunk->base == 0) {
        free(chunk);
    } else {
        od_pages_free(chunk, bytes_of(journal, chunk->size));
    }
}

struct od_journal *od_journal_new(bool open)
{
    struct od_journal *journal = od_xcalloc(1, sizeof *journal);
    journal->open = open;
    atomic_init(&journal->count, 0);
    journal->first = new_chunk(journal, 0);
    return journal;
}

/* The chunk behind this one; of two workers that make it, one wins. */
static struct od_journal_chunk *next_of(const struct od_journal *journal,
                                        struct od_journal_chunk *chunk)
{
    struct od_journal_chunk *next = atomic_load(&chunk->next);
    if (next == NULL) {
        struct od_journal_chunk *made = new_chunk(journal, chunk->base + chunk->size);
        if (atomic_compare_exchange_strong(&chunk->next, &next, made)) {
            return made;
        }
        free_chunk(journal, made);
    }
    return next;
}

/* Where the long times of a chunk go; of two workers that make it, one wins. */
static int64_t *wide_of(const struct od_journal *journal, struct od_journal_chunk *chunk)
{
    int64_t *wide = atomic_load(&chunk->wide);
    if (wide == NULL) {
        int64_t *made = od_pages_new(wide_bytes(journal, chunk->size));
        if (atomic_compare_exchange_strong(&chunk->wide, &wide, made)) {
            return made;
        }
        od_pages_free(made, wide_bytes(journal, chunk->size));
    }
    return wide;
}

static void put(const struct od_journal *journal, struct od_journal_chunk *chunk,
                size_t at, int64_t ns)
{
    if (ns >= 0 && ns <= OD_SAMPLES_NARROW_MAX) {
        chunk->ns[at] = (uint32_t)ns;
    } else {
        wide_of(journal, chunk)[at] = ns;
        chunk->ns[at] = WIDE;
    }
}

static int64_t get(const struct od_journal_chunk *chunk, size_t at)
{
    return chunk->ns[at] != WIDE ? (int64_t)chunk->ns[at] : atomic_load(&chunk->wide)[at];
}

void od_journal_add(struct od_journal *journal, struct od_journal_place *place,
                    int64_t service_ns, int64_t response_ns)
{
    size_t at = atomic_fetch_add_explicit(&journal->count, 1, memory_order_relaxed);
    struct od_journal_chunk *chunk = place->chunk != NULL ? place->chunk : journal->first;
    while (at - chunk->base >= chunk->size) {
        chunk = next_of(journal, chunk);
    }
    place->chunk = chunk;
    put(journal, chunk, at - chunk->base, service_ns);
    if (journal->open) {
        put(journal, chunk, chunk->size + at - chunk->base, response_ns);
    }
}

void od_journal_drain(struct od_journal *journal, struct od_samples *to)
{
    size_t count = atomic_load(&journal->count);
    struct od_journal_chunk *chunk = journal->first;
    while (chunk != NULL) {
        size_t here =
            count - chunk->base < chunk->size ? count - chunk->base : chunk->size;
        for (size_t i = 0; i < here; i++) {
            od_samples_add(to, get(chunk, i),
                           journal->open ? get(chunk, chunk->size + i) : 0);
        }
        struct od_journal_chunk *next = atomic_load(&chunk->next);
        free_chunk(journal, chunk);
        chunk = next;
    }
    atomic_store(&journal->count, 0);
    journal->first = NULL;
}

void od_journal_free(struct od_journal *journal)
{
    struct od_journal_chunk *chunk = journal != NULL ? journal->first : NULL;
    while (chunk != NULL) {
        struct od_journal_chunk *next = atomic_load(&chunk->next);
        free_chunk(journal, chunk);
        chunk = next;
    }
    free(journal);
}
