/* Where the time goes: means of the stages of a request, by cell. */
#include "table/builders.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "table/stage_split.h"
#include "table/statistic.h"

#include <stdlib.h>
#include <string.h>

/* The columns, in order. */
static const struct {
    const char *group;
    const char *name;
} columns[OD_STAGES] = {
    [OD_STAGE_CONNECT] = {NULL, "connect"},
    [OD_STAGE_UPLOAD] = {NULL, "upload"},
    [OD_STAGE_QUEUE] = {"wait", "queue"},
    [OD_STAGE_PREPROCESS] = {"wait", "preprocess"},
    [OD_STAGE_INFERENCE] = {"wait", "inference"},
    [OD_STAGE_POSTPROCESS] = {"wait", "postprocess"},
    [OD_STAGE_OTHER] = {"wait", "other"},
    [OD_STAGE_DOWNLOAD] = {NULL, "download"},
    [OD_STAGE_REMAINDER] = {NULL, "remainder"},
};

static const char *const totals[] = {"mean", "p50", "p95"};

enum { TOTALS = sizeof totals / sizeof totals[0], SOURCES_MAX = 8 };

/* One line of the table. */
struct line {
    struct od_mean stages[OD_STAGES];
    bool known[OD_STAGES]; /* some request has it */
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
    const char *sources[SOURCES_MAX]; /* of the server's times, by name; borrowed */
    size_t source_count;
};

/* Keeps the names sorted. */
static void add_source(struct work *w, const char *name)
{
    size_t at = 0;
    while (at < w->source_count && strcmp(w->sources[at], name) < 0) {
        at++;
    }
    if (w->source_count == SOURCES_MAX ||
        (at < w->source_count && strcmp(w->sources[at], name) == 0)) {
        return;
    }
    for (size_t i = w->source_count++; i > at; i--) {
        w->sources[i] = w->sources[i - 1];
    }
    w->sources[at] = name;
}

static void collect(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    struct od_units units = {0};
    unsigned *doubts = od_scope_doubts(&w->scope);
    w->lines = od_xcalloc(w->groups.count, sizeof *w->lines);
    od_obs_init(&w->obs, w->groups.count);
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t group = w->groups.of[i];
        if (group == OD_GROUP_NONE) {
            continue;
        }
        w->lines[group].doubts |= doubts[rows->kind_of[i]];
        if (!od_scope_counts(&w->scope, i)) {
            continue;
        }
        struct od_stage_split split = od_stage_split(rows, i);
        for (int s = 0; s < OD_STAGES; s++) {
            w->lines[group].known[s] |= split.ns[s] >= 0;
        }
        const char *source = od_rows_kind(rows, i)->record.srv_source;
        if (source != NULL && source[0] != '\0') {
            add_source(w, source);
        }
        w->overlaps += split.overlap ? 1 : 0;
        w->outsides += split.outside ? 1 : 0;
        struct od_obs obs = {.ns = od_rows_int(rows, OD_AT_service_ns, i)};
        obs.unit = od_units_number(&units, rows, i);
        od_obs_add(&w->obs, group, &obs);
    }
    free(doubts);
    od_units_release(&units);
}

/* A request that lacks a stage has its time in the remainder, so that means of all stages
 * over the same requests add up. */
static void add_up(struct work *w)
{
    const struct od_rows *rows = w->scope.rows;
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t group = w->groups.of[i];
        if (group == OD_GROUP_NONE || !od_scope_counts(&w->scope, i)) {
            continue;
        }
        struct line *line = &w->lines[group];
        struct od_stage_split split = od_stage_split(rows, i);
        bool lacks = false;
        for (int s = 0; s < OD_STAGES; s++) {
            int64_t ns = split.ns[s];
            lacks = lacks || (line->known[s] && ns < 0);
            if (s == OD_STAGE_REMAINDER && ns < 0) {
                ns = od_rows_int(rows, OD_AT_service_ns, i);
            }
            od_mean_add(&line->stages[s], ns >= 0 ? ns : 0);
        }
        w->partial += lacks && !split.overlap && !split.outside ? 1 : 0;
    }
}

static void add_columns(const struct work *w, struct od_table *table)
{
    od_keys_add_columns(&w->keys, table);
    od_table_add_column(table, NULL, "n")->numeric = true;
    for (int s = 0; s < OD_STAGES; s++) {
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
    of.obs = od_obs_cell(&w->obs, group, &of.count);
    const struct od_statistic *statistics[TOTALS];
    for (size_t i = 0; i < TOTALS; i++) {
        statistics[i] = od_statistic_find(totals[i]);
    }
    int64_t *values = od_statistics_values(statistics, TOTALS, of.obs, of.count);
    of.values = values;
    od_cell_set_count(cells++, (int64_t)of.count);
    for (int s = 0; s < OD_STAGES; s++, cells++) {
        if (line->known[s]) {
            od_cell_set_mean(cells, &line->stages[s]);
        }
    }
    for (size_t i = 0; i < TOTALS; i++) {
        od_statistic_put(statistics[i], &of, cells++);
    }
    free(values);
}

/* The header Server-Timing names its times itself; the others are what a server counts,
 * each in its own way. */
static void note_sources(const struct work *w, struct od_table *table)
{
    struct od_buf text;
    if (w->source_count == 0 ||
        (w->source_count == 1 && strcmp(w->sources[0], "server-timing") == 0)) {
        return;
    }
    od_buf_init(&text, 0);
    od_buf_puts(&text, "the server's times are of ");
    for (size_t i = 0; i < w->source_count; i++) {
        od_buf_printf(&text, "%s%s", i > 0 ? ", " : "", w->sources[i]);
    }
    bool apart = w->source_count == 1;
    for (size_t i = 0; i < w->keys.count; i++) {
        apart = apart || strcmp(w->keys.items[i].name, "srv_source") == 0;
    }
    if (!apart) {
        od_buf_puts(&text, ", in which the same word may mean another span "
                           "(odbench-run(1), SERVER TIMES): srv_source in --by tells "
                           "them apart");
    }
    od_table_note(table, od_buf_steal(&text));
    od_buf_release(&text);
}

static void add_notes(const struct work *w, struct od_table *table)
{
    bool any = false;
    for (size_t i = 0; i < w->groups.count; i++) {
        any = any || w->lines[i].known[OD_STAGE_REMAINDER];
    }
    od_table_note(table,
                  od_xstrdup(!any ? "no stage was measured"
                                  : "the stages are means and add up to the mean service "
                                    "time; what the server tells of itself lies within "
                                    "the wait, other is the network and what it does "
                                    "not tell; remainder is the client's own: from the "
                                    "arrival of a reply to having read it"));
    note_sources(w, table);
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
