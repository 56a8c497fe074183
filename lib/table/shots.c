/* Requests by cell, for figures. */
#include "table/plots.h"

#include "base/alloc.h"
#include "table/axis.h"
#include "table/groups.h"

#include <stdlib.h>
#include <string.h>

/* Which keys tell the groups apart. */
struct shown {
    const struct od_keys *keys;
    bool key[OD_KEYS_MAX];
};

static void find_shown(struct shown *shown, const struct od_groups *groups)
{
    struct od_buf first;
    struct od_buf other;
    od_buf_init(&first, 0);
    od_buf_init(&other, 0);
    for (size_t i = 0; i < shown->keys->count; i++) {
        const struct od_key *key = &shown->keys->items[i];
        for (size_t k = 1; k < groups->count; k++) {
            (void)od_groups_format(groups, 0, key, &first);
            (void)od_groups_format(groups, k, key, &other);
            shown->key[i] |= strcmp(first.data, other.data) != 0;
        }
        /* A model and its protocol are worth saying even when there is one of each. */
        shown->key[i] |=
            strcmp(key->name, "model") == 0 || strcmp(key->name, "protocol") == 0;
    }
    od_buf_release(&first);
    od_buf_release(&other);
}

/* Numbers say what they are, as in the tables ("c16", "50/s"). */
static void put_part(const char *key, const char *text, struct od_buf *label)
{
    bool batch = strcmp(key, "batch") == 0;
    bool concurrency = strcmp(key, "concurrency") == 0;
    od_buf_printf(label, "%s%s%s%s", label->len > 0 ? " " : "",
                  batch         ? "b"
                  : concurrency ? "c"
                                : "",
                  text, strcmp(key, "rate") == 0 ? "/s" : "");
}

/* "edge", or "client>edge" where rows of several clients are drawn. */
static void put_machine(const struct shown *shown, const struct od_record *record,
                        struct od_buf *label)
{
    bool client = false;
    bool target = false;
    for (size_t i = 0; i < shown->keys->count; i++) {
        const char *name = shown->keys->items[i].name;
        client = client || (shown->key[i] && strcmp(name, "client") == 0);
        target = target || (shown->key[i] && strcmp(name, "target") == 0);
    }
    if (client || target) {
        (void)od_label_machine(record, client, label);
    }
}

static bool is_machine(const char *key)
{
    return strcmp(key, "client") == 0 || strcmp(key, "target") == 0;
}

static char *label_of(const struct shown *shown, const struct od_record *record)
{
    struct od_buf label;
    struct od_buf part;
    od_buf_init(&label, 0);
    od_buf_init(&part, 0);
    put_machine(shown, record, &label);
    for (size_t i = 0; i < shown->keys->count; i++) {
        const char *name = shown->keys->items[i].name;
        const char *text = od_key_format(&shown->keys->items[i], record, &part);
        if (shown->key[i] && *text != '\0' && !is_machine(name)) {
            put_part(name, text, &label);
        }
    }
    char *copy = od_xstrdup(label.data);
    od_buf_release(&label);
    od_buf_release(&part);
    return copy;
}

/* An image of the rows and its name. */
struct named {
    const char *name;
    size_t image;
};

static int compare_names(const void *a, const void *b)
{
    const struct named *x = a;
    const struct named *y = b;
    return strcmp(x->name, y->name);
}

/* The numbers of the file names of all images. Owned by the caller. */
static uint32_t *number_files(const struct od_rows *rows)
{
    size_t count = rows->images.count;
    struct named *named = od_xcalloc(count, sizeof *named);
    uint32_t *numbers = od_xcalloc(count, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        named[i] = (struct named){od_text(rows->images.items[i]->record.file_name), i};
    }
    qsort(named, count, sizeof *named, compare_names);
    for (size_t i = 1; i < count; i++) {
        uint32_t before = numbers[named[i - 1].image];
        bool same = strcmp(named[i - 1].name, named[i].name) == 0;
        numbers[named[i].image] = same ? before : before + 1;
    }
    free(named);
    return numbers;
}

static void add_shot(const struct od_shot_list *list, size_t row, bool warmup,
                     struct od_shots *shots)
{
    const struct od_rows *rows = list->rows;
    struct od_shot shot = {od_rows_int(rows, OD_AT_service_ns, row), (uint32_t)row,
                           list->files[rows->image_of[row]]};
    if (warmup) {
        shots->warmup = od_xgrow(shots->warmup, shots->warmup_count,
                                 &shots->warmup_capacity, sizeof shot);
        shots->warmup[shots->warmup_count++] = shot;
    } else {
        shots->items =
            od_xgrow(shots->items, shots->count, &shots->capacity, sizeof shot);
        shots->items[shots->count++] = shot;
    }
}

