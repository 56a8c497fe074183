/* Messages for standard error, as text or as JSON lines; the program writes them. */
#ifndef OD_CLI_LOG_H
#define OD_CLI_LOG_H

#include "base/buf.h"
#include "cli/progress.h"

#include <stdint.h>

enum od_log_level { OD_LOG_ERROR, OD_LOG_WARNING, OD_LOG_INFO };

struct od_log {
    const char *program; /* "odbench-run" */
    bool json;
};

/*
 * Appends one line. As text "PROGRAM: TEXT", with "warning: " before the text of a
 * warning. As JSON {"time":"2026-11-21T10:39:39.123Z","level":"warning",
 * "program":"...","message":"..."}; bytes that are not UTF-8 become U+FFFD. unix_ns is
 * the time of od_wall_ns, and not used for text.
 */
void od_log_line(const struct od_log *log, enum od_log_level level, int64_t unix_ns,
                 const char *text, struct od_buf *out);

/*
 * Appends a JSON line of level "progress": done, failed, elapsed_s, and, when known,
 * total, left_s, rate_per_s, median_ms and note. For a log with json only.
 */
void od_log_progress(const struct od_log *log, int64_t unix_ns,
                     const struct od_progress *progress, struct od_buf *out);

#endif
