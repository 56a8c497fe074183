/* The reader against libcsv, with chunks and threads of any number, and reading some
 * columns only. */
#include "record/csv_read.h"

#include "base/rng.h"
#include "csv_both.h"
#include "record/intern.h"
#include "sanitized.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "schema,model,extra,protocol,rate,service_ns,error,max_score,other\n"

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

static char *write_file(const char *folder, const void *data, size_t len)
{
    char *path = od_path_join(folder, "f.csv");
    if (od_file_write(path, data, len, NULL) != 0) {
        abort();
    }
    return path;
}

/* Reads it in all ways; the result is the caller's. */
static char *both(const char *folder, const void *data, size_t len,
                  const unsigned char *use)
{
    static const struct csv_both_how ways[] = {
        {.threads = 1},
        {.batch = true},
        {.threads = 3, .chunk_bytes = 64},
        {.threads = 2, .chunk_bytes = 150, .batch = true},
        {.threads = 1, .chunk_bytes = 31}};
    char *path = write_file(folder, data, len);
    char *slow = csv_both_read(path, use, (struct csv_both_how){.bytewise = true});
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct csv_both_how how = ways[i];
        how.chunk_bytes *= len > 100000 ? 100 : 1; /* in good time */
        char *fast = csv_both_read(path, use, how);
        assert_string_equal(fast, slow);
        free(fast);
    }
    free(path);
    return slow;
}

static void test_lines(void **state)
{
    static const char *const texts[] = {
        "", HEAD, HEAD "\n\n", HEAD "1,a,,b,,5,,,\n",
        HEAD "1,a,,b,,5,,,\n\n1,a,,b,,6,,,\n",
        /* line ends */
        HEAD "1,a,,b,,5,,,\r\n1,a,,b,,6,,,\r\n", HEAD "1,a,,b,,5,,,\r1,a,,b,,6,,,\r",
        HEAD "1,a,,b,,5,,,\r\r\n1,a,,b,,6,,,\n\r\n\r", HEAD "1,a,,b,,5,,,\n1,a,,b,,6,,,",
        HEAD "1,a,,b,,5,,,\n1,a,,b,,6,,,\r", HEAD "1,a,,b,,5,,,\n1,a,,b",
        /* quotation marks */
        HEAD "1,\"a\",,b,,5,\"x,\"\"y\"\"\nz\",,\n1,a,,b,,6,,,\n",
        HEAD "1,\"a,\",b,c,,5,,,\n1,a,,b,,5,,,\n", HEAD "1,a\"b,,b,,5,,,\n",
        HEAD "1,\"a\"b,,b,,5,,,\n", HEAD "1,a,,b,,5,,,\n1,a,\"",
        /* a text that holds a comma is not the two fields that look like it */
        HEAD "1,\"a,b\",,c,,5,,,\n1,a,b,c,,5,,,\n1,a,b,c,,5,,,\n",
        /* numbers */
        HEAD "1,a,,b,1.5,-7,,0.25,\n1,a,,b,1.5,-0,,0.25,\n1,a,,b,,007,,,\n",
        HEAD "1,a,,b,,9223372036854775807,,,\n1,a,,b,,-9223372036854775807,,,\n",
        HEAD "1,a,,b,,9223372036854775808,,,\n", HEAD "1,a,,b,,-,,,\n",
        HEAD "1,a,,b,,-9223372036854775808,,,\n", HEAD "1,a,,b,,1 ,,,\n",
        HEAD "1,a,,b,,+1,,,\n", HEAD "1,a,,b,,1x,,,\n", HEAD "1,a,,b,nan,1,,,\n",
        HEAD "1,a,,b,inf,1,,,\n", HEAD "1,a,,b,1e999,1,,,\n", HEAD "1,a,,b,,nan,,,\n",
        HEAD "1,a,,b,,123456789012345678,,,\n1,a,,b,,1234567890123456789,,,\n",
        /* what was there a line ago is not there now */
        HEAD "1,a,,b,2.5,5,e,0.5,\n,,,,,,,,\n1,a,,b,2.5,5,e,0.5,\n1,ab,,b,2,5,ee,0.5,\n",
        HEAD "1,a,,b,2.5,12,e,0.5,\n1,a,,b,2.5,1,e,0.5,\n1,a,,b,2.5,12,e,0.5,\n",
        HEAD "1,a,,b,,1795274394891833179,,,\n1,a,,b,,17,,,\n"
             "1,a,,b,,1795274394891833179,,,\n",
        HEAD "1,a,,b,,5,\"e\",,\n1,a,,b,,5,e,,\n1,a,,b,,5,\"ee\",,\n1,a,,b,,5,e,,\n",
        /* too few and too many fields */
        HEAD "1,a,,b,,5,,\n", HEAD "1,a,,b,,5,,,,\n", HEAD "1\n", HEAD ",\n",
        HEAD "1,a,,b,,x,,\n", HEAD "1,a,,b,,5,,,\n1,a\n", HEAD "1,a,,b,,x,,,,,,,,,,,,\n",
        /* the wanted one last, and one field behind it */
        "model,protocol,service_ns\na,b,1\na,b\n",
        "model,protocol,service_ns\na,b,1\na,b,\n",
        "model,protocol,service_ns,x\na,b,1,\na,b,2\n",
        "service_ns,protocol,model\n1,b,a\n2,b,aa\n3,b,aaa,\n",
        "x,y,z,service_ns,protocol,model\n1,2,3,4,b,a\n,,,5,b,a\n1,2,3,4,b\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(both(*state, texts[i], strlen(texts[i]), NULL));
    }
    static const char nul[] = HEAD "1,a,,b,,5,,,\n1,a\0c,,b,,5,,,\n";
    char *text = both(*state, nul, sizeof nul - 1, NULL);
    assert_non_null(strstr(text, "f:3: a NUL byte in a field"));
    free(text);
}

