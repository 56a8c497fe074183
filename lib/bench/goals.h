/* The parts of a plan that say when requests are sent, and when that is enough. */
#ifndef OD_BENCH_GOALS_H
#define OD_BENCH_GOALS_H

#include "load/schedule.h"
#include "load/search.h"
#include "load/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether connections are kept warm; AUTO: where the client need not share its CPUs with
 * the server, as the target is remote or workers are held to CPUs; not with --paper. */
enum od_warmth { OD_WARMTH_AUTO, OD_WARMTH_ON, OD_WARMTH_OFF };

/* When requests of a block are sent. A zeroed one is a closed loop: one pass over the
 * images. */
struct od_pace {
    struct od_arrival arrival; /* owned */
    struct od_trace trace;     /* of TRACE: read once, for all blocks; owned */
    double *rates;             /* requests a second, one a cell; owned; may be NULL */
    size_t rate_count;
    int64_t duration_ns; /* of a block's main phase; 0: count or the images decide */
    int64_t count;       /* requests of a block; 0: duration_ns or the images decide */
    bool close;          /* at the end of duration_ns what is in flight is cancelled */
    bool precise;        /* the last 60 us before a planned start are spent spinning */
    int *cpus;           /* workers are held to these, in turn; owned; may be NULL */
    size_t cpu_count;    /* 0: they run where the kernel likes */
    enum od_warmth warmth;
    int64_t retries;        /* further attempts of a request that failed */
    int64_t retry_delay_ns; /* before each */
};
/* Whether requests have planned times. */
bool od_pace_open(const struct od_pace *pace);
void od_pace_release(struct od_pace *pace);

/* When a cell has been measured enough, and what it should keep. */
struct od_goals {
    int64_t min_samples;     /* rows that count; 0: no such goal */
    size_t stable_windows;   /* medians of so many repetitions ... */
    double stable_ratio;     /* ... within this share; windows 0: no such goal */
    int64_t max_repetitions; /* of a cell, whatever the goals; at least repetitions */
    bool has_slo;
    struct od_slo slo;
    bool search; /* for the highest rate that keeps slo */
};

#endif
