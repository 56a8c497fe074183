/* Boxes, labels, and which request of a run stands for an image. */
#include "report/drawn.h"

#include "base/alloc.h"
#include "base/file.h"
#include "image/draw.h"
#include "image/text.h"
#include "table/axis.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Letters are this part of the image's shorter side, within limits. */
#define LETTER_SHARE 40.0
#define LETTER_LEAST 9.0
#define QUALITY      92
#define MAX_JPEG     ((size_t)256 << 20)

/* Okabe and Ito's eight (2008), without black, and a blue-grey. */
static const double colours[][3] = {{230, 159, 0},   {86, 180, 233}, {0, 158, 115},
                                    {240, 228, 66},  {0, 114, 178},  {213, 94, 0},
                                    {204, 121, 167}, {140, 150, 170}};

static const double *colour_of(int64_t category)
{
    return colours[(uint64_t)category % (sizeof colours / sizeof colours[0])];
}

/* How bright a colour looks, 0 to 255 (ITU-R BT.601). */
static double brightness(const double *colour)
{
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
}

static char *label_of(const struct od_found *found, const struct od_coco *names)
{
    const char *name = NULL;
    if (names != NULL && found->category_id >= INT32_MIN &&
        found->category_id <= INT32_MAX) {
        name = od_coco_category(names, (int)found->category_id);
    }
    return name != NULL ? od_xasprintf("%s %.2f", name, found->score)
                        : od_xasprintf("category %" PRId64 " %.2f", found->category_id,
                                       found->score);
}

static void fill(struct od_image *image, struct od_point low, struct od_point high,
                 const struct od_paint *paint)
{
    struct od_path path = {0};
    od_path_begin(&path);
    od_path_add(&path, low.x, low.y);
    od_path_add(&path, high.x, low.y);
    od_path_add(&path, high.x, high.y);
    od_path_add(&path, low.x, high.y);
    od_draw_path(image, &path, paint);
    od_path_release(&path);
}

static double clamp(double value, double low, double high)
{
    return fmax(low, fmin(value, high));
}

/* A strip above the box, or inside it where there is no room above; never off the image.
 */
static void draw_label(struct od_image *image, const struct od_found *found,
                       const char *label, double letter)
{
    const double *colour = colour_of(found->category_id);
    double ink = brightness(colour) > 140 ? 0 : 255;
    double pad = letter * 0.35;
    double height = letter * 4 / 3 + 2 * pad;
    double width = od_draw_text_width(label, letter) + 2 * pad;
    double y = found->box[1] >= height ? found->box[1] - height : found->box[1];
    struct od_point low = {clamp(found->box[0], 0, fmax(0, image->width - width)),
                           clamp(y, 0, fmax(0, image->height - height))};
    struct od_point high = {low.x + width, low.y + height};
    struct od_paint paint = od_paint_flat(colour[0], colour[1], colour[2], 0.85);
    fill(image, low, high, &paint);
    paint = od_paint_flat(ink, ink, ink, 1);
    od_draw_text(image, (struct od_point){low.x + pad, low.y + pad}, letter, label,
                 &paint);
}

static int compare_scores(const void *x, const void *y)
{
    const struct od_found *a = *(const struct od_found *const *)x;
    const struct od_found *b = *(const struct od_found *const *)y;
    int order = (a->score > b->score) - (a->score < b->score);
    return order != 0 ? order : (a < b) - (a > b);
}

void od_draw_found(struct od_image *image, const struct od_found *found, size_t count,
                   const struct od_coco *names)
{
    const struct od_found **order = od_xcalloc(count, sizeof *order);
    double side = image->width < image->height ? image->width : image->height;
    double letter = fmax(LETTER_LEAST, side / LETTER_SHARE);
    for (size_t i = 0; i < count; i++) {
        order[i] = &found[i];
    }
    qsort(order, count, sizeof *order, compare_scores);
    for (size_t i = 0; i < count; i++) {
        const double *box = order[i]->box;
        const double *colour = colour_of(order[i]->category_id);
        struct od_paint paint = od_paint_flat(colour[0], colour[1], colour[2], 1);
        struct od_point low = {clamp(box[0], 0, image->width),
                               clamp(box[1], 0, image->height)};
        struct od_point high = {clamp(box[0] + box[2], 0, image->width),
                                clamp(box[1] + box[3], 0, image->height)};
        od_draw_frame(image, low, high, letter / 5, &paint);
    }
    for (size_t i = 0; i < count; i++) {
        char *label = label_of(order[i], names);
        draw_label(image, order[i], label, letter);
        free(label);
    }
    free(order);
}

/* A request whose detections are drawn. */
struct pick {
    const struct od_record *record;
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

static const char *text_of(const char *text)
{
    return text != NULL ? text : "";
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

static char *picture_path(const struct od_drawing *drawing,
                          const struct od_record *record)
{
    char *folder = folder_name(text_of(record->model));
    const char *name = od_path_base(record->file_name);
    char *path = od_xasprintf("%s/%s/%s", drawing->out, folder, name);
    free(folder);
    return path;
}

/* The first request of every picture, in the order of the rows. A model's first
 * combination has all of its images, unless requests failed. */
static void choose(const struct od_drawing *drawing, struct picks *picks)
{
    struct od_axis known = {0};
    for (size_t i = 0; i < drawing->rows->count; i++) {
        const struct od_record *record = &drawing->rows->items[i];
        if (!od_record_counts(record) ||
            *od_path_base(text_of(record->file_name)) == '\0') {
            continue;
        }
        char *path = picture_path(drawing, record);
        size_t before = known.count;
        if (od_axis_add(&known, path) < before) {
            free(path);
            continue;
        }
        picks->items =
            od_xgrow(picks->items, picks->count, &picks->capacity, sizeof *picks->items);
        picks->items[picks->count++] = (struct pick){record, path};
    }
    od_axis_release(&known);
}

static int compare_lines(const void *x, const void *y)
{
    const struct od_detection_line *a = *(const struct od_detection_line *const *)x;
    const struct od_detection_line *b = *(const struct od_detection_line *const *)y;
    int order = strcmp(text_of(a->run_id), text_of(b->run_id));
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
        int order = strcmp(text_of(lines[middle]->run_id), text_of(record->run_id));
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
    char *path = image_path(drawing->images, pick->record->file_name);
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
           strcmp(text_of(lines[end]->run_id), text_of(record->run_id)) == 0) {
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
        size_t count = 0;
        struct od_found *found = found_of(drawing, lines, pick->record, &image, &count);
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
