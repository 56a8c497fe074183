/* Label maps: COCO's ids and classes, names, maps of one's own. */
#include "service/labels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* From the data set's paper: ids up to 90, of which 10 are never used. */
static void coco(void **state)
{
    (void)state;
    const struct od_label_map *map = od_label_map_find("coco91");
    int label = 0;
    assert_ptr_equal(map, &od_labels_coco91);
    assert_ptr_equal(od_label_map_find("coco80"), &od_labels_coco80);
    assert_null(od_label_map_find("coco"));
    assert_int_equal(map->count, 80);
    assert_string_equal(od_label_map_name(map, 1), "person");
    assert_string_equal(od_label_map_name(map, 90), "toothbrush");
    assert_null(od_label_map_name(map, 12));
    assert_null(od_label_map_name(map, 0));
    assert_null(od_label_map_name(NULL, 1));
    assert_true(od_label_map_label(map, "Stop Sign", &label));
    assert_int_equal(label, 13);
    assert_true(od_label_map_label(map, "diningtable", &label));
    assert_int_equal(label, 67);
    assert_true(od_label_map_label(map, "traffic_light", &label));
    assert_int_equal(label, 10);
    assert_true(od_label_map_label(map, "Motorbike", &label));
    assert_int_equal(label, 4);
    assert_false(od_label_map_label(map, "unicorn", &label));
    assert_false(od_label_map_label(map, "", &label));
    assert_false(od_label_map_label(NULL, "person", &label));
}

static void classes(void **state)
{
    (void)state;
    static const struct {
        int number;
        int label;
    } dense[] = {{0, 1},   {10, 11}, {11, 13}, {24, 27}, {79, 90}, {80, 12},
                 {81, 26}, {89, 83}, {90, 91}, {91, 92}, {-1, 0},  {-5, -4}};
    for (size_t i = 0; i < sizeof dense / sizeof dense[0]; i++) {
        assert_int_equal(od_label_map_of_class(&od_labels_coco80, dense[i].number),
                         dense[i].label);
    }
    for (int label = -3; label < 200; label++) {
        int number = od_label_map_class(&od_labels_coco80, label);
        assert_int_equal(od_label_map_of_class(&od_labels_coco80, number), label);
        assert_int_equal(od_label_map_class(&od_labels_coco91, label), label - 1);
        assert_int_equal(od_label_map_of_class(NULL, label - 1), label);
    }
}

static void own(void **state)
{
    (void)state;
    struct od_label_map *map = od_label_map_new();
    int label = 0;
    for (int i = 0; i < 40; i++) {
        od_label_map_add(map, 100 - i, i == 7 ? "seven" : "other");
    }
    assert_string_equal(od_label_map_name(map, 93), "seven");
    assert_true(od_label_map_label(map, "SEVEN", &label));
    assert_int_equal(label, 93);
    assert_false(od_label_map_label(map, "sofa", &label));
    od_label_map_add(map, 1, "a b");
    od_label_map_add(map, 2, "ab");
    assert_true(od_label_map_label(map, "ab", &label));
    assert_int_equal(label, 2);
    assert_true(od_label_map_label(map, "A-B", &label));
    assert_int_equal(label, 1);
    assert_int_equal(od_label_map_class(map, 93), 92);
    od_label_map_free(map);
    od_label_map_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coco),
        cmocka_unit_test(classes),
        cmocka_unit_test(own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
