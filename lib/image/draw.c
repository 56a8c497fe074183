/* Anti-aliased drawing of closed paths. */
#include "image/draw.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SUBLINES = 4 };

void od_path_release(struct od_path *path)
{
    free(path->points);
    *path = (struct od_path){0};
}

void od_path_reset(struct od_path *path)
{
    path->count = 0;
    path->contours = 0;
}

void od_path_begin(struct od_path *path)
{
    assert(path->contours < OD_PATH_CONTOURS);
    path->starts[path->contours++] = path->count;
}

void od_path_add(struct od_path *path, double x, double y)
{
    path->points =
        od_xgrow(path->points, path->count, &path->capacity, sizeof *path->points);
    path->points[path->count++] = (struct od_point){x, y};
}

void od_path_move(struct od_path *path, double dx, double dy)
{
    for (size_t i = 0; i < path->count; i++) {
        path->points[i].x += dx;
        path->points[i].y += dy;
    }
}

void od_path_bounds(const struct od_path *path, struct od_point *low,
                    struct od_point *high)
{
    *low = path->count > 0 ? path->points[0] : (struct od_point){0, 0};
    *high = *low;
    for (size_t i = 1; i < path->count; i++) {
        struct od_point p = path->points[i];
        low->x = p.x < low->x ? p.x : low->x;
        low->y = p.y < low->y ? p.y : low->y;
        high->x = p.x > high->x ? p.x : high->x;
        high->y = p.y > high->y ? p.y : high->y;
    }
}

/* The edge that begins at point i: its end is the next point of the same contour. */
static struct od_point edge_end(const struct od_path *path, size_t contour, size_t i)
{
    size_t stop = contour + 1 < path->contours ? path->starts[contour + 1] : path->count;
    return path->points[i + 1 < stop ? i + 1 : path->starts[contour]];
}

static size_t contour_stop(const struct od_path *path, size_t contour)
{
    return contour + 1 < path->contours ? path->starts[contour + 1] : path->count;
}

double od_path_area(const struct od_path *path)
{
    double twice = 0;
    for (size_t c = 0; c < path->contours; c++) {
        for (size_t i = path->starts[c]; i < contour_stop(path, c); i++) {
            struct od_point a = path->points[i];
            struct od_point b = edge_end(path, c, i);
            twice += a.x * b.y - b.x * a.y;
        }
    }
    return fabs(twice) / 2;
}

struct od_paint od_paint_flat(double red, double green, double blue, double opacity)
{
    return (struct od_paint){
        .from = {red, green, blue}, .to = {red, green, blue}, .opacity = opacity};
}

/* Where the horizontal line at y crosses the path, in ascending order. */
static size_t find_crossings(const struct od_path *path, double y, double *out)
{
    size_t n = 0;
    for (size_t c = 0; c < path->contours; c++) {
        for (size_t i = path->starts[c]; i < contour_stop(path, c); i++) {
            struct od_point a = path->points[i];
            struct od_point b = edge_end(path, c, i);
            if ((a.y <= y) == (b.y <= y)) {
                continue;
            }
            double x = a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y);
            size_t at = n++;
            for (; at > 0 && out[at - 1] > x; at--) {
                out[at] = out[at - 1];
            }
            out[at] = x;
        }
    }
    return n;
}

/* Adds the part of every pixel that lies between x0 and x1, which are inside the row. */
static void add_span(double *cover, double x0, double x1)
{
    size_t first = (size_t)x0;
    size_t last = (size_t)x1;
    if (first == last) {
        cover[first] += (x1 - x0) / SUBLINES;
        return;
    }
    cover[first] += ((double)first + 1 - x0) / SUBLINES;
    for (size_t x = first + 1; x < last; x++) {
        cover[x] += 1.0 / SUBLINES;
    }
    cover[last] += (x1 - (double)last) / SUBLINES;
}

