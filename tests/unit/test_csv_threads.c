/* Reading by several threads: the same rows in the same order, whatever their number. */
#include "record/csv_read.h"

#include "base/rng.h"
#include "csv_both.h"
#include "scratch.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD "seq,model,extra,protocol,rate,service_ns,error,file_name,result_hash\n"

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

/* Rows of all kinds, rarely odd ones: more different names than are remembered, a line
 * longer than chunks are, quotation marks with line ends between. */
static void make_rows(struct od_buf *text, size_t count, bool plain)
{
    struct od_rng rng;
    od_rng_init(&rng, 20261121, count);
    od_buf_init(text, 0);
    od_buf_puts(text, HEAD);
    for (size_t i = 0; i < count; i++) {
        const char *error = plain                   ? ""
                            : i % 97 == 5           ? "\"no, \"\"never\"\"\n\n,\""
                            : i % 1013 == 700       ? "\"\n1,a,,b,,5,,,\n\""
                            : od_rng_below(&rng, 3) ? ""
                                                    : "broken";
        int pad = !plain && i % 4999 == 4000 ? 9000 : 4;
        od_buf_printf(text, "%zu,m%zu,%*s,%s,%s,%d,%s,%zu.jpg,%016llx%s", i + 1,
                      i / 7 % 3, pad, "x", i % 1000 < 500 ? "p" : "\"q\"",
                      i % 11 ? "" : "2.5", (int)od_rng_below(&rng, 100000000), error,
                      i * 7919 % 90001, (unsigned long long)od_rng_next(&rng),
                      i % 301 ? "\n" : "\r\n");
        od_buf_puts(text, !plain && i % 211 == 3 ? "\n\r\n" : "");
    }
}

static char *write_rows(const char *folder, struct od_buf *text)
{
    char *path = od_path_join(folder, "f.csv");
    if (od_file_write(path, text->data, text->len, NULL) != 0) {
        abort();
    }
    od_buf_release(text);
    return path;
}

/* Every way gives the bytes that libcsv alone gives. */
static void test_same(void **state)
{
    struct od_buf text;
    make_rows(&text, 30000, false);
    char *path = write_rows(*state, &text);
    char *expected = csv_both_read(path, NULL, (struct csv_both_how){.bytewise = true});
    assert_non_null(strstr(expected, "\nrc 0 "));
    for (int threads = 1; threads <= 8; threads += threads) {
        struct csv_both_how how = {.threads = threads,
                                   .chunk_bytes = 1000 * (size_t)threads,
                                   .batch = threads % 4 == 0};
        char *seen = csv_both_read(path, NULL, how);
        assert_true(strcmp(seen, expected) == 0);
        free(seen);
    }
    free(expected);
    free(path);
}

/* Wherever the caller fails, the line is named, and nothing behind it was seen. */
static void test_fails(void **state)
{
    struct od_buf text;
    make_rows(&text, 3000, false);
    char *path = write_rows(*state, &text);
    for (size_t row = 1; row <= 3000; row += 1 + row / 3) {
        struct csv_both_how how = {.bytewise = true, .fail_at = row};
        char *expected = csv_both_read(path, NULL, how);
        assert_non_null(strstr(expected, "rc -1 "));
        how = (struct csv_both_how){.threads = 3, .chunk_bytes = 5000, .fail_at = row};
        for (int batch = 0; batch < 2; batch++) {
            how.batch = batch == 1;
            char *seen = csv_both_read(path, NULL, how);
            assert_true(strcmp(seen, expected) == 0);
            free(seen);
        }
        free(expected);
    }
    free(path);
}

struct counted {
    size_t rows;
    size_t batches;
    size_t names; /* texts that had no number yet */
    size_t steady;
    size_t place[3]; /* seq, file_name, protocol */
};

static size_t place_of(const char *name)
{
    size_t i = 0;
    while (strcmp(od_column_at(i)->name, name) != 0) {
        i++;
    }
    return i;
}

static void prepare(void *arg, const struct od_csv_batch *batch)
{
    const struct counted *c = arg;
    const int64_t *seqs = batch->values[c->place[0]].ints;
    for (size_t i = 0; i < batch->count; i++) {
        batch->notes[i] += 3 * (uint64_t)seqs[i] + 1;
    }
}

