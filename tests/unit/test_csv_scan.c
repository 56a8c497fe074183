/* Ends of fields, found 64 bytes at a time, against one byte after the other; numbers of
 * eight digits at a time. */
#include "record/csv_scan.h"

#include "base/parse.h"
#include "base/rng.h"
#include "record/csv_number.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 64 * 70, SLACK = 64 };

struct seen {
    uint32_t ends[SIZE + 128];
    size_t count;
    size_t lines;
    size_t breaks;
    bool odd;
    bool inside;
};

/* Where the next byte stands. */
enum state { BEGIN, PLAIN, QUOTED, CLOSED, AFTER_CR };

static enum state end_field(struct seen *seen, char c, size_t at)
{
    seen->ends[seen->count++] = (uint32_t)at;
    seen->lines += c == '\n' ? 1 : 0;
    return BEGIN;
}

static enum state step(struct seen *seen, enum state state, char c, size_t at)
{
    if (c == '\0' || (state == AFTER_CR && c != '\n')) {
        seen->odd = true;
    }
    if (state == QUOTED) {
        seen->breaks += c == '\n' ? 1 : 0;
        return c == '"' ? CLOSED : QUOTED;
    }
    if (c == ',' || c == '\n') {
        return end_field(seen, c, at);
    }
    if (c == '\r') {
        return AFTER_CR;
    }
    if (c == '"' && (state == BEGIN || state == CLOSED)) {
        return QUOTED;
    }
    seen->odd = seen->odd || c == '"' || state == CLOSED;
    return PLAIN;
}

static void scan_bytes(const char *data, size_t len, struct seen *seen)
{
    enum state state = BEGIN;
    *seen = (struct seen){0};
    for (size_t at = 0; at < len && !seen->odd; at++) {
        state = step(seen, state, data[at], at);
    }
    seen->inside = state == QUOTED;
}

/* In pieces of so many blocks. */
static void scan_blocks(const char *data, size_t len, size_t blocks,
                        enum od_csv_width width, struct seen *seen)
{
    struct od_csv_scan scan = {.edge = 1, .width = width};
    *seen = (struct seen){0};
    for (size_t from = 0; from < len; from += 64 * blocks) {
        size_t to = len - from < 64 * blocks ? len : from + 64 * blocks;
        seen->count += od_csv_scan(&scan, data, from, to, seen->ends + seen->count);
    }
    seen->lines = scan.lines;
    seen->breaks = scan.breaks;
    seen->odd = scan.odd;
    seen->inside = scan.inside != 0;
}

static void compare(const char *data, size_t len, size_t *odd)
{
    static struct seen bytes;
    static struct seen blocks;
    scan_bytes(data, len, &bytes);
    *odd += bytes.odd ? 1 : 0;
    for (int width = OD_CSV_WIDEST; width <= OD_CSV_NARROW; width++) {
        for (size_t n = 1; n <= 65; n += 64) {
            scan_blocks(data, len, n, (enum od_csv_width)width, &blocks);
            assert_int_equal(blocks.odd, bytes.odd);
            if (!bytes.odd) {
                assert_int_equal(blocks.count, bytes.count);
                assert_memory_equal(blocks.ends, bytes.ends,
                                    bytes.count * sizeof *bytes.ends);
                assert_int_equal(blocks.lines, bytes.lines);
                assert_int_equal(blocks.breaks, bytes.breaks);
                assert_int_equal(blocks.inside, bytes.inside);
            }
        }
    }
}

static void append(char *data, size_t *len, size_t room, const char *text)
{
    size_t more = strlen(text);
    if (*len + more <= room) {
        memcpy(data + *len, text, more);
        *len += more;
    }
}

