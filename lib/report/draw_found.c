/* Frames and labels of detections. */
#include "report/drawn.h"

#include "base/alloc.h"
#include "image/draw.h"
#include "image/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Letters are this part of the image's shorter side, within limits. */
#define LETTER_SHARE 48.0
#define LETTER_LEAST 8.0

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

/* A label's strip. */
struct strip {
    struct od_point low;
    struct od_point high;
};

static double overlap(const struct strip *a, const struct strip *b)
{
    double x = fmin(a->high.x, b->high.x) - fmax(a->low.x, b->low.x);
    double y = fmin(a->high.y, b->high.y) - fmax(a->low.y, b->low.y);
    return x > 0 && y > 0 ? x * y : 0;
}

/* Where a strip of that size with its corner there lies; never off the image. */
static struct strip strip_at(const struct od_image *image, double x, double y,
                             double width, double height)
{
    struct od_point low = {clamp(x, 0, fmax(0, image->width - width)),
                           clamp(y, 0, fmax(0, image->height - height))};
    return (struct strip){low, {low.x + width, low.y + height}};
}

/* Above the box, else below it, inside it, or at its other side: where the fewest pixels
 * of labels that are there already would be covered; the first of equals. */
static struct strip find_place(const struct od_image *image, const double box[4],
                               double width, double height, const struct strip *placed,
                               size_t count)
{
    double right = box[0] + box[2] - width;
    double below = box[1] + box[3];
    const double corners[][2] = {{box[0], box[1] - height}, {box[0], below},
                                 {right, box[1] - height},  {right, below},
                                 {box[0], box[1]},          {box[0], below - height}};
    struct strip best = {{0, 0}, {0, 0}};
    double least = (double)INFINITY;
    for (size_t i = 0; i < sizeof corners / sizeof corners[0]; i++) {
        struct strip strip = strip_at(image, corners[i][0], corners[i][1], width, height);
        double covered = 0;
        for (size_t k = 0; k < count; k++) {
            covered += overlap(&strip, &placed[k]);
        }
        if (covered < least) {
            least = covered;
            best = strip;
        }
    }
    return best;
}

static struct strip draw_label(struct od_image *image, const struct od_found *found,
                               const char *label, double letter,
                               const struct strip *placed, size_t count)
{
    const double *colour = colour_of(found->category_id);
    double ink = brightness(colour) > 140 ? 0 : 255;
    double pad = letter * 0.3;
    double height = letter * 4 / 3 + 2 * pad;
    double width = od_draw_text_width(label, letter) + 2 * pad;
    struct strip strip = find_place(image, found->box, width, height, placed, count);
    struct od_paint paint = od_paint_flat(colour[0], colour[1], colour[2], 1);
    fill(image, strip.low, strip.high, &paint);
    paint = od_paint_flat(ink, ink, ink, 1);
    od_draw_text(image, (struct od_point){strip.low.x + pad, strip.low.y + pad}, letter,
                 label, &paint);
    return strip;
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
    /* The surest chooses its place first. */
    struct strip *placed = od_xcalloc(count, sizeof *placed);
    for (size_t i = count; i > 0; i--) {
        char *label = label_of(order[i - 1], names);
        placed[count - i] =
            draw_label(image, order[i - 1], label, letter, placed, count - i);
        free(label);
    }
    free(placed);
    free(order);
}
