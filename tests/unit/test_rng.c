/* Random numbers: the published sequence, and plain properties of the rest. */
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* First outputs of splitmix64 from state 1234567, as its authors' reference program
 * prints them. */
static void follows_the_reference(void **state)
{
    (void)state;
    struct od_rng rng = {.state = 1234567};
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(od_rng_next(&rng) == expected[i]);
    }
}

static void streams_differ(void **state)
{
    (void)state;
    struct od_rng a;
    struct od_rng b;
    od_rng_init(&a, 1, 0);
    od_rng_init(&b, 1, 0);
    assert_true(od_rng_next(&a) == od_rng_next(&b));
    od_rng_init(&b, 1, 1);
    assert_true(od_rng_next(&a) != od_rng_next(&b));
    od_rng_init(&b, 2, 0);
    assert_true(od_rng_next(&a) != od_rng_next(&b));
}

static void moments(void **state)
{
    (void)state;
    struct od_rng rng;
    od_rng_init(&rng, 7, 3);
    int counts[6] = {0};
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 60000; i++) {
        counts[od_rng_below(&rng, 6)]++;
        double n = od_rng_normal(&rng);
        sum += n;
        squares += n * n;
        double r = od_rng_range(&rng, -2, 3);
        assert_true(r >= -2 && r < 3);
    }
    /* 10000 expected in each; five standard deviations are 457. */
    for (int i = 0; i < 6; i++) {
        assert_in_range(counts[i], 9543, 10457);
    }
    assert_true(fabs(sum / 60000) < 0.0205);
    assert_true(fabs(squares / 60000 - 1) < 0.03);
}

static void shuffles_are_permutations(void **state)
{
    (void)state;
    struct od_rng rng;
    od_rng_init(&rng, 5, 5);
    int first[4] = {0};
    for (int round = 0; round < 4000; round++) {
        size_t items[4] = {0, 1, 2, 3};
        od_rng_shuffle(&rng, items, 4);
        unsigned seen = 0;
        for (size_t i = 0; i < 4; i++) {
            seen |= 1U << items[i];
        }
        assert_int_equal(seen, 15);
        first[items[0]]++;
    }
    for (int i = 0; i < 4; i++) {
        assert_in_range(first[i], 863, 1137);
    }
    od_rng_shuffle(&rng, NULL, 0);
}

/* The own logarithm is the C library's to a few units in the last place. */
static void exponential_is_a_logarithm(void **state)
{
    (void)state;
    struct od_rng rng;
    struct od_rng same;
    double sum = 0;
    od_rng_init(&rng, 5, 1);
    od_rng_init(&same, 5, 1);
    for (int i = 0; i < 100000; i++) {
        double x = od_rng_exponential(&rng);
        double expected = -log(1.0 - od_rng_unit(&same));
        assert_true(x >= 0 && fabs(x - expected) <= 1e-15 * fmax(1, expected));
        sum += x;
    }
    /* The mean is 1; four standard deviations are 0.0127. */
    assert_true(fabs(sum / 100000 - 1) < 0.0127);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_reference),
        cmocka_unit_test(streams_differ),
        cmocka_unit_test(moments),
        cmocka_unit_test(exponential_is_a_logarithm),
        cmocka_unit_test(shuffles_are_permutations),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