/* The series of each kind of warm-up rows, which belong to no group: they are as those
 * with the same label. list->count: none. Owned by the caller. */
static size_t *warmup_series(const struct od_shot_list *list, const struct shown *shown)
{
    const struct od_shared_list *kinds = &list->rows->kinds;
    size_t *series = od_xcalloc(kinds->count, sizeof *series);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct od_shared *kind = kinds->items[i];
        series[i] = list->count;
        if (strcmp(od_text(kind->record.phase), "warmup") != 0 || !kind->ok) {
            continue;
        }
        char *label = label_of(shown, &kind->record);
        for (size_t k = 0; k < list->count && series[i] == list->count; k++) {
            series[i] = strcmp(list->items[k].label, label) == 0 ? k : list->count;
        }
        free(label);
    }
    return series;
}

static void add_warmup(struct od_shot_list *list, const struct od_scope *scope,
                       const struct shown *shown)
{
    const struct od_rows *rows = scope->rows;
    size_t *series = warmup_series(list, shown);
    for (size_t i = 0; i < rows->count; i++) {
        size_t at = series[rows->kind_of[i]];
        if (at < list->count && od_rows_int(rows, OD_AT_service_ns, i) >= 0 &&
            od_scope_has_any(scope, i)) {
            add_shot(list, i, true, &list->items[at]);
        }
    }
    free(series);
}

static void drop_empty(struct od_shot_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].count > 0) {
            list->items[kept++] = list->items[i];
        } else {
            free(list->items[i].label);
        }
    }
    list->count = kept;
}

/* Marks stand behind the labels, once nothing is found by these any more. */
static void mark_labels(struct od_shot_list *list)
{
    char marks[OD_DOUBT_COUNT + 1];
    for (size_t i = 0; i < list->count; i++) {
        struct od_shots *shots = &list->items[i];
        if (shots->doubts != 0) {
            char *label = od_xasprintf("%s [%s]", shots->label,
                                       od_doubt_marks(shots->doubts, marks));
            free(shots->label);
            shots->label = label;
        }
    }
}

int od_shots_fill(struct od_shot_list *list, const struct od_scope *scope,
                  const char *figure, struct od_err *err)
{
    struct od_keys keys = {0};
    struct od_groups groups = {0};
    od_keys_cells(&keys, scope);
    if (od_groups_fill(&groups, scope, &keys, err) != 0) {
        return -1;
    }
    struct shown shown = {.keys = &keys};
    find_shown(&shown, &groups);
    unsigned *doubts = od_scope_doubts(scope);
    list->rows = scope->rows;
    list->files = number_files(scope->rows);
    list->items = od_xcalloc(groups.count, sizeof *list->items);
    list->count = groups.count;
    for (size_t i = 0; i < groups.count; i++) {
        list->items[i].label = label_of(&shown, od_groups_kind(&groups, i));
    }
    for (size_t i = 0; i < scope->rows->count; i++) {
        if (groups.of[i] != OD_GROUP_NONE && od_scope_counts(scope, i)) {
            struct od_shots *shots = &list->items[groups.of[i]];
            shots->doubts |= doubts[scope->rows->kind_of[i]];
            add_shot(list, i, false, shots);
        }
    }
    free(doubts);
    drop_empty(list);
    add_warmup(list, scope, &shown);
    mark_labels(list);
    od_groups_release(&groups);
    if (list->count == 0) {
        return od_fail(err, OD_EINPUT, "%s: no request was answered", figure);
    }
    if (list->count > OD_SHOTS_SERIES_MAX) {
        return od_fail(err, OD_ELIMIT,
                       "%s: %zu cells, and a figure is for %d at most; choose some with "
                       "--where",
                       figure, list->count, OD_SHOTS_SERIES_MAX);
    }
    return 0;
}

void od_shots_release(struct od_shot_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].label);
        free(list->items[i].items);
        free(list->items[i].warmup);
    }
    free(list->items);
    free(list->files);
    *list = (struct od_shot_list){0};
}

static int compare_shots(const void *x, const void *y)
{
    const struct od_shot *a = x;
    const struct od_shot *b = y;
    return (a->ns > b->ns) - (a->ns < b->ns);
}

void od_shots_sort(struct od_shot_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        qsort(list->items[i].items, list->items[i].count, sizeof *list->items[i].items,
              compare_shots);
    }
}
