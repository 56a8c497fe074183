/* Planned times from the rows of a recorded run. */
#include "load/trace.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "base/sort.h"
#include "load/schedule.h"

#include <stdbool.h>
#include <string.h>

#include <csv.h>

/* The columns that are looked at (odbench-csv(5)). */
enum column { CELL, REP, ATTEMPT, PHASE, SCHED, COLUMNS };
static const char *const names[COLUMNS] = {"cell_id", "rep", "attempt", "phase",
                                           "sched_ns"};

#define VALUE_MAX 64

struct reader {
    struct od_trace *out;
    struct od_err *err;
    size_t room;
    size_t row;   /* 0: the header */
    size_t field; /* of the row */
    size_t at[COLUMNS];
    bool known[COLUMNS];
    char value[COLUMNS][VALUE_MAX]; /* of the row; "" when it is too long for any of them
                                     */
    char block[2][VALUE_MAX];       /* cell and repetition of the first row */
    bool failed;
};

static void on_field(void *text, size_t len, void *context)
{
    struct reader *r = context;
    for (int c = 0; c < COLUMNS; c++) {
        if (r->row == 0 && strlen(names[c]) == len && memcmp(names[c], text, len) == 0) {
            r->at[c] = r->field;
            r->known[c] = true;
        } else if (r->row > 0 && r->known[c] && r->at[c] == r->field && len < VALUE_MAX) {
            memcpy(r->value[c], text, len);
            r->value[c][len] = '\0';
        }
    }
    r->field++;
}

static int add(struct reader *r)
{
    int64_t ns = 0;
    if (od_parse_i64(r->value[SCHED], 0, INT64_MAX, &ns, r->err) != 0) {
        od_err_context(r->err, "sched_ns");
        return -1;
    }
    if (r->out->count == 0) {
        memcpy(r->block[0], r->value[CELL], VALUE_MAX);
        memcpy(r->block[1], r->value[REP], VALUE_MAX);
    }
    if (strcmp(r->block[0], r->value[CELL]) != 0 ||
        strcmp(r->block[1], r->value[REP]) != 0) {
        return od_fail(
            r->err, OD_EINPUT,
            "another block begins (cell %s repetition %s, then %s %s); a trace "
            "is one block",
            r->block[0], r->block[1], r->value[CELL], r->value[REP]);
    }
    if (r->out->count >= OD_SCHEDULE_MAX) {
        return od_fail(r->err, OD_ELIMIT, "more than %zu times", OD_SCHEDULE_MAX);
    }
    r->out->at_ns =
        od_xgrow(r->out->at_ns, r->out->count, &r->room, sizeof *r->out->at_ns);
    r->out->at_ns[r->out->count++] = ns;
    return 0;
}

/* Called for empty lines too: a row without fields. */
static void on_row(int end, void *context)
{
    struct reader *r = context;
    (void)end;
    if (r->failed || r->field == 0) {
        return;
    }
    for (int c = 0; c < COLUMNS && r->row == 0 && !r->failed; c++) {
        if (!r->known[c]) {
            r->failed = od_fail(r->err, OD_EINPUT, "no column %s", names[c]) != 0;
        }
    }
    bool wanted = r->row > 0 && strcmp(r->value[PHASE], "main") == 0 &&
                  strcmp(r->value[ATTEMPT], "1") == 0;
    if (wanted && add(r) != 0) {
        od_err_context(r->err, "row %zu", r->row);
        r->failed = true;
    }
    memset(r->value, 0, sizeof r->value);
    r->field = 0;
    r->row++;
}

/* Rows stand in the order in which they were answered. */
static void put_in_order(struct od_trace *trace)
{
    if (trace->count == 0) {
        return;
    }
    od_sort_i64(trace->at_ns, trace->count);
    int64_t first = trace->at_ns[0];
    for (size_t i = 0; i < trace->count; i++) {
        trace->at_ns[i] -= first;
    }
}

int od_trace_parse_rows(const char *name, const char *text, size_t len,
                        struct od_trace *out, struct od_err *err)
{
    struct reader r = {.out = out, .err = err};
    struct csv_parser csv;
    *out = (struct od_trace){0};
    (void)csv_init(&csv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    bool whole = csv_parse(&csv, text, len, on_field, on_row, &r) == len &&
                 csv_fini(&csv, on_field, on_row, &r) == 0;
    csv_free(&csv);
    if (!whole && !r.failed) {
        r.failed = od_fail(err, OD_EINPUT, "quotation marks out of place") != 0;
    }
    if (r.failed) {
        od_err_context(err, "%s", name);
        return -1;
    }
    put_in_order(out);
    return 0;
}
