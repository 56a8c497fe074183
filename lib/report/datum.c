/* Rows to medians of images. */
#include "report/datum.h"

#include "base/alloc.h"
#include "base/file.h"
#include "stats/quantile.h"
#include "table/scope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A row that counts, with its place. */
struct seen {
    struct od_datum place;
    const struct od_record *record;
};

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

static int compare_seen(const void *x, const void *y)
{
    const struct seen *a = x;
    const struct seen *b = y;
    int order = compare_combinations(&a->place, &b->place);
    order = order != 0 ? order : compare_variants(a->record, b->record);
    order = order != 0 ? order : compare_sizes(a->place.image, b->place.image);
    return order != 0 ? order
                      : compare_ints(a->record->service_ns, b->record->service_ns);
}

static bool counts(const struct od_record *record)
{
    return od_record_counts(record) && record->service_ns > 0;
}

/* What carries the protocol: gRPC when its name says so. */
static enum od_family family_of(const struct od_record *record)
{
    return strstr(od_text(record->protocol), "grpc") != NULL ? OD_FAMILY_GRPC
                                                             : OD_FAMILY_REST;
}

static void add_labels(struct od_data *points, const struct od_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_record *record = &rows->items[i];
        if (counts(record)) {
            (void)od_axis_add(&points->clients, od_text(record->client));
            (void)od_axis_add(&points->targets, od_text(record->target));
            (void)od_axis_add(&points->models, od_text(record->model));
            (void)od_axis_add(&points->images, od_path_base(od_text(record->file_name)));
        }
    }
    od_axis_sort(&points->clients, od_axis_machines);
    od_axis_sort(&points->targets, od_axis_machines);
    od_axis_sort(&points->models, od_axis_models);
    od_axis_sort(&points->images, NULL);
}

static struct od_datum place_of(const struct od_data *points,
                                const struct od_record *record)
{
    const char *image = od_path_base(od_text(record->file_name));
    bool sized = record->width > 0 && record->width <= 65535 && record->height > 0 &&
                 record->height <= 65535;
    return (struct od_datum){
        .client = od_axis_find(&points->clients, od_text(record->client)),
        .target = od_axis_find(&points->targets, od_text(record->target)),
        .model = od_axis_find(&points->models, od_text(record->model)),
        .family = family_of(record),
        .image = od_axis_find(&points->images, image),
        .remote = strcmp(od_text(record->placement), "remote") == 0,
        .bytes = record->file_bytes,
        .objects = record->gt_objects,
        .pixels = sized ? record->width * record->height : OD_NONE};
}

/* The rows of one image in one variant, ascending by time, as a point. */
static struct od_datum median_of(const struct seen *seen, size_t count)
{
    struct od_datum point = seen[0].place;
    struct od_quantile_place at = od_quantile_place(count, 500);
    size_t high = at.low + 1 < count ? at.low + 1 : at.low;
    point.ns = od_quantile_between(seen[at.low].record->service_ns,
                                   seen[high].record->service_ns, at.share);
    point.count = count;
    return point;
}

/* seen is sorted: a combination's plainest variant comes first, the others are left out.
 */
static void make_points(struct od_data *points, const struct seen *seen, size_t count)
{
    size_t capacity = 0;
    const struct seen *first = NULL; /* of the combination */
    for (size_t i = 0, end = 0; i < count; i = end) {
        bool fresh =
            first == NULL || compare_combinations(&first->place, &seen[i].place) != 0;
        first = fresh ? &seen[i] : first;
        for (end = i + 1;
             end < count && compare_places(&seen[i].place, &seen[end].place) == 0 &&
             compare_variants(seen[i].record, seen[end].record) == 0;
             end++) {
        }
        if (compare_variants(first->record, seen[i].record) != 0) {
            points->left_out += end - i;
            continue;
        }
        points->items =
            od_xgrow(points->items, points->count, &capacity, sizeof *points->items);
        points->items[points->count++] = median_of(&seen[i], end - i);
    }
}

void od_data_make(struct od_data *points, const struct od_rows *rows)
{
    struct seen *seen = od_xcalloc(rows->count, sizeof *seen);
    size_t count = 0;
    add_labels(points, rows);
    for (size_t i = 0; i < rows->count; i++) {
        if (counts(&rows->items[i])) {
            seen[count].place = place_of(points, &rows->items[i]);
            seen[count++].record = &rows->items[i];
        }
    }
    qsort(seen, count, sizeof *seen, compare_seen);
    make_points(points, seen, count);
    free(seen);
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
