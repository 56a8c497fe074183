/* Digests of rows. */
#include "record/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct od_record make(int64_t seq, const char *model)
{
    struct od_record record;
    od_record_init(&record);
    record.seq = seq;
    record.model = model;
    return record;
}

static void every_value_counts(void **state)
{
    (void)state;
    struct od_record a = make(1, "m");
    uint64_t first = od_record_digest(&a);
    struct od_record b = make(1, "m");
    char model[] = "m";
    b.model = model; /* another copy of the same text */
    assert_true(od_record_digest(&b) == first);
    b.target = ""; /* as good as not measured */
    assert_true(od_record_digest(&b) == first);
    b.target = "m";
    assert_false(od_record_digest(&b) == first);
    b = make(1, "n");
    assert_false(od_record_digest(&b) == first);
    b = make(1, "m");
    b.rate = 0;
    assert_false(od_record_digest(&b) == first);
    b = make(1, "m");
    (void)snprintf(b.error, sizeof b.error, "x");
    assert_false(od_record_digest(&b) == first);
    /* The same value in another column is another row. */
    a = make(OD_NONE, "m");
    b = make(OD_NONE, "m");
    a.width = 7;
    b.height = 7;
    assert_false(od_record_digest(&a) == od_record_digest(&b));
}

static void values_cannot_change_places_between_rows(void **state)
{
    (void)state;
    struct od_record rows[] = {make(1, "a"), make(2, "b"), make(1, "b"), make(2, "a")};
    assert_false(od_record_digest(&rows[0]) + od_record_digest(&rows[1]) ==
                 od_record_digest(&rows[2]) + od_record_digest(&rows[3]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_counts),
        cmocka_unit_test(values_cannot_change_places_between_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
