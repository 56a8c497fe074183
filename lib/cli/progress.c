/* The progress line. */
#include "cli/progress.h"

#include "base/parse.h"

#include <inttypes.h>
#include <stddef.h>

#define INTERVAL_NS 100000000

static size_t width_of(int columns)
{
    return (size_t)(columns < 20 ? 80 : columns) - 1;
}

/* Bytes of text that fill at most width columns, counting a UTF-8 character as one. */
static size_t fit(const char *text, size_t width, size_t *columns)
{
    size_t i = 0;
    *columns = 0;
    while (text[i] != '\0' && text[i] != '\n') {
        bool begins = ((unsigned char)text[i] & 0xC0U) != 0x80U;
        if (begins && *columns == width) {
            break;
        }
        *columns += begins ? 1 : 0;
        i++;
    }
    return i;
}

int64_t od_progress_left_ns(const struct od_progress *progress)
{
    if (progress->left_ns > 0) {
        return progress->left_ns;
    }
    if (progress->total <= 0 || progress->done <= 0) {
        return -1;
    }
    double share = (double)progress->done / (double)progress->total;
    double rest = (double)progress->elapsed_ns * (1 / share - 1);
    return rest > 0 ? (int64_t)rest : 0;
}

void od_progress_line(const struct od_progress *progress, struct od_buf *out)
{
    struct od_buf text;
    char span[32];
    size_t width = width_of(progress->columns);
    size_t columns = 0;
    int64_t left_ns = od_progress_left_ns(progress);
    od_buf_init(&text, 0);
    od_buf_printf(&text, " %" PRId64, progress->done);
    if (progress->total > 0) {
        od_buf_printf(&text, "/%" PRId64 " %3.0f%%", progress->total,
                      100 * (double)progress->done / (double)progress->total);
    }
    if (left_ns >= 0) {
        od_format_duration(left_ns, span, sizeof span);
        od_buf_printf(&text, "  %s left", span);
    }
    if (progress->failed > 0) {
        od_buf_printf(&text, "  %" PRId64 " failed", progress->failed);
    }
    if (progress->rate_per_s > 0) {
        od_buf_printf(&text, "  %.3g/s", progress->rate_per_s);
    }
    if (progress->median_ns > 0) {
        od_format_duration(progress->median_ns, span, sizeof span);
        od_buf_printf(&text, "  median %s", span);
    }
    if (progress->note != NULL) {
        od_buf_printf(&text, "  %s", progress->note);
    }
    od_buf_putc(out, '\r');
    od_buf_add(out, text.data, fit(text.data, width, &columns));
    od_buf_pad(out, columns < width ? width - columns : 0);
    od_buf_release(&text);
}

void od_progress_erase(int columns, struct od_buf *out)
{
    od_buf_putc(out, '\r');
    od_buf_pad(out, width_of(columns));
    od_buf_putc(out, '\r');
}

bool od_progress_due(int64_t *last_ns, int64_t now_ns)
{
    if (*last_ns != 0 && now_ns - *last_ns < INTERVAL_NS) {
        return false;
    }
    *last_ns = now_ns;
    return true;
}
