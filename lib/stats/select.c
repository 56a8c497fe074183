/* Selection by counting: how many values fall into each of equal ranges tells in which
 * one the wanted value lies; that range is divided again until it holds one number. */
#include "stats/select.h"

#include "base/alloc.h"
#include "stats/quantile.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#define BITS  12
#define CELLS ((size_t)1 << BITS)
#define READ  512

struct od_part od_part_all(const struct od_samples *samples, enum od_samples_time time)
{
    return (struct od_part){.samples = samples, .time = time, .count = samples->count};
}

static void begin(const struct od_part *part, struct od_samples_reader *reader)
{
    od_samples_read(part->samples, part->time, part->first, part->count, reader);
}

/* The smallest and the largest of at least one. */
static void ends_of(const struct od_part *part, int64_t *least, int64_t *most)
{
    int64_t values[READ];
    struct od_samples_reader reader;
    begin(part, &reader);
    *least = INT64_MAX;
    *most = INT64_MIN;
    for (size_t n = 0; (n = od_samples_next(&reader, values, READ)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            *least = values[i] < *least ? values[i] : *least;
            *most = values[i] > *most ? values[i] : *most;
        }
    }
}

/* Counts the values of least .. least + CELLS * 2^shift - 1 in ranges of 2^shift. */
static void tally(const struct od_part *part, int64_t least, int shift, size_t *counts)
{
    int64_t values[READ];
    struct od_samples_reader reader;
    begin(part, &reader);
    for (size_t i = 0; i < CELLS; i++) {
        counts[i] = 0;
    }
    for (size_t n = 0; (n = od_samples_next(&reader, values, READ)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            uint64_t cell = ((uint64_t)values[i] - (uint64_t)least) >> shift;
            if (values[i] >= least && cell < CELLS) {
                counts[cell]++;
            }
        }
    }
}

/* The smallest value above; there is one. */
static int64_t next_above(const struct od_part *part, int64_t ns)
{
    int64_t values[READ];
    int64_t next = INT64_MAX;
    struct od_samples_reader reader;
    begin(part, &reader);
    for (size_t n = 0; (n = od_samples_next(&reader, values, READ)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            next = values[i] > ns && values[i] < next ? values[i] : next;
        }
    }
    return next;
}

/* The values at rank, from 0, and at the next one if there is one. */
static void select_pair(const struct od_part *part, size_t rank, int64_t *pair)
{
    int64_t least = 0;
    int64_t most = 0;
    ends_of(part, &least, &most);
    uint64_t span = (uint64_t)most - (uint64_t)least;
    assert(span < UINT64_C(1) << 62);
    int shift = 0;
    while (span >> shift >= CELLS) {
        shift += BITS;
    }
    size_t *counts = od_xmalloc(CELLS * sizeof *counts);
    size_t here = rank; /* among those from least on */
    size_t cell = 0;
    for (bool more = true; more; shift -= BITS) {
        tally(part, least, shift, counts);
        for (cell = 0; here >= counts[cell]; cell++) {
            here -= counts[cell];
        }
        least += (int64_t)((uint64_t)cell << shift);
        more = shift > 0;
    }
    pair[0] = least;
    bool same = here + 1 < counts[cell];
    free(counts);
    pair[1] = same || rank + 1 >= part->count ? pair[0] : next_above(part, pair[0]);
}

int64_t od_part_quantile(const struct od_part *part, int permille)
{
    if (part->count == 0) {
        return -1;
    }
    struct od_quantile_place place = od_quantile_place(part->count, permille);
    int64_t pair[2];
    select_pair(part, place.low, pair);
    return od_quantile_between(pair[0], pair[1], place.share);
}

size_t od_part_above(const struct od_part *part, int64_t limit_ns)
{
    int64_t values[READ];
    size_t above = 0;
    struct od_samples_reader reader;
    begin(part, &reader);
    for (size_t n = 0; (n = od_samples_next(&reader, values, READ)) > 0;) {
        for (size_t i = 0; i < n; i++) {
            above += values[i] > limit_ns;
        }
    }
    return above;
}
