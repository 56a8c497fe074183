/* What was gathered gets its order, which is that of the data, not that of the files. */
#include "compare/gather.h"

#include "base/alloc.h"
#include "base/sort.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Something to be sorted, by its index. */
struct ordered {
    const struct od_gather *g;
    size_t index;
};

static struct ordered *ordered_new(const struct od_gather *g, size_t count)
{
    struct ordered *items = od_xcalloc(count + 1, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct ordered){g, i};
    }
    return items;
}

/* Runs by time, then by name. */
static int by_start(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    const struct od_gathered_run *r = &x->g->runs[x->index];
    const struct od_gathered_run *s = &y->g->runs[y->index];
    int order = od_order_i64(r->start_ns, s->start_ns);
    order = order != 0 ? order : strcmp(r->name, s->name);
    return order != 0 ? order : od_order_i64((int64_t)r->file, (int64_t)s->file);
}

/* Pooled sides know all runs, so that a run has one number on both. Pairs of several
 * runs get numbers of their own: offsets has what to add for each run. */
static int arrange_runs(struct od_gather *g, uint32_t *offsets, struct od_err *err)
{
    struct ordered *order = ordered_new(g, g->run_count);
    uint32_t count[OD_SIDES] = {0};
    uint64_t pairs = 0;
    qsort(order, g->run_count, sizeof *order, by_start);
    for (size_t i = 0; i < g->run_count; i++) {
        struct od_gathered_run *run = &g->runs[order[i].index];
        offsets[order[i].index] = (uint32_t)pairs;
        pairs += (uint64_t)(run->last_pair + 1);
        for (int s = 0; s < OD_SIDES; s++) {
            if (g->pooled || run->on[s]) {
                run->number[s] = count[s]++;
                od_texts_add(&g->source[s].run_ids, od_xstrdup(run->name));
            }
        }
        if (pairs >= UINT32_MAX) {
            free(order);
            return od_fail(err, OD_EINPUT, "column pair: too many numbers in all runs");
        }
    }
    free(order);
    return 0;
}

static int by_image(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    const uint64_t *i = x->g->image_index.keys[x->index].word;
    const uint64_t *k = y->g->image_index.keys[y->index].word;
    if (i[0] != k[0]) {
        return i[0] < k[0] ? -1 : 1;
    }
    if (i[0] == 2) {
        return strcmp((const char *)(uintptr_t)i[1], (const char *)(uintptr_t)k[1]);
    }
    return od_order_i64((int64_t)i[1], (int64_t)k[1]);
}

/* The last number of each image; the caller's. */
static uint32_t *arrange_images(const struct od_gather *g)
{
    size_t count = g->image_index.count;
    struct ordered *order = ordered_new(g, count);
    uint32_t *numbers = od_xcalloc(count + 1, sizeof *numbers);
    qsort(order, count, sizeof *order, by_image);
    for (size_t i = 0; i < count; i++) {
        numbers[order[i].index] = (uint32_t)i;
    }
    free(order);
    return numbers;
}

static int by_words(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    const struct od_column_list *row = &x->g->columns.row;
    int order = 0;
    for (size_t i = 0; i < row->count && order == 0; i++) {
        order = od_word_compare(row->items[i], x->g->cells[x->index].words[i],
                                y->g->cells[y->index].words[i]);
    }
    return order;
}

/* By cell, side, run and time: those of one side of a cell stand together. */
static int by_unit(const void *a, const void *b)
{
    const struct ordered *x = a;
    const struct ordered *y = b;
    const struct od_gathered_unit *u = &x->g->units[x->index];
    const struct od_gathered_unit *v = &y->g->units[y->index];
    int order = od_order_i64((int64_t)u->cell, (int64_t)v->cell);
    order = order != 0 ? order : u->side - v->side;
    order = order != 0 ? order
                       : od_order_i64(x->g->runs[u->run].number[u->side],
                                      y->g->runs[v->run].number[v->side]);
    order = order != 0 ? order : od_order_i64(u->unit.start_ns, v->unit.start_ns);
    return order != 0 ? order : od_order_i64(u->unit.rep, v->unit.rep);
}

