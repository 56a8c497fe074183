/* COCO's instances_*.json: images, annotated objects, categories. */
#include "dataset/coco.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "dataset/jsonwalk.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* An annotation before its image is known: the arrays may come in any order. */
struct note {
    struct od_object object;
    int64_t image_id;
    size_t image; /* index once it is found, else SIZE_MAX */
};

struct reader {
    struct od_coco *coco;
    struct note *notes;
    size_t count;
    size_t capacity;
};

/* Reads a whole number; a missing member leaves *out alone unless it is needed. */
static int get_int(const json_t *value, const char *key, bool needed, int64_t *out,
                   struct od_err *err)
{
    const json_t *member = json_object_get(value, key);
    if (member == NULL || json_is_null(member)) {
        return needed ? od_fail(err, OD_EINPUT, "no \"%s\"", key) : 0;
    }
    if (!json_is_integer(member)) {
        return od_fail(err, OD_EINPUT, "\"%s\" is not a whole number", key);
    }
    *out = json_integer_value(member);
    return 0;
}

static int get_small(const json_t *value, const char *key, bool needed, int *out,
                     struct od_err *err)
{
    int64_t wide = *out;
    if (get_int(value, key, needed, &wide, err) != 0) {
        return -1;
    }
    if (wide < 0 || wide > INT_MAX) {
        return od_fail(err, OD_EINPUT, "\"%s\" is %" PRId64, key, wide);
    }
    *out = (int)wide;
    return 0;
}

static int get_text(const json_t *value, const char *key, char **out, struct od_err *err)
{
    const char *text = json_string_value(json_object_get(value, key));
    if (text == NULL || text[0] == '\0') {
        return od_fail(err, OD_EINPUT, "\"%s\" is missing or not a text", key);
    }
    *out = od_xstrdup(text);
    return 0;
}

static int need_object(const json_t *value, struct od_err *err)
{
    return json_is_object(value) ? 0 : od_fail(err, OD_EINPUT, "not an object");
}

static int on_image(void *ctx, size_t index, const json_t *value, struct od_err *err)
{
    struct od_coco *coco = ((struct reader *)ctx)->coco;
    struct od_coco_image image = {0};
    (void)index;
    if (need_object(value, err) != 0 || get_int(value, "id", true, &image.id, err) != 0 ||
        get_small(value, "width", false, &image.width, err) != 0 ||
        get_small(value, "height", false, &image.height, err) != 0 ||
        get_text(value, "file_name", &image.file_name, err) != 0) {
        return -1;
    }
    coco->images =
        od_xgrow(coco->images, coco->image_count, &coco->image_capacity, sizeof image);
    coco->images[coco->image_count++] = image;
    return 0;
}

static int get_box(const json_t *value, struct od_object *out, struct od_err *err)
{
    const json_t *box = json_object_get(value, "bbox");
    double *to[] = {&out->x, &out->y, &out->width, &out->height};
    if (!json_is_array(box) || json_array_size(box) != 4) {
        return od_fail(err, OD_EINPUT, "\"bbox\" is not an array of four numbers");
    }
    for (size_t i = 0; i < 4; i++) {
        const json_t *number = json_array_get(box, i);
        if (!json_is_number(number)) {
            return od_fail(err, OD_EINPUT, "\"bbox\" is not an array of four numbers");
        }
        *to[i] = json_number_value(number);
    }
    if (out->width < 0 || out->height < 0) {
        return od_fail(err, OD_EINPUT, "\"bbox\" has a negative size");
    }
    return 0;
}

static int on_annotation(void *ctx, size_t index, const json_t *value, struct od_err *err)
{
    struct reader *r = ctx;
    struct note note = {.object.id = (int64_t)index + 1};
    struct od_object *object = &note.object;
    if (need_object(value, err) != 0 ||
        get_int(value, "image_id", true, &note.image_id, err) != 0 ||
        get_int(value, "id", false, &object->id, err) != 0 ||
        get_small(value, "category_id", true, &object->category, err) != 0 ||
        get_small(value, "iscrowd", false, &object->crowd, err) != 0 ||
        get_box(value, object, err) != 0) {
        return -1;
    }
    const json_t *area = json_object_get(value, "area");
    if (area != NULL && !json_is_number(area)) {
        return od_fail(err, OD_EINPUT, "\"area\" is not a number");
    }
    object->area =
        area != NULL ? json_number_value(area) : object->width * object->height;
    object->crowd = object->crowd != 0;
    r->notes = od_xgrow(r->notes, r->count, &r->capacity, sizeof note);
    r->notes[r->count++] = note;
    return 0;
}

static int on_category(void *ctx, size_t index, const json_t *value, struct od_err *err)
{
    struct od_coco *coco = ((struct reader *)ctx)->coco;
    struct od_coco_category category = {0};
    (void)index;
    if (need_object(value, err) != 0 ||
        get_small(value, "id", true, &category.id, err) != 0 ||
        get_text(value, "name", &category.name, err) != 0) {
        return -1;
    }
    coco->categories = od_xgrow(coco->categories, coco->category_count,
                                &coco->category_capacity, sizeof category);
    coco->categories[coco->category_count++] = category;
    return 0;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct od_coco_image *)a)->id;
    int64_t y = ((const struct od_coco_image *)b)->id;
    return (x > y) - (x < y);
}

