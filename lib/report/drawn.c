/* Which request of a run stands for an image, and its picture. */
#include "report/drawn.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/tuples.h"
#include "table/axis.h"
#include "table/scope.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define QUALITY  92
#define MAX_JPEG ((size_t)256 << 20)

/* A request whose detections are drawn. */
struct pick {
    size_t row;
    char *path; /* of the picture, owned */
};

struct picks {
    struct pick *items;
    size_t count;
    size_t capacity;
};

static void release_picks(struct picks *picks)
{
    for (size_t i = 0; i < picks->count; i++) {
        free(picks->items[i].path);
    }
    free(picks->items);
}

/* A folder's name: letters, digits and the like as they are. */
static char *folder_name(const char *model)
{
    char *name = od_xstrdup(*model != '\0' ? model : "model");
    for (char *c = name; *c != '\0'; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || *c == '-' || *c == '_' ||
                     (*c == '.' && c != name);
        *c = plain ? *c : '_';
    }
    return name;
}

static char *picture_path(const struct od_drawing *drawing, const struct od_record *kind,
                          const struct od_record *image)
{
    char *folder = folder_name(od_text(kind->model));
    const char *name = od_path_base(image->file_name);
    char *path = od_xasprintf("%s/%s/%s", drawing->out, folder, name);
    free(folder);
    return path;
}

/* The first request of every picture, in the order of the rows. A model's first
 * combination has all of its images, unless requests failed. */
static void choose(const struct od_drawing *drawing, struct picks *picks)
{
    const struct od_rows *rows = drawing->rows;
    struct od_axis known = {0};
    struct od_tuples met = {.width = 2};
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_shared *kind = od_rows_kind(rows, i);
        const struct od_record *image = od_rows_image(rows, i);
        const uint64_t pair[] = {rows->kind_of[i], rows->image_of[i]};
        size_t before = met.count;
        if (!kind->main || !kind->ok ||
            *od_path_base(od_text(image->file_name)) == '\0' ||
            od_tuples_add(&met, pair) < before) {
            continue;
        }
        char *path = picture_path(drawing, &kind->record, image);
        before = known.count;
        if (od_axis_add(&known, path) < before) {
            free(path);
            continue;
        }
        picks->items =
            od_xgrow(picks->items, picks->count, &picks->capacity, sizeof *picks->items);
        picks->items[picks->count++] = (struct pick){i, path};
    }
    od_tuples_release(&met);
    od_axis_release(&known);
}

static int compare_lines(const void *x, const void *y)
{
    const struct od_detection_line *a = *(const struct od_detection_line *const *)x;
    const struct od_detection_line *b = *(const struct od_detection_line *const *)y;
    int order = strcmp(od_text(a->run_id), od_text(b->run_id));
    order = order != 0 ? order : (a->seq > b->seq) - (a->seq < b->seq);
    return order != 0 ? order : (a > b) - (a < b);
}

/* Detections by run and request. Owned by the caller. */
static const struct od_detection_line **sort_lines(const struct od_recorded *recorded)
{
    const struct od_detection_line **lines = od_xcalloc(recorded->count, sizeof *lines);
    for (size_t i = 0; i < recorded->count; i++) {
        lines[i] = &recorded->items[i];
    }
    qsort(lines, recorded->count, sizeof *lines, compare_lines);
    return lines;
}

/* The first line that is not before the request of the record. */
static size_t first_line(const struct od_detection_line **lines, size_t count,
                         const struct od_record *record)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        int order = strcmp(od_text(lines[middle]->run_id), od_text(record->run_id));
        if (order < 0 || (order == 0 && lines[middle]->seq < record->seq)) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

/* By its listed name, else by the last part of it; NULL: it is not there. Owned by the
 * caller. */
static char *image_path(const char *folder, const char *name)
{
    char *path = od_path_join(folder, name);
    if (!od_file_exists(path)) {
        free(path);
        path = od_path_join(folder, od_path_base(name));
    }
    if (!od_file_exists(path)) {
        free(path);
        path = NULL;
    }
    return path;
}

