/* Doubts about the cells of a table, and the notes that explain their marks. */
#include "table/scope.h"

#include "base/alloc.h"
#include "table/axis.h"

#include <stdlib.h>

/* Beyond this many, cells of a note are counted rather than named. */
enum { CELLS_NAMED = 3 };

const struct od_cell_validity **od_scope_validities(const struct od_scope *scope)
{
    const struct od_shared_list *kinds = &scope->rows->kinds;
    const struct od_cell_validity **found = od_xcalloc(kinds->count, sizeof *found);
    for (size_t i = 0; scope->validity != NULL && i < kinds->count; i++) {
        const struct od_record *kind = &kinds->items[i]->record;
        found[i] = od_validity_set_find(scope->validity, kind->run_id, kind->cell_id);
    }
    return found;
}

unsigned *od_scope_doubts(const struct od_scope *scope)
{
    size_t count = scope->rows->kinds.count;
    const struct od_cell_validity **found = od_scope_validities(scope);
    unsigned *doubts = od_xcalloc(count, sizeof *doubts);
    for (size_t i = 0; i < count; i++) {
        doubts[i] = found[i] != NULL ? od_cell_validity_doubts(found[i]) : 0;
    }
    free(found);
    return doubts;
}

/* What is known of one measured cell: its record, and a row of it. */
struct judged {
    const struct od_cell_validity *validity;
    const struct od_record *record; /* a kind of its rows */
};

struct judged_list {
    struct judged *items; /* owned */
    size_t count;
    size_t capacity;
    size_t unjudged; /* rows */
};

/* Each validity record once, in the order of the rows. */
static void collect(const struct od_scope *scope, struct judged_list *list)
{
    const struct od_rows *rows = scope->rows;
    const struct od_cell_validity **all = od_scope_validities(scope);
    bool *known = od_xcalloc(rows->kinds.count, sizeof *known);
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_cell_validity *found = all[rows->kind_of[i]];
        if (known[rows->kind_of[i]] || !od_scope_has(scope, i)) {
            continue;
        }
        list->unjudged += found == NULL ? 1 : 0;
        known[rows->kind_of[i]] = found != NULL;
        bool seen = found == NULL;
        for (size_t j = 0; !seen && j < list->count; j++) {
            seen = list->items[j].validity == found;
        }
        if (!seen) {
            list->items =
                od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
            list->items[list->count++] =
                (struct judged){found, &od_rows_kind(rows, i)->record};
        }
    }
    free(known);
    free(all);
}

static const char *detail_of(const struct judged *judged, enum od_doubt doubt)
{
    for (size_t i = 0; i < judged->validity->finding_count; i++) {
        if (judged->validity->findings[i].doubt == doubt) {
            return judged->validity->findings[i].detail;
        }
    }
    return NULL;
}

/* "client ssd-mobilenet tfs-grpc: what was found", in order, each once. */
static void label_cells(const struct od_scope *scope, const struct judged_list *list,
                        enum od_doubt doubt, struct od_axis *labels)
{
    bool several = od_scope_several_clients(scope);
    struct od_buf machine;
    struct od_buf protocol;
    od_buf_init(&machine, 0);
    od_buf_init(&protocol, 0);
    for (size_t i = 0; i < list->count; i++) {
        const char *detail = detail_of(&list->items[i], doubt);
        if (detail != NULL) {
            const struct od_record *record = list->items[i].record;
            char *label =
                od_xasprintf("%s %s %s: %s", od_label_machine(record, several, &machine),
                             od_text(record->model),
                             od_label_protocol(scope, record, &protocol), detail);
            (void)od_axis_add(labels, label);
            free(label);
        }
    }
    od_axis_sort(labels, NULL);
    od_buf_release(&machine);
    od_buf_release(&protocol);
}

static void note_doubt(const struct od_scope *scope, const struct judged_list *list,
                       enum od_doubt doubt, struct od_table *table)
{
    struct od_axis labels = {0};
    label_cells(scope, list, doubt, &labels);
    if (labels.count > 0) {
        struct od_buf text;
        od_buf_init(&text, 0);
        od_buf_printf(&text, "[%c] %s: ", od_doubt_mark(doubt), od_doubt_text(doubt));
        for (size_t i = 0; i < labels.count && i < CELLS_NAMED; i++) {
            od_buf_printf(&text, "%s%s", i > 0 ? "; " : "", labels.labels[i]);
        }
        if (labels.count > CELLS_NAMED) {
            od_buf_printf(&text, "; and %zu more cell%s", labels.count - CELLS_NAMED,
                          labels.count - CELLS_NAMED == 1 ? "" : "s");
        }
        od_table_note(table, od_buf_steal(&text));
        od_buf_release(&text);
    }
    od_axis_release(&labels);
}

/* The doubts whose marks stand in the table. */
static unsigned marked(const struct od_table *table)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        const struct od_cell *cell = &table->cells[i];
        bool marks = cell->kind == OD_CELL_MS || cell->kind == OD_CELL_DOUBTS;
        doubts |= marks ? cell->doubts : 0;
    }
    return doubts;
}

static unsigned doubts_of(const struct judged_list *list)
{
    unsigned doubts = 0;
    for (size_t i = 0; i < list->count; i++) {
        doubts |= od_cell_validity_doubts(list->items[i].validity);
    }
    return doubts;
}

void od_doubts_note(const struct od_scope *scope, unsigned shown, struct od_table *table)
{
    struct judged_list list = {0};
    collect(scope, &list);
    unsigned hidden = doubts_of(&list) & ~shown;
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        if ((shown & od_doubt_bit((enum od_doubt)i)) != 0) {
            note_doubt(scope, &list, (enum od_doubt)i, table);
        }
    }
    if (hidden != 0) {
        od_table_note(table, od_xasprintf("%scells of these rows are in doubt: the table "
                                          "summary says which and why",
                                          shown != 0 ? "other " : ""));
    }
    if (shown != 0 && list.count > 0 && list.unjudged > 0) {
        od_table_note(table, od_xasprintf("%zu rows come from runs without a record of "
                                          "validity (.meta.json): nothing is said of "
                                          "them",
                                          list.unjudged));
    }
    free(list.items);
}

void od_scope_doubt_notes(const struct od_scope *scope, struct od_table *table)
{
    od_doubts_note(scope, marked(table), table);
}
