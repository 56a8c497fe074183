/* Where the time goes: means of the stages of a request, by cell. */
#include "table/builders.h"

#include "base/alloc.h"
#include "table/statistic.h"

#include <stdlib.h>
#include <string.h>

/* The columns, in order. Whatever no other stage holds is in REMAINDER, and whatever of
 * the wait the server does not explain in OTHER: they add up to the service time. */
enum stage {
    CONNECT,
    UPLOAD,
    QUEUE,
    PREPROCESS,
    INFERENCE,
    POSTPROCESS,
    OTHER,
    DOWNLOAD,
    REMAINDER,
    STAGES
};

static const struct {
    const char *group;
    const char *name;
} columns[STAGES] = {
    [CONNECT] = {NULL, "connect"},       [UPLOAD] = {NULL, "upload"},
    [QUEUE] = {"wait", "queue"},         [PREPROCESS] = {"wait", "preprocess"},
    [INFERENCE] = {"wait", "inference"}, [POSTPROCESS] = {"wait", "postprocess"},
    [OTHER] = {"wait", "other"},         [DOWNLOAD] = {NULL, "download"},
    [REMAINDER] = {NULL, "remainder"},
};

static const char *const totals[] = {"mean", "p50", "p95"};

enum { TOTALS = sizeof totals / sizeof totals[0] };

/* The stages of one request, -1: not measured. */
struct split {
    int64_t ns[STAGES];
    bool overlap; /* the stages are longer than the service time: none is used */
    bool outside; /* the server's times are longer than the wait: that is not split */
};

/* One line of the table. */
struct line {
    struct od_mean stages[STAGES];
    bool known[STAGES]; /* some request has it */
    unsigned doubts;
};

struct work {
    struct od_scope scope;
    struct od_keys keys;
    struct od_groups groups;
    struct od_obs_list obs;
    struct line *lines;
    size_t overlaps;
    size_t outsides;
    size_t partial; /* requests that lack a stage that others of their cell have */
};

/* Adds what is measured; -1 when nothing is. */
static int64_t sum_of(const int64_t *ns, size_t count)
{
    int64_t sum = -1;
    for (size_t i = 0; i < count; i++) {
        if (ns[i] >= 0 && ns[i] <= INT64_MAX / 8) {
            sum = (sum >= 0 ? sum : 0) + ns[i];
        }
    }
    return sum;
}

/* Takes the server's times out of the wait when they fit. */
static void split_wait(const struct od_record *r, int64_t wait_ns, struct split *out)
{
    const int64_t before[] = {r->srv_decode_ns, r->srv_preprocess_ns};
    const int64_t server[] = {sum_of(&r->srv_queue_ns, 1), sum_of(before, 2),
                              sum_of(&r->srv_infer_ns, 1),
                              sum_of(&r->srv_postprocess_ns, 1)};
    int64_t told = sum_of(server, 4);
    out->ns[OTHER] = wait_ns;
    if (told < 0 || wait_ns < 0) {
        return;
    }
    if (told > wait_ns) {
        out->outside = true;
        return;
    }
    memcpy(&out->ns[QUEUE], server, sizeof server);
    out->ns[OTHER] = wait_ns - told;
}

static struct split split_row(const struct od_record *r)
{
    struct split out = {.overlap = false};
    for (int i = 0; i < STAGES; i++) {
        out.ns[i] = -1;
    }
    const int64_t connect[] = {r->dns_ns, r->connect_ns, r->tls_ns};
    const int64_t spans[] = {sum_of(connect, 3), sum_of(&r->upload_ns, 1),
                             sum_of(&r->wait_ns, 1), sum_of(&r->download_ns, 1)};
    int64_t known = sum_of(spans, 4);
    out.overlap = known > r->service_ns;
    if (known < 0 || out.overlap) {
        return out;
    }
    out.ns[CONNECT] = spans[0];
    out.ns[UPLOAD] = spans[1];
    split_wait(r, spans[2], &out);
    out.ns[DOWNLOAD] = spans[3];
    out.ns[REMAINDER] = r->service_ns - known;
    return out;
}

static void collect(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    struct od_units units = {0};
    w->lines = od_xcalloc(w->groups.count, sizeof *w->lines);
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_record *record = &rows->items[i];
        size_t group = w->groups.of[i];
        if (group == OD_AXIS_NONE) {
            continue;
        }
        const struct od_cell_validity *found = od_scope_validity(&w->scope, record);
        w->lines[group].doubts |= found != NULL ? od_cell_validity_doubts(found) : 0;
        if (!od_scope_counts(&w->scope, record)) {
            continue;
        }
        struct split split = split_row(record);
        for (int s = 0; s < STAGES; s++) {
            w->lines[group].known[s] |= split.ns[s] >= 0;
        }
        w->overlaps += split.overlap ? 1 : 0;
        w->outsides += split.outside ? 1 : 0;
        struct od_obs obs = {.row = group, .ns = record->service_ns};
        obs.unit = od_units_number(&units, record);
        od_obs_add(&w->obs, &obs);
    }
    od_units_release(&units);
    od_obs_sort(&w->obs);
}

