/* Doubts about cells: names, sentences, and the findings as text. */
#include "record/validity.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
} doubts[] = {
#define OD_DOUBT_ENTRY(name, word, text) {word, text},
    OD_DOUBTS(OD_DOUBT_ENTRY)
#undef OD_DOUBT_ENTRY
};

const char *od_doubt_name(enum od_doubt doubt)
{
    assert(doubt < OD_DOUBT_COUNT);
    return doubts[doubt].name;
}

const char *od_doubt_text(enum od_doubt doubt)
{
    assert(doubt < OD_DOUBT_COUNT);
    return doubts[doubt].text;
}

char od_doubt_mark(enum od_doubt doubt)
{
    assert(doubt < OD_DOUBT_COUNT);
    return "abcdefghijklmnopqrstuvwxyz"[doubt];
}

enum od_doubt od_doubt_find(const char *name)
{
    size_t i = 0;
    while (i < OD_DOUBT_COUNT && strcmp(doubts[i].name, name) != 0) {
        i++;
    }
    return (enum od_doubt)i;
}

unsigned od_doubt_bit(enum od_doubt doubt)
{
    return 1U << doubt;
}

const char *od_doubt_marks(unsigned set, char out[OD_DOUBT_COUNT + 1])
{
    size_t used = 0;
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        if ((set & od_doubt_bit((enum od_doubt)i)) != 0) {
            out[used++] = od_doubt_mark((enum od_doubt)i);
        }
    }
    out[used] = '\0';
    return out;
}

void od_cell_validity_init(struct od_cell_validity *validity)
{
    *validity = (struct od_cell_validity){.counted = -1,
                                          .failed = -1,
                                          .unsent = -1,
                                          .span_ns = -1,
                                          .offered_per_s = (double)NAN,
                                          .achieved_per_s = (double)NAN,
                                          .lateness_p50_ns = -1,
                                          .lateness_p99_ns = -1,
                                          .windows_range_ratio = (double)NAN,
                                          .windows_slope_ratio = (double)NAN,
                                          .windows = -1,
                                          .repetitions = -1,
                                          .floor_raw_ns = -1,
                                          .floor_client_ns = -1,
                                          .self_cpu_ratio = (double)NAN,
                                          .busy_ratio = (double)NAN,
                                          .steal_ratio = (double)NAN};
}

void od_cell_validity_release(struct od_cell_validity *validity)
{
    free(validity->findings);
    *validity = (struct od_cell_validity){0};
}

unsigned od_cell_validity_doubts(const struct od_cell_validity *validity)
{
    unsigned set = 0;
    for (size_t i = 0; i < validity->finding_count; i++) {
        set |= od_doubt_bit(validity->findings[i].doubt);
    }
    return set;
}

void od_cell_validity_add(struct od_cell_validity *validity, enum od_doubt doubt,
                          const char *hint, const char *fmt, ...)
{
    if ((od_cell_validity_doubts(validity) & od_doubt_bit(doubt)) != 0) {
        return;
    }
    validity->findings = od_xrealloc(validity->findings, validity->finding_count + 1,
                                     sizeof *validity->findings);
    struct od_finding *finding = &validity->findings[validity->finding_count++];
    *finding = (struct od_finding){.doubt = doubt};
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(finding->detail, sizeof finding->detail, fmt, args);
    va_end(args);
    (void)snprintf(finding->hint, sizeof finding->hint, "%s", hint != NULL ? hint : "");
}

static const struct od_finding *find(const struct od_cell_validity *cell,
                                     enum od_doubt doubt)
{
    for (size_t i = 0; i < cell->finding_count; i++) {
        if (cell->findings[i].doubt == doubt) {
            return &cell->findings[i];
        }
    }
    return NULL;
}

static void explain(const struct od_finding *finding, const char *label,
                    struct od_buf *out)
{
    od_buf_printf(out, "    %s: %s", label, finding->detail);
    if (finding->hint[0] != '\0') {
        od_buf_printf(out, "; try %s", finding->hint);
    }
    od_buf_putc(out, '\n');
}

void od_validity_explain(const struct od_cell_validity *cells, size_t count,
                         const char *const *labels, struct od_buf *out)
{
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        enum od_doubt doubt = (enum od_doubt)i;
        size_t found = 0;
        for (size_t cell = 0; cell < count; cell++) {
            const struct od_finding *finding = find(&cells[cell], doubt);
            if (finding == NULL) {
                continue;
            }
            if (found == 0) {
                od_buf_printf(out, "[%c] %s\n", od_doubt_mark(doubt),
                              od_doubt_text(doubt));
            }
            if (found < OD_EXPLAINED) {
                explain(finding, labels != NULL ? labels[cell] : cells[cell].cell_id,
                        out);
            }
            found++;
        }
        if (found > OD_EXPLAINED) {
            od_buf_printf(out, "    and %zu more cell%s\n", found - OD_EXPLAINED,
                          found - OD_EXPLAINED == 1 ? "" : "s");
        }
    }
}
