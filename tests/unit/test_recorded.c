/* Recorded detections: what is read back, what is left out, what is refused and where. */
#include "accuracy/join.h"

#include "record/coco_lines.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define REST  "\"run_id\":\"r\",\"cell_id\":\"c\",\"seq\":1}\n"
#define PLAIN "{\"category_id\":3,\"image_id\":5,\"bbox\":[1,2,3,4],\"score\":0.5," REST

/* Reads text as the companion of a result file. */
static int read_text(const char *text, struct od_recorded *recorded, bool *present,
                     struct od_err *err)
{
    char *folder = scratch_new();
    char *rows = od_path_join(folder, "a.csv");
    char *path = scratch_file(folder, "a.detections.jsonl", text);
    *err = (struct od_err){0};
    int rc = od_recorded_read(recorded, rows, present, err);
    free(rows);
    free(path);
    scratch_free(folder);
    return rc;
}

static void read_as_written(void **state)
{
    (void)state;
    struct od_box boxes[] = {{0.25F, 0.5F, 0.75F, 1.0F, 0.9F, 17},
                             {0, 0, 0.1F, 0.1F, 1e-30F, 90}};
    const struct od_boxes both = {.items = boxes, .count = 2};
    struct od_record record;
    struct od_recorded recorded = {0};
    struct od_buf text;
    struct od_err err;
    bool present = false;
    od_record_init(&record);
    record.run_id = "r\"1\"\\";
    record.cell_id = "ssd\ttfs-grpc \xc3\xa9";
    record.seq = 7;
    record.image_id = 802;
    record.width = 640;
    record.height = 425;
    od_buf_init(&text, 0);
    od_coco_lines_format(&record, &both, &text);
    record.image_id = OD_NONE;
    record.seq = OD_NONE;
    od_coco_lines_format(&record, &both, &text);
    assert_int_equal(read_text(text.data, &recorded, &present, &err), 0);
    assert_true(present);
    assert_int_equal(recorded.count, 4);
    const struct od_detection_line *line = recorded.items;
    const double box[4] = {160, 212.5, 320, 212.5};
    assert_memory_equal(line->found.box, box, sizeof box);
    assert_true((float)line->found.score == 0.9F);
    assert_true((float)line[1].found.score == 1e-30F);
    assert_int_equal(line->found.category_id, 17);
    assert_int_equal(line->found.image_id, 802);
    assert_int_equal(line->seq, 7);
    assert_string_equal(line->run_id, record.run_id);
    assert_string_equal(line->cell_id, record.cell_id);
    assert_ptr_equal(line->cell_id, line[3].cell_id);
    assert_true(line[3].found.image_id == OD_NONE && line[3].seq == OD_NONE);
    od_recorded_release(&recorded);
    od_buf_release(&text);
}

/* Members in any order, unknown ones between them, blanks, empty lines. */
static void other_writers(void **state)
{
    (void)state;
    struct od_recorded recorded = {0};
    struct od_err err;
    bool present = false;
    assert_int_equal(
        read_text(PLAIN "\n { \"seq\" : 2 , \"more\" : [ { \"bbox\" : 1 } ] , \"run_id\":"
                        "\"r\",\"cell_id\":\"\\u0063\",\"bbox\": [ 1e1 , -2.5 , 0 , 4 ],"
                        "\"score\":1,\"image_id\":-5,\"category_id\":0 } \r\n",
                  &recorded, &present, &err),
        0);
    assert_int_equal(recorded.count, 2);
    const struct od_detection_line *line = &recorded.items[1];
    const double box[4] = {10, -2.5, 0, 4};
    assert_memory_equal(line->found.box, box, sizeof box);
    assert_int_equal(line->found.image_id, -5);
    assert_int_equal(line->found.category_id, 0);
    assert_ptr_equal(line->cell_id, recorded.items[0].cell_id);
    od_recorded_release(&recorded);
}

static void cut_line_is_left_out(void **state)
{
    (void)state;
    struct od_err err;
    for (size_t len = 1; len < strlen(PLAIN); len++) {
        struct od_recorded recorded = {0};
        bool present = false;
        char *text = od_xasprintf("%s%.*s", PLAIN, (int)len, PLAIN);
        assert_int_equal(read_text(text, &recorded, &present, &err), 0);
        assert_int_equal(recorded.count, 1);
        free(text);
        od_recorded_release(&recorded);
    }
}

static void none_and_empty(void **state)
{
    (void)state;
    struct od_recorded recorded = {0};
    struct od_err err = {0};
    bool present = true;
    assert_int_equal(od_recorded_read(&recorded, "-", &present, &err), 0);
    assert_false(present);
    present = true;
    assert_int_equal(od_recorded_read(&recorded, "/nowhere/a.csv", &present, &err), 0);
    assert_false(present);
    assert_int_equal(read_text("", &recorded, &present, &err), 0);
    assert_true(present);
    assert_int_equal(recorded.count, 0);
    od_recorded_release(&recorded);
    od_recorded_release(&recorded);
}

