/* Pearson's r. */
#include "stats/correlation.h"

#include <math.h>

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

double od_pearson(const double *x, const double *y, size_t count, unsigned *warnings)
{
    *warnings = 0;
    if (count < 3) {
        *warnings = OD_CORRELATION_FEW;
        return (double)NAN;
    }
    double mean_x = mean_of(x, count);
    double mean_y = mean_of(y, count);
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (size_t i = 0; i < count; i++) {
        double dx = x[i] - mean_x;
        double dy = y[i] - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    if (xx <= 0 || yy <= 0) {
        *warnings = OD_CORRELATION_CONSTANT;
        return (double)NAN;
    }
    double r = xy / (sqrt(xx) * sqrt(yy));
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
