/* Chooses images of a data set. */
#include "dataset/selection.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "base/rng.h"
#include "dataset/relpath.h"

#include <stdlib.h>
#include <string.h>

static int parse_end(const char *text, bool bytes, int64_t *out, struct od_err *err)
{
    return bytes ? od_parse_bytes(text, out, err)
                 : od_parse_i64(text, 0, INT64_MAX, out, err);
}

int od_range_parse(const char *text, bool bytes, struct od_range *out, struct od_err *err)
{
    struct od_range range = OD_RANGE_ALL;
    const char *dots = strstr(text, "..");
    char *low = od_xstrndup(text, dots != NULL ? (size_t)(dots - text) : strlen(text));
    const char *high = dots != NULL ? dots + 2 : text;
    int rc = 0;
    if (text[0] == '\0' || strcmp(text, "..") == 0) {
        rc = od_fail(err, OD_EINPUT, "'%s' is not a range such as 2..5", text);
    }
    if (rc == 0 && low[0] != '\0') {
        rc = parse_end(low, bytes, &range.low, err);
    }
    if (rc == 0 && high[0] != '\0') {
        rc = parse_end(high, bytes, &range.high, err);
    }
    if (rc == 0 && range.low > range.high) {
        rc = od_fail(err, OD_EINPUT, "'%s' begins above its end", text);
    }
    if (rc == 0) {
        *out = range;
    }
    free(low);
    return rc;
}

void od_picks_release(struct od_picks *picks)
{
    free(picks->items);
    *picks = (struct od_picks){0};
}

static void add_pick(struct od_picks *picks, size_t index)
{
    picks->items =
        od_xgrow(picks->items, picks->count, &picks->capacity, sizeof *picks->items);
    picks->items[picks->count++] = index;
}

void od_picks_all(const struct od_dataset *dataset, struct od_picks *out)
{
    *out = (struct od_picks){0};
    for (size_t i = 0; i < od_dataset_count(dataset); i++) {
        add_pick(out, i);
    }
}

/* What qsort sees: it has no argument for the data set. */
struct sort_key {
    int64_t value;
    const char *name;
    size_t index;
};

static int by_key(const void *a, const void *b)
{
    const struct sort_key *x = a;
    const struct sort_key *y = b;
    if (x->value != y->value) {
        return x->value < y->value ? -1 : 1;
    }
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static int64_t pixels_of(const struct od_sample *sample)
{
    return (int64_t)sample->width * sample->height;
}

static struct sort_key key_of(const struct od_dataset *dataset, enum od_order order,
                              size_t index)
{
    const struct od_sample *sample = od_dataset_at(dataset, index);
    struct sort_key key = {.name = sample->file_name, .index = index};
    switch (order) {
    case OD_ORDER_GIVEN:
        key.value = (int64_t)index;
        break;
    case OD_ORDER_NAME:
        break;
    case OD_ORDER_ID:
        key.value = sample->image_id;
        break;
    case OD_ORDER_BYTES:
        key.value = sample->file_bytes;
        break;
    case OD_ORDER_PIXELS:
        key.value = pixels_of(sample);
        break;
    case OD_ORDER_OBJECTS:
        key.value = sample->object_count;
        break;
    }
    return key;
}

void od_picks_sort(const struct od_dataset *dataset, enum od_order order, bool reverse,
                   struct od_picks *picks)
{
    size_t n = picks->count;
    struct sort_key *keys = od_xcalloc(n + 1, sizeof *keys);
    for (size_t i = 0; i < n; i++) {
        keys[i] = key_of(dataset, order, picks->items[i]);
    }
    qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; i < n; i++) {
        picks->items[i] = keys[reverse ? n - 1 - i : i].index;
    }
    free(keys);
}

