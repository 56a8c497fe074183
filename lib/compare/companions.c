/* The companions of the files: read, and asked for the order of sides and for doubts. */
#include "compare/companions.h"

#include "base/alloc.h"
#include "record/meta.h"
#include "record/meta_read.h"
#include "record/validity_set.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int od_companions_read(struct od_companions *companions, const struct od_gather *g,
                       struct od_err *err)
{
    companions->items = od_xcalloc(g->file_count + 1, sizeof *companions->items);
    for (size_t i = 0; i < g->file_count; i++) {
        const char *rows = g->files[i].path;
        struct od_companion *companion = &companions->items[companions->count++];
        companion->path = od_companion_find(rows, ".meta.json");
        if (companion->path == NULL) {
            companion->path =
                od_xstrdup(strcmp(rows, "-") == 0 ? "standard input" : rows);
        } else if (od_meta_load(companion->path, &companion->root, err) != 0) {
            return -1;
        }
        companion->run_id = json_string_value(json_object_get(companion->root, "run_id"));
    }
    return 0;
}

void od_companions_release(struct od_companions *companions)
{
    for (size_t i = 0; i < companions->count; i++) {
        free(companions->items[i].path);
        json_decref(companions->items[i].root);
    }
    free(companions->items);
    *companions = (struct od_companions){0};
}

/* What a cell of the plan says of a column, as text. */
static bool is_value(const json_t *value, const char *text)
{
    char number[32];
    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%lld",
                       (long long)json_integer_value(value));
        return strcmp(number, text) == 0;
    }
    return json_is_string(value) && strcmp(json_string_value(value), text) == 0;
}

/* -1 when a stands first in the list and b in it too, 1 the other way round. */
static int order_in(const json_t *list, const char *member, const char *a, const char *b)
{
    size_t at[2] = {SIZE_MAX, SIZE_MAX};
    for (size_t i = json_array_size(list); i > 0; i--) {
        const json_t *value = json_array_get(list, i - 1);
        value = member != NULL ? json_object_get(value, member) : value;
        at[0] = is_value(value, a) ? i : at[0];
        at[1] = is_value(value, b) ? i : at[1];
    }
    if (at[0] == SIZE_MAX || at[1] == SIZE_MAX || at[0] == at[1]) {
        return 0;
    }
    return at[0] < at[1] ? -1 : 1;
}

int od_companions_order(const struct od_companions *companions, const char *column,
                        const char *a, const char *b)
{
    int found = 0;
    for (size_t i = 0; i < companions->count; i++) {
        const json_t *plan = json_object_get(companions->items[i].root, "plan");
        int order = 0;
        if (strcmp(column, "target") == 0) {
            order = order_in(json_object_get(plan, "ab"), NULL, a, b);
        }
        order =
            order != 0 ? order : order_in(json_object_get(plan, "cells"), column, a, b);
        if (order != 0 && found == -order) {
            return 0;
        }
        found = order != 0 ? order : found;
    }
    return found;
}

int od_companions_doubts(const struct od_companions *companions, struct od_gather *g,
                         struct od_err *err)
{
    struct od_validity_set set = {0};
    int rc = 0;
    for (size_t i = 0; i < g->file_count && rc == 0; i++) {
        if (companions->items[i].root != NULL) {
            rc = od_validity_set_add(&set, g->files[i].path, err);
        }
    }
    for (size_t i = 0; i < g->origin_count && rc == 0; i++) {
        const struct od_origin *o = &g->origins[i];
        struct od_gathered_side *side = &g->cells[o->cell].side[o->side];
        const struct od_cell_validity *validity =
            od_validity_set_find(&set, g->runs[o->run].id, o->cell_id);
        unsigned doubts = validity != NULL ? od_cell_validity_doubts(validity) : 0;
        /* That is about percentiles of the run's own tables; each metric has a least
         * number of requests here, and runs count together. */
        doubts &= ~od_doubt_bit(OD_DOUBT_FEW_SAMPLES);
        side->doubts |= doubts;
        side->doubtful += doubts != 0 ? o->requests : 0;
    }
    od_validity_set_release(&set);
    return rc;
}
