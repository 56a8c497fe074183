/* Seeded random numbers (splitmix64). */
#include "base/rng.h"

#include <math.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t od_rng_next(struct od_rng *rng)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(rng->state);
}

void od_rng_init(struct od_rng *rng, uint64_t seed, uint64_t stream)
{
    /* Mixed twice, so that neighbouring seeds and streams share no part of a sequence. */
    rng->state = mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^
                 mix(~stream * UINT64_C(0xd1342543de82ef95));
    rng->state = mix(rng->state);
}

uint64_t od_rng_below(struct od_rng *rng, uint64_t bound)
{
    uint64_t reject = (UINT64_MAX - bound + 1) % bound; /* 2^64 mod bound */
    uint64_t r;
    do {
        r = od_rng_next(rng);
    } while (r < reject);
    return r % bound;
}

double od_rng_unit(struct od_rng *rng)
{
    return (double)(od_rng_next(rng) >> 11) * 0x1p-53;
}

double od_rng_range(struct od_rng *rng, double low, double high)
{
    return low + (high - low) * od_rng_unit(rng);
}

double od_rng_normal(struct od_rng *rng)
{
    /* Box-Muller; 1 - u keeps the logarithm's argument above 0. */
    double u = 1.0 - od_rng_unit(rng);
    double v = od_rng_unit(rng);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

/*
 * The natural logarithm of 0 < x <= 1: x = m * 2^e with m around 1, and
 * log(m) = 2 (s + s^3/3 + s^5/5 ...) with s = (m - 1) / (m + 1), |s| < 0.172. Products
 * stand alone, so that no compiler fuses them with a sum.
 */
static double natural_log(double x)
{
    int exponent = 0;
    double m = frexp(x, &exponent);
    if (m < 0.7071067811865476) {
        m *= 2;
        exponent--;
    }
    double s = (m - 1.0) / (m + 1.0);
    double square = s * s;
    double power = s;
    double sum = s;
    for (int k = 3; k <= 23; k += 2) {
        power *= square;
        double term = power / k;
        sum += term;
    }
    double whole = exponent * 0.6931471805599453;
    double rest = 2.0 * sum;
    return whole + rest;
}

double od_rng_exponential(struct od_rng *rng)
{
    return -natural_log(1.0 - od_rng_unit(rng)); /* 1 - u keeps it above 0 */
}

void od_rng_shuffle(struct od_rng *rng, size_t *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)od_rng_below(rng, i);
        size_t t = items[i - 1];
        items[i - 1] = items[j];
        items[j] = t;
    }
}