/* Gives the sides of cells their units. pairs[i] is of cell i; id NULL: left out. */
static void arrange_units(struct od_gather *g, struct od_cell_pair *pairs)
{
    struct ordered *order = ordered_new(g, g->unit_count);
    qsort(order, g->unit_count, sizeof *order, by_unit);
    for (size_t i = 0; i < g->unit_count;) {
        size_t first = i;
        const struct od_gathered_unit *head = &g->units[order[first].index];
        struct od_cell_rows *side = &pairs[head->cell].side[head->side];
        while (i < g->unit_count && g->units[order[i].index].cell == head->cell &&
               g->units[order[i].index].side == head->side) {
            i++;
        }
        side->unit_count = i - first;
        side->units = od_xcalloc(side->unit_count, sizeof *side->units);
        for (size_t k = first; k < i; k++) {
            struct od_gathered_unit *u = &g->units[order[k].index];
            u->number = (uint32_t)(k - first);
            u->unit.run = g->runs[u->run].number[u->side];
            side->units[k - first] = u->unit;
            side->runs += k == first || u->unit.run != side->units[k - first - 1].run;
        }
    }
    free(order);
}

static int by_time(const void *a, const void *b)
{
    const struct od_gathered *x = a;
    const struct od_gathered *y = b;
    int order = od_order_i64(x->send_ns, y->send_ns);
    order = order != 0 ? order : od_order_i64(x->ns, y->ns);
    return order != 0 ? order : od_order_i64(x->pair, y->pair);
}

/* Stable, by one number below limit. */
static void sort_by(const struct od_gathered *from, size_t count, bool by_its_unit,
                    size_t limit, struct od_gathered *to)
{
    size_t *next = od_xcalloc(limit + 1, sizeof *next);
    for (size_t i = 0; i < count; i++) {
        next[(by_its_unit ? from[i].unit : from[i].image) + 1]++;
    }
    for (size_t i = 0; i < limit; i++) {
        next[i + 1] += next[i];
    }
    for (size_t i = 0; i < count; i++) {
        to[next[by_its_unit ? from[i].unit : from[i].image]++] = from[i];
    }
    free(next);
}

static bool in_order_of_units(const struct od_gathered_side *side)
{
    for (size_t i = 1; i < side->count; i++) {
        if (side->items[i].unit < side->items[i - 1].unit) {
            return false;
        }
    }
    return true;
}

static bool in_order_of_time(const struct od_gathered *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (by_time(&items[i - 1], &items[i]) > 0) {
            return false;
        }
    }
    return true;
}

/* Puts the items in order by one number, in other memory. */
static void resort(struct od_gathered_side *side, bool by_its_unit, size_t limit)
{
    struct od_gathered *sorted = od_xcalloc(side->count + 1, sizeof *sorted);
    sort_by(side->items, side->count, by_its_unit, limit, sorted);
    free(side->items);
    side->items = sorted;
}

/* By image, unit and time, of which most files have the last two already. */
static void sort_items(struct od_gathered_side *side, size_t units, size_t images)
{
    if (!in_order_of_units(side)) {
        resort(side, true, units);
    }
    resort(side, false, images);
    for (size_t i = 0; i < side->count;) {
        struct od_gathered *first = &side->items[i];
        size_t count = 0;
        while (i < side->count && side->items[i].image == first->image &&
               side->items[i].unit == first->unit) {
            count++;
            i++;
        }
        if (!in_order_of_time(first, count)) {
            qsort(first, count, sizeof *first, by_time);
        }
    }
}

static void arrange_answers(const struct od_gathered_side *side, const uint32_t *images,
                            size_t image_count, struct od_cell_rows *rows)
{
    rows->answers = od_xcalloc(image_count + 1, sizeof *rows->answers);
    for (size_t i = 0; i < side->answer_count; i++) {
        rows->answers[images[i]] = side->answers[i];
    }
}

static void arrange_side(struct od_gather *g, struct od_gathered_side *side,
                         const uint32_t *images, const uint32_t *offsets,
                         struct od_cell_rows *rows)
{
    for (size_t i = 0; i < side->count; i++) {
        struct od_gathered *item = &side->items[i];
        const struct od_gathered_unit *unit = &g->units[item->unit];
        item->pair += item->pair > 0 ? offsets[unit->run] : 0;
        item->unit = unit->number;
        item->image = images[item->image];
    }
    sort_items(side, rows->unit_count, g->image_index.count);
    rows->count = side->count;
    rows->items = od_xcalloc(side->count + 1, sizeof *rows->items);
    for (size_t i = 0; i < side->count; i++) {
        const struct od_gathered *item = &side->items[i];
        rows->items[i] =
            (struct od_measured){item->ns, item->image, item->unit, item->pair};
    }
    free(side->items);
    side->items = NULL;
    rows->failed = side->failed;
    rows->invalid = side->invalid;
    rows->doubts = side->doubts;
    rows->doubtful = side->doubtful;
    arrange_answers(side, images, g->image_index.count, rows);
}