/* Longer than a piece that is read at once. */
static void many_lines(void **state)
{
    (void)state;
    enum { LINES = 3000 };
    struct od_recorded recorded = {0};
    struct od_buf text;
    struct od_err err;
    bool present = false;
    od_buf_init(&text, 0);
    for (int i = 0; i < LINES; i++) {
        od_buf_printf(&text,
                      "{\"category_id\":3,\"image_id\":%d,\"bbox\":[1,2,3,4],\"score\":0."
                      "5," REST,
                      i);
    }
    assert_int_equal(read_text(text.data, &recorded, &present, &err), 0);
    assert_int_equal(recorded.count, LINES);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(recorded.items[i].found.image_id, i);
    }
    /* A second file is appended; one that is refused changes nothing. */
    assert_int_equal(read_text(PLAIN, &recorded, &present, &err), 0);
    assert_int_equal(recorded.count, LINES + 1);
    assert_int_equal(read_text(PLAIN "x\n", &recorded, &present, &err), -1);
    assert_false(present);
    assert_int_equal(recorded.count, LINES + 1);
    od_recorded_release(&recorded);
    od_buf_release(&text);
}

#define WITH(members) "{\"category_id\":3,\"image_id\":5," members "," REST
#define BOX           "\"bbox\":[1,2,3,4]"

/* wanted: what the message says behind the name of the file. */
static const struct {
    const char *line;
    const char *wanted;
} refused[] = {
    {"x\n", ":2:1: not a JSON object"},
    {"[]\n", ":2:1: not a JSON object"},
    {"{\n", ":2:2: the line ends too early"},
    {"{}\n", ":2: no \"category_id\" in it"},
    {WITH(BOX), ":2: no \"score\" in it"},
    {WITH("\"score\":1"), ":2: no \"bbox\" in it"},
    {WITH(BOX ",\"score\":\"1\""), ":2:56: not a number"},
    {WITH(BOX ",\"score\":null"), ":2:56: not a number"},
    {WITH(BOX ",\"score\":1-2"), ":2:56: not a number"},
    {WITH(BOX ",\"score\":1e999"), ":2:56: not a number"},
    {WITH(BOX ",\"score\":1,\"score\":1"), ":2:59: the same key a second time"},
    {WITH("\"bbox\":[1,2,3],\"score\":1"),
     ":2:44: \"bbox\" is not an array of four numbers"},
    {WITH("\"bbox\":[1,2,3,4,5],\"score\":1"),
     ":2:46: \"bbox\" is not an array of four numbers"},
    {WITH("\"bbox\":1,\"score\":1"), ":2:38: \"bbox\" is not an array of four numbers"},
    {WITH("\"bbox\":[1,2,3,{}],\"score\":1"), ":2:45: not a number"},
    {"{\"category_id\":1.5,\"image_id\":5," BOX ",\"score\":1," REST,
     ":2:16: not a whole number"},
    {"{\"category_id\":null,\"image_id\":5," BOX ",\"score\":1," REST,
     ":2:16: not a number"},
    {"{\"category_id\":99999999999999999999,\"image_id\":5," BOX ",\"score\":1," REST,
     ":2:16: not a whole number"},
    {"{\"run_id\":5}\n", ":2:11: not a text"},
    {"{\"run_id\":\"\\x\"}\n", ":2:11: a text with a broken escape"},
    {"{\"run_id\":\"\\u0000\"}\n", ":2:11: a text with a broken escape"},
    {"{\"run_id\":\"r}\n", ":2:11: a string that does not end"},
    {"{\"seq\":nul}\n", ":2:8: expected a value"},
    {"{\"seq\":}\n", ":2:8: expected a value"},
    {"{\"seq\":1 2}\n", ":2:10: expected ',' or '}'"},
    {"{\"seq\"}\n", ":2:7: expected ':' behind a key"},
    {WITH(BOX ",\"score\":1"), NULL},
};

static void refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct od_recorded recorded = {0};
        struct od_err err;
        bool present = false;
        char *text = od_xasprintf("%s%s%s", PLAIN, refused[i].line, PLAIN);
        int rc = read_text(text, &recorded, &present, &err);
        assert_int_equal(rc, refused[i].wanted != NULL ? -1 : 0);
        if (rc != 0) {
            const char *name = strstr(err.msg, "a.detections.jsonl");
            assert_non_null(name);
            assert_string_equal(name + strlen("a.detections.jsonl"), refused[i].wanted);
            assert_int_equal(err.code, OD_EINPUT);
            assert_int_equal(recorded.count, 0);
        }
        free(text);
        od_recorded_release(&recorded);
    }
}

static void endless_line(void **state)
{
    (void)state;
    struct od_recorded recorded = {0};
    struct od_err err;
    bool present = false;
    char *text = od_xcalloc((2U << 20) + 1, 1);
    memset(text, ' ', 2U << 20);
    assert_int_equal(read_text(text, &recorded, &present, &err), -1);
    assert_non_null(strstr(err.msg, "a.detections.jsonl:1: a line of more than 1048576"));
    free(text);
    od_recorded_release(&recorded);
}

static void not_a_file(void **state)
{
    (void)state;
    struct od_recorded recorded = {0};
    struct od_err err = {0};
    bool present = true;
    char *folder = scratch_new();
    char *rows = od_path_join(folder, "a.csv");
    char *path = od_path_join(folder, "a.detections.jsonl");
    assert_int_equal(od_mkdirs(path, &err), 0);
    assert_int_equal(od_recorded_read(&recorded, rows, &present, &err), -1);
    assert_int_equal(err.code, OD_ESYS);
    assert_non_null(strstr(err.msg, path));
    assert_false(present);
    (void)rmdir(path);
    free(path);
    free(rows);
    scratch_free(folder);
    od_recorded_release(&recorded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_as_written),      cmocka_unit_test(other_writers),
        cmocka_unit_test(cut_line_is_left_out), cmocka_unit_test(none_and_empty),
        cmocka_unit_test(many_lines),           cmocka_unit_test(refused_with_its_place),
        cmocka_unit_test(endless_line),         cmocka_unit_test(not_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