static int sort_images(const char *name, struct od_coco *coco, struct od_err *err)
{
    if (coco->image_count > 0) {
        qsort(coco->images, coco->image_count, sizeof *coco->images, by_id);
    }
    for (size_t i = 1; i < coco->image_count; i++) {
        const struct od_coco_image *a = &coco->images[i - 1];
        const struct od_coco_image *b = &coco->images[i];
        if (a->id == b->id) {
            return od_fail(err, OD_EINPUT, "%s: image id %" PRId64 " twice (%s, %s)",
                           name, a->id, a->file_name, b->file_name);
        }
    }
    return 0;
}

/* Groups the objects by image and keeps their order within one. */
static void group_objects(struct reader *r)
{
    struct od_coco *coco = r->coco;
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct od_coco_image key = {.id = r->notes[i].image_id};
        const struct od_coco_image *image =
            coco->image_count == 0 ? NULL
                                   : bsearch(&key, coco->images, coco->image_count,
                                             sizeof *coco->images, by_id);
        r->notes[i].image = image == NULL ? SIZE_MAX : (size_t)(image - coco->images);
        if (image == NULL) {
            coco->annotations_stray++;
        } else {
            coco->images[r->notes[i].image].count++;
            kept++;
        }
    }
    for (size_t i = 1; i < coco->image_count; i++) {
        coco->images[i].first = coco->images[i - 1].first + coco->images[i - 1].count;
    }
    coco->objects = od_xcalloc(kept + 1, sizeof *coco->objects);
    coco->object_count = kept;
    size_t *next = od_xcalloc(coco->image_count + 1, sizeof *next);
    for (size_t i = 0; i < r->count; i++) {
        size_t at = r->notes[i].image;
        if (at != SIZE_MAX) {
            coco->objects[coco->images[at].first + next[at]++] = r->notes[i].object;
        }
    }
    free(next);
}

/* An image's place in the index of names. */
struct name_key {
    const char *base;
    size_t index;
};

static int by_base(const void *a, const void *b)
{
    const struct name_key *x = a;
    const struct name_key *y = b;
    int order = strcmp(x->base, y->base);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void index_names(struct od_coco *coco)
{
    size_t n = coco->image_count;
    struct name_key *keys = od_xcalloc(n + 1, sizeof *keys);
    coco->by_name = od_xcalloc(n + 1, sizeof *coco->by_name);
    for (size_t i = 0; i < n; i++) {
        keys[i] = (struct name_key){od_path_base(coco->images[i].file_name), i};
    }
    qsort(keys, n, sizeof *keys, by_base);
    for (size_t i = 0; i < n; i++) {
        coco->by_name[i] = keys[i].index;
    }
    free(keys);
}

int od_coco_parse(const char *name, const char *data, size_t len, struct od_coco *out,
                  struct od_err *err)
{
    static const struct od_json_array arrays[] = {
        {.key = "images", .required = true, .element = on_image},
        {.key = "annotations",
         .unread = "segmentation",
         .required = true,
         .element = on_annotation},
        {.key = "categories", .element = on_category},
    };
    struct od_json_text text = {.name = name, .data = data, .len = len};
    struct reader r = {.coco = out};
    *out = (struct od_coco){0};
    int rc = od_json_stream(&text, arrays, sizeof arrays / sizeof *arrays, &r, err);
    if (rc == 0) {
        rc = sort_images(name, out, err);
    }
    if (rc == 0) {
        group_objects(&r);
        index_names(out);
    } else {
        od_coco_release(out);
    }
    free(r.notes);
    return rc;
}

int od_coco_load(const char *path, struct od_coco *out, struct od_err *err)
{
    struct od_buf text;
    *out = (struct od_coco){0};
    od_buf_init(&text, OD_COCO_MAX_BYTES);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        rc = od_coco_parse(path, text.data, text.len, out, err);
    }
    od_buf_release(&text);
    return rc;
}

void od_coco_release(struct od_coco *coco)
{
    for (size_t i = 0; i < coco->image_count; i++) {
        free(coco->images[i].file_name);
    }
    for (size_t i = 0; i < coco->category_count; i++) {
        free(coco->categories[i].name);
    }
    free(coco->images);
    free(coco->objects);
    free(coco->categories);
    free(coco->by_name);
    *coco = (struct od_coco){0};
}

/* True when path is name or ends in "/name". */
static bool ends_in(const char *path, const char *name)
{
    size_t a = strlen(path);
    size_t b = strlen(name);
    return a >= b && strcmp(path + a - b, name) == 0 &&
           (a == b || path[a - b - 1] == '/');
}

const struct od_coco_image *od_coco_find(const struct od_coco *coco, const char *path)
{
    const char *base = od_path_base(path);
    size_t low = 0;
    size_t high = coco->image_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *name = coco->images[coco->by_name[middle]].file_name;
        if (strcmp(od_path_base(name), base) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const struct od_coco_image *alone = NULL;
    const struct od_coco_image *best = NULL;
    size_t same = 0;
    for (; low < coco->image_count; low++, same++) {
        const struct od_coco_image *image = &coco->images[coco->by_name[low]];
        if (strcmp(od_path_base(image->file_name), base) != 0) {
            break;
        }
        alone = image;
        if (ends_in(path, image->file_name) &&
            (best == NULL || strlen(image->file_name) > strlen(best->file_name))) {
            best = image;
        }
    }
    return best != NULL ? best : same == 1 ? alone : NULL;
}

const char *od_coco_category(const struct od_coco *coco, int id)
{
    for (size_t i = 0; i < coco->category_count; i++) {
        if (coco->categories[i].id == id) {
            return coco->categories[i].name;
        }
    }
    return NULL;
}
