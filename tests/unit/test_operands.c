/* Which files make which side. */
#include "compare/operands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MOST 6

static const struct {
    const char *operands[MOST];
    bool by_column;
    const char *sides; /* "01": of each file; NULL: refused */
    const char *base;
    const char *new;
    const char *text; /* the last file's path, or a part of the message */
} rows[] = {
    {{"a.csv", "b.csv"}, false, "01", NULL, NULL, "b.csv"},
    {{"x=a.csv", "y=b.csv"}, false, "01", "x", "y", "b.csv"},
    {{"x=a.csv", "b.csv"}, false, "01", "x", NULL, "b.csv"},
    {{"a.csv", "y=b.csv"}, false, "01", NULL, "y", "b.csv"},
    {{"x=a.csv", "x=b.csv"}, false, "00", "x", NULL, "b.csv"},
    {{"ab.csv"}, false, "0", NULL, NULL, "ab.csv"},
    {{"x=ab.csv"}, false, "0", "x", NULL, "ab.csv"},
    {{"x=a", "x=b", "y=c"}, false, "001", "x", "y", "c"},
    {{"x=a", "y=c", "x=b"}, false, "010", "x", "y", "b"},
    {{"x=a", "b", "y=c", "d"}, false, "0011", "x", "y", "d"},
    {{"x=", "a", "b", "y=", "c"}, false, "001", "x", "y", "c"},
    {{"x=", "a", "y=", "b"}, false, "01", "x", "y", "b"},
    {{"x=", "a", "b"}, false, "00", "x", NULL, "b"},
    {{"./x=a.csv", "b.csv"}, false, "01", NULL, NULL, "b.csv"},
    {{"-", "b.csv"}, false, "01", NULL, NULL, "b.csv"},
    {{"a", "b", "c"}, true, "000", NULL, NULL, "c"},
    {{"a", "b"}, true, "00", NULL, NULL, "b"},
    {{NULL}, false, NULL, NULL, NULL, "no result files"},
    {{"a", "b", "c"}, false, NULL, NULL, NULL, "which are the base"},
    {{"a", "b", "y=c"}, false, NULL, NULL, NULL, "a stands in front"},
    {{"a", "y=", "c"}, false, NULL, NULL, NULL, "a stands in front"},
    {{"x=a", "y=b", "z=c"}, false, NULL, NULL, NULL, "z=c: a third label"},
    {{"x=a", "y="}, false, NULL, NULL, NULL, "label y has no file"},
    {{"x="}, false, NULL, NULL, NULL, "label x has no file"},
    {{"x=a", "y=b"}, true, NULL, NULL, NULL, "x=a: a label, but --col"},
};

static void sides(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_compare_inputs in;
        struct od_err err = {0};
        size_t count = 0;
        while (count < MOST && rows[i].operands[count] != NULL) {
            count++;
        }
        int rc =
            od_compare_operands(rows[i].operands, count, rows[i].by_column, &in, &err);
        if (rows[i].sides == NULL) {
            assert_int_equal(rc, -1);
            assert_int_equal(err.code, OD_EINPUT);
            assert_non_null(strstr(err.msg, rows[i].text));
            od_compare_inputs_release(&in);
            continue;
        }
        assert_int_equal(rc, 0);
        assert_int_equal(in.count, strlen(rows[i].sides));
        for (size_t f = 0; f < in.count; f++) {
            assert_int_equal(in.files[f].side, rows[i].sides[f] - '0');
        }
        assert_string_equal(in.files[in.count - 1].path, rows[i].text);
        const char *labels[OD_SIDES] = {rows[i].base, rows[i].new};
        for (int s = 0; s < OD_SIDES; s++) {
            assert_int_equal(in.labels[s] == NULL, labels[s] == NULL);
            if (labels[s] != NULL) {
                assert_string_equal(in.labels[s], labels[s]);
            }
        }
        od_compare_inputs_release(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sides)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
