/* Each row finds its side, run, cell, unit and image, most often those of the row before.
 */
#include "compare/gather.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What is written into one number wraps rather than overflows. */
static int64_t add_wrapping(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

int od_place_side(struct od_gather *g, const struct od_record *record)
{
    if (!g->pooled) {
        return g->files[g->file].side;
    }
    uint64_t word = od_word(g->columns.col, record, g->pool);
    size_t i = 0;
    while (i < g->value_count && g->values[i] != word) {
        i++;
    }
    if (i == g->value_count && i < 16) {
        g->values =
            od_xgrow(g->values, g->value_count, &g->value_capacity, sizeof *g->values);
        g->values[g->value_count++] = word;
    }
    return i < OD_SIDES ? (int)i : OD_SIDES;
}

/* The same run on both sides is one run only when a file is compared with itself. */
static int check_run(const struct od_gather *g, const char *id, int side,
                     struct od_err *err)
{
    const struct od_gather_file *file = &g->files[g->file];
    uint32_t other = 0;
    if (g->pooled || id == NULL ||
        !od_index_find(&g->run_index, (uint64_t)(uintptr_t)id, OD_NOWHERE,
                       1 - (uint64_t)side, &other)) {
        return 0;
    }
    for (size_t i = 0; i < g->file_count; i++) {
        const struct od_gather_file *f = &g->files[i];
        if (f->side != side && file->regular && f->regular && f->dev == file->dev &&
            f->ino == file->ino) {
            return 0;
        }
    }
    assert(g->runs != NULL && other < g->run_count);
    return od_fail(err, OD_EINPUT,
                   "column run_id: run %s is on the other side too, in %s; --col COLUMN "
                   "compares parts of a run",
                   id, g->files[g->runs[other].file].path);
}

/* Numbers of requests that come again in another file are a sign of the same rows. */
static void note_seq(struct od_gathered_run *run, size_t file, int64_t seq)
{
    int64_t *now = run->seq;
    int64_t *old = run->seq_old;
    if (run->last_file != file) {
        run->last_file = file;
        old[0] = now[0] < old[0] ? now[0] : old[0];
        old[1] = now[1] > old[1] ? now[1] : old[1];
        now[0] = INT64_MAX;
        now[1] = INT64_MIN;
    }
    if (seq != OD_NONE) {
        now[0] = seq < now[0] ? seq : now[0];
        now[1] = seq > now[1] ? seq : now[1];
        run->twice = run->twice || (now[0] <= old[1] && old[0] <= now[1]);
    }
}

int od_place_run(struct od_gather *g, const struct od_record *record, int side,
                 struct od_err *err)
{
    struct od_gathered_run *last =
        g->last_run < g->run_count ? &g->runs[g->last_run] : NULL;
    if (last == NULL || last->id != record->run_id || !last->on[side] ||
        (record->run_id == NULL && last->file != g->file)) {
        bool fresh = false;
        const char *id = record->run_id;
        if (check_run(g, id, side, err) != 0) {
            return -1;
        }
        g->last_run = od_index_add(&g->run_index, (uint64_t)(uintptr_t)id,
                                   id != NULL ? OD_NOWHERE : g->file,
                                   g->pooled ? 0 : (uint64_t)side, &fresh);
        if (fresh) {
            g->runs = od_xgrow(g->runs, g->run_count, &g->run_capacity, sizeof *g->runs);
            g->runs[g->run_count++] =
                (struct od_gathered_run){.id = id,
                                         .name = id != NULL ? id : g->files[g->file].path,
                                         .file = g->file,
                                         .start_ns = OD_NONE,
                                         .last_pair = -1,
                                         .last_file = g->file,
                                         .seq = {INT64_MAX, INT64_MIN},
                                         .seq_old = {INT64_MAX, INT64_MIN}};
        }
        last = &g->runs[g->last_run];
        last->on[side] = true;
    }
    note_seq(last, g->file, record->seq);
    if (record->start_unix_ns != OD_NONE &&
        (last->start_ns == OD_NONE || record->start_unix_ns < last->start_ns)) {
        last->start_ns = record->start_unix_ns;
    }
    return 0;
}

static void new_cell(struct od_gather *g, const uint64_t *words)
{
    size_t bytes = g->columns.row.count * sizeof *words;
    g->cells = od_xgrow(g->cells, g->cell_count, &g->cell_capacity, sizeof *g->cells);
    struct od_gathered_cell *cell = &g->cells[g->cell_count++];
    *cell = (struct od_gathered_cell){.words = od_xmalloc(bytes)};
    memcpy(cell->words, words, bytes);
}

/* Keys of any length: each prefix has a number, which the next word is added to. */
size_t od_place_cell(struct od_gather *g, const struct od_record *record)
{
    const struct od_column_list *row = &g->columns.row;
    bool same = g->last_cell != OD_NOWHERE;
    for (size_t i = 0; i < row->count; i++) {
        uint64_t word = od_word(row->items[i], record, g->pool);
        same = same && g->words[i] == word;
        g->words[i] = word;
    }
    if (same) {
        return g->last_cell;
    }
    uint64_t prefix = 0;
    uint32_t number = 0;
    bool fresh = false;
    for (size_t i = 0; i < row->count; i++) {
        number = od_index_add(&g->key_index, prefix, g->words[i], i, &fresh);
        prefix = number;
    }
    /* The last number is that of a whole key, and these have numbers of their own. */
    number = od_index_add(&g->key_index, prefix, OD_NOWHERE, OD_NOWHERE, &fresh);
    uint32_t cell = od_index_add(&g->cell_index, number, 0, 0, &fresh);
    if (fresh) {
        new_cell(g, g->words);
    }
    g->last_cell = cell;
    return cell;
}

void od_place_unit(struct od_gather *g, const struct od_record *record, size_t cell,
                   int side)
{
    int64_t start = record->send_ns;
    if (start != OD_NONE && record->start_unix_ns != OD_NONE) {
        start = add_wrapping(start, record->start_unix_ns);
    }
    struct od_gathered_unit *u =
        g->last_unit < g->unit_count ? &g->units[g->last_unit] : NULL;
    if (u == NULL || u->cell != cell || u->side != side || u->run != g->last_run ||
        u->unit.rep != record->rep) {
        bool fresh = false;
        uint64_t place = 2 * (uint64_t)cell + (uint64_t)side;
        g->last_unit = od_index_add(&g->unit_index, place, g->last_run,
                                    (uint64_t)record->rep, &fresh);
        if (fresh) {
            g->units =
                od_xgrow(g->units, g->unit_count, &g->unit_capacity, sizeof *g->units);
            g->units[g->unit_count++] = (struct od_gathered_unit){
                .cell = cell,
                .side = side,
                .run = g->last_run,
                .unit = {.rep = record->rep, .start_ns = start}};
        }
        u = &g->units[g->last_unit];
    }
    if (start != OD_NONE && (u->unit.start_ns == OD_NONE || start < u->unit.start_ns)) {
        u->unit.start_ns = start;
    }
}

uint32_t od_place_image(struct od_gather *g, const struct od_record *record)
{
    bool fresh = false;
    if (record->image_id != OD_NONE) {
        return od_index_add(&g->image_index, 1, (uint64_t)record->image_id, 0, &fresh);
    }
    return od_index_add(&g->image_index, record->file_name != NULL ? 2 : 0,
                        (uint64_t)(uintptr_t)record->file_name, 0, &fresh);
}
