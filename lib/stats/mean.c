/* Exact means: a sum and a count, divided once. */
#include "stats/mean.h"

#include <assert.h>

void od_mean_add(struct od_mean *mean, int64_t ns)
{
    assert(ns >= 0);
    if (mean->sum_ns > INT64_MAX - ns) {
        mean->overflow = true;
        return;
    }
    mean->sum_ns += ns;
    mean->count++;
}

struct od_mean od_mean_of(const int64_t *ns, size_t count)
{
    struct od_mean mean = {0};
    for (size_t i = 0; i < count; i++) {
        od_mean_add(&mean, ns[i]);
    }
    return mean;
}

bool od_mean_known(const struct od_mean *mean)
{
    return mean->count > 0 && !mean->overflow;
}

int64_t od_mean_round(const struct od_mean *mean, int64_t unit_ns)
{
    assert(od_mean_known(mean) && unit_ns > 0);
    /* A count beyond this is no count of rows that fit in memory. */
    assert(mean->count <= INT64_MAX / unit_ns);
    int64_t divisor = mean->count * unit_ns;
    int64_t quotient = mean->sum_ns / divisor;
    int64_t rest = mean->sum_ns % divisor;
    if (rest >= divisor - rest) {
        quotient++;
    }
    /* Only a mean at the very end of the range has no multiple above it. */
    return quotient > INT64_MAX / unit_ns ? INT64_MAX : quotient * unit_ns;
}
