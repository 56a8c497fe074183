/* Rows are counted, or become requests that count. */
#include "compare/gather.h"

#include "base/alloc.h"
#include "compare/firsts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *od_gather_keep(void *arg, const char *text)
{
    struct od_gather *g = arg;
    return od_intern_add(g->pool, text);
}

void od_gather_begin(struct od_gather *g)
{
    g->pool = od_intern_new();
    g->phase_main = od_intern_add(g->pool, "main");
    g->phase_warmup = od_intern_add(g->pool, "warmup");
    g->phase_drain = od_intern_add(g->pool, "drain");
    g->status_ok = od_intern_add(g->pool, "ok");
    g->words =
        od_xcalloc(g->columns.row.count + g->columns.merged.count + 1, sizeof *g->words);
    for (int s = 0; s < OD_SIDES; s++) {
        g->mixed[s] = od_xcalloc(g->columns.merged.count + 1, sizeof *g->mixed[s]);
    }
    if (g->options->metric == OD_METRIC_MAP) {
        g->firsts = od_xcalloc(1, sizeof *g->firsts);
    }
    g->last_cell = OD_NOWHERE;
    g->last_run = g->last_unit = g->last_origin = UINT32_MAX;
}

/* Remembers which merged columns have a second value within the side of a cell. */
static void watch_merged(struct od_gather *g, const struct od_record *record,
                         struct od_gathered_side *side, int s)
{
    const struct od_column_list *merged = &g->columns.merged;
    bool first = side->merged == NULL;
    if (merged->count == 0) {
        return;
    }
    if (first) {
        side->merged = od_xcalloc(2 * merged->count, sizeof *side->merged);
    }
    for (size_t i = 0; i < merged->count; i++) {
        uint64_t word = od_word(merged->items[i], record, g->pool);
        uint64_t *seen = &side->merged[2 * i];
        if (first) {
            seen[0] = word;
        } else if (seen[0] != word && seen[1] == 0) {
            seen[1] = 1;
            g->mixed[s][i]++;
        }
    }
}

static void count_origin(struct od_gather *g, const struct od_record *record, size_t cell,
                         int side)
{
    struct od_origin *o =
        g->last_origin < g->origin_count ? &g->origins[g->last_origin] : NULL;
    if (o == NULL || o->cell != cell || o->side != side || o->run != g->last_run ||
        o->cell_id != record->cell_id) {
        bool fresh = false;
        uint64_t place = 2 * (uint64_t)cell + (uint64_t)side;
        g->last_origin = od_index_add(&g->origin_index, place, g->last_run,
                                      (uint64_t)(uintptr_t)record->cell_id, &fresh);
        if (fresh) {
            g->origins = od_xgrow(g->origins, g->origin_count, &g->origin_capacity,
                                  sizeof *g->origins);
            g->origins[g->origin_count++] =
                (struct od_origin){.cell = cell,
                                   .side = side,
                                   .run = g->last_run,
                                   .cell_id = record->cell_id};
        }
        o = &g->origins[g->last_origin];
    }
    o->requests++;
}

/* Never 0 or 1; eight bytes at a time. */
static uint64_t hash_of(const char *text)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t left = strlen(text), n = 0; left > 0; left -= n, text += n) {
        uint64_t word = 0;
        n = left < sizeof word ? left : sizeof word;
        memcpy(&word, text, n);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return h < 2 ? h + 2 : h;
}

/* 0: none, 1: varies. */
static void note_answer(struct od_gathered_side *side, uint32_t image, const char *hash)
{
    uint64_t h = hash_of(hash);
    while (side->answer_count <= image) {
        side->answers = od_xgrow(side->answers, side->answer_count,
                                 &side->answer_capacity, sizeof *side->answers);
        side->answers[side->answer_count++] = 0;
    }
    uint64_t *answer = &side->answers[image];
    *answer = *answer == 0 || *answer == h ? h : 1;
}

static int find_pair(struct od_gather *g, const struct od_record *record, uint32_t *pair,
                     struct od_err *err)
{
    struct od_gathered_run *run = &g->runs[g->last_run];
    *pair = 0;
    if (!g->pooled || record->pair == OD_NONE) {
        return 0;
    }
    if (record->pair < 0 || record->pair >= UINT32_MAX / 2) {
        return od_fail(err, OD_EINPUT, "column pair: %" PRId64 " is out of range",
                       record->pair);
    }
    run->last_pair = record->pair > run->last_pair ? record->pair : run->last_pair;
    *pair = (uint32_t)record->pair + 1;
    g->paired++;
    return 0;
}