static double clamp(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

/* The path's share of every pixel of a row; cover has one item more than the row. */
static void cover_row(const struct od_path *path, int row, int width, double *crossings,
                      double *cover)
{
    for (int s = 0; s < SUBLINES; s++) {
        double y = row + (s + 0.5) / SUBLINES;
        size_t n = find_crossings(path, y, crossings);
        for (size_t i = 0; i + 1 < n; i += 2) {
            add_span(cover, clamp(crossings[i], 0, width),
                     clamp(crossings[i + 1], 0, width));
        }
    }
}

static double paint_position(const struct od_paint *paint, double x, double y)
{
    double dx = paint->end.x - paint->start.x;
    double dy = paint->end.y - paint->start.y;
    double len2 = dx * dx + dy * dy;
    if (len2 <= 0) {
        return 0;
    }
    return clamp(((x - paint->start.x) * dx + (y - paint->start.y) * dy) / len2, 0, 1);
}

static void blend_row(struct od_image *image, int row, int first, int last,
                      const struct od_paint *paint, double *cover)
{
    for (int x = first; x < last; x++) {
        double alpha = clamp(cover[x], 0, 1) * paint->opacity;
        cover[x] = 0;
        if (alpha <= 0) {
            continue;
        }
        uint8_t *to =
            image->pixels + ((size_t)row * (size_t)image->width + (size_t)x) * 3;
        double t = paint_position(paint, x + 0.5, row + 0.5);
        for (int c = 0; c < 3; c++) {
            double colour = paint->from[c] + (paint->to[c] - paint->from[c]) * t;
            double v = to[c] + (colour - to[c]) * alpha;
            to[c] = (uint8_t)(clamp(v, 0, 255) + 0.5);
        }
    }
}

void od_draw_path(struct od_image *image, const struct od_path *path,
                  const struct od_paint *paint)
{
    struct od_point low, high;
    od_path_bounds(path, &low, &high);
    int top = (int)floor(clamp(low.y, 0, image->height));
    int bottom = (int)ceil(clamp(high.y, 0, image->height));
    int first = (int)floor(clamp(low.x, 0, image->width));
    int last = (int)ceil(clamp(high.x, 0, image->width));
    double *cover = od_xcalloc((size_t)image->width + 1, sizeof *cover);
    double *crossings = od_xcalloc(path->count + 1, sizeof *crossings);
    for (int row = top; row < bottom; row++) {
        cover_row(path, row, image->width, crossings, cover);
        /* A span that ends at the right border adds nothing to the item behind the row,
         * which is therefore never cleared. */
        blend_row(image, row, first, last, paint, cover);
    }
    free(crossings);
    free(cover);
}

void od_draw_line(struct od_image *image, struct od_point from, struct od_point to,
                  double width, const struct od_paint *paint)
{
    double dx = to.x - from.x;
    double dy = to.y - from.y;
    double len = sqrt(dx * dx + dy * dy);
    if (len <= 0) {
        return;
    }
    double px = -dy / len * width / 2;
    double py = dx / len * width / 2;
    struct od_path path = {0};
    od_path_begin(&path);
    od_path_add(&path, from.x + px, from.y + py);
    od_path_add(&path, to.x + px, to.y + py);
    od_path_add(&path, to.x - px, to.y - py);
    od_path_add(&path, from.x - px, from.y - py);
    od_draw_path(image, &path, paint);
    od_path_release(&path);
}

void od_draw_frame(struct od_image *image, struct od_point low, struct od_point high,
                   double width, const struct od_paint *paint)
{
    struct od_path path = {0};
    double inset = width;
    bool hollow = high.x - low.x > 2 * width && high.y - low.y > 2 * width;
    od_path_begin(&path);
    od_path_add(&path, low.x, low.y);
    od_path_add(&path, high.x, low.y);
    od_path_add(&path, high.x, high.y);
    od_path_add(&path, low.x, high.y);
    if (hollow) {
        od_path_begin(&path);
        od_path_add(&path, low.x + inset, low.y + inset);
        od_path_add(&path, low.x + inset, high.y - inset);
        od_path_add(&path, high.x - inset, high.y - inset);
        od_path_add(&path, high.x - inset, low.y + inset);
    }
    od_draw_path(image, &path, paint);
    od_path_release(&path);
}

/* Sine and cosine of an angle of at most an eighth of a turn, as their power series. */
static double sine(double x)
{
    double q = x * x;
    double sum = 1 - q / 210 * (1 - q / 272);
    sum = 1 - q / 156 * sum;
    sum = 1 - q / 110 * sum;
    sum = 1 - q / 72 * sum;
    sum = 1 - q / 42 * sum;
    sum = 1 - q / 20 * sum;
    return x * (1 - q / 6 * sum);
}

static double cosine(double x)
{
    double q = x * x;
    double sum = 1 - q / 182 * (1 - q / 240);
    sum = 1 - q / 132 * sum;
    sum = 1 - q / 90 * sum;
    sum = 1 - q / 56 * sum;
    sum = 1 - q / 30 * sum;
    sum = 1 - q / 12 * sum;
    return 1 - q / 2 * sum;
}

struct od_point od_circle_point(double turns)
{
    double part = turns - floor(turns);
    int quarter = (int)floor(part * 4 + 0.5);
    double angle = (part - quarter * 0.25) * 6.283185307179586;
    double c = cosine(angle);
    double s = sine(angle);
    switch (quarter & 3) {
    case 1:
        return (struct od_point){-s, c};
    case 2:
        return (struct od_point){-c, -s};
    case 3:
        return (struct od_point){s, -c};
    }
    return (struct od_point){c, s};
}
