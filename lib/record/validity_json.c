/* Validity records as JSON, both ways. */
#include "record/validity.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run of ten thousand cells stays below. */
#define META_MAX ((size_t)256 << 20)

/* The numbers of a cell: one list for both ways. */
static const struct member {
    const char *name;
    size_t offset;
    bool real; /* a double, NaN when not known; else an int64_t, -1 when not known */
} members[] = {
#define OD_WHOLE(name)                                                                   \
    {                                                                                    \
#name, offsetof(struct od_cell_validity, name), false                            \
    }
#define OD_RATIO(name)                                                                   \
    {                                                                                    \
#name, offsetof(struct od_cell_validity, name), true                             \
    }
    OD_WHOLE(counted),
    OD_WHOLE(failed),
    OD_WHOLE(unsent),
    OD_WHOLE(span_ns),
    OD_RATIO(offered_per_s),
    OD_RATIO(achieved_per_s),
    OD_WHOLE(lateness_p50_ns),
    OD_WHOLE(lateness_p99_ns),
    OD_RATIO(windows_range_ratio),
    OD_RATIO(windows_slope_ratio),
    OD_WHOLE(windows),
    OD_WHOLE(repetitions),
    OD_WHOLE(floor_raw_ns),
    OD_WHOLE(floor_client_ns),
    OD_RATIO(self_cpu_ratio),
    OD_RATIO(busy_ratio),
    OD_RATIO(steal_ratio),
#undef OD_WHOLE
#undef OD_RATIO
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static json_t *number_json(const struct od_cell_validity *cell, const struct member *m)
{
    const char *at = (const char *)cell + m->offset;
    if (m->real) {
        double value = 0;
        memcpy(&value, at, sizeof value);
        return isfinite(value) ? json_real(value) : json_null();
    }
    int64_t value = 0;
    memcpy(&value, at, sizeof value);
    return value != -1 ? json_integer(value) : json_null();
}

static json_t *cell_json(const struct od_cell_validity *cell)
{
    json_t *object = json_pack("{s:s}", "cell_id", cell->cell_id);
    for (size_t i = 0; i < MEMBERS; i++) {
        (void)json_object_set_new(object, members[i].name,
                                  number_json(cell, &members[i]));
    }
    json_t *findings = json_array();
    for (size_t i = 0; i < cell->finding_count; i++) {
        const struct od_finding *f = &cell->findings[i];
        (void)json_array_append_new(findings, json_pack("{s:s, s:s, s:s}", "doubt",
                                                        od_doubt_name(f->doubt), "detail",
                                                        f->detail, "hint", f->hint));
    }
    (void)json_object_set_new(object, "findings", findings);
    return object;
}

void od_validity_format(const struct od_cell_validity *cells, size_t count,
                        struct od_buf *out)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(array, cell_json(&cells[i]));
    }
    char *text = json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(12));
    od_buf_puts(out, text != NULL ? text : "[]");
    free(text);
    json_decref(array);
}

/* A missing member is not known. */
static bool read_number(const json_t *object, const struct member *m,
                        struct od_cell_validity *cell)
{
    const json_t *value = json_object_get(object, m->name);
    char *at = (char *)cell + m->offset;
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (m->real && json_is_number(value)) {
        double number = json_number_value(value);
        memcpy(at, &number, sizeof number);
        return true;
    }
    if (!m->real && json_is_integer(value)) {
        int64_t number = json_integer_value(value);
        memcpy(at, &number, sizeof number);
        return true;
    }
    return false;
}

static int read_findings(const json_t *array, struct od_cell_validity *cell,
                         struct od_err *err)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        const char *name = json_string_value(json_object_get(item, "doubt"));
        const char *detail = json_string_value(json_object_get(item, "detail"));
        const char *hint = json_string_value(json_object_get(item, "hint"));
        enum od_doubt doubt = name != NULL ? od_doubt_find(name) : OD_DOUBT_COUNT;
        if (doubt == OD_DOUBT_COUNT) {
            return od_fail(err, OD_EINPUT, "%s: unknown doubt %s", cell->cell_id,
                           name != NULL ? name : "(none)");
        }
        od_cell_validity_add(cell, doubt, hint, "%s", detail != NULL ? detail : "");
    }
    return 0;
}

static int read_cell(const json_t *object, struct od_cell_validity *cell,
                     struct od_err *err)
{
    od_cell_validity_init(cell);
    const char *id = json_string_value(json_object_get(object, "cell_id"));
    const json_t *findings = json_object_get(object, "findings");
    if (id == NULL || strlen(id) >= sizeof cell->cell_id) {
        return od_fail(err, OD_EINPUT, "a cell without a cell_id");
    }
    (void)snprintf(cell->cell_id, sizeof cell->cell_id, "%s", id);
    for (size_t i = 0; i < MEMBERS; i++) {
        if (!read_number(object, &members[i], cell)) {
            return od_fail(err, OD_EINPUT, "%s: %s is not a number", id, members[i].name);
        }
    }
    if (!json_is_array(findings)) {
        return od_fail(err, OD_EINPUT, "%s: findings is not an array", id);
    }
    return read_findings(findings, cell, err);
}

static int read_cells(const json_t *root, char run_id[64], struct od_cell_validity **out,
                      size_t *count, struct od_err *err)
{
    const char *id = json_string_value(json_object_get(root, "run_id"));
    const json_t *array = json_object_get(root, "validity");
    if (id == NULL || strlen(id) >= 64) {
        return od_fail(err, OD_EINPUT, "no run_id: not the facts of a run");
    }
    if (array != NULL && !json_is_array(array) && !json_is_null(array)) {
        return od_fail(err, OD_EINPUT, "validity is not an array");
    }
    size_t size = json_array_size(array);
    struct od_cell_validity *cells = size > 0 ? od_xcalloc(size, sizeof *cells) : NULL;
    for (size_t i = 0; i < size; i++) {
        if (read_cell(json_array_get(array, i), &cells[i], err) != 0) {
            for (size_t j = 0; j <= i; j++) {
                od_cell_validity_release(&cells[j]);
            }
            free(cells);
            return -1;
        }
    }
    (void)snprintf(run_id, 64, "%s", id);
    *out = cells;
    *count = size;
    return 0;
}

int od_validity_read(const char *meta_path, char run_id[64],
                     struct od_cell_validity **out, size_t *count, struct od_err *err)
{
    struct od_buf text;
    struct od_err own = {0};
    json_error_t why = {0};
    *out = NULL;
    *count = 0;
    od_buf_init(&text, META_MAX);
    if (od_file_read(meta_path, &text, err) != 0) {
        od_buf_release(&text);
        return -1;
    }
    json_t *root = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &why);
    od_buf_release(&text);
    int rc = root != NULL ? read_cells(root, run_id, out, count, &own)
                          : od_fail(&own, OD_EINPUT, "line %d: %s", why.line, why.text);
    json_decref(root);
    return rc == 0 ? 0 : od_fail(err, own.code, "%s: %s", meta_path, own.msg);
}
