/* The signed rank test on the data sets of tests/oracle/rank_tests.R: R's estimates,
 * intervals and p-values, and scipy's p-values (tests/oracle/rank_tests.py). */
#include "stats/signed_rank.h"

#include "base/rng.h"
#include "stats/walsh.h"

#include "oracle.h"

/* The columns of a result of R. */
enum column { EXACT, CORRECT, LEVEL, V, P, ESTIMATE, LOW, HIGH, CONFIDENCE, COLUMNS };

#define BOTH_KNOWN 49

struct set {
    double x[ORACLE_NUMBERS];
    size_t count;
    size_t number;
};

/* Whether the values that are not zero are all the given one. */
static bool constant(const struct set *set, double value)
{
    for (size_t i = 0; i < set->count; i++) {
        if (fabs(set->x[i]) > 0 && fabs(set->x[i] - value) > 0) {
            return false;
        }
    }
    return true;
}

static struct od_signed_rank ask(const struct set *set, bool exact, bool correct,
                                 double level)
{
    struct od_signed_rank out;
    struct od_signed_rank_how how = {
        .confidence = level, .exact_up_to = exact ? BOTH_KNOWN : 0, .correct = correct};
    od_signed_rank(set->x, set->count, &how, &out);
    return out;
}

/* R states the asked confidence also where its interval lacks less than half of the
 * chance of error; we state what it has. */
static bool confidence_agrees(const struct od_signed_rank *have, const double *want)
{
    bool less = (have->warnings & OD_RANK_CONFIDENCE) != 0;
    if (have->exact && less && fabs(want[CONFIDENCE] - want[LEVEL]) < 1e-12) {
        return have->confidence < want[LEVEL] &&
               1 - have->confidence <= 1.5 * (1 - want[LEVEL]) + 0.005;
    }
    if (!oracle_near(have->confidence, want[CONFIDENCE], 0, 1e-12)) {
        return false;
    }
    return want[CONFIDENCE] <= 0 || less == (want[CONFIDENCE] < want[LEVEL]);
}

/* The first column in which a result of R is not ours; COLUMNS when none is. */
static enum column differs(const struct set *set, const double *want)
{
    struct od_signed_rank have =
        ask(set, want[EXACT] > 0, want[CORRECT] > 0, want[LEVEL]);
    bool exact = have.exact;
    double near = exact ? 1e-9 : 1e-6;
    /* Roots are within tol.root of a jump, which may be at 0. */
    double beside = exact ? 0 : 2e-13;
    double low = have.low;
    double high = have.high;
    if ((have.warnings & OD_RANK_CONSTANT) != 0) {
        /* All are the same: R has no interval there. */
        bool all = constant(set, have.estimate) && !(fabs(low - have.estimate) > 0) &&
                   !(fabs(high - have.estimate) > 0);
        low = high = all ? (double)NAN : 0;
    }
    const bool agree[COLUMNS] = {
        [EXACT] = true,
        [CORRECT] = true,
        [LEVEL] = true,
        [V] = oracle_near(have.statistic, want[V], 0, 0),
        [P] = oracle_near(have.p, want[P], 1e-6, 0),
        [ESTIMATE] = oracle_near(have.estimate, want[ESTIMATE], near, 0),
        [LOW] = oracle_near(low, want[LOW], near, beside),
        [HIGH] = oracle_near(high, want[HIGH], near, beside),
        [CONFIDENCE] = confidence_agrees(&have, want),
    };
    enum column column = EXACT;
    while (column < COLUMNS && agree[column]) {
        column++;
    }
    return column;
}

/* The next result, and the data that it is of; false at the end. */
static bool next_result(struct oracle *o, struct set *set)
{
    while (oracle_next(o)) {
        if (strcmp(o->word, "data") != 0) {
            assert_string_equal(o->word, "r");
            assert_int_equal(o->count, COLUMNS);
            return true;
        }
        set->count = o->count;
        for (size_t i = 0; i < o->count; i++) {
            set->x[i] = o->numbers[i];
        }
        set->number++;
    }
    return false;
}

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/rank/rank.txt");
    static struct set set;
    size_t results = 0;
    while (next_result(o, &set)) {
        enum column column = differs(&set, o->numbers);
        if (column != COLUMNS) {
            fail_msg("%s:%zu: column %d: R has %.17g", o->path, o->line_number,
                     (int)column, o->numbers[column]);
        }
        results++;
    }
    assert_int_equal(set.number, 50);
    assert_true(results > 340);
    oracle_close(o);
}

/* The comparison can fail: it finds every number that is changed a little. */
static void sees_a_changed_number(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/rank/rank.txt");
    static struct set set;
    while (next_result(o, &set)) {
        for (enum column column = V; column < COLUMNS; column++) {
            double stored = o->numbers[column];
            bool number = isfinite(stored);
            o->numbers[column] =
                number ? stored * (1 + 3e-6) + copysign(1e-9, stored) : 1;
            assert_int_equal(differs(&set, o->numbers), column);
            o->numbers[column] = stored;
        }
    }
    oracle_close(o);
}

