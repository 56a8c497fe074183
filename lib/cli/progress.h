/* A line that tells how far a run is and how long it will take; the program prints it. */
#ifndef OD_CLI_PROGRESS_H
#define OD_CLI_PROGRESS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct od_progress {
    int64_t done;
    int64_t total;      /* 0: unknown, then neither share nor time left are shown */
    int64_t elapsed_ns; /* since the start */
    int64_t left_ns;    /* as the caller reckons it; 0: by a steady pace */
    int64_t failed;     /* shown when there are any */
    double rate_per_s;  /* of what is going on; shown above 0 */
    int64_t median_ns;  /* so far; shown above 0 */
    const char *note;   /* what is going on, e.g. the cell; may be NULL; cut to fit */
    int columns;        /* of the terminal; below 20 counts as 80 */
};

/*
 * Appends a carriage return and a line without newline, exactly columns - 1 wide, so that
 * it covers the one before: " 120/480  25%  1m05s left  2 failed  41.3/s  median 12 ms
 * note". For terminals only: ask isatty.
 */
void od_progress_line(const struct od_progress *progress, struct od_buf *out);

/* The time that is left: left_ns, or that of a steady pace; -1 before the first is done
 * or without a total. */
int64_t od_progress_left_ns(const struct od_progress *progress);

/* Appends what takes the line away again: blanks between two carriage returns. */
void od_progress_erase(int columns, struct od_buf *out);

/*
 * True when 100 ms have passed since *last_ns (0: always), which then becomes now_ns, a
 * time of od_now_ns. For one thread.
 */
bool od_progress_due(int64_t *last_ns, int64_t now_ns);

#endif