static bool same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* 1: the image is not there. */
static int load(const struct od_drawing *drawing, const struct pick *pick,
                struct od_image *image, struct od_err *err)
{
    struct od_buf data;
    const char *name = od_rows_image(drawing->rows, pick->row)->file_name;
    char *path = image_path(drawing->images, name);
    if (path == NULL) {
        return 1;
    }
    if (same_file(path, pick->path)) {
        int rc = od_fail(err, OD_EINPUT, "%s: the picture would replace the image", path);
        free(path);
        return rc;
    }
    od_buf_init(&data, MAX_JPEG);
    int rc = od_file_read(path, &data, err);
    if (rc == 0) {
        rc = od_jpeg_decode(data.data, data.len, OD_IMAGE_MAX_PIXELS, image, err);
        if (rc != 0) {
            od_err_context(err, "%s", path);
        }
    }
    od_buf_release(&data);
    free(path);
    return rc;
}

static int save(const struct od_image *image, const char *path, struct od_err *err)
{
    struct od_buf data;
    char *folder = od_xstrndup(path, (size_t)(od_path_base(path) - path));
    od_buf_init(&data, 0);
    int rc = od_mkdirs(folder, err);
    if (rc == 0) {
        rc = od_jpeg_encode(image, QUALITY, &data, err);
    }
    if (rc == 0) {
        rc = od_file_write(path, data.data, data.len, err);
    }
    od_buf_release(&data);
    free(folder);
    return rc;
}

/* Found of one request, in the scale of the image as it is. Owned by the caller. */
static struct od_found *found_of(const struct od_drawing *drawing,
                                 const struct od_detection_line **lines,
                                 const struct od_record *record,
                                 const struct od_image *image, size_t *count)
{
    size_t at = first_line(lines, drawing->recorded->count, record);
    size_t end = at;
    double scale_x = record->width > 0 ? image->width / (double)record->width : 1;
    double scale_y = record->height > 0 ? image->height / (double)record->height : 1;
    while (end < drawing->recorded->count && lines[end]->seq == record->seq &&
           strcmp(od_text(lines[end]->run_id), od_text(record->run_id)) == 0) {
        end++;
    }
    struct od_found *found = od_xcalloc(end - at, sizeof *found);
    *count = 0;
    for (; at < end; at++) {
        if (lines[at]->found.score >= drawing->least_score) {
            struct od_found *item = &found[(*count)++];
            *item = lines[at]->found;
            item->box[0] *= scale_x;
            item->box[1] *= scale_y;
            item->box[2] *= scale_x;
            item->box[3] *= scale_y;
        }
    }
    return found;
}

static int draw_one(const struct od_drawing *drawing,
                    const struct od_detection_line **lines, const struct pick *pick,
                    struct od_drawn *out, struct od_err *err)
{
    struct od_image image = {0};
    int rc = load(drawing, pick, &image, err);
    if (rc == 0) {
        struct od_record record;
        size_t count = 0;
        od_rows_get(drawing->rows, pick->row, &record);
        struct od_found *found = found_of(drawing, lines, &record, &image, &count);
        od_draw_found(&image, found, count, drawing->names);
        free(found);
        rc = save(&image, pick->path, err);
        out->pictures += rc == 0;
    } else if (rc > 0) {
        out->absent++;
        rc = 0;
    }
    od_image_release(&image);
    return rc;
}

int od_draw_all(const struct od_drawing *drawing, struct od_drawn *out,
                struct od_err *err)
{
    struct picks picks = {0};
    const struct od_detection_line **lines = sort_lines(drawing->recorded);
    int rc = 0;
    *out = (struct od_drawn){0};
    choose(drawing, &picks);
    if (picks.count == 0) {
        rc = od_fail(err, OD_EINPUT, "no request was answered: there is nothing to draw");
    }
    for (size_t i = 0; rc == 0 && i < picks.count; i++) {
        rc = draw_one(drawing, lines, &picks.items[i], out, err);
    }
    if (rc == 0 && out->pictures == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: none of the %zu images is there",
                     drawing->images, picks.count);
    }
    release_picks(&picks);
    free(lines);
    return rc;
}
