/* What a run left behind: read row by row, cut behind the last whole row. */
#include "record/resume.h"

#include "record/rows.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    scratch_free(*state);
    return 0;
}

struct seen {
    int64_t seqs[16];
    size_t count;
    int64_t refuse; /* a seq; 0: none */
};

static int see(const struct od_record *record, void *arg, struct od_err *err)
{
    struct seen *seen = arg;
    assert_string_equal(record->model, "m,\n");
    assert_true(seen->count < 16);
    seen->seqs[seen->count++] = record->seq;
    return seen->refuse == record->seq ? od_fail(err, OD_EINPUT, "no %d", 1) : 0;
}

static void add_row(struct od_buf *out, int64_t seq)
{
    struct od_record record;
    od_record_init(&record);
    record.model = "m,\n";
    record.protocol = "p";
    record.seq = seq;
    od_csv_row(&record, out);
}

/* A header and rows of seq 3, 1, 2, and 1 again (a second attempt). */
static void four_rows(struct od_buf *out)
{
    od_buf_init(out, 0);
    od_csv_header(out);
    add_row(out, 3);
    add_row(out, 1);
    add_row(out, 2);
    add_row(out, 1);
}

#define LINE(seq) "{\"category_id\":1,\"cell_id\":\"c\",\"seq\":" #seq "}\n"

/* Every number of bytes that a kill may leave behind. */
static void test_cut_anywhere(void **state)
{
    static const int64_t seqs[] = {3, 1, 2, 1};
    struct od_buf rows;
    four_rows(&rows);
    size_t ends[5] = {0};
    struct od_buf part;
    od_buf_init(&part, 0);
    od_csv_header(&part);
    ends[0] = part.len;
    for (int i = 0; i < 4; i++) {
        add_row(&part, seqs[i]);
        ends[i + 1] = part.len;
    }
    assert_string_equal(part.data, rows.data);
    for (size_t len = 0; len <= rows.len; len++) {
        struct seen seen = {.count = 0};
        struct od_err err = {0};
        char *text = od_xstrndup(rows.data, len);
        char *path = scratch_file(*state, "cut.csv", text);
        size_t whole = 0;
        size_t kept = 0;
        for (size_t i = 0; i < 5 && ends[i] <= len; i++) {
            kept = i;
            whole = ends[i];
        }
        assert_int_equal(od_resume_read(path, NULL, see, &seen, &err), 0);
        assert_int_equal(seen.count, kept);
        assert_memory_equal(seen.seqs, seqs, kept * sizeof *seqs);
        char *left = scratch_read(path);
        assert_int_equal(strlen(left), whole);
        assert_memory_equal(left, rows.data, whole);
        free(left);
        free(path);
        free(text);
    }
    od_buf_release(&part);
    od_buf_release(&rows);
}

static void test_detections(void **state)
{
    static const struct {
        const char *before;
        const char *after;
    } cases[] = {
        {"", ""},
        {LINE(3) LINE(3) LINE(2) LINE(1) LINE(1),
         LINE(3) LINE(3) LINE(2) LINE(1) LINE(1)},
        {LINE(1) LINE(2), LINE(1) LINE(2)},
        /* Behind the last row: of rows that did not get there, and half a line. */
        {LINE(3) LINE(1) LINE(1) LINE(4) LINE(5), LINE(3) LINE(1) LINE(1)},
        {LINE(3) "{\"category_id\":1,\"ce", LINE(3)},
        {LINE(9), ""},
    };
    struct od_buf rows;
    four_rows(&rows);
    char *path = scratch_file(*state, "rows.csv", rows.data);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen = {.count = 0};
        struct od_err err = {0};
        char *lines = scratch_file(*state, "rows.jsonl", cases[i].before);
        assert_int_equal(od_resume_read(path, lines, see, &seen, &err), 0);
        assert_int_equal(seen.count, 4);
        char *left = scratch_read(lines);
        assert_string_equal(left, cases[i].after);
        free(left);
        (void)unlink(lines);
        assert_int_equal(od_resume_read(path, lines, see, &(struct seen){0}, &err), 0);
        assert_false(od_file_exists(lines));
        free(lines);
    }
    free(path);
    od_buf_release(&rows);
}

static void check_refused(char *path, const char *lines, enum od_errcode code,
                          const char *text)
{
    struct seen seen = {.refuse = 2};
    struct od_err err = {0};
    char *before = od_file_exists(path) ? scratch_read(path) : NULL;
    assert_int_equal(od_resume_read(path, lines, see, &seen, &err), -1);
    assert_int_equal(err.code, code);
    assert_non_null(strstr(err.msg, text));
    if (before != NULL) {
        char *after = scratch_read(path);
        assert_string_equal(after, before);
        free(after);
    }
    free(before);
    free(path);
}

/* Nothing is cut from a file that is refused. */
static void test_refused(void **state)
{
    struct od_buf rows;
    four_rows(&rows);
    od_buf_puts(&rows, "half");
    check_refused(od_path_join(*state, "none.csv"), NULL, OD_ENOENT, "none.csv: No such");
    struct od_err err = {0};
    assert_int_equal(od_resume_read(*state, NULL, see, NULL, &err), -1);
    assert_non_null(strstr(err.msg, "Is a directory"));
    check_refused(od_xstrdup("/dev/null"), NULL, OD_EINPUT, "not a regular file");
    check_refused(scratch_file(*state, "a.csv", "my notes"), NULL, OD_EINPUT,
                  "a.csv: its columns are not those of this version");
    check_refused(scratch_file(*state, "b.csv", "schema,run_id\n1,2\n"), NULL, OD_EINPUT,
                  "b.csv: its columns are not those of this version");
    check_refused(scratch_file(*state, "c.csv", rows.data), NULL, OD_EINPUT,
                  "c.csv:6: no 1");
    char *lines = scratch_file(*state, "c.jsonl", LINE(3) "{\"seq\":x}\n");
    check_refused(scratch_file(*state, "c.csv", rows.data), lines, OD_EINPUT,
                  "c.jsonl:2: not a line that odbench-run wrote");
    free(lines);
    lines = scratch_file(*state, "d.jsonl", "\n");
    check_refused(scratch_file(*state, "c.csv", rows.data), lines, OD_EINPUT,
                  "d.jsonl:1: not a line that odbench-run wrote");
    free(lines);
    char *bytes = od_xmalloc(200000);
    memset(bytes, 'x', 199999);
    bytes[199999] = '\0';
    lines = scratch_file(*state, "e.jsonl", bytes);
    check_refused(scratch_file(*state, "c.csv", rows.data), lines, OD_EINPUT,
                  "e.jsonl:1: a line of more than");
    free(lines);
    free(bytes);
    od_buf_reset(&rows);
    od_csv_header(&rows);
    od_buf_puts(&rows, "1,2\nhalf");
    check_refused(scratch_file(*state, "f.csv", rows.data), NULL, OD_EINPUT,
                  "f.csv:2: 2 fields");
    od_buf_release(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_detections),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
