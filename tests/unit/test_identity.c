/* Whether a run that goes on is the run that began. */
#include "bench/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CELL(n) "{\"cell_id\":\"c001\",\"concurrency\":" n ",\"skipped\":false}"

/* The digest is what sha256sum of coreutils says of
 * {"images":"d","plan":{"order":"random","repetitions":2},"seed":"1"} */
static void test_hash(void **state)
{
    static const char *const same[] = {
        "{\"repetitions\": 2, \"order\": \"random\"}",
        "{\"order\":\"random\",\"repetitions\":2}",
        "{\"order\":\"random\",\"repetitions\":2,\"timeout_ns\":5,\"end\":\"complete\"}"};
    struct od_err err = {0};
    char out[OD_SHA256_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct od_identity identity = {same[i], "1", "d"};
        assert_int_equal(od_identity_hash(&identity, out, &err), 0);
        assert_string_equal(
            out, "6924f3a0ca37a7cf853d96ad9dd220640695ad42947dc0830c3f81ca75b0bd6e");
    }
    static const char *const bad[] = {NULL, "", "[]", "{\"a\":1,\"a\":2}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct od_identity identity = {bad[i], "1", "d"};
        od_err_clear(&err);
        assert_int_equal(od_identity_hash(&identity, out, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_memory_equal(err.msg, "plan: ", 6);
    }
}

static void test_same(void **state)
{
    static const struct {
        struct od_identity was;
        struct od_identity is;
        const char *message; /* NULL: the same */
    } cases[] = {
        {{"{}", "1", "d"}, {"{}", "1", "d"}, NULL},
        {{"{}", "1", "d"}, {"{}", "2", "d"}, "seed was \"1\", is \"2\""},
        {{"{\"pace\":{},\"cells\":[{}]}", "1", "d"},
         {"{\"pace\":{\"keep_warm\":\"auto\"},\"cells\":[{\"keep_warm_ns\":0}]}", "1",
          "d"},
         NULL},
        {{"{\"pace\":{},\"cells\":[{}]}", "1", "d"},
         {"{\"pace\":{\"keep_warm\":\"on\"},\"cells\":[{\"keep_warm_ns\":5}]}", "1", "d"},
         "cells[0].keep_warm_ns was nothing, is 5"},
        {{"{}", "1", "d"}, {"{}", "1", "e"}, "images was \"d\", is \"e\""},
        {{"{}", "1", NULL}, {"{}", "1", "e"}, "images was null, is \"e\""},
        {{"{\"a\":1,\"b\":2}", "1", "d"},
         {"{\"b\":3,\"a\":1}", "1", "d"},
         "b was 2, is 3"},
        {{"{\"a\":1}", "1", "d"}, {"{}", "1", "d"}, "a was 1, is nothing"},
        {{"{}", "1", "d"}, {"{\"a\":[]}", "1", "d"}, "a was nothing, is []"},
        {{"{\"r\":1}", "1", "d"}, {"{\"r\":1.0}", "1", "d"}, NULL},
        {{"{\"probe\":true,\"rows\":3}", "1", "d"},
         {"{\"probe\":false}", "1", "d"},
         NULL},
        {{"{\"cells\":[" CELL("1") "," CELL("1") "]}", "1", "d"},
         {"{\"cells\":[" CELL("1") "," CELL("4") "]}", "1", "d"},
         "cells[1].concurrency was 1, is 4"},
        {{"{\"cells\":[" CELL("1") "," CELL("2") "]}", "1", "d"},
         {"{\"cells\":[" CELL("1") "]}", "1", "d"},
         "cells[1] was {\"cell_id\":\"c001\",\"concurrency\":2}, is nothing"},
        {{"{\"cells\":[{\"skipped\":true,\"model_version\":\"\"}]}", "1", "d"},
         {"{\"cells\":[{\"skipped\":false,\"model_version\":\"2\"}]}", "1", "d"},
         NULL},
        {{"{\"cells\":[{\"model_version\":\"1\"}]}", "1", "d"},
         {"{\"cells\":[{\"model_version\":\"2\"}]}", "1", "d"},
         "cells[0].model_version was 1, is 2"},
        {{"{", "1", "d"}, {"{}", "1", "d"}, "plan: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_err err = {0};
        int rc = od_identity_same(&cases[i].was, &cases[i].is, &err);
        assert_int_equal(rc, cases[i].message != NULL ? -1 : 0);
        if (cases[i].message != NULL) {
            assert_int_equal(err.code, OD_EINPUT);
            assert_memory_equal(err.msg, cases[i].message, strlen(cases[i].message));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