/* A request that lacks a stage has its time in the remainder, so that means of all stages
 * over the same requests add up. */
static void add_up(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    for (size_t i = 0; i < rows->count; i++) {
        size_t group = w->groups.of[i];
        if (group == OD_AXIS_NONE || !od_scope_counts(&w->scope, &rows->items[i])) {
            continue;
        }
        struct line *line = &w->lines[group];
        struct split split = split_row(&rows->items[i]);
        bool lacks = false;
        for (int s = 0; s < STAGES; s++) {
            lacks = lacks || (line->known[s] && split.ns[s] < 0);
            bool all = s == REMAINDER && split.ns[s] < 0;
            od_mean_add(&line->stages[s], all                ? rows->items[i].service_ns
                                          : split.ns[s] >= 0 ? split.ns[s]
                                                             : 0);
        }
        w->partial += lacks && !split.overlap && !split.outside ? 1 : 0;
    }
}

static void add_columns(const struct work *w, struct od_table *table)
{
    od_keys_add_columns(&w->keys, table);
    od_table_add_column(table, NULL, "n")->numeric = true;
    for (int s = 0; s < STAGES; s++) {
        od_table_add_column(table, columns[s].group, columns[s].name)->numeric = true;
    }
    for (size_t i = 0; i < TOTALS; i++) {
        od_table_add_column(table, "service time", totals[i])->numeric = true;
    }
}

static void add_line(const struct work *w, size_t group, struct od_table *table)
{
    const struct line *line = &w->lines[group];
    struct od_cell *cells =
        od_groups_put(&w->groups, &w->keys, group, od_table_add_row(table, OD_ROW_DATA));
    struct od_statistic_cell of = {.time = true, .doubts = line->doubts};
    of.obs = od_obs_cell(&w->obs, group, 0, &of.count);
    int64_t *sorted = od_obs_sorted(of.obs, of.count);
    of.sorted = sorted;
    od_cell_set_count(cells++, (int64_t)of.count);
    for (int s = 0; s < STAGES; s++, cells++) {
        if (line->known[s]) {
            od_cell_set_mean(cells, &line->stages[s]);
        }
    }
    for (size_t i = 0; i < TOTALS; i++) {
        od_statistic_put(od_statistic_find(totals[i]), &of, cells++);
    }
    free(sorted);
}

static void add_notes(const struct work *w, struct od_table *table)
{
    bool any = false;
    for (size_t i = 0; i < w->groups.count; i++) {
        any = any || w->lines[i].known[REMAINDER];
    }
    od_table_note(table,
                  od_xstrdup(!any ? "no stage was measured"
                                  : "the stages are means and add up to the mean service "
                                    "time; what the server tells of itself lies within "
                                    "the wait, other is the network and what it does "
                                    "not tell"));
    if (w->partial > 0) {
        od_table_note(table,
                      od_xasprintf("%zu requests lack a stage that others of their "
                                   "cell have: that time is in another stage",
                                   w->partial));
    }
    if (w->overlaps > 0) {
        od_table_note(table, od_xasprintf("the stages of %zu requests are longer than "
                                          "their service time: all of it is remainder",
                                          w->overlaps));
    }
    if (w->outsides > 0) {
        od_table_note(table, od_xasprintf("the server's times of %zu requests are longer "
                                          "than their wait, which is not split: it "
                                          "began before the client knew the end of its "
                                          "upload",
                                          w->outsides));
    }
    od_statistic_note(table);
    od_scope_notes(&w->scope, table);
}

int od_stages_build(const struct od_table_spec *spec, const struct od_rows *rows,
                    const struct od_table_choice *choice, struct od_table *table,
                    struct od_err *err)
{
    struct work w = {.scope = {.rows = rows}};
    int rc = od_scope_choose(&w.scope, spec, choice, err);
    if (rc == 0) {
        od_keys_cells(&w.keys, &w.scope);
        rc = od_keys_choose(&w.keys, choice, err);
    }
    rc = rc == 0 ? od_groups_fill(&w.groups, &w.scope, &w.keys, err) : rc;
    if (rc == 0) {
        collect(&w);
        add_up(&w);
        add_columns(&w, table);
        for (size_t group = 0; group < w.groups.count; group++) {
            add_line(&w, group, table);
        }
        od_keys_rule(&w.keys, table);
        table->title = od_xstrdup(spec->title);
        add_notes(&w, table);
    }
    free(w.lines);
    od_obs_release(&w.obs);
    od_groups_release(&w.groups);
    od_scope_release(&w.scope);
    return rc;
}
