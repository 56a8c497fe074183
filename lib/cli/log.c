/* Messages as text or JSON lines. */
#include "cli/log.h"

#include "base/parse.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static const char *const levels[] = {
    [OD_LOG_ERROR] = "error",
    [OD_LOG_WARNING] = "warning",
    [OD_LOG_INFO] = "info",
};

/* A JSON string with its quotation marks (RFC 8259, section 7). */
static void add_string(const char *text, struct od_buf *out)
{
    const unsigned char *t = (const unsigned char *)text;
    od_buf_putc(out, '"');
    while (*t != '\0') {
        size_t len = od_utf8_length((const char *)t);
        if (len == 0) {
            od_buf_puts(out, "\xEF\xBF\xBD");
            t++;
            continue;
        }
        if (*t == '"' || *t == '\\') {
            od_buf_printf(out, "\\%c", *t);
        } else if (*t < 0x20 || *t == 0x7F) {
            od_buf_printf(out, "\\u%04x", (unsigned)*t);
        } else {
            od_buf_add(out, t, len);
        }
        t += len;
    }
    od_buf_putc(out, '"');
}

static void begin(const struct od_log *log, int64_t unix_ns, const char *level,
                  struct od_buf *out)
{
    time_t seconds = (time_t)(unix_ns / 1000000000);
    struct tm parts = {0};
    char text[32] = "";
    (void)gmtime_r(&seconds, &parts);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    od_buf_printf(out, "{\"time\":\"%s.%03dZ\",\"level\":\"%s\",\"program\":", text,
                  (int)(unix_ns / 1000000 % 1000), level);
    add_string(log->program, out);
}

void od_log_line(const struct od_log *log, enum od_log_level level, int64_t unix_ns,
                 const char *text, struct od_buf *out)
{
    if (!log->json) {
        od_buf_printf(out, "%s: %s%s\n", log->program,
                      level == OD_LOG_WARNING ? "warning: " : "", text);
        return;
    }
    begin(log, unix_ns, levels[level], out);
    od_buf_puts(out, ",\"message\":");
    add_string(text, out);
    od_buf_puts(out, "}\n");
}

void od_log_progress(const struct od_log *log, int64_t unix_ns,
                     const struct od_progress *progress, struct od_buf *out)
{
    int64_t left_ns = od_progress_left_ns(progress);
    begin(log, unix_ns, "progress", out);
    od_buf_printf(out, ",\"done\":%" PRId64 ",\"failed\":%" PRId64 ",\"elapsed_s\":%.3f",
                  progress->done, progress->failed, (double)progress->elapsed_ns / 1e9);
    if (progress->total > 0) {
        od_buf_printf(out, ",\"total\":%" PRId64, progress->total);
    }
    if (left_ns >= 0) {
        od_buf_printf(out, ",\"left_s\":%.3f", (double)left_ns / 1e9);
    }
    if (progress->rate_per_s > 0) {
        od_buf_printf(out, ",\"rate_per_s\":%.6g", progress->rate_per_s);
    }
    if (progress->median_ns > 0) {
        char ms[32];
        od_format_ms(progress->median_ns, 3, ms, sizeof ms);
        od_buf_printf(out, ",\"median_ms\":%s", ms);
    }
    if (progress->note != NULL) {
        od_buf_puts(out, ",\"note\":");
        add_string(progress->note, out);
    }
    od_buf_puts(out, "}\n");
}
