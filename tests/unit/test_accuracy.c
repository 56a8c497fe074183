/* Detections and annotations of several runs: which runs have them, which file counts. */
#include "accuracy/accuracy.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define LINE(run)                                                                        \
    "{\"category_id\":3,\"image_id\":5,\"bbox\":[1,2,3,4],\"score\":0.5,\"run_id\":"     \
    "\"" run "\",\"cell_id\":\"c\",\"seq\":1}\n"

static const char notes[] = "{\"images\":[{\"id\":5,\"file_name\":\"5.jpg\"}],"
                            "\"annotations\":[{\"image_id\":5,\"category_id\":3,"
                            "\"bbox\":[1,2,3,4]}]}";

static char *folder;

static int set_up(void **state)
{
    (void)state;
    folder = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_free(folder);
    return 0;
}

static void put(const char *name, const char *text)
{
    free(scratch_file(folder, name, text));
}

/* What NAME.meta.json says; either may be NULL. */
static void put_meta(const char *name, const char *run_id, const char *annotations)
{
    char *path = annotations != NULL ? od_path_join(folder, annotations) : NULL;
    char *text = od_xasprintf("{\"run_id\": \"%s\", \"dataset\": {\"annotations\": "
                              "%s%s%s}}\n",
                              run_id, path != NULL ? "\"" : "",
                              path != NULL ? path : "null", path != NULL ? "\"" : "");
    put(name, text);
    free(text);
    free(path);
}

static int add(struct od_accuracy *accuracy, const char *rows, struct od_err *err)
{
    char *path = od_path_join(folder, rows);
    *err = (struct od_err){0};
    int rc = od_accuracy_add(accuracy, path, err);
    free(path);
    return rc;
}

static void runs_that_recorded(void **state)
{
    (void)state;
    struct od_accuracy a = {0};
    struct od_err err;
    put("lines.detections.jsonl", LINE("one") LINE("two") LINE("one"));
    put("empty.detections.jsonl", "");
    put_meta("empty.meta.json", "empty", NULL);
    put_meta("bare.meta.json", "bare", NULL);
    assert_int_equal(add(&a, "lines.csv", &err), 0);
    assert_int_equal(add(&a, "empty.csv", &err), 0);
    assert_int_equal(add(&a, "bare.csv", &err), 0);
    assert_int_equal(add(&a, "nothing.csv", &err), 0);
    assert_int_equal(od_accuracy_add(&a, "-", &err), 0);
    assert_true(od_accuracy_recorded(&a, "one"));
    assert_true(od_accuracy_recorded(&a, "two"));
    assert_true(od_accuracy_recorded(&a, "empty"));
    assert_false(od_accuracy_recorded(&a, "bare"));
    assert_false(od_accuracy_recorded(&a, NULL));
    assert_int_equal(a.run_count, 3);
    assert_int_equal(a.recorded.count, 3);
    assert_int_equal(od_accuracy_annotate(&a, NULL, &err), 0);
    assert_null(a.annotations);
    assert_null(a.named);
    od_accuracy_release(&a);
    od_accuracy_release(&a);
}

static void annotations_that_runs_name(void **state)
{
    (void)state;
    struct od_accuracy a = {0};
    struct od_err err;
    put("notes.json", notes);
    put_meta("a.meta.json", "a", "notes.json");
    put_meta("b.meta.json", "b", "notes.json");
    put_meta("c.meta.json", "c", NULL);
    assert_int_equal(add(&a, "a.csv", &err), 0);
    assert_int_equal(add(&a, "b.csv", &err), 0);
    assert_int_equal(add(&a, "c.csv", &err), 0);
    assert_false(a.several);
    assert_int_equal(od_accuracy_annotate(&a, NULL, &err), 0);
    assert_string_equal(a.annotations, a.named);
    assert_int_equal(a.truths.count, 1);
    od_accuracy_release(&a);
}

static void annotations_that_differ_or_are_gone(void **state)
{
    (void)state;
    struct od_accuracy a = {0};
    struct od_err err;
    put("notes.json", notes);
    put_meta("a.meta.json", "a", "notes.json");
    put_meta("b.meta.json", "b", "gone.json");
    assert_int_equal(add(&a, "b.csv", &err), 0);
    assert_int_equal(od_accuracy_annotate(&a, NULL, &err), 0);
    assert_null(a.annotations);
    assert_int_equal(add(&a, "a.csv", &err), 0);
    assert_true(a.several);
    assert_int_equal(od_accuracy_annotate(&a, NULL, &err), 0);
    assert_null(a.annotations);
    char *path = od_path_join(folder, "notes.json");
    assert_int_equal(od_accuracy_annotate(&a, path, &err), 0);
    assert_string_equal(a.annotations, path);
    free(path);
    od_accuracy_release(&a);
}

static void refused(void **state)
{
    (void)state;
    struct od_accuracy a = {0};
    struct od_err err;
    put("a.detections.jsonl", LINE("a") "x\n");
    assert_int_equal(add(&a, "a.csv", &err), -1);
    assert_non_null(strstr(err.msg, "a.detections.jsonl:2:1: "));
    put("b.meta.json", "{");
    assert_int_equal(add(&a, "b.csv", &err), -1);
    assert_non_null(strstr(err.msg, "b.meta.json"));
    err = (struct od_err){0};
    assert_int_equal(od_accuracy_annotate(&a, "/nowhere.json", &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_null(a.annotations);
    od_accuracy_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_that_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(annotations_that_runs_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(annotations_that_differ_or_are_gone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
