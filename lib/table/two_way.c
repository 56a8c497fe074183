/* Latency by classes of file size and of object count. */
#include "table/builders.h"

#include "base/alloc.h"
#include "base/sort.h"
#include "table/by_image.h"

#include <inttypes.h>
#include <stdlib.h>

enum { CLASSES = 3 };

/* Classes of a quantity, about as many images in each; limits are the values in them. */
struct classes {
    int64_t low[CLASSES];
    int64_t high[CLASSES];
    size_t count;
};

/* Cuts between different values only, next to where each third of the images ends. */
static struct classes make_classes(int64_t *values, size_t count)
{
    struct classes classes = {.count = 0};
    od_sort_i64(values, count);
    size_t first = 0;
    for (size_t k = 0; k < CLASSES && first < count; k++) {
        size_t end = (k + 1) * count / CLASSES;
        end = end > first ? end : first + 1;
        while (end < count && values[end] == values[end - 1]) {
            end++;
        }
        end = k + 1 == CLASSES ? count : end;
        classes.low[classes.count] = values[first];
        classes.high[classes.count++] = values[end - 1];
        first = end;
    }
    return classes;
}

/* OD_AXIS_NONE when the value is not known. */
static size_t class_of(const struct classes *classes, int64_t value)
{
    for (size_t i = 0; i < classes->count; i++) {
        if (value >= classes->low[i] && value <= classes->high[i]) {
            return i;
        }
    }
    return OD_AXIS_NONE;
}

struct work {
    struct od_by_image by;
    struct classes bytes;
    struct classes objects;
};

static char *label_of(const struct classes *classes, size_t i)
{
    return classes->low[i] == classes->high[i]
               ? od_xasprintf("%" PRId64, classes->low[i])
               : od_xasprintf("%" PRId64 "-%" PRId64, classes->low[i], classes->high[i]);
}

static void find_classes(struct work *w)
{
    size_t images = w->by.images.count;
    int64_t *bytes = od_xcalloc(images, sizeof *bytes);
    int64_t *objects = od_xcalloc(images, sizeof *objects);
    size_t count = 0;
    for (size_t i = 0; i < images; i++) {
        const struct od_image_facts *facts = &w->by.facts[i];
        if (facts->bytes >= 0 && facts->objects >= 0) {
            bytes[count] = facts->bytes;
            objects[count++] = facts->objects;
        }
    }
    w->bytes = make_classes(bytes, count);
    w->objects = make_classes(objects, count);
    free(bytes);
    free(objects);
}

static bool is_in(const struct work *w, size_t image, size_t size, size_t object)
{
    const struct od_image_facts *facts = &w->by.facts[image];
    return class_of(&w->bytes, facts->bytes) == size &&
           class_of(&w->objects, facts->objects) == object;
}

/* The observations of the images of both classes, in a list of their own. */
static void put_class(const struct work *w, size_t cell, size_t size, size_t object,
                      struct od_cell *cells)
{
    struct od_obs_list list = {0};
    od_obs_init(&list, 1);
    size_t images = 0;
    for (size_t image = 0; image < w->by.images.count; image++) {
        size_t count = 0;
        const struct od_obs *obs = od_by_image_cell(&w->by, cell, image, &count);
        bool taken = count > 0 && is_in(w, image, size, object);
        images += taken ? 1 : 0;
        for (size_t i = 0; taken && i < count; i++) {
            od_obs_add(&list, 0, &obs[i]);
        }
    }
    od_cell_set_count(&cells[0], (int64_t)images);
    size_t count = 0;
    const struct od_obs *all = od_obs_cell(&list, 0, &count);
    od_obs_put_mean(all, count, &cells[1]);
    cells[1].doubts = w->by.doubts[cell];
    od_obs_release(&list);
}

static void add_columns(const struct work *w, struct od_table *table)
{
    od_keys_add_columns(&w->by.keys, table);
    (void)od_table_add_column(table, NULL, "file bytes");
    for (size_t i = 0; i < w->objects.count; i++) {
        char *label = label_of(&w->objects, i);
        char *group = od_xasprintf("%s objects", label);
        od_table_add_column(table, group, "images")->numeric = true;
        od_table_add_column(table, group, "mean")->numeric = true;
        free(group);
        free(label);
    }
}

static void add_cell(const struct work *w, size_t cell, struct od_table *table)
{
    for (size_t size = 0; size < w->bytes.count; size++) {
        struct od_cell *cells = od_groups_put(&w->by.cells, &w->by.keys, cell,
                                              od_table_add_row(table, OD_ROW_DATA));
        char *label = label_of(&w->bytes, size);
        od_cell_set_text(cells++, label);
        free(label);
        for (size_t object = 0; object < w->objects.count; object++, cells += 2) {
            put_class(w, cell, size, object, cells);
        }
        table->rows[table->row_count - 1].rule = size == 0 && table->row_count > 1;
    }
}

int od_two_way_build(const struct od_table_spec *spec, const struct od_rows *rows,
                     const struct od_table_choice *choice, struct od_table *table,
                     struct od_err *err)
{
    struct work w = {.bytes = {.count = 0}};
    struct od_scope scope = {.rows = rows};
    bool *aside = od_scope_images_only(&scope);
    int rc = od_scope_choose(&scope, spec, choice, err);
    rc = rc == 0 ? od_by_image_fill(&w.by, &scope, choice, err) : rc;
    if (rc == 0) {
        find_classes(&w);
        add_columns(&w, table);
        for (size_t cell = 0; cell < w.by.cells.count; cell++) {
            add_cell(&w, cell, table);
        }
        if (table->column_count > w.by.keys.count) {
            table->columns[w.by.keys.count - (w.by.keys.count > 0 ? 1 : 0)].merge =
                w.by.keys.count > 0;
        }
        table->title = od_xstrdup(spec->title);
        od_table_note(table, od_xstrdup("thirds of the images by file size and by "
                                        "annotated objects; means over the images"));
        od_scope_notes(&scope, table);
        if (table->row_count == 0) {
            od_table_note(table, od_xstrdup(w.by.cells.count == 0
                                                ? "no row of the main phase"
                                                : "no image has a file size and an "
                                                  "object count"));
        }
    }
    free(aside);
    od_by_image_release(&w.by);
    od_scope_release(&scope);
    return rc;
}
