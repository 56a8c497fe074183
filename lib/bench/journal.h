/* Latencies of one block in the order of completion, from all its workers. */
#ifndef OD_BENCH_JOURNAL_H
#define OD_BENCH_JOURNAL_H

#include "stats/samples.h"

#include <stdbool.h>
#include <stdint.h>

struct od_journal;
/* A worker's place in it; a zeroed one is at the beginning. */
struct od_journal_place {
    struct od_journal_chunk *chunk;
};

/* open: response times are kept too. Times take as much as in stats/samples.h. */
struct od_journal *od_journal_new(bool open);

/* Adds behind all that were added before, by whomever. No lock; any thread, with a place
 * of its own. */
void od_journal_add(struct od_journal *journal, struct od_journal_place *place,
                    int64_t service_ns, int64_t response_ns);

/* Moves everything to the end of *to, in order; once the workers are joined. */
void od_journal_drain(struct od_journal *journal, struct od_samples *to);
void od_journal_free(struct od_journal *journal);

#endif
