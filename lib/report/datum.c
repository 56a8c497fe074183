/* Rows to medians of images. */
#include "report/datum.h"

#include "base/alloc.h"
#include "base/file.h"
#include "stats/quantile.h"
#include "table/obs.h"
#include "table/scope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_ints(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_combinations(const struct od_datum *a, const struct od_datum *b)
{
    int order = compare_sizes(a->client, b->client);
    order = order != 0 ? order : compare_sizes(a->target, b->target);
    order = order != 0 ? order : compare_sizes(a->model, b->model);
    return order != 0 ? order : (int)a->family - (int)b->family;
}

static int compare_places(const struct od_datum *a, const struct od_datum *b)
{
    int order = compare_combinations(a, b);
    return order != 0 ? order : compare_sizes(a->image, b->image);
}

static int payload_rank(const char *payload)
{
    static const char *const plain[] = {"tensor", "json", "jpeg", "b64"};
    size_t i = 0;
    while (i < sizeof plain / sizeof plain[0] &&
           strcmp(plain[i], od_text(payload)) != 0) {
        i++;
    }
    return (int)i;
}

/* A closed loop is before every rate. */
static int compare_rates(double a, double b)
{
    if (isnan(a) || isnan(b)) {
        return (int)isnan(b) - (int)isnan(a);
    }
    return (a > b) - (a < b);
}

/* Variants of a combination, the plainest first; 0: the same variant. */
static int compare_variants(const struct od_record *a, const struct od_record *b)
{
    int order = payload_rank(a->payload) - payload_rank(b->payload);
    order = order != 0 ? order : strcmp(od_text(a->payload), od_text(b->payload));
    order = order != 0 ? order : compare_ints(a->batch, b->batch);
    order = order != 0 ? order : compare_rates(a->rate, b->rate);
    order = order != 0 ? order : compare_ints(a->concurrency, b->concurrency);
    order = order != 0 ? order : -strcmp(od_text(a->connection), od_text(b->connection));
    return order != 0 ? order : strcmp(od_text(a->protocol), od_text(b->protocol));
}

/* What a kind of rows belongs to. */
struct placed {
    struct od_datum place; /* but for the image and its facts */
    const struct od_record *kind;
    size_t number; /* of the kind */
};

static int compare_placed(const void *x, const void *y)
{
    const struct placed *a = x;
    const struct placed *b = y;
    int order = compare_combinations(&a->place, &b->place);
    return order != 0 ? order : compare_variants(a->kind, b->kind);
}

static bool counts(const struct od_rows *rows, size_t row)
{
    const struct od_shared *kind = od_rows_kind(rows, row);
    return kind->main && kind->ok && od_rows_int(rows, OD_AT_service_ns, row) > 0;
}

/* What carries the protocol: gRPC when its name says so. */
static enum od_family family_of(const struct od_record *record)
{
    return strstr(od_text(record->protocol), "grpc") != NULL ? OD_FAMILY_GRPC
                                                             : OD_FAMILY_REST;
}

static void add_labels(struct od_data *points, const struct od_rows *rows)
{
    bool *kinds = od_xcalloc(rows->kinds.count, sizeof *kinds);
    bool *images = od_xcalloc(rows->images.count, sizeof *images);
    for (size_t i = 0; i < rows->count; i++) {
        bool counted = counts(rows, i);
        kinds[rows->kind_of[i]] |= counted;
        images[rows->image_of[i]] |= counted;
    }
    for (size_t i = 0; i < rows->kinds.count; i++) {
        const struct od_record *kind = &rows->kinds.items[i]->record;
        if (kinds[i]) {
            (void)od_axis_add(&points->clients, od_text(kind->client));
            (void)od_axis_add(&points->targets, od_text(kind->target));
            (void)od_axis_add(&points->models, od_text(kind->model));
        }
    }
    for (size_t i = 0; i < rows->images.count; i++) {
        const char *name = od_text(rows->images.items[i]->record.file_name);
        if (images[i]) {
            (void)od_axis_add(&points->images, od_path_base(name));
        }
    }
    free(kinds);
    free(images);
    od_axis_sort(&points->clients, od_axis_machines);
    od_axis_sort(&points->targets, od_axis_machines);
    od_axis_sort(&points->models, od_axis_models);
    od_axis_sort(&points->images, NULL);
}

/* All kinds in the order of their combinations and variants. Owned by the caller. */
static struct placed *place_kinds(const struct od_data *points,
                                  const struct od_rows *rows)
{
    struct placed *placed = od_xcalloc(rows->kinds.count, sizeof *placed);
    for (size_t i = 0; i < rows->kinds.count; i++) {
        const struct od_record *kind = &rows->kinds.items[i]->record;
        placed[i].kind = kind;
        placed[i].number = i;
        placed[i].place = (struct od_datum){
            .client = od_axis_find(&points->clients, od_text(kind->client)),
            .target = od_axis_find(&points->targets, od_text(kind->target)),
            .model = od_axis_find(&points->models, od_text(kind->model)),
            .family = family_of(kind)};
    }
    qsort(placed, rows->kinds.count, sizeof *placed, compare_placed);
    return placed;
}