static int count(void *arg, const struct od_csv_batch *batch, size_t *row,
                 struct od_err *err)
{
    struct counted *c = arg;
    const union od_csv_values *protocols = &batch->values[c->place[2]];
    (void)err;
    (void)row;
    c->batches++;
    for (size_t i = 0; i < batch->count; i++, c->rows++) {
        struct od_csv_str *name = batch->values[c->place[1]].strs[i];
        char expected[32];
        (void)snprintf(expected, sizeof expected, "%zu.jpg", c->rows * 7919 % 90001);
        assert_int_equal(batch->notes[i], 3 * (c->rows + 1) + 1);
        assert_string_equal(name->text, expected);
        assert_int_equal(name->len, strlen(expected));
        /* What was left there is there again. */
        if (name->number == 0) {
            name->number = 1 + (uint32_t)(c->rows * 7919 % 90001);
            c->names++;
        }
        assert_int_equal(name->number, 1 + c->rows * 7919 % 90001);
        assert_true(!batch->steady[c->place[2]] ||
                    protocols->strs[i] == protocols->strs[0]);
    }
    c->steady += batch->steady[c->place[2]] ? 1 : 0;
    assert_null(batch->values[place_of("image_id")].ints);
    assert_null(batch->values[place_of("result_hash")].texts);
    return 0;
}

/* Batches as their header says: notes of prepare, texts that keep what they are given,
 * columns that were not asked for or are not there. */
static void test_batches(void **state)
{
    struct od_buf text;
    unsigned char *use = od_xcalloc(od_column_count(), 1);
    struct counted c = {
        .place = {place_of("seq"), place_of("file_name"), place_of("protocol")}};
    make_rows(&text, 200000, true);
    char *path = write_rows(*state, &text);
    use[c.place[0]] = use[c.place[1]] = use[c.place[2]] = OD_CSV_NEED;
    use[place_of("image_id")] = OD_CSV_READ;
    struct od_csv_read read = {.path = "f",
                               .use = use,
                               .prepare = prepare,
                               .batch = count,
                               .arg = &c,
                               .threads = 3,
                               .chunk_bytes = 20000};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(od_csv_read(&read, fd, NULL), 0);
    (void)close(fd);
    assert_int_equal(c.rows, 200000);
    assert_in_range(c.batches, 300, 20000);
    assert_in_range(c.names, 90001, 200000);
    assert_in_range(c.steady, 1, c.batches - 1);
    free(use);
    free(path);
}

struct sender {
    int fd;
    const char *data;
    size_t len;
};

static void *send_all(void *arg)
{
    const struct sender *s = arg;
    (void)od_fd_write(s->fd, s->data, s->len);
    return NULL;
}

/* Through a pipe that stays open: what is wrong is said without waiting for its end. */
static void test_pipe(void **state)
{
    static const char bad[] = "oops,a,,b,,5,,,\n";
    struct od_buf text;
    int fds[2];
    pthread_t thread;
    (void)state;
    make_rows(&text, 20000, false);
    od_buf_puts(&text, bad);
    assert_int_equal(pipe(fds), 0);
    struct sender sender = {fds[1], text.data, text.len};
    assert_int_equal(pthread_create(&thread, NULL, send_all, &sender), 0);
    struct csv_both both = {.out = {0}};
    struct od_err err = {0};
    od_buf_init(&both.out, 0);
    struct od_csv_read read = {.path = "f",
                               .keep = csv_both_keep,
                               .each = csv_both_each,
                               .arg = &both,
                               .threads = 4};
    assert_int_equal(od_csv_read(&read, fds[0], &err), -1);
    assert_non_null(strstr(err.msg, "column seq: "));
    assert_int_equal(both.rows, 20000);
    (void)close(fds[1]);
    (void)close(fds[0]);
    assert_int_equal(pthread_join(thread, NULL), 0);
    od_buf_release(&both.out);
    od_buf_release(&text);
}

/* What cannot be read, and what is no result file, with threads asked for. */
static void test_errors(void **state)
{
    struct od_err err = {0};
    struct csv_both both = {.out = {0}};
    struct od_csv_read read = {.path = "the folder",
                               .keep = csv_both_keep,
                               .each = csv_both_each,
                               .arg = &both,
                               .threads = 4};
    int fd = open(*state, O_RDONLY | O_CLOEXEC);
    assert_int_equal(od_csv_read(&read, fd, &err), -1);
    assert_int_equal(err.code, OD_ESYS);
    assert_memory_equal(err.msg, "the folder: ", 12);
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same),    cmocka_unit_test(test_fails),
        cmocka_unit_test(test_batches), cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
