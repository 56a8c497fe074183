/* Validity records of several runs, from files beside result files. */
#include "record/validity_set.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(struct od_validity_set *set, const char *folder, const char *name,
                const char *meta)
{
    struct od_err err = {0};
    char *companion = od_xasprintf("%s.meta.json", name);
    char *rows = od_xasprintf("%s/%s.csv", folder, name);
    if (meta != NULL) {
        free(scratch_file(folder, companion, meta));
    }
    assert_int_equal(od_validity_set_add(set, rows, &err), 0);
    free(rows);
    free(companion);
}

static void test_find(void **state)
{
    (void)state;
    struct od_validity_set set = {0};
    struct od_err err = {0};
    char *folder = scratch_new();
    assert_null(od_validity_set_find(&set, "r", "c001"));
    add(&set, folder, "a",
        "{\"run_id\":\"ra\",\"validity\":[{\"cell_id\":\"c002\",\"counted\":2,"
        "\"findings\":[]},{\"cell_id\":\"c001\",\"counted\":1,\"findings\":[]}]}");
    add(&set, folder, "b",
        "{\"run_id\":\"rb\",\"validity\":[{\"cell_id\":\"c001\",\"counted\":3,"
        "\"findings\":[]}]}");
    add(&set, folder, "killed", "{\"run_id\":\"rc\",\"validity\":null}");
    add(&set, folder, "none", NULL);
    assert_int_equal(od_validity_set_add(&set, "-", &err), 0);
    assert_int_equal(set.run_count, 2);
    assert_int_equal(od_validity_set_find(&set, "ra", "c001")->counted, 1);
    assert_int_equal(od_validity_set_find(&set, "ra", "c002")->counted, 2);
    assert_int_equal(od_validity_set_find(&set, "rb", "c001")->counted, 3);
    assert_null(od_validity_set_find(&set, "rb", "c002"));
    assert_null(od_validity_set_find(&set, "rc", "c001"));
    assert_null(od_validity_set_find(&set, NULL, "c001"));
    assert_null(od_validity_set_find(&set, "ra", NULL));
    assert_null(od_validity_set_find(&set, "ra", "a cell of a longer name"));
    od_validity_set_release(&set);
    assert_int_equal(set.run_count, 0);
    scratch_free(folder);
}

static void test_broken(void **state)
{
    (void)state;
    struct od_validity_set set = {0};
    struct od_err err = {0};
    char *folder = scratch_new();
    char *meta = scratch_file(folder, "x.meta.json", "{");
    char *rows = od_xasprintf("%s/x.csv", folder);
    assert_int_equal(od_validity_set_add(&set, rows, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_memory_equal(err.msg, meta, strlen(meta));
    assert_int_equal(set.run_count, 0);
    od_validity_set_release(&set);
    free(rows);
    free(meta);
    scratch_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
