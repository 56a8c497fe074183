/* Corrected p-values against R's p.adjust: tests/oracle/dist_tests.R. */
#include "stats/adjust.h"

#include "oracle.h"

static void as_r(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/stats/adjust.txt");
    double p[ORACLE_NUMBERS];
    double have[ORACLE_NUMBERS];
    size_t count = 0;
    size_t checked = 0;
    while (oracle_next(o)) {
        if (strcmp(o->word, "p") == 0) {
            count = o->count;
            for (size_t i = 0; i < count; i++) {
                p[i] = o->numbers[i];
            }
            continue;
        }
        enum od_adjust how = strcmp(o->word, "holm") == 0 ? OD_ADJUST_HOLM
                             : strcmp(o->word, "BH") == 0 ? OD_ADJUST_BH
                                                          : OD_ADJUST_NONE;
        assert_int_equal(o->count, count);
        od_adjust(how, p, count, have);
        for (size_t i = 0; i < count; i++) {
            oracle_check(o, "p", have[i], o->numbers[i], 1e-15, 0);
            checked += how != OD_ADJUST_NONE;
        }
        /* In place: the same. */
        for (size_t i = 0; i < count; i++) {
            have[i] = p[i];
        }
        od_adjust(how, have, count, have);
        for (size_t i = 0; i < count; i++) {
            oracle_check(o, "p in place", have[i], o->numbers[i], 1e-15, 0);
        }
    }
    assert_true(checked > 400);
    oracle_close(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_r)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
