/* Output tensors as boxes: every layout. */
#include "output_list.h"

static void add_tf(struct od_outputs_list *list)
{
    add(list, "raw_detection_boxes", OD_DTYPE_FP32, SHAPE(1, 3, 4),
        VALUES(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
    add(list, "detection_boxes", OD_DTYPE_FP32, SHAPE(1, 2, 4),
        VALUES(0.1F, 0.2F, 0.3F, 0.4F, 0, 0, 0, 0));
    add(list, "detection_scores", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(0.9F, 0));
    add(list, "detection_classes", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(18, 1));
    add(list, "num_detections", OD_DTYPE_FP32, SHAPE(1), VALUES(1));
    add(list, "detection_anchor_indices", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(7, 7));
}

static void test_tf(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    add_tf(&list);
    decode(&asked, &list, &answer);
    assert_int_equal(answer.image_count, 1);
    assert_int_equal(answer.images[0].count, 1);
    assert_box(&answer.images[0].items[0], VALUES(0.2F, 0.1F, 0.4F, 0.3F), 0.9F, 18);
    od_answer_release(&answer);

    /* The same under other names, in pixels of the model's input, from class 0 on. */
    asked = asked_for(OD_LAYOUT_TF);
    asked.model.in.width = 10;
    asked.model.in.height = 20;
    asked.model.out.units = OD_UNITS_PIXELS;
    asked.model.out.order = OD_ORDER_XYXY;
    asked.model.out.label_offset = 1;
    add(&list, "num_dets", OD_DTYPE_INT32, SHAPE(1, 1), VALUES(1));
    add(&list, "det_boxes", OD_DTYPE_FP32, SHAPE(1, 1, 4), VALUES(1, 2, 3, 4));
    add(&list, "det_scores", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(0.5F));
    add(&list, "det_classes", OD_DTYPE_INT32, SHAPE(1, 1), VALUES(16));
    decode(&asked, &list, &answer);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.1F, 0.3F, 0.2F), 0.5F, 17);
    od_answer_release(&answer);
}

static void test_tf_asked_in_part(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    asked.outputs = OD_OUTPUT_SCORES;
    add(&list, "detection_scores", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(0.9F, 0.1F));
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 2);
    od_answer_release(&answer);
    asked.outputs = OD_OUTPUT_SCORES | OD_OUTPUT_CLASSES;
    add(&list, "detection_scores", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(0.9F, 0.1F));
    refuse(&asked, &list, "reply has no output detection_classes");
}

static void test_rows7(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_picture two[] = {picture, picture};
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    asked.pictures = two;
    asked.picture_count = 2;
    const float rows[] = {0, 3, 0.9F, 0.1F, 0.2F, 0.3F, 0.4F, 1, 0, 0.8F, 0.5F, 0.5F,
                          1, 1, 0,    0,    0,    0,    0,    0, 0, -1,   0,    0,
                          0, 0, 0,    0,    0,    9,    1,    0, 0, 1,    1};
    add(&list, "detection_out", OD_DTYPE_FP32, SHAPE(1, 1, 5, 7), rows);
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 1); /* not the last: -1 ends the list */
    assert_int_equal(answer.images[1].count, 1); /* not the row of zeros */
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.2F, 0.3F, 0.4F), 0.9F, 3);
    assert_box(&answer.images[1].items[0], VALUES(0.5F, 0.5F, 1, 1), 0.8F, 0);
    od_answer_release(&answer);
    asked.picture_count = 1;
    add(&list, "detection_out", OD_DTYPE_FP32, SHAPE(1, 1, 5, 7), rows);
    refuse(&asked, &list, "a box of image 1, of 1 asked");
}

static void test_rows6(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    asked.model.out.coco80 = true;
    add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 2, 6),
        VALUES(10, 5, 30, 20, 0.75F, 16, 0, 0, 0, 0, 0, 0));
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 1);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.1F, 0.3F, 0.4F), 0.75F, 18);
    od_answer_release(&answer);
    add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 1, 6),
        VALUES(10, 5, 30, 20, (float)NAN, 16));
    refuse(&asked, &list, "a box of label 16 and score nan");
}

/* 7 boxes of 6 classes; the first two overlap, the third is of another class. */
static void yolo_rows(float *rows, bool relative)
{
    memset(rows, 0, 12 * 11 * sizeof(float));
    const float boxes[3][4] = {{50, 25, 20, 10}, {51, 25, 20, 10}, {50, 25, 20, 10}};
    const float scores[3] = {0.8F, 1, 0.5F};
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 4; k++) {
            rows[11 * i + k] = boxes[i][k] / (relative ? k % 2 == 0 ? 100.0F : 50.0F : 1);
        }
        rows[11 * i + 4] = 0.5F;
        rows[11 * i + 5 + (i == 2 ? 5 : 1)] = scores[i];
    }
    rows[11 * 3 + 4] = 1;
    rows[11 * 3 + 5] = 0.04F; /* below what is kept unless asked for */
}

