/* Brent's method. */
#include "stats/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

struct point {
    double x;
    double f;
};

/* The best point so far, the one before, and one on the other side of the zero. */
struct state {
    struct point best, last, other;
};

static bool same_sign(double a, double b)
{
    return (a > 0 && b > 0) || (a < 0 && b < 0);
}

static void put_best_first(struct state *s)
{
    if (fabs(s->other.f) < fabs(s->best.f)) {
        s->last = s->best;
        s->best = s->other;
        s->other = s->last;
    }
}

/*
 * The step to where a line through two points, or a parabola (in f) through three, is
 * zero; half the way to the other side where that step is too long or has been of little
 * use.
 */
static double next_step(const struct state *s, double before, double tolerance)
{
    double way = s->other.x - s->best.x;
    double half = way / 2;
    if (fabs(before) < tolerance || fabs(s->last.f) <= fabs(s->best.f)) {
        return half;
    }
    double p = 0;
    double q = 0;
    double to_last = s->best.f / s->last.f;
    if (s->last.x < s->other.x || s->last.x > s->other.x) {
        double last_to_other = s->last.f / s->other.f;
        double to_other = s->best.f / s->other.f;
        p = to_last * (way * last_to_other * (last_to_other - to_other) -
                       (s->best.x - s->last.x) * (to_other - 1));
        q = (last_to_other - 1) * (to_other - 1) * (to_last - 1);
    } else {
        p = way * to_last;
        q = 1 - to_last;
    }
    if (p > 0) {
        q = -q;
    } else {
        p = -p;
    }
    bool short_enough = p < 0.75 * way * q - fabs(tolerance * q) / 2;
    return short_enough && p < fabs(before * q / 2) ? p / q : half;
}

double od_root(od_function function, const void *context, const struct od_bracket *in,
               double tolerance)
{
    struct state s = {.best = {in->x[1], in->f[1]},
                      .last = {in->x[0], in->f[0]},
                      .other = {in->x[0], in->f[0]}};
    if (!(fabs(s.last.f) > 0)) {
        return s.last.x;
    }
    for (int i = 0; i < 1000; i++) {
        double before = s.best.x - s.last.x;
        put_best_first(&s);
        double least = 2 * DBL_EPSILON * fabs(s.best.x) + tolerance / 2;
        if (fabs(s.other.x - s.best.x) / 2 <= least || !(fabs(s.best.f) > 0)) {
            break;
        }
        double step = next_step(&s, before, least);
        if (fabs(step) < least) {
            step = step > 0 ? least : -least;
        }
        s.last = s.best;
        s.best.x += step;
        s.best.f = function(context, s.best.x);
        if (same_sign(s.best.f, s.other.f)) {
            s.other = s.last;
        }
    }
    return s.best.x;
}