static void add_attempt(struct od_gather *g, const struct od_record *record, size_t cell,
                        int side, bool failed)
{
    g->attempts = od_xgrow(g->attempts, g->attempt_count, &g->attempt_capacity,
                           sizeof *g->attempts);
    g->attempts[g->attempt_count++] = (struct od_attempt){.run = g->last_run,
                                                          .seq = record->seq,
                                                          .attempt = record->attempt,
                                                          .failed = failed,
                                                          .cell = cell,
                                                          .side = side,
                                                          .unit = g->last_unit};
}

/* A row of phase main. */
static int put_row(struct od_gather *g, const struct od_record *record, int s,
                   struct od_err *err)
{
    uint32_t pair = 0;
    size_t cell = od_place_cell(g, record);
    struct od_gathered_side *side = &g->cells[cell].side[s];
    int64_t ns = g->options->response ? record->response_ns : record->service_ns;
    bool failed = record->status != g->status_ok;
    if (find_pair(g, record, &pair, err) != 0) {
        return -1;
    }
    side->there = true;
    watch_merged(g, record, side, s);
    od_place_unit(g, record, cell, s);
    if (failed || record->attempt > 1) {
        add_attempt(g, record, cell, s, failed);
    }
    if (failed) {
        return 0;
    }
    if (ns <= 0) {
        side->invalid++;
        g->source[s].invalid++;
        return 0;
    }
    uint32_t image = od_place_image(g, record);
    if (record->result_hash[0] != '\0') {
        note_answer(side, image, record->result_hash);
    }
    count_origin(g, record, cell, s);
    if (g->firsts != NULL) {
        od_firsts_note(g, record);
    }
    g->units[g->last_unit].unit.requests++;
    side->items =
        od_xgrow(side->items, side->count, &side->capacity, sizeof *side->items);
    side->items[side->count++] =
        (struct od_gathered){record->send_ns, ns, image, g->last_unit, pair};
    return 0;
}

static int check_row(const struct od_gather *g, const struct od_record *record,
                     struct od_err *err)
{
    const char *phase = record->phase;
    if (record->schema != OD_NONE && record->schema != OD_SCHEMA) {
        return od_fail(err, OD_EINPUT,
                       "column schema: %" PRId64 ", but this version reads %d",
                       record->schema, OD_SCHEMA);
    }
    if (phase != g->phase_main && phase != g->phase_warmup && phase != g->phase_drain) {
        return od_fail(err, OD_EINPUT, "column phase: '%s' is not warmup, main or drain",
                       phase != NULL ? phase : "");
    }
    if (record->status == NULL) {
        return od_fail(err, OD_EINPUT, "column status: it is empty");
    }
    return 0;
}

int od_gather_row(void *arg, const struct od_record *record, struct od_err *err)
{
    struct od_gather *g = arg;
    g->files[g->file].rows++;
    if (check_row(g, record, err) != 0) {
        return -1;
    }
    if (!od_where_holds(g->where, record)) {
        int side = g->pooled ? OD_BASE : g->files[g->file].side;
        g->source[side].rows++;
        g->source[side].filtered++;
        return 0;
    }
    int side = od_place_side(g, record);
    if (side == OD_SIDES) {
        return 0; /* an error in the end, which names all values */
    }
    g->source[side].rows++;
    if (od_place_run(g, record, side, err) != 0) {
        return -1;
    }
    if (record->phase != g->phase_main) {
        g->source[side].warmup++;
        return 0;
    }
    return put_row(g, record, side, err);
}

static void release_cells(struct od_gather *g)
{
    for (size_t i = 0; i < g->cell_count; i++) {
        for (int s = 0; s < OD_SIDES; s++) {
            free(g->cells[i].side[s].items);
            free(g->cells[i].side[s].answers);
            free(g->cells[i].side[s].merged);
        }
        free(g->cells[i].words);
    }
    free(g->cells);
}

void od_gather_release(struct od_gather *g)
{
    release_cells(g);
    for (int s = 0; s < OD_SIDES; s++) {
        od_texts_release(&g->source[s].files);
        od_texts_release(&g->source[s].run_ids);
        free(g->source[s].label);
        free(g->mixed[s]);
    }
    od_index_release(&g->key_index);
    od_index_release(&g->cell_index);
    od_index_release(&g->image_index);
    od_index_release(&g->unit_index);
    od_index_release(&g->run_index);
    od_index_release(&g->origin_index);
    if (g->firsts != NULL) {
        od_firsts_release(g->firsts);
    }
    od_columns_release(&g->columns);
    od_where_free(g->where);
    od_intern_free(g->pool);
    free(g->files);
    free(g->values);
    free(g->runs);
    free(g->units);
    free(g->origins);
    free(g->attempts);
    free(g->firsts);
    free(g->words);
    *g = (struct od_gather){0};
}
