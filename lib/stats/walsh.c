/* Selection among the averages of pairs by halving the range of doubles. */
#include "stats/walsh.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* Doubles in their order are these numbers in theirs, from -inf to +inf. */
#define SIGN ((uint64_t)1 << 63)

static double double_of(uint64_t key)
{
    uint64_t bits = (key & SIGN) != 0 ? key & ~SIGN : ~key;
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t key_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

static double average(double a, double b)
{
    return (a + b) / 2;
}

/* How many averages are at most limit: the partner that a value can have moves down as
 * the value moves up. */
static size_t at_most(const double *sorted, size_t count, double limit)
{
    size_t sum = 0;
    size_t end = count;
    for (size_t i = 0; i < end; i++) {
        while (end > i && average(sorted[i], sorted[end - 1]) > limit) {
            end--;
        }
        sum += end - i;
    }
    return sum;
}

double od_walsh(const double *sorted, size_t count, size_t k)
{
    assert(count >= 1 && k >= 1 && k <= count * (count + 1) / 2);
    uint64_t low = key_of(average(sorted[0], sorted[0]));
    uint64_t high = key_of(average(sorted[count - 1], sorted[count - 1]));
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (at_most(sorted, count, double_of(middle)) >= k) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return double_of(low) + 0.0; /* -0 is 0 */
}

double od_walsh_median(const double *sorted, size_t count)
{
    size_t all = count * (count + 1) / 2;
    double low = od_walsh(sorted, count, (all + 1) / 2);
    return all % 2 == 1 ? low : average(low, od_walsh(sorted, count, all / 2 + 1));
}
