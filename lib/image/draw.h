/* Anti-aliased drawing: closed paths, filled flat or with a linear change of colour. */
#ifndef OD_IMAGE_DRAW_H
#define OD_IMAGE_DRAW_H

#include "image/image.h"

#include <stddef.h>

/* In pixels: 0,0 is the upper left corner of the upper left pixel, y grows downward. */
struct od_point {
    double x, y;
};

enum { OD_PATH_CONTOURS = 4 };

/*
 * Closed contours, owned points. A point is inside where a ray crosses the contours an
 * odd number of times, so a contour inside another one is a hole. A zeroed path is empty
 * and valid. starts[i] is the index of the first point of contour i.
 */
struct od_path {
    struct od_point *points;
    size_t count;
    size_t capacity;
    size_t starts[OD_PATH_CONTOURS];
    size_t contours;
};

void od_path_release(struct od_path *path);
/* Empties it and keeps the memory. */
void od_path_reset(struct od_path *path);
/* Begins a contour (at most OD_PATH_CONTOURS); the first one too. */
void od_path_begin(struct od_path *path);
void od_path_add(struct od_path *path, double x, double y);
void od_path_move(struct od_path *path, double dx, double dy);

/* The smallest upright rectangle around all points; zeros for an empty path. */
void od_path_bounds(const struct od_path *path, struct od_point *low,
                    struct od_point *high);

/*
 * The area in square pixels: the signed areas of the contours added up, so a hole has to
 * run the other way round than what it is cut from, and no contour may cross another.
 */
double od_path_area(const struct od_path *path);

/* Colours are 0..255 for red, green and blue. */
struct od_paint {
    double from[3]; /* the colour up to start */
    double to[3];   /* the colour from end on; between them it changes evenly */
    struct od_point start, end; /* the same point means: from everywhere */
    double opacity;             /* 0 invisible .. 1 covers what is below */
};

/* One colour everywhere. */
struct od_paint od_paint_flat(double red, double green, double blue, double opacity);

/*
 * Fills the path. Each pixel takes as much of the colour as the path covers of it (exact
 * along x, four samples along y); what lies outside the image is cut off. The same pixels
 * on every x86-64 compiler: only IEEE doubles and plain operations.
 */
void od_draw_path(struct od_image *image, const struct od_path *path,
                  const struct od_paint *paint);

/* A straight line with square ends, width in pixels; nothing when its ends coincide. */
void od_draw_line(struct od_image *image, struct od_point from, struct od_point to,
                  double width, const struct od_paint *paint);

/* The outline of an upright rectangle, width pixels inward from its edges. */
void od_draw_frame(struct od_image *image, struct od_point low, struct od_point high,
                   double width, const struct od_paint *paint);

/*
 * The point of the unit circle at an angle in turns (1 is the full circle): cosine in x,
 * sine in y, to 1e-14. Not from libm, whose last digits differ between machines.
 */
struct od_point od_circle_point(double turns);

#endif