static void put_common(struct od_comparison *out, const char *name, const char *text)
{
    size_t count = out->common_count;
    out->common = od_xrealloc(out->common, count + 1, sizeof *out->common);
    out->common[out->common_count++] =
        (struct od_compare_fact){od_xstrdup(name), od_xstrdup(text)};
}

/* True when column i has one value in all cells that are on both sides. */
static bool is_common(const struct od_gather *g, const struct ordered *order,
                      size_t count, size_t i)
{
    for (size_t k = 1; k < count; k++) {
        if (g->cells[order[k].index].words[i] != g->cells[order[0].index].words[i]) {
            return false;
        }
    }
    return count > 0;
}

static void put_label(const struct od_gather *g, const uint64_t *words,
                      const bool *common, struct od_buf *out)
{
    const struct od_column_list *row = &g->columns.row;
    for (size_t i = 0; i < row->count; i++) {
        const struct od_column *column = row->items[i];
        bool number = column->type == OD_COLUMN_INT || column->type == OD_COLUMN_REAL;
        if (common[i]) {
            continue;
        }
        od_buf_puts(out, out->len > 0 ? " " : "");
        if (number || od_word_empty(column, words[i])) {
            od_buf_printf(out, "%s=", column->name);
        }
        od_word_put(column, words[i], out);
    }
}

static char *words_id(const struct od_gather *g, size_t cell)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_words_put(&g->columns.row, g->cells[cell].words, &text);
    char *id = od_buf_steal(&text);
    od_buf_release(&text);
    return id;
}

/* Ids and labels of the cells in order, and the settings that all of them share. */
static void name_cells(const struct od_gather *g, const struct ordered *order,
                       struct od_sides *sides, struct od_comparison *out)
{
    const struct od_column_list *row = &g->columns.row;
    bool *common = od_xcalloc(row->count + 1, sizeof *common);
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < row->count; i++) {
        common[i] = is_common(g, order, sides->count, i);
        od_buf_reset(&text);
        if (common[i]) {
            od_word_put(row->items[i], g->cells[order[0].index].words[i], &text);
        }
        if (text.len > 0) {
            put_common(out, row->items[i]->name, text.data);
        }
    }
    for (size_t i = 0; i < sides->count; i++) {
        od_buf_reset(&text);
        put_label(g, g->cells[order[i].index].words, common, &text);
        sides->cells[i].label = od_xstrdup(text.data);
        sides->cells[i].id = words_id(g, order[i].index);
    }
    od_buf_release(&text);
    free(common);
}

static void release_rows(struct od_cell_pair *pair)
{
    for (int s = 0; s < OD_SIDES; s++) {
        free(pair->side[s].units);
        pair->side[s].units = NULL;
    }
}

int od_gather_arrange(struct od_gather *g, struct od_sides *sides,
                      struct od_comparison *out, struct od_err *err)
{
    uint32_t *offsets = od_xcalloc(g->run_count + 1, sizeof *offsets);
    if (arrange_runs(g, offsets, err) != 0) {
        free(offsets);
        return -1;
    }
    struct od_cell_pair *pairs = od_xcalloc(g->cell_count + 1, sizeof *pairs);
    struct ordered *order = ordered_new(g, g->cell_count);
    uint32_t *images = arrange_images(g);
    arrange_units(g, pairs);
    qsort(order, g->cell_count, sizeof *order, by_words);
    sides->image_count = g->image_index.count;
    sides->cells = od_xcalloc(g->cell_count + 1, sizeof *sides->cells);
    sides->capacity = g->cell_count + 1;
    for (size_t i = 0; i < g->cell_count; i++) {
        size_t cell = order[i].index;
        struct od_gathered_side *side = g->cells[cell].side;
        if (!side[OD_BASE].there || !side[OD_NEW].there) {
            od_texts_add(&out->only[side[OD_BASE].there ? OD_BASE : OD_NEW],
                         words_id(g, cell));
            release_rows(&pairs[cell]);
            g->cells[cell].place = OD_NOWHERE;
            continue;
        }
        for (int s = 0; s < OD_SIDES; s++) {
            arrange_side(g, &side[s], images, offsets, &pairs[cell].side[s]);
        }
        order[sides->count] = order[i];
        g->cells[cell].place = sides->count;
        sides->cells[sides->count++] = pairs[cell];
    }
    name_cells(g, order, sides, out);
    free(order);
    free(images);
    free(offsets);
    free(pairs);
    return 0;
}
