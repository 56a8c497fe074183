/* Output tensors as boxes: every order, what cannot be read, and the way back. */
#include "output_list.h"

/* One box of 1, 2, 3, 4 (pixels of 10 x 10) in every order. */
static void test_orders(void **state)
{
    (void)state;
    static const struct {
        enum od_box_order order;
        float expected[4];
    } rows[] = {
        {OD_ORDER_XYXY, {0.1F, 0.2F, 0.3F, 0.4F}},
        {OD_ORDER_YXYX, {0.2F, 0.1F, 0.4F, 0.3F}},
        {OD_ORDER_XXYY, {0.1F, 0.3F, 0.2F, 0.4F}},
        {OD_ORDER_XYWH, {0.1F, 0.2F, 0.4F, 0.6F}},
        {OD_ORDER_CXCYWH, {-0.05F, 0, 0.25F, 0.4F}},
    };
    static const enum od_output_layout layouts[] = {OD_LAYOUT_TF, OD_LAYOUT_ROWS7,
                                                    OD_LAYOUT_LABELS, OD_LAYOUT_PAIR};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++) {
            struct od_outputs_list list = {0};
            struct od_answer answer;
            struct od_request asked = asked_for(layouts[k]);
            asked.model.in.width = 10;
            asked.model.in.height = 10;
            asked.model.out.order = rows[i].order;
            asked.model.out.units = OD_UNITS_PIXELS;
            if (layouts[k] == OD_LAYOUT_ROWS7) {
                add(&list, "out", OD_DTYPE_FP32, SHAPE(1, 7),
                    VALUES(0, 3, 0.5F, 1, 2, 3, 4));
            } else {
                bool pair = layouts[k] == OD_LAYOUT_PAIR;
                add(&list, "boxes", OD_DTYPE_FP32, SHAPE(1, 1, 4), VALUES(1, 2, 3, 4));
                add(&list, "scores", OD_DTYPE_FP32, pair ? SHAPE(1, 1, 4) : SHAPE(1, 1),
                    pair ? VALUES(0, 0, 0, 0.5F) : VALUES(0.5F));
                if (pair) {
                    list.items[1].dims[2] = 4;
                } else {
                    add(&list, "labels", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(3));
                }
            }
            decode(&asked, &list, &answer);
            assert_int_equal(answer.images[0].count, 1);
            assert_box(&answer.images[0].items[0], rows[i].expected, 0.5F, 3);
            od_answer_release(&answer);
        }
    }
}

static void test_refused(void **state)
{
    (void)state;
    struct od_outputs_list list = {0};
    struct od_request asked = asked_for(OD_LAYOUT_AUTO);
    refuse(&asked, &list, "cannot tell what the outputs mean");
    add(&list, "logits", OD_DTYPE_FP32, SHAPE(1, 3), VALUES(1, 2, 3));
    refuse(&asked, &list, "see --output-format: logits FP32[1,3]");
    asked = asked_for(OD_LAYOUT_YOLO5);
    add(&list, "logits", OD_DTYPE_FP32, SHAPE(1, 3), VALUES(1, 2, 3));
    refuse(&asked, &list, "do not fit --output-format layout=yolo5");
    asked = asked_for(OD_LAYOUT_TF);
    add(&list, "detection_boxes", OD_DTYPE_FP32, SHAPE(1, 1, 3), VALUES(1, 2, 3));
    add(&list, "detection_scores", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(1));
    add(&list, "detection_classes", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(1));
    refuse(&asked, &list, "has 3 numbers a box, not 4");
    add(&list, "detection_boxes", OD_DTYPE_FP32, SHAPE(1, 1, 4), VALUES(1, 2, 3, 4));
    add(&list, "detection_scores", OD_DTYPE_FP32, SHAPE(1, 2), VALUES(1, 1));
    add(&list, "detection_classes", OD_DTYPE_FP32, SHAPE(1, 1), VALUES(1));
    refuse(&asked, &list, "detection_scores holds 2 boxes, not 1");
    add(&list, "detection_boxes", OD_DTYPE_FP32, SHAPE(2, 1, 4),
        VALUES(1, 2, 3, 4, 1, 2, 3, 4));
    add(&list, "detection_scores", OD_DTYPE_FP32, SHAPE(2, 1), VALUES(1, 1));
    add(&list, "detection_classes", OD_DTYPE_FP32, SHAPE(2, 1), VALUES(1, 1));
    refuse(&asked, &list, "reply is for 2 images, not 1");
    asked = asked_for(OD_LAYOUT_LABELS);
    asked.pictures = &(struct od_picture){0};
    asked.model.out.units = OD_UNITS_PIXELS;
    add(&list, "boxes", OD_DTYPE_FP32, SHAPE(1, 4), VALUES(10, 5, 30, 20));
    add(&list, "labels", OD_DTYPE_INT64, SHAPE(1), VALUES(18));
    add(&list, "scores", OD_DTYPE_FP32, SHAPE(1), VALUES(0.75F));
    refuse(&asked, &list, "the picture's size is not known");
}

/* What the reference server renders is what the client reads. */
static void test_there_and_back(void **state)
{
    (void)state;
    static const enum od_output_layout layouts[] = {OD_LAYOUT_AUTO, OD_LAYOUT_TF,
                                                    OD_LAYOUT_ROWS7};
    static const struct od_box box = {0.1F, 0.2F, 0.3F, 0.4F, 0.75F, 18};
    static const struct od_box other = {0, 0, 1, 1, 0.5F, 90};
    struct od_picture two[] = {picture, picture};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        struct od_style style = {.layout = layouts[i]};
        struct od_request asked = asked_for(OD_LAYOUT_AUTO);
        struct od_answer in;
        struct od_answer out;
        struct od_outputs_list list = {0};
        struct od_tensor_info facts[OD_SIGNATURE_OUTPUTS];
        asked.pictures = two;
        asked.picture_count = 2;
        od_answer_init(&in);
        in.images = od_xcalloc(2, sizeof *in.images);
        in.image_count = 2;
        od_boxes_add(&in.images[0], &box);
        od_boxes_add(&in.images[0], &other);
        od_boxes_add(&in.images[1], &other);
        od_outputs_from_answer(&asked, &in, &style, &list);
        size_t count = od_outputs_facts(&style, facts);
        assert_int_equal(count, list.count);
        for (size_t k = 0; k < count; k++) {
            assert_string_equal(facts[k].name, list.items[k].name);
            assert_int_equal(facts[k].rank, list.items[k].rank);
            assert_int_equal(facts[k].dtype, list.items[k].dtype);
        }
        decode(&asked, &list, &out);
        assert_int_equal(out.image_count, 2);
        assert_int_equal(out.images[0].count, 2);
        assert_int_equal(out.images[1].count, 1);
        assert_memory_equal(&out.images[0].items[0], &box, sizeof box);
        assert_memory_equal(&out.images[1].items[0], &other, sizeof other);
        od_answer_release(&in);
        od_answer_release(&out);
    }
    assert_int_equal(od_layout_of(od_layout_name(OD_LAYOUT_PAIR)), OD_LAYOUT_PAIR);
    assert_int_equal(od_layout_of("yolo9"), OD_LAYOUT_AUTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