/* Times by variant and image: the image of an observation is that of the axis, its unit
 * the row. */
static struct od_obs_list collect(const struct od_data *points,
                                  const struct od_rows *rows, const size_t *variant_of,
                                  size_t variants)
{
    struct od_obs_list list = {0};
    size_t *image_of = od_xcalloc(rows->images.count, sizeof *image_of);
    for (size_t i = 0; i < rows->images.count; i++) {
        const char *name = od_text(rows->images.items[i]->record.file_name);
        image_of[i] = od_axis_find(&points->images, od_path_base(name));
    }
    od_obs_init(&list, variants);
    for (size_t i = 0; i < rows->count; i++) {
        if (counts(rows, i)) {
            const struct od_obs obs = {(uint32_t)image_of[rows->image_of[i]], (uint32_t)i,
                                       od_rows_int(rows, OD_AT_service_ns, i)};
            od_obs_add(&list, variant_of[rows->kind_of[i]], &obs);
        }
    }
    od_obs_sort(&list);
    free(image_of);
    return list;
}

/* The rows of one image in one variant as a point of that place. */
static struct od_datum median_of(const struct od_rows *rows, const struct od_obs *obs,
                                 size_t count, const struct od_datum *place)
{
    struct od_datum point = *place;
    size_t least = 0;
    int64_t *ns = od_xcalloc(count, sizeof *ns);
    for (size_t i = 0; i < count; i++) {
        ns[i] = obs[i].ns;
        least = ns[i] < ns[least] ? i : least;
    }
    od_sort_ns(ns, count);
    const struct od_record *kind = &od_rows_kind(rows, obs[least].unit)->record;
    const struct od_record *image = od_rows_image(rows, obs[least].unit);
    bool sized = image->width > 0 && image->width <= 65535 && image->height > 0 &&
                 image->height <= 65535;
    struct od_quantile_place at = od_quantile_place(count, 500);
    size_t high = at.low + 1 < count ? at.low + 1 : at.low;
    point.image = obs[0].image;
    point.ns = od_quantile_between(ns[at.low], ns[high], at.share);
    point.count = count;
    point.remote = strcmp(od_text(kind->placement), "remote") == 0;
    point.bytes = image->file_bytes;
    point.objects = image->gt_objects;
    point.pixels = sized ? image->width * image->height : OD_NONE;
    free(ns);
    return point;
}

/* A combination's plainest variant comes first, the others are left out. */
static void make_points(struct od_data *points, const struct od_rows *rows,
                        const struct placed *variants, const struct od_obs_list *list)
{
    size_t capacity = 0;
    const struct placed *taken = NULL;
    for (size_t v = 0; v < list->cell_count; v++) {
        size_t count = 0;
        const struct od_obs *obs = od_obs_cell(list, v, &count);
        if (count > 0 && taken != NULL &&
            compare_combinations(&taken->place, &variants[v].place) == 0) {
            points->left_out += count;
            continue;
        }
        taken = count > 0 ? &variants[v] : taken;
        for (size_t i = 0, end = 0; i < count; i = end) {
            for (end = i + 1; end < count && obs[end].image == obs[i].image; end++) {
            }
            points->items =
                od_xgrow(points->items, points->count, &capacity, sizeof *points->items);
            points->items[points->count++] =
                median_of(rows, &obs[i], end - i, &variants[v].place);
        }
    }
}

void od_data_make(struct od_data *points, const struct od_rows *rows)
{
    add_labels(points, rows);
    struct placed *kinds = place_kinds(points, rows);
    size_t *variant_of = od_xcalloc(rows->kinds.count, sizeof *variant_of);
    size_t variants = 0;
    for (size_t i = 0; i < rows->kinds.count; i++) {
        bool same = variants > 0 && compare_placed(&kinds[variants - 1], &kinds[i]) == 0;
        variant_of[kinds[i].number] = same ? variants - 1 : variants;
        if (!same) {
            kinds[variants++] = kinds[i];
        }
    }
    struct od_obs_list list = collect(points, rows, variant_of, variants);
    make_points(points, rows, kinds, &list);
    od_obs_release(&list);
    free(variant_of);
    free(kinds);
}

void od_data_release(struct od_data *points)
{
    free(points->items);
    od_axis_release(&points->clients);
    od_axis_release(&points->targets);
    od_axis_release(&points->models);
    od_axis_release(&points->images);
    *points = (struct od_data){0};
}

static int compare_points(const void *a, const void *b)
{
    return compare_places(a, b);
}

const struct od_datum *od_data_find(const struct od_data *points,
                                    const struct od_datum *place)
{
    return points->count == 0 ? NULL
                              : bsearch(place, points->items, points->count,
                                        sizeof *points->items, compare_points);
}

size_t od_data_span(const struct od_data *points, size_t from)
{
    size_t end = from;
    while (end < points->count &&
           compare_combinations(&points->items[from], &points->items[end]) == 0) {
        end++;
    }
    return end;
}
