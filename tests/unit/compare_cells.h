/* Cells of a comparison made from a model of a machine: for tests of verdicts. */
#ifndef OD_TEST_COMPARE_CELLS_H
#define OD_TEST_COMPARE_CELLS_H

#include "base/alloc.h"
#include "base/rng.h"
#include "compare/sides.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * A request takes base_ns times e to the sum of these: the image's size effect, the run's
 * effect, the drift of its repetition (first order autoregressive), its own noise, now
 * and then a spike; and, on the new side, the change.
 */
struct machine {
    size_t images;
    size_t units; /* repetitions of a run */
    size_t runs[OD_SIDES];
    double base_ns;
    double image_sd;
    double run_sd;
    double run_shared; /* share of a run's variance that its cells have in common */
    double drift_sd;
    double drift_rho;
    double noise_sd;
    double spike_share; /* of requests, which take 40 % longer */
    double change;      /* ln of the ratio */
    double change_sd;   /* of the images' own changes about it */
    double paired;      /* 1: A/B pairs: both sides share run and drift */
    double pair_sd;     /* then: what the two servers differ by */
};

static inline size_t machine_unit_count(const struct machine *m, int side)
{
    return m->runs[side] * m->units;
}

/* Zeroed rows of all units; the items are still to be filled. */
static inline void cell_rows_init(struct od_cell_rows *rows, const struct machine *m,
                                  int side)
{
    size_t units = machine_unit_count(m, side);
    *rows = (struct od_cell_rows){
        .items = od_xcalloc(units * m->images + 1, sizeof rows->items[0]),
        .count = units * m->images,
        .units = od_xcalloc(units + 1, sizeof rows->units[0]),
        .unit_count = units,
        .runs = (int64_t)m->runs[side],
        .answers = od_xcalloc(m->images + 1, sizeof rows->answers[0]),
    };
    for (size_t u = 0; u < units; u++) {
        rows->units[u] = (struct od_unit){.run = (uint32_t)(u / m->units),
                                          .rep = (int64_t)(u % m->units) + 1,
                                          .start_ns = (int64_t)u * 1000000000,
                                          .requests = (int64_t)m->images};
    }
    for (size_t i = 0; i < m->images; i++) {
        rows->answers[i] = 100 + i;
        for (size_t u = 0; u < units; u++) {
            rows->items[i * units + u] = (struct od_measured){
                .image = (uint32_t)i,
                .unit = (uint32_t)u,
                .pair =
                    m->paired > 0 ? (uint32_t)((u % m->units) * m->images + i + 1) : 0};
        }
    }
}

static inline void cell_pair_release(struct od_cell_pair *pair)
{
    for (int s = 0; s < OD_SIDES; s++) {
        free(pair->side[s].items);
        free(pair->side[s].units);
        free(pair->side[s].answers);
    }
    free(pair->id);
    free(pair->label);
    *pair = (struct od_cell_pair){0};
}

/* What the repetitions of one side have in common: run and drift. shared: effects of the
 * runs that all cells have in common. */
static inline double *machine_course(const struct machine *m, int side,
                                     const double *shared, struct od_rng *rng)
{
    size_t units = machine_unit_count(m, side);
    double *course = od_xcalloc(units + 1, sizeof course[0]);
    double drift = 0;
    double own = 0;
    for (size_t u = 0; u < units; u++) {
        if (u % m->units == 0) {
            drift = m->drift_sd * od_rng_normal(rng);
            own = m->run_sd * sqrt(1 - m->run_shared) * od_rng_normal(rng) +
                  m->run_sd * sqrt(m->run_shared) * shared[u / m->units];
        } else {
            drift = m->drift_rho * drift + m->drift_sd *
                                               sqrt(1 - m->drift_rho * m->drift_rho) *
                                               od_rng_normal(rng);
        }
        course[u] = own + drift;
    }
    return course;
}

/* One cell. shared: of each side, one value a run (at most 16). */
static inline void cell_pair_draw(struct od_cell_pair *pair, const struct machine *m,
                                  double shared[OD_SIDES][16], struct od_rng *rng)
{
    double *image = od_xcalloc(m->images + 1, sizeof image[0]);
    double *course[OD_SIDES];
    double servers = m->pair_sd * od_rng_normal(rng);
    for (size_t i = 0; i < m->images; i++) {
        image[i] = m->image_sd * od_rng_normal(rng);
    }
    *pair = (struct od_cell_pair){.id = od_xstrdup("cell"), .label = od_xstrdup("")};
    for (int s = 0; s < OD_SIDES; s++) {
        cell_rows_init(&pair->side[s], m, s);
        course[s] = machine_course(m, s, shared[s], rng);
        bool same = m->paired > 0 && s == OD_NEW;
        for (size_t k = 0; k < pair->side[s].count; k++) {
            struct od_measured *r = &pair->side[s].items[k];
            double log_time = log(m->base_ns) + image[r->image] +
                              course[same ? OD_BASE : s][r->unit] +
                              m->noise_sd * od_rng_normal(rng);
            log_time += od_rng_unit(rng) < m->spike_share ? log(1.4) : 0;
            log_time += s == OD_NEW ? m->change + (m->paired > 0 ? servers : 0) : 0;
            r->ns = (int64_t)llround(exp(log_time));
        }
    }
    for (size_t i = 0; i < m->images; i++) {
        double own = m->change_sd * od_rng_normal(rng);
        size_t units = pair->side[OD_NEW].unit_count;
        for (size_t u = 0; u < units; u++) {
            struct od_measured *r = &pair->side[OD_NEW].items[i * units + u];
            r->ns = (int64_t)llround((double)r->ns * exp(own));
        }
    }
    free(course[OD_BASE]);
    free(course[OD_NEW]);
    free(image);
}

/* A comparison of cell_count cells, the first of which has the change. */
static inline void comparison_draw(struct od_comparison *out, const struct machine *m,
                                   const struct od_compare_options *options,
                                   size_t cell_count, struct od_rng *rng)
{
    double shared[OD_SIDES][16];
    for (int s = 0; s < OD_SIDES; s++) {
        for (size_t r = 0; r < 16; r++) {
            shared[s][r] = od_rng_normal(rng);
        }
    }
    *out = (struct od_comparison){.options = *options};
    out->cells = od_xcalloc(cell_count, sizeof out->cells[0]);
    out->cell_count = cell_count;
    for (size_t c = 0; c < cell_count; c++) {
        struct od_cell_pair pair;
        struct machine one = *m;
        one.change = c == 0 ? m->change : 0;
        cell_pair_draw(&pair, &one, shared, rng);
        od_cell_judge(&pair, m->images, cell_count, options, &out->cells[c]);
        cell_pair_release(&pair);
    }
    od_verdicts_give(out);
}

/* Frees what comparison_draw made. */
static inline void comparison_drop(struct od_comparison *comparison)
{
    free(comparison->cells);
    *comparison = (struct od_comparison){0};
}

#endif