static void as_scipy(void **state)
{
    (void)state;
    struct oracle *sets = oracle_open("tests/golden/rank/rank.txt");
    struct oracle *o = oracle_open("tests/golden/rank/scipy.txt");
    static struct set set;
    size_t exact = 0;
    while (oracle_next(sets)) {
        if (strcmp(sets->word, "data") != 0) {
            continue;
        }
        set.count = sets->count;
        for (size_t i = 0; i < sets->count; i++) {
            set.x[i] = sets->numbers[i];
        }
        assert_true(oracle_next(o));
        assert_int_equal(o->count, 3);
        struct od_signed_rank have = ask(&set, true, false, 0.95);
        assert_int_equal(have.exact, !isnan(o->numbers[0]));
        if (have.exact) {
            oracle_check(o, "exact p", have.p, o->numbers[0], 1e-6, 0);
            exact++;
        }
        have = ask(&set, false, true, 0.95);
        oracle_check(o, "corrected p", have.p, o->numbers[1], 1e-6, 0);
        have = ask(&set, false, false, 0.95);
        oracle_check(o, "asymptotic p", have.p, o->numbers[2], 1e-6, 0);
    }
    assert_false(oracle_next(o));
    assert_true(exact >= 15);
    oracle_close(sets);
    oracle_close(o);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        struct set set;
        unsigned warnings;
        bool known;
    } cases[] = {
        {{{0}, 0, 0}, OD_RANK_NONE_LEFT, false},
        {{{0, -0.0}, 2, 0}, OD_RANK_NONE_LEFT | OD_RANK_ZEROS, false},
        {{{1, (double)NAN, 2}, 3, 0}, OD_RANK_NOT_FINITE, false},
        {{{1, 2, 4, 8, 16, 32, -64}, 7, 0}, 0, true},
        {{{1, 2, 4, 8, 16, 32, -32}, 7, 0}, OD_RANK_TIES, true},
        {{{1, 2, 4, 8, 16, 32, 0}, 7, 0}, OD_RANK_ZEROS | OD_RANK_CONFIDENCE, true},
        {{{2, 2, 2}, 3, 0}, OD_RANK_TIES | OD_RANK_CONSTANT, true},
        {{{7}, 1, 0}, OD_RANK_CONFIDENCE, true},
        {{{1, 2, 4, 8, 16}, 5, 0}, OD_RANK_CONFIDENCE, true}, /* 93.75 %, not 95 % */
        {{{1, 2, (double)INFINITY, 8, 16, 5}, 6, 0}, OD_RANK_NOT_FINITE, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_signed_rank have = ask(&cases[i].set, true, true, 0.95);
        assert_int_equal(have.warnings, cases[i].warnings);
        assert_int_equal(!isnan(have.p), cases[i].known);
        assert_int_equal(!isnan(have.estimate), cases[i].known);
        assert_int_equal(!isnan(have.low), cases[i].known);
        assert_int_equal(!isnan(have.high), cases[i].known);
    }
    struct od_signed_rank five = ask(&cases[8].set, true, true, 0.95);
    assert_true(fabs(five.confidence - (1 - 0.062)) < 1e-12);
    assert_true(fabs(five.p - od_signed_rank_least_p(5)) < 1e-15);
    assert_true(fabs(od_signed_rank_least_p(0) - 1) <= 0);
    assert_true(fabs(od_signed_rank_least_p(1) - 1) <= 0);
    assert_true(fabs(od_signed_rank_least_p(8) - 2.0 / 256) <= 0);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

/* Against all averages, stored and sorted. */
static void walsh_averages(void **state)
{
    (void)state;
    double x[60];
    double all[60 * 61 / 2];
    struct od_rng rng;
    od_rng_init(&rng, 7, 0);
    for (size_t n = 1; n <= 60; n++) {
        for (size_t i = 0; i < n; i++) {
            double normal = od_rng_normal(&rng);
            x[i] = n % 3 == 0 ? floor(3 * normal) : normal * pow(10, 5 * normal);
        }
        qsort(x, n, sizeof *x, ascending);
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
            for (size_t k = i; k < n; k++) {
                all[count++] = (x[i] + x[k]) / 2;
            }
        }
        qsort(all, count, sizeof *all, ascending);
        for (size_t k = 1; k <= count; k++) {
            assert_true(fabs(od_walsh(x, n, k) - all[k - 1]) <= 0);
        }
        double median = (all[(count - 1) / 2] + all[count / 2]) / 2;
        assert_true(fabs(od_walsh_median(x, n) - median) <= 0);
    }
}

/* Many values: the exact and the approximate way agree, and the order does not matter. */
static void many_values(void **state)
{
    (void)state;
    static struct set set;
    struct od_rng rng;
    od_rng_init(&rng, 8, 0);
    set.count = 400;
    for (size_t i = 0; i < set.count; i++) {
        set.x[i] = 0.1 + od_rng_normal(&rng);
    }
    struct od_signed_rank_how how = {.confidence = 0.95, .exact_up_to = 1000};
    struct od_signed_rank exact;
    od_signed_rank(set.x, set.count, &how, &exact);
    struct od_signed_rank near = ask(&set, true, false, 0.95);
    assert_true(exact.exact && !near.exact);
    assert_true(fabs(exact.p - near.p) < 0.01 * near.p);
    assert_true(fabs(exact.estimate - near.estimate) < 1e-3);
    assert_true(fabs(exact.low - near.low) < 1e-3);
    assert_true(fabs(exact.high - near.high) < 1e-3);
    for (size_t i = 0; i < set.count / 2; i++) {
        double first = set.x[i];
        set.x[i] = set.x[set.count - 1 - i];
        set.x[set.count - 1 - i] = first;
    }
    struct od_signed_rank turned = ask(&set, true, false, 0.95);
    assert_memory_equal(&turned.p, &near.p, sizeof near.p);
    assert_memory_equal(&turned.low, &near.low, sizeof near.low);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_r),           cmocka_unit_test(sees_a_changed_number),
        cmocka_unit_test(as_scipy),       cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(walsh_averages), cmocka_unit_test(many_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