/* Lines that are longer than a chunk, and those that begin in one and end in the next. */
static void test_chunks(void **state)
{
    enum { LINES = SANITIZED ? 800 : 8000, LONG_EVERY = LINES / 2 - 11 };
    struct od_buf text;
    od_buf_init(&text, 0);
    od_buf_puts(&text, HEAD);
    for (int i = 0; i < LINES; i++) {
        int pad = i % LONG_EVERY == 0 ? 300000 : i % 7 * (i % 11);
        od_buf_printf(&text, "1,model-%d,%*s,b,%d,%d,\"%s\",,%s", i % 3, pad, "x", i % 5,
                      1000 + i, i % 50 == 0 ? "a\n,b" : "", i % 90 == 0 ? "\r\n" : "\n");
    }
    for (size_t cut = 0; cut < 3; cut++) {
        free(both(*state, text.data, text.len - cut, NULL));
    }
    char *seen = both(*state, text.data, text.len, NULL);
    assert_non_null(strstr(seen, "rc 0 "));
    free(seen);
    od_buf_release(&text);
}

/* Any mixture of the pieces that decide. */
static void test_random(void **state)
{
    static const char *const pieces[] = {",",
                                         ",",
                                         ",",
                                         ",",
                                         "1",
                                         "a",
                                         "b",
                                         "5",
                                         "\n",
                                         "\n",
                                         "\r",
                                         "\"",
                                         "\"x",
                                         "y\"",
                                         "1.5",
                                         "1,a,,b,,5,,,\n",
                                         "1,a,,b,2,6,,,\n",
                                         " ",
                                         "-",
                                         "nan",
                                         "\"\"",
                                         "1,a,,b,,5,\"e,\n\",,\n",
                                         "1,aa,,b,1,7,e,,\r\n"};
    enum { ROUNDS = SANITIZED ? 300 : 1500 };
    struct od_rng rng;
    size_t good = 0;
    od_rng_init(&rng, 20261121, 0);
    for (int round = 0; round < ROUNDS; round++) {
        struct od_buf text;
        od_buf_init(&text, 0);
        od_buf_puts(&text, HEAD);
        for (uint64_t n = od_rng_below(&rng, 12); n > 0; n--) {
            size_t i = (size_t)od_rng_below(&rng, sizeof pieces / sizeof *pieces);
            bool plain = od_rng_below(&rng, 4) > 0;
            od_buf_puts(&text, plain ? "1,a,,b,,5,,,\n" : pieces[i]);
        }
        char *seen = both(*state, text.data, text.len, NULL);
        good += strncmp(strstr(seen, "rc "), "rc 0", 4) == 0 ? 1 : 0;
        free(seen);
        od_buf_release(&text);
    }
    assert_in_range(good, ROUNDS / 10, ROUNDS - 1);
}

