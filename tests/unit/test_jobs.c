/* From the texts of a command line to listings, selections and designs. */
#include "dataset/jobs.h"

#include "dataset_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *folder;

static int enter(void **state)
{
    (void)state;
    folder = scratch_new();
    if (chdir(folder) != 0) {
        return -1;
    }
    free(fixture_image("", "a.jpg", 40, 30));
    free(fixture_image("", "b.jpg", 20, 10));
    fixture_write("bad.jpg", "x", 1);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    int rc = chdir("/");
    scratch_free(folder);
    return rc;
}

static const char *const good[] = {"a.jpg", "b.jpg"};
static const char *const all[] = {"a.jpg", "bad.jpg", "b.jpg"};

static void test_list(void **state)
{
    struct od_list_job job = {
        .dataset = {.paths = all, .path_count = 3}, .format = "csv", .order = "pixels"};
    struct od_job_notes notes;
    struct od_buf out;
    struct od_err err = {0};
    (void)state;
    od_job_notes_init(&notes);
    od_buf_init(&out, 0);
    assert_int_equal(od_list_job_run(&job, &out, &notes, &err), -1);
    assert_string_equal(err.msg, "bad.jpg: not a JPEG file");
    od_err_clear(&err);
    job.dataset.skip_bad = true;
    assert_int_equal(od_list_job_run(&job, &out, &notes, &err), 0);
    const char *b = strstr(out.data, "b.jpg");
    assert_true(b != NULL && b < strstr(out.data, "a.jpg"));
    assert_string_equal(notes.errors.data, "bad.jpg: not a JPEG file\n");
    assert_string_equal(notes.warnings.data, "");
    assert_memory_equal(notes.totals.data, "2 images, ", 10);
    job.order = "colour";
    assert_int_equal(od_list_job_run(&job, &out, &notes, &err), -1);
    assert_string_equal(err.msg, "'colour' is not known");
    od_buf_release(&out);
    od_job_notes_release(&notes);
}

static int select_with(struct od_select_job job, struct od_buf *out,
                       struct od_job_notes *notes, struct od_err *err)
{
    job.dataset = (struct od_dataset_spec){.paths = good, .path_count = 2};
    job.bare_names = true;
    job.output = job.output != NULL ? job.output : "-";
    *err = (struct od_err){0};
    od_buf_reset(out);
    return od_select_job_run(&job, out, notes, err);
}

static void test_select(void **state)
{
    struct od_job_notes notes;
    struct od_buf out;
    struct od_err err;
    (void)state;
    od_job_notes_init(&notes);
    od_buf_init(&out, 0);
    struct od_select_job job = {.pixels = "..500"};
    assert_int_equal(select_with(job, &out, &notes, &err), 0);
    assert_null(strstr(out.data, "a.jpg"));
    assert_non_null(strstr(out.data, "  b.jpg\n"));
    assert_string_equal(notes.warnings.data, "");
    job = (struct od_select_job){.first = 3};
    assert_int_equal(select_with(job, &out, &notes, &err), 0);
    assert_string_equal(notes.warnings.data, "3 images were asked for, only 2 fit\n");
    job = (struct od_select_job){.bytes = "9..x"};
    assert_int_equal(select_with(job, &out, &notes, &err), -1);
    assert_memory_equal(err.msg, "option --bytes: 'x' is not a size", 33);
    job = (struct od_select_job){.objects = "1.."};
    assert_int_equal(select_with(job, &out, &notes, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    job = (struct od_select_job){.list = "none.txt"};
    assert_int_equal(select_with(job, &out, &notes, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    job = (struct od_select_job){.output = "bad.jpg"};
    assert_int_equal(select_with(job, &out, &notes, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    job.replaces = true;
    assert_int_equal(select_with(job, &out, &notes, &err), 0);
    od_buf_release(&out);
    od_job_notes_release(&notes);
}

#define TEXTS(...)                                                                       \
    {                                                                                    \
        (const char *const[]){__VA_ARGS__},                                              \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)                  \
    }

static void test_design(void **state)
{
    const struct {
        struct od_design_job job;
        size_t count;
        const char *error; /* how it begins */
    } cases[] = {
        {{.objects = TEXTS("0", "5"), .sizes = TEXTS("64x64"), .replicates = 3}, 6, NULL},
        {{.objects = TEXTS("1"),
          .sizes = TEXTS("64x64", "80x80"),
          .bytes = TEXTS("4k", "5k"),
          .replicates = 1},
         4,
         NULL},
        {{.count = 7, .sides = "64..90"}, 7, NULL},
        {{.count = 7, .objects = TEXTS("2..3")}, 7, NULL},
        {{.objects = TEXTS("0")}, 0, "nothing to make: "},
        {{.objects = TEXTS("101"), .sizes = TEXTS("64x64"), .replicates = 1},
         0,
         "option --objects: 101 is not within 0 to 100"},
        {{.objects = TEXTS("1"), .sizes = TEXTS("64"), .replicates = 1},
         0,
         "option --size: '64'"},
        {{.objects = TEXTS("1"),
          .sizes = TEXTS("64x64"),
          .bytes = TEXTS("0"),
          .replicates = 1},
         0,
         "option --bytes: a file of 0 bytes"},
        {{.count = 1, .bytes = TEXTS("5k")}, 0, "option --bytes: not with --count"},
        {{.count = 1, .objects = TEXTS("1", "2")}, 0, "option --objects: with --count"},
        {{.count = 1, .sides = "90..64"}, 0, "option --sides: '90..64'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_design design;
        struct od_err err = {0};
        int rc = od_design_job_run(&cases[i].job, &design, &err);
        assert_int_equal(design.count, cases[i].count);
        if (cases[i].error != NULL) {
            assert_int_equal(rc, -1);
            assert_memory_equal(err.msg, cases[i].error, strlen(cases[i].error));
        } else {
            assert_int_equal(rc, 0);
        }
        od_design_release(&design);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_select),
        cmocka_unit_test(test_design),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
