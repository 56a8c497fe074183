/* Student's t over repetitions, and order statistics by the binomial distribution. */
#include "stats/interval.h"

#include "base/sort.h"
#include "stats/dist.h"

#include <math.h>

double od_interval_half(double *values, size_t count, double confidence)
{
    if (count < 2) {
        return (double)NAN;
    }
    od_sort_doubles(values, count);
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += (values[i] - mean) / (double)(i + 1);
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    double error = sqrt(squares / (double)(count - 1) / (double)count);
    return error * od_student_quantile_two_sided(1 - confidence, (double)(count - 1));
}

/* ln of n!, by Stirling's series beyond the first ones. */
static double log_factorial(double n)
{
    double sum = 0;
    double x = n + 1;
    while (x < 16) {
        sum -= log(x);
        x += 1;
    }
    double square = 1 / (x * x);
    double series =
        (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x;
    return sum + (x - 0.5) * log(x) - x + 0.91893853320467274178 + series;
}

bool od_interval_ranks(size_t count, int permille, double confidence, size_t *low,
                       size_t *high)
{
    double n = (double)count;
    double p = permille / 1000.0;
    double tail = (1 - confidence) / 2;
    /* What lies before this is below 1e-30. */
    double from = floor(n * p - 12 * sqrt(n * p * (1 - p)) - 12);
    size_t k = from > 0 ? (size_t)from : 0;
    double mass =
        exp(log_factorial(n) - log_factorial((double)k) - log_factorial(n - (double)k) +
            (double)k * log(p) + (n - (double)k) * log1p(-p));
    double below = 0; /* the chance that at most k values lie below the quantile */
    bool found = false;
    for (; k < count; k++) {
        below += mass;
        if (below <= tail) {
            *low = k;
            found = true;
        }
        if (1 - below <= tail) {
            *high = k;
            return found;
        }
        mass *= (n - (double)k) / (double)(k + 1) * p / (1 - p);
    }
    return false;
}

/* Of type 7; values ascend. */
static double quantile(const double *values, size_t count, double share)
{
    double at = (double)(count - 1) * share;
    size_t low = (size_t)at;
    size_t high = low + 1 < count ? low + 1 : low;
    return values[low] + (at - (double)low) * (values[high] - values[low]);
}

void od_interval_resampled(double *values, size_t count, double confidence,
                           double ends[2])
{
    double tail = (1 - confidence) / 2;
    od_sort_doubles(values, count);
    ends[0] = quantile(values, count, tail);
    ends[1] = quantile(values, count, 1 - tail);
}
