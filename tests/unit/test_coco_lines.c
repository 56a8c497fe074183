/* Detections as lines of JSON. */
#include "record/coco_lines.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void fill(struct od_record *record)
{
    od_record_init(record);
    record->run_id = "r\"1\"";
    record->cell_id = "ssd\ttfs-grpc";
    record->seq = 7;
    record->image_id = 802;
    record->width = 640;
    record->height = 425;
}

static void test_line(void **state)
{
    /* Powers of two, so that pixels are exact: 0.25 * 640 = 160, 0.5 * 425 = 212.5 ... */
    struct od_box box = {0.25F, 0.5F, 0.75F, 1.0F, 0.9F, 17};
    struct od_boxes boxes = {.items = &box, .count = 1};
    struct od_record record;
    struct od_buf out;
    (void)state;
    fill(&record);
    od_buf_init(&out, 0);
    od_coco_lines_format(&record, &boxes, &out);
    assert_string_equal(out.data,
                        "{\"category_id\":17,\"image_id\":802,\"bbox\":[160,212.5,320,"
                        "212.5],\"score\":0.9,\"run_id\":\"r\\\"1\\\"\",\"cell_id\":"
                        "\"ssd\\u0009tfs-grpc\",\"seq\":7}\n");
    od_buf_release(&out);
}

static void test_scores_keep_their_bits(void **state)
{
    static const float scores[] = {0.1F,       0.999999940F,    1.0F / 3, 1e-30F,
                                   0.5000001F, 1.17549435e-38F, 0.0F,     1.0F};
    (void)state;
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        struct od_box box = {0, 0, 1, 1, scores[i], 1};
        struct od_boxes boxes = {.items = &box, .count = 1};
        struct od_record record;
        struct od_buf out;
        fill(&record);
        od_buf_init(&out, 0);
        od_coco_lines_format(&record, &boxes, &out);
        json_t *line = json_loads(out.data, 0, NULL);
        assert_non_null(line);
        double score = json_number_value(json_object_get(line, "score"));
        assert_true((float)score == scores[i]);
        assert_string_equal(json_string_value(json_object_get(line, "run_id")), "r\"1\"");
        json_decref(line);
        od_buf_release(&out);
    }
}

static void test_left_out(void **state)
{
    struct od_box items[] = {
        {0, 0, NAN, 1, 0.5F, 1}, {0, 0, 1, 1, INFINITY, 1}, {0, 0, 1, 1, 0.5F, 3}};
    struct od_boxes boxes = {.items = items, .count = 3};
    struct od_record record;
    struct od_buf out;
    (void)state;
    fill(&record);
    record.image_id = OD_NONE;
    od_buf_init(&out, 0);
    od_coco_lines_format(&record, &boxes, &out);
    assert_memory_equal(out.data, "{\"category_id\":3,\"image_id\":null,", 33);
    assert_ptr_equal(strchr(out.data, '\n'), out.data + out.len - 1);
    od_buf_reset(&out);
    record.width = OD_NONE;
    od_coco_lines_format(&record, &boxes, &out);
    assert_int_equal(out.len, 0);
    od_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_scores_keep_their_bits),
        cmocka_unit_test(test_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