static void check_yolo(const struct od_answer *answer, float factor)
{
    const struct od_boxes *boxes = &answer->images[0];
    assert_int_equal(boxes->count, 2);
    assert_box(&boxes->items[0], VALUES(0.41F, 0.4F, 0.61F, 0.6F), factor, 2);
    assert_box(&boxes->items[1], VALUES(0.4F, 0.4F, 0.6F, 0.6F), factor / 2, 6);
}

static void test_yolo5(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    float rows[12 * 11];
    for (int relative = 0; relative < 2; relative++) {
        yolo_rows(rows, relative != 0);
        add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 12, 11), rows);
        decode(&asked, &list, &answer);
        check_yolo(&answer, 0.5F);
        od_answer_release(&answer);
    }
    asked.model.out.score_min = 0.01F;
    asked.model.out.nms_iou = 0.99F;
    add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 12, 11), rows);
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 4);
    od_answer_release(&answer);
}

static void test_yolo8(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    float rows[12 * 11];
    float columns[10 * 12];
    yolo_rows(rows, false);
    for (size_t i = 0; i < 12; i++) {
        for (size_t k = 0; k < 10; k++) {
            columns[12 * k + i] = rows[11 * i + k + (k >= 4 ? 1 : 0)];
        }
    }
    add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 10, 12), columns);
    decode(&asked, &list, &answer);
    check_yolo(&answer, 1);
    od_answer_release(&answer);
}

static void test_letterboxed(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_picture fitted = {
        .width = 100, .height = 100, .area = {0, 0.25F, 1, 0.75F}};
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    asked.pictures = &fitted;
    float rows[12 * 11];
    yolo_rows(rows, false);
    for (size_t i = 0; i < 3; i++) {
        rows[11 * i + 1] += 25;
    }
    add(&list, "output0", OD_DTYPE_FP32, SHAPE(1, 12, 11), rows);
    decode(&asked, &list, &answer);
    check_yolo(&answer, 0.5F);
    od_answer_release(&answer);
}

static void test_pair(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    add(&list, "scores", OD_DTYPE_FP32, SHAPE(1, 2, 3),
        VALUES(0.9F, 0.1F, 0, 0.2F, 0.1F, 0.7F));
    add(&list, "boxes", OD_DTYPE_FP32, SHAPE(1, 2, 4),
        VALUES(0, 0, 1, 1, 0.1F, 0.2F, 0.3F, 0.4F));
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 3);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.2F, 0.3F, 0.4F), 0.7F, 2);
    od_answer_release(&answer);
}

static void test_labels(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_answer answer;
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    /* torchvision: pixels, no batch. */
    add(&list, "boxes", OD_DTYPE_FP32, SHAPE(1, 4), VALUES(10, 5, 30, 20));
    add(&list, "labels", OD_DTYPE_INT64, SHAPE(1), VALUES(18));
    add(&list, "scores", OD_DTYPE_FP32, SHAPE(1), VALUES(0.75F));
    decode(&asked, &list, &answer);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.1F, 0.3F, 0.4F), 0.75F, 18);
    od_answer_release(&answer);
    /* Numbered outputs, relative, with a batch dimension. */
    add(&list, "6379", OD_DTYPE_FP32, SHAPE(1, 1, 4), VALUES(0.1F, 0.2F, 0.3F, 0.4F));
    add(&list, "6381", OD_DTYPE_INT64, SHAPE(1, 1), VALUES(16));
    add(&list, "6383", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(0.75F));
    asked.model.out.coco80 = true;
    decode(&asked, &list, &answer);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.2F, 0.3F, 0.4F), 0.75F, 18);
    od_answer_release(&answer);
    asked.model.out.coco80 = false;
    /* The score as the fifth number. */
    add(&list, "dets", OD_DTYPE_FP32, SHAPE(1, 2, 5),
        VALUES(10, 5, 30, 20, 0.5F, 0, 0, 0, 0, 0.25F));
    add(&list, "labels", OD_DTYPE_INT64, SHAPE(1, 2), VALUES(1, 2));
    decode(&asked, &list, &answer);
    assert_int_equal(answer.images[0].count, 2);
    assert_box(&answer.images[0].items[0], VALUES(0.1F, 0.1F, 0.3F, 0.4F), 0.5F, 1);
    assert_true(answer.images[0].items[1].score == 0.25F);
    od_answer_release(&answer);
    /* Nothing found. */
    add(&list, "boxes", OD_DTYPE_FP32, SHAPE(0, 4), VALUES(0));
    add(&list, "labels", OD_DTYPE_INT64, SHAPE(0), VALUES(0));
    add(&list, "scores", OD_DTYPE_FP32, SHAPE(0), VALUES(0));
    decode(&asked, &list, &answer);
    assert_int_equal(answer.image_count, 1);
    assert_int_equal(answer.images[0].count, 0);
    od_answer_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tf),          cmocka_unit_test(test_tf_asked_in_part),
        cmocka_unit_test(test_rows7),       cmocka_unit_test(test_rows6),
        cmocka_unit_test(test_yolo5),       cmocka_unit_test(test_yolo8),
        cmocka_unit_test(test_letterboxed), cmocka_unit_test(test_pair),
        cmocka_unit_test(test_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