/* Texts of what decides, with and without mistakes, of any length. */
static void test_scan(void **state)
{
    static const char *const pieces[] = {
        ",",      ",",       "\n",         "abc",
        "\r\n",   "1",       ",\"a,b\",",  "\n\"x\"\"y\"\n",
        ",\"\",", "1234567", ",\"\n\r\",", "\n\"\"\"\"\r\n",
        "\"",     "\r",      "z\"",        "\"q"};
    char *data = calloc(1, SIZE + 2 * SLACK);
    struct od_rng rng;
    size_t odd = 0;
    (void)state;
    assert_non_null(data);
    od_rng_init(&rng, 20261121, 7);
    for (int round = 0; round < 6000; round++) {
        size_t room = (size_t)od_rng_below(&rng, round % 10 == 0 ? SIZE : 300);
        size_t kinds = round % 4 == 0 ? 16 : 12;
        size_t len = 0;
        memset(data, round % 3 == 0 ? ',' : '"', SIZE + 2 * SLACK);
        while (len + 16 < room) {
            append(data + SLACK, &len, room, pieces[od_rng_below(&rng, kinds)]);
        }
        if (round % 50 == 1 && len > 0) {
            data[SLACK + od_rng_below(&rng, len)] = '\0';
        }
        compare(data + SLACK, len, &odd);
    }
    assert_in_range(odd, 500, 5500);
    free(data);
}

/* Any bytes at all: no more than that nothing else is read or written. */
static void test_bytes(void **state)
{
    char *data = calloc(1, 1024 + 2 * SLACK);
    struct od_rng rng;
    size_t odd = 0;
    (void)state;
    assert_non_null(data);
    od_rng_init(&rng, 20261121, 8);
    for (int round = 0; round < 2000; round++) {
        size_t len = (size_t)od_rng_below(&rng, 1024);
        for (size_t i = 0; i < len; i++) {
            data[SLACK + i] = (char)(1 + od_rng_below(&rng, 255));
        }
        compare(data + SLACK, len, &odd);
    }
    assert_in_range(odd, 1, 2000);
    free(data);
}

static bool read_int(const char *text, int64_t *out)
{
    char padded[64] = "9999999";
    (void)snprintf(padded + 8, sizeof padded - 8, "%s", text);
    padded[7] = '9';
    return od_csv_int(padded + 8, strlen(text), out);
}

static void test_ints(void **state)
{
    static const char *const none[] = {"-",
                                       "+1",
                                       "1 ",
                                       "1x",
                                       "x1",
                                       "--1",
                                       "1-",
                                       "1/2",
                                       "1:2",
                                       "12345:78",
                                       "1234567:9",
                                       "9000000000000000000",
                                       ".",
                                       "1e3",
                                       "\x80",
                                       "1234567812345678:1",
                                       "12345678901234567890"};
    struct od_rng rng;
    (void)state;
    od_rng_init(&rng, 20261121, 9);
    for (int round = 0; round < 20000; round++) {
        int64_t expected = (int64_t)(od_rng_next(&rng) >> (1 + od_rng_below(&rng, 63))) *
                           (round % 5 ? 1 : -1);
        int64_t seen = 0;
        char text[32];
        (void)snprintf(text, sizeof text, "%s%" PRId64,
                       round % 7 || expected < 0 ? "" : "00", expected);
        if (read_int(text, &seen)) {
            assert_int_equal(seen, expected);
        } else {
            assert_in_range(strlen(text), 19, 31);
        }
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        int64_t seen = 5;
        assert_false(read_int(none[i], &seen));
        assert_int_equal(seen, 5);
    }
}

static void test_reals(void **state)
{
    static const char *const none[] = {"nan",  "1.",    ".5",  "1e3",
                                       "-1.5", "1.2.3", "inf", "0.9776440262794495"};
    struct od_rng rng;
    size_t fast = 0;
    (void)state;
    od_rng_init(&rng, 20261121, 10);
    for (int round = 0; round < 20000; round++) {
        char padded[64] = "77777777";
        char *text = padded + 8;
        double expected = 0;
        double seen = 0;
        (void)snprintf(text, sizeof padded - 8, "%" PRIu64 ".%0*" PRIu64,
                       od_rng_below(&rng, 100000), 1 + round % 11,
                       od_rng_below(&rng, 100000));
        assert_int_equal(od_parse_double(text, -HUGE_VAL, HUGE_VAL, &expected, NULL), 0);
        if (od_csv_real(text, strlen(text), &seen)) {
            assert_memory_equal(&seen, &expected, sizeof seen);
            fast++;
        }
    }
    assert_in_range(fast, 15000, 20000);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        char padded[64] = "77777777";
        double seen = 5;
        (void)snprintf(padded + 8, sizeof padded - 8, "%s", none[i]);
        assert_false(od_csv_real(padded + 8, strlen(none[i]), &seen));
        assert_true(seen == 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_ints),
        cmocka_unit_test(test_reals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
