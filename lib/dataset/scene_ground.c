/* What a scene's objects lie on, and the grain over everything. */
#include "dataset/scene_parts.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

enum { WAVES = 3, LINES = 12 };

/* How far the strongest grain moves a pixel, in grey levels. */
static const double GRAIN = 60;

static double clamp255(double v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* A wave across the image. It is turned from pixel to pixel, which needs no sine. */
struct wave {
    double rate_x, rate_y, phase; /* in turns */
    double strength[3];
};

struct ground {
    double base[3];
    double across[3]; /* change of colour from left to right */
    double down[3];
    struct wave waves[WAVES];
    int waves_count;
};

static void choose(struct ground *g, const struct od_image *image, struct od_rng *rng)
{
    double side = image->width < image->height ? image->width : image->height;
    for (int c = 0; c < 3; c++) {
        g->base[c] = od_rng_range(rng, 40, 215);
        g->across[c] = od_rng_range(rng, -50, 50);
        g->down[c] = od_rng_range(rng, -50, 50);
    }
    g->waves_count = (int)od_rng_below(rng, WAVES + 1);
    for (int i = 0; i < g->waves_count; i++) {
        struct wave *w = &g->waves[i];
        struct od_point axis = od_circle_point(od_rng_unit(rng));
        double cycles = 0.7 + 9 * od_rng_unit(rng) * od_rng_unit(rng);
        w->rate_x = axis.x * cycles / side;
        w->rate_y = axis.y * cycles / side;
        w->phase = od_rng_unit(rng);
        for (int c = 0; c < 3; c++) {
            w->strength[c] = od_rng_range(rng, -18, 18);
        }
    }
}

/* Adds a wave's part to a row of width * 3 numbers. */
static void add_wave(const struct wave *w, int y, size_t width, double *row)
{
    struct od_point at = od_circle_point(w->phase + w->rate_y * y);
    struct od_point step = od_circle_point(w->rate_x);
    for (size_t x = 0; x < width; x++) {
        row[3 * x] += w->strength[0] * at.y;
        row[3 * x + 1] += w->strength[1] * at.y;
        row[3 * x + 2] += w->strength[2] * at.y;
        at = (struct od_point){at.x * step.x - at.y * step.y,
                               at.x * step.y + at.y * step.x};
    }
}

static void fill(struct od_image *image, const struct ground *g)
{
    size_t width = (size_t)image->width;
    double *row = od_xcalloc(width * 3, sizeof *row);
    for (int y = 0; y < image->height; y++) {
        double v = (double)y / image->height - 0.5;
        for (size_t x = 0; x < width; x++) {
            double u = (double)x / image->width - 0.5;
            for (size_t c = 0; c < 3; c++) {
                row[3 * x + c] = g->base[c] + g->across[c] * u + g->down[c] * v;
            }
        }
        for (int i = 0; i < g->waves_count; i++) {
            add_wave(&g->waves[i], y, width, row);
        }
        uint8_t *to = image->pixels + (size_t)y * width * 3;
        for (size_t i = 0; i < width * 3; i++) {
            to[i] = (uint8_t)(clamp255(row[i]) + 0.5);
        }
    }
    free(row);
}

static struct od_point somewhere(const struct od_image *image, struct od_rng *rng)
{
    double x = od_rng_range(rng, -0.1, 1.1) * image->width;
    return (struct od_point){x, od_rng_range(rng, -0.1, 1.1) * image->height};
}

static void add_clutter(struct od_image *image, struct od_rng *rng)
{
    double side = image->width < image->height ? image->width : image->height;
    int lines = (int)od_rng_below(rng, LINES + 1);
    for (int i = 0; i < lines; i++) {
        struct od_point from = somewhere(image, rng);
        struct od_point to = somewhere(image, rng);
        double width = 0.6 + od_rng_range(rng, 0.001, 0.012) * side;
        double red = od_rng_range(rng, 0, 255);
        double green = od_rng_range(rng, 0, 255);
        double blue = od_rng_range(rng, 0, 255);
        struct od_paint paint =
            od_paint_flat(red, green, blue, od_rng_range(rng, 0.3, 0.8));
        od_draw_line(image, from, to, width, &paint);
    }
}

void od_scene_background(struct od_image *image, struct od_rng *rng)
{
    struct ground ground = {0};
    choose(&ground, image, rng);
    fill(image, &ground);
    add_clutter(image, rng);
}

void od_scene_grain(struct od_image *image, double detail, struct od_rng *rng)
{
    /* The sum of two even numbers out of 0..255 has a triangular distribution; 16.16
     * fixed point is exact. One draw serves four pixels. */
    int32_t gain = (int32_t)(detail * GRAIN / 255 * 65536 + 0.5);
    size_t pixels = (size_t)image->width * (size_t)image->height;
    uint64_t bits = 0;
    for (size_t i = 0; i < pixels; i++) {
        bits = i % 4 == 0 ? od_rng_next(rng) : bits >> 16;
        int32_t sum = (int32_t)(bits & 255) + (int32_t)(bits >> 8 & 255) - 255;
        int32_t shift = (sum * gain + 255 * 65536 + 32768) / 65536 - 255;
        for (size_t c = 0; c < 3; c++) {
            int32_t v = image->pixels[3 * i + c] + shift;
            image->pixels[3 * i + c] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
        }
    }
}
