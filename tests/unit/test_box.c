/* Boxes: overlap, order, suppression. */
#include "image/box.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct od_box unit = {0, 0, 1, 1, 0.5F, 1};

/* By hand: areas over areas. */
static void overlaps(void **state)
{
    (void)state;
    static const struct {
        struct od_box box;
        double iou;
    } rows[] = {{{0, 0, 1, 1, 0, 0}, 1},
                {{0, 0, 0.5F, 1, 0, 0}, 0.5},
                {{0.5F, 0.5F, 1.5F, 1.5F, 0, 0}, 0.25 / 1.75},
                {{2, 2, 3, 3, 0, 0}, 0},
                {{1, 0, 2, 1, 0, 0}, 0},
                {{0.5F, 0.5F, 0.5F, 0.5F, 0, 0}, 0},
                {{1, 1, 0, 0, 0, 0}, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(fabs(od_box_iou(&unit, &rows[i].box) - rows[i].iou) < 1e-12);
        assert_true(fabs(od_box_iou(&rows[i].box, &unit) - rows[i].iou) < 1e-12);
    }
}

static void fill(struct od_boxes *boxes)
{
    static const struct od_box items[] = {{0, 0, 1, 1, 0.5F, 2},
                                          {0, 0, 1, 0.9F, 0.9F, 1},
                                          {0, 0, 1, 1, 0.7F, 1},
                                          {0.5F, 0, 1.5F, 1, 0.6F, 1},
                                          {0, 0, 0.5F, 0.5F, 0.5F, 1}};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        od_boxes_add(boxes, &items[i]);
    }
}

static void suppresses_by_class(void **state)
{
    (void)state;
    struct od_boxes boxes = {0};
    fill(&boxes);
    od_boxes_nms(&boxes, 0.45, 0, 100);
    assert_int_equal(boxes.count, 4);
    assert_true(boxes.items[0].score == 0.9F);
    assert_true(boxes.items[1].score == 0.6F);
    assert_int_equal(boxes.items[2].label, 1);
    assert_int_equal(boxes.items[3].label, 2);
    od_boxes_release(&boxes);
    fill(&boxes);
    od_boxes_nms(&boxes, 0.45, 1, 2);
    assert_int_equal(boxes.count, 2);
    assert_int_equal(boxes.items[1].label, 1);
    od_boxes_release(&boxes);
}

static void sorts_the_same_way_always(void **state)
{
    (void)state;
    struct od_boxes a = {0};
    struct od_boxes b = {0};
    fill(&a);
    for (size_t i = a.count; i > 0; i--) {
        od_boxes_add(&b, &a.items[i - 1]);
    }
    od_boxes_sort(&a);
    od_boxes_sort(&b);
    for (size_t i = 0; i < a.count; i++) {
        assert_memory_equal(&a.items[i], &b.items[i], sizeof a.items[i]);
    }
    od_boxes_copy(&b, &a);
    assert_int_equal(b.count, a.count);
    od_boxes_release(&a);
    od_boxes_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps),
        cmocka_unit_test(suppresses_by_class),
        cmocka_unit_test(sorts_the_same_way_always),
    };
    return cmocka_run_group_tests_name("box", tests, NULL, NULL);
}
