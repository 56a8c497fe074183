/* Latencies of one cell as they come, in little memory. */
#ifndef OD_STATS_SAMPLES_H
#define OD_STATS_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A list of chunks: adding copies nothing and takes 16 bytes a sample with a response
 * time, 8 without. A zeroed one is empty. For one thread at a time.
 */
struct od_samples {
    struct od_samples_chunk *first; /* owned */
    struct od_samples_chunk *last;
    size_t count;
    bool open; /* response times are kept too: set before the first sample */
};
void od_samples_add(struct od_samples *samples, int64_t service_ns, int64_t response_ns);
/* Moves all samples of *from to the end of *to, without copying. Both are open, or
 * neither; an empty *to becomes as *from. */
void od_samples_move(struct od_samples *from, struct od_samples *to);
void od_samples_release(struct od_samples *samples);

/*
 * All service times (or, with response, all response times) as one array that the caller
 * frees, unsorted, in the order in which they were added; NULL when there are none.
 */
int64_t *od_samples_copy(const struct od_samples *samples, bool response);
/* The same of service times, and frees each chunk once it is copied, so that no more than
 * one chunk is held twice. The samples are empty afterwards; response times are lost. */
int64_t *od_samples_steal(struct od_samples *samples, size_t *count);

#endif