/* Finds a file by its bare name among picks that are sorted by name. */
static bool find_name(const struct od_dataset *dataset, const struct od_picks *sorted,
                      const char *name, size_t *out)
{
    size_t low = 0;
    size_t high = sorted->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *at = od_dataset_at(dataset, sorted->items[middle])->file_name;
        if (strcmp(at, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == sorted->count) {
        return false;
    }
    *out = sorted->items[low];
    return strcmp(od_dataset_at(dataset, *out)->file_name, name) == 0;
}

/* Replaces all picks, which are sorted by name, with the listed ones. */
static int apply_list(const struct od_dataset *dataset, const struct od_selection *s,
                      struct od_picks *picks, size_t *missing, struct od_err *err)
{
    struct od_picks listed = {0};
    int rc = 0;
    for (size_t i = 0; i < s->list->count && rc == 0; i++) {
        const struct od_manifest_entry *entry = &s->list->entries[i];
        size_t index = 0;
        if (find_name(dataset, picks, od_path_base(entry->name), &index)) {
            add_pick(&listed, index);
        } else if (s->allow_missing) {
            ++*missing;
        } else {
            rc = od_fail(err, OD_ENOENT, "%s:%zu: %s is not among the images",
                         s->list_name, entry->line, entry->name);
        }
    }
    od_picks_release(picks);
    *picks = listed;
    return rc;
}

static bool within(int64_t value, const struct od_range *range)
{
    return value >= range->low && value <= range->high;
}

static bool is_all(const struct od_range *range)
{
    return range->low == 0 && range->high == INT64_MAX;
}

static void apply_ranges(const struct od_dataset *dataset, const struct od_selection *s,
                         struct od_picks *picks)
{
    size_t kept = 0;
    for (size_t i = 0; i < picks->count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, picks->items[i]);
        if (within(sample->file_bytes, &s->bytes) &&
            within(pixels_of(sample), &s->pixels) &&
            (is_all(&s->objects) || within(sample->object_count, &s->objects))) {
            picks->items[kept++] = picks->items[i];
        }
    }
    picks->count = kept;
}

/* Keeps a random part, in the order it had. */
static void apply_draw(const struct od_selection *s, struct od_picks *picks)
{
    if (s->random == 0 || s->random >= picks->count) {
        return;
    }
    size_t n = picks->count;
    size_t *order = od_xcalloc(n, sizeof *order);
    bool *drawn = od_xcalloc(n, sizeof *drawn);
    struct od_rng rng;
    od_rng_init(&rng, s->seed, 0);
    for (size_t i = 0; i < n; i++) {
        order[i] = i;
    }
    od_rng_shuffle(&rng, order, n);
    for (size_t i = 0; i < s->random; i++) {
        drawn[order[i]] = true;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (drawn[i]) {
            picks->items[kept++] = picks->items[i];
        }
    }
    picks->count = kept;
    free(drawn);
    free(order);
}

int od_select(const struct od_dataset *dataset, const struct od_selection *selection,
              struct od_picks *out, size_t *missing, struct od_err *err)
{
    *out = (struct od_picks){0};
    *missing = 0;
    if (!is_all(&selection->objects) && od_dataset_annotations(dataset) == NULL) {
        return od_fail(err, OD_EINPUT,
                       "objects can only be counted with annotations: no file of them");
    }
    od_picks_all(dataset, out);
    od_picks_sort(dataset, OD_ORDER_NAME, false, out);
    int rc = 0;
    if (selection->list != NULL) {
        rc = apply_list(dataset, selection, out, missing, err);
    }
    if (rc == 0) {
        apply_ranges(dataset, selection, out);
        apply_draw(selection, out);
        if (selection->first > 0 && selection->first < out->count) {
            out->count = selection->first;
        }
        if (out->count == 0) {
            rc = od_fail(err, OD_EINPUT, "none of %zu images fits the selection",
                         od_dataset_count(dataset));
        }
    }
    if (rc != 0) {
        od_picks_release(out);
    }
    return rc;
}

static int add_entry(const struct od_sample *sample, const struct od_manifest_spec *spec,
                     struct od_manifest *out, struct od_err *err)
{
    char sha256[OD_SHA256_SIZE];
    char *name = NULL;
    if (od_sha256_file(sample->path, sha256, err) != 0) {
        return -1;
    }
    if (spec->bare_names) {
        name = od_xstrdup(sample->file_name);
    } else if (od_path_relative(spec->folder, sample->path, &name, err) != 0) {
        return -1;
    }
    od_manifest_add(out, name, sha256);
    free(name);
    return 0;
}

int od_picks_manifest(const struct od_dataset *dataset, const struct od_picks *picks,
                      const struct od_manifest_spec *spec, struct od_manifest *out,
                      struct od_err *err)
{
    const char *annotations = od_dataset_annotations(dataset);
    int rc = 0;
    *out = (struct od_manifest){0};
    if (annotations != NULL && !spec->bare_names) {
        rc = od_path_relative(spec->folder, annotations, &out->annotations, err);
    }
    for (size_t i = 0; i < picks->count && rc == 0; i++) {
        rc = add_entry(od_dataset_at(dataset, picks->items[i]), spec, out, err);
    }
    if (rc != 0) {
        od_manifest_release(out);
    }
    return rc;
}
