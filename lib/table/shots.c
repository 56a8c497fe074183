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
            (void)od_key_format(key, groups->samples[0], &first);
            (void)od_key_format(key, groups->samples[k], &other);
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

static void add_shot(struct od_shots *shots, const struct od_record *record, bool warmup)
{
    struct od_shot shot = {record->service_ns, record->send_ns, record};
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

/* Rows of the warm-up belong to no group yet: they are as those with the same label. */
static void add_warmup(struct od_shot_list *list, const struct od_scope *scope,
                       const struct shown *shown)
{
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        struct od_record as_main = *record;
        as_main.phase = "main";
        bool warmup = strcmp(od_text(record->phase), "warmup") == 0 &&
                      strcmp(od_text(record->status), "ok") == 0 &&
                      record->service_ns >= 0;
        if (!warmup || !od_scope_has(scope, &as_main)) {
            continue;
        }
        char *label = label_of(shown, record);
        for (size_t k = 0; k < list->count; k++) {
            if (strcmp(list->items[k].label, label) == 0) {
                add_shot(&list->items[k], record, true);
                break;
            }
        }
        free(label);
    }
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
    list->items = od_xcalloc(groups.count, sizeof *list->items);
    list->count = groups.count;
    for (size_t i = 0; i < groups.count; i++) {
        list->items[i].label = label_of(&shown, groups.samples[i]);
    }
    for (size_t i = 0; i < scope->rows->count; i++) {
        const struct od_record *record = &scope->rows->items[i];
        if (groups.of[i] != OD_AXIS_NONE && od_scope_counts(scope, record)) {
            const struct od_cell_validity *found = od_scope_validity(scope, record);
            struct od_shots *shots = &list->items[groups.of[i]];
            shots->doubts |= found != NULL ? od_cell_validity_doubts(found) : 0;
            add_shot(shots, record, false);
        }
    }
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
