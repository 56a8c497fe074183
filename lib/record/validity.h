/* The validity record of a cell: in the .meta.json, and from there as marks in tables. */
#ifndef OD_RECORD_VALIDITY_H
#define OD_RECORD_VALIDITY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One list makes the enum, the name in the .meta.json, the mark in tables and the
 * sentence of its footnote. Order is that of the marks.
 */
#define OD_DOUBTS(X)                                                                     \
    X(UNSTEADY, "unsteady", "the latency had not come to rest")                          \
    X(FEW_SAMPLES, "few-samples", "too few samples for a printed percentile")            \
    X(SHORT_WARMUP, "short-warmup", "the first requests after the warm-up were slower")  \
    X(RATE_NOT_KEPT, "rate-not-kept", "the offered rate was not kept")                   \
    X(SENDER_LATE, "sender-late", "requests left later than planned")                    \
    X(CLIENT_BUSY, "client-busy", "the client's CPUs were saturated")                    \
    X(CLOCK_STEPPED, "clock-stepped", "the wall clock was set during the run")           \
    X(FREQUENCY, "frequency-changed", "CPU frequency or governor changed")               \
    X(STEAL, "steal-time", "the hypervisor took CPU time away")                          \
    X(SWAP, "swap", "the machine swapped")                                               \
    X(THROTTLED, "throttled", "the CPU was throttled for heat")                          \
    X(ERRORS, "errors", "too many requests failed")                                      \
    X(CACHE, "cache-suspected",                                                          \
      "first requests of an image were slower than later ones")                          \
    X(ANSWERS, "answers-differ", "answers for the same image differ")                    \
    X(NO_BOXES, "no-boxes", "no answer holds a box")

enum od_doubt {
#define OD_DOUBT_ENUM(name, word, text) OD_DOUBT_##name,
    OD_DOUBTS(OD_DOUBT_ENUM)
#undef OD_DOUBT_ENUM
        OD_DOUBT_COUNT
};
const char *od_doubt_name(enum od_doubt doubt);
const char *od_doubt_text(enum od_doubt doubt);
/* The mark of a doubt in every table: 'a' for the first of the list, 'b' ... */
char od_doubt_mark(enum od_doubt doubt);
/* OD_DOUBT_COUNT when there is none of that name. */
enum od_doubt od_doubt_find(const char *name);

/* Sets of doubts: bit 1 << doubt. */
unsigned od_doubt_bit(enum od_doubt doubt);
/* "ab": the marks of a set, in order; returns out. */
const char *od_doubt_marks(unsigned doubts, char out[OD_DOUBT_COUNT + 1]);

/* One doubt about one cell. */
struct od_finding {
    enum od_doubt doubt;
    char detail[160]; /* the numbers: "slope 12.1% over 10 windows, limit 10%" */
    char hint[120];   /* names the option that would help; "" when it is in use already */
};

/* What was found about a cell; NaN and -1 are "not known". */
struct od_cell_validity {
    char cell_id[16];
    int64_t counted;         /* rows of phase main, status ok */
    int64_t failed;          /* rows of phase main, other status */
    int64_t unsent;          /* planned but never sent (open loop, stopped) */
    int64_t span_ns;         /* sum of its blocks' main phases */
    double offered_per_s;    /* open loop: as the requests were due */
    double achieved_per_s;   /* answered */
    int64_t lateness_p50_ns; /* planned to sent, open loop */
    int64_t lateness_p99_ns;
    double windows_range_ratio;
    double windows_slope_ratio;
    int64_t windows;
    int64_t repetitions;         /* blocks that ran, extensions included */
    int64_t floor_raw_ns;        /* median raw loopback exchange of the same sizes */
    int64_t floor_client_ns;     /* the same through our client against a lean server */
    double self_cpu_ratio;       /* of one CPU, while its blocks ran */
    double busy_ratio;           /* of all CPUs, meanwhile */
    double steal_ratio;          /* the same */
    struct od_finding *findings; /* owned, at most one a doubt */
    size_t finding_count;
};

/* Everything "not known" but counts of 0 findings. */
void od_cell_validity_init(struct od_cell_validity *validity);
void od_cell_validity_release(struct od_cell_validity *validity);

/* Adds a finding unless the doubt stands already. hint may be NULL: none. */
void od_cell_validity_add(struct od_cell_validity *validity, enum od_doubt doubt,
                          const char *hint, const char *fmt, ...) OD_PRINTF(4, 5);
/* The set of its doubts. */
unsigned od_cell_validity_doubts(const struct od_cell_validity *validity);

/*
 * The findings about count cells for people, to stand below a table whose cells carry the
 * marks: a line for each doubt with its mark, then one for each finding ("[a] the latency
 * had not come to rest", "    LABEL: slope 12.1% ...; try --stability 10%x3"), of which
 * those beyond OD_EXPLAINED are only counted. labels has one a cell; NULL: cell_id.
 * Appends nothing when there are none.
 */
enum { OD_EXPLAINED = 4 };
struct od_buf;
void od_validity_explain(const struct od_cell_validity *cells, size_t count,
                         const char *const *labels, struct od_buf *out);

/*
 * Appends the value of "validity" in a .meta.json, compact: an array of objects, one a
 * cell, with the members above by name (findings: doubt, detail, hint); what is not known
 * is null.
 */
void od_validity_format(const struct od_cell_validity *cells, size_t count,
                        struct od_buf *out);

/*
 * Reads it back from a .meta.json (of one run): *out and its content are owned by the
 * caller, who frees each cell and the array. A file without it gives count 0 and NULL.
 * Fails with OD_ENOENT, OD_EINPUT (no JSON, no run_id, a member of the wrong kind, an
 * unknown doubt), naming the file.
 */
int od_validity_read(const char *meta_path, char run_id[64],
                     struct od_cell_validity **out, size_t *count,
                     struct od_err *err) OD_MUST_CHECK;

#endif