static size_t number_of(const char *name)
{
    size_t i = 0;
    while (strcmp(od_column_at(i)->name, name) != 0) {
        i++;
    }
    return i;
}

static void test_use(void **state)
{
    unsigned char *use = od_xcalloc(od_column_count(), 1);
    static const char text[] = HEAD "1,a,x,b,oops,5,e,0.5,\n2,a,x,b,,6,,,\n";
    use[number_of("model")] = OD_CSV_NEED;
    use[number_of("service_ns")] = OD_CSV_READ;
    use[number_of("error")] = OD_CSV_READ;
    use[number_of("image_id")] = OD_CSV_READ;
    char *seen = both(*state, text, sizeof text - 1, use);
    /* What is not asked for is neither there nor wrong. */
    struct od_buf expected;
    struct od_record record;
    od_buf_init(&expected, 0);
    od_record_init(&record);
    record.schema = OD_NONE;
    record.model = "a";
    record.service_ns = 5;
    memcpy(record.error, "e", 2);
    od_csv_row(&record, &expected);
    record.service_ns = 6;
    record.error[0] = '\0';
    od_csv_row(&record, &expected);
    assert_memory_equal(seen, expected.data, expected.len);
    od_buf_release(&expected);
    free(seen);
    use[number_of("response_ns")] = OD_CSV_NEED;
    seen = both(*state, text, sizeof text - 1, use);
    assert_non_null(strstr(seen, "f:1: no column response_ns"));
    free(seen);
    /* Without them it is no result file, whatever is asked for. */
    use[number_of("protocol")] = OD_CSV_SKIP;
    seen = both(*state, "model,service_ns,response_ns\n", 29, use);
    assert_non_null(strstr(seen, "f:1: no result file: no column protocol"));
    free(seen);
    free(use);
}

static const char *keep(void *arg, const char *text)
{
    return od_intern_add(*(struct od_intern **)arg, text);
}

struct kept {
    struct od_intern *pool;
    const char *models[8];
    size_t count;
};

static int collect(void *arg, const struct od_record *record, struct od_err *err)
{
    struct kept *kept = arg;
    (void)err;
    kept->models[kept->count++] = record->model;
    return 0;
}

/* With lasting texts, one that repeats is the same pointer all the same. */
static void test_lasting(void **state)
{
    static const char text[] =
        "model,protocol,service_ns\na,x,1\na,x,2\nb,x,3\n\"a\",x,4\na,x,5\n\"a,x\",x,6\n";
    struct kept kept = {.pool = od_intern_new()};
    struct od_csv_read read = {
        .path = "f", .lasting = true, .keep = keep, .each = collect, .arg = &kept};
    char *path = write_file(*state, text, sizeof text - 1);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_int_equal(od_csv_read(&read, fd, NULL), 0);
    (void)close(fd);
    assert_int_equal(kept.count, 6);
    assert_string_equal(kept.models[0], "a");
    assert_ptr_equal(kept.models[1], kept.models[0]);
    assert_string_equal(kept.models[2], "b");
    assert_ptr_equal(kept.models[3], kept.models[0]);
    assert_ptr_equal(kept.models[4], kept.models[0]);
    assert_string_equal(kept.models[5], "a,x");
    od_intern_free(kept.pool);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_chunks),
        cmocka_unit_test(test_random),  cmocka_unit_test(test_use),
        cmocka_unit_test(test_lasting),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
