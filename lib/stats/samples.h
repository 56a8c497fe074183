/* Latencies of one cell as they come, in little memory. */
#ifndef OD_STATS_SAMPLES_H
#define OD_STATS_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A list of chunks: adding copies nothing. A value takes 4 bytes, or 12 where it lies
 * below 0 or beyond OD_SAMPLES_NARROW_MAX (and a chunk that has such values a page or two
 * more); every value is kept as it is. A sample without a response time is one value,
 * with it two. A zeroed one is empty. For one thread at a time.
 */
struct od_samples {
    struct od_samples_chunk *first; /* owned */
    struct od_samples_chunk *last;
    size_t count;
    bool open; /* response times are kept too: set before the first sample */
};
/* About 4.3 s in nanoseconds: the 32-bit number above it marks those kept elsewhere. */
#define OD_SAMPLES_NARROW_MAX ((int64_t)UINT32_MAX - 1)

void od_samples_add(struct od_samples *samples, int64_t service_ns, int64_t response_ns);
/* Moves all samples of *from to the end of *to, without copying. Both are open, or
 * neither; an empty *to becomes as *from. */
void od_samples_move(struct od_samples *from, struct od_samples *to);
void od_samples_release(struct od_samples *samples);

enum od_samples_time {
    OD_SAMPLES_SERVICE,
    OD_SAMPLES_RESPONSE, /* open only, as the next */
    OD_SAMPLES_LATENESS, /* response less service: how late a request left */
};

/* A part of the samples, read in the order in which they were added. */
struct od_samples_reader {
    const struct od_samples_chunk *chunk;
    size_t at; /* in the chunk */
    size_t left;
    enum od_samples_time time;
};
/* first + count is at most the samples' count; these must not change while reading. */
void od_samples_read(const struct od_samples *samples, enum od_samples_time time,
                     size_t first, size_t count, struct od_samples_reader *reader);
/* Writes up to room (at least 1) further values; returns how many, 0 at the end. */
size_t od_samples_next(struct od_samples_reader *reader, int64_t *out, size_t room);

/* All of them as one array that the caller frees, of 8 bytes each; NULL when there are
 * none. stats/select.h tells quantiles without it. */
int64_t *od_samples_copy(const struct od_samples *samples, enum od_samples_time time);

#endif
