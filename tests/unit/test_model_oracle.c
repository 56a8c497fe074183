/* Resizing, letterboxing and YOLO's outputs against scipy and numpy
 * (tests/oracle/model_formats.py). */
#include "service/model_format.h"
#include "service/outputs.h"

#include "base/alloc.h"
#include "oracle.h"

/* The pixels of the stored picture, of the sizes of the line before. */
static void read_picture(const struct oracle *o, const int sizes[4], struct od_image *out)
{
    od_image_init(out, sizes[0], sizes[1]);
    assert_int_equal(o->count, od_image_bytes(out));
    for (size_t i = 0; i < o->count; i++) {
        out->pixels[i] = (uint8_t)o->numbers[i];
    }
}

/* Stored values are not rounded. */
static void check_picture(const struct oracle *o, const struct od_image *image,
                          const int sizes[4], enum od_fit fit)
{
    struct od_input_format format = {.width = sizes[2], .height = sizes[3], .fit = fit};
    struct od_fitted fitted;
    assert_int_equal(od_model_fit_picture(&format, image, &fitted, NULL), 0);
    assert_int_equal(o->count, fitted.picture.len);
    for (size_t i = 0; i < o->count; i++) {
        oracle_check(o, "pixel", fitted.picture.data[i], o->numbers[i], 0, 0.5001);
    }
    od_fitted_release(&fitted);
}

static void check_area(const struct oracle *o, const struct od_image *image,
                       const int sizes[4])
{
    struct od_input_format format = {
        .width = sizes[2], .height = sizes[3], .fit = OD_FIT_LETTERBOX};
    struct od_fitted fitted;
    assert_int_equal(od_model_fit_picture(&format, image, &fitted, NULL), 0);
    const float got[] = {fitted.picture.area.x0, fitted.picture.area.y0,
                         fitted.picture.area.x1, fitted.picture.area.y1};
    bool same = image->width == sizes[2] && image->height == sizes[3];
    for (size_t i = 0; i < 4 && !same; i++) {
        oracle_check(o, "area", (double)got[i], o->numbers[i], 1e-6, 1e-6);
    }
    od_fitted_release(&fitted);
}

static void pictures(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/models/formats.txt");
    struct od_image image = {0};
    int sizes[4] = {0};
    size_t checked = 0;
    while (oracle_next(o)) {
        if (strcmp(o->word, "sizes") == 0) {
            for (size_t i = 0; i < 4; i++) {
                sizes[i] = (int)o->numbers[i];
            }
        } else if (strcmp(o->word, "picture") == 0) {
            od_image_release(&image);
            read_picture(o, sizes, &image);
        } else if (strcmp(o->word, "stretch") == 0) {
            check_picture(o, &image, sizes, OD_FIT_STRETCH);
            checked++;
        } else if (strcmp(o->word, "letterbox") == 0) {
            check_picture(o, &image, sizes, OD_FIT_LETTERBOX);
            checked++;
        } else if (strcmp(o->word, "area") == 0) {
            check_area(o, &image, sizes);
        }
    }
    assert_int_equal(checked, 10);
    od_image_release(&image);
    oracle_close(o);
}

static void check_boxes(const struct oracle *o, const struct od_boxes *boxes)
{
    assert_int_equal(o->count, 6 * boxes->count);
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *box = &boxes->items[i];
        const float got[] = {box->x0, box->y0,    box->x1,
                             box->y1, box->score, (float)box->label};
        for (size_t k = 0; k < 6; k++) {
            oracle_check(o, "box", (double)got[k], o->numbers[6 * i + k], 1e-5, 1e-5);
        }
    }
}

static void decode(const struct oracle *o, const double model[6], struct od_answer *out)
{
    struct od_picture picture = {.width = (int)model[2], .height = (int)model[3]};
    struct od_request asked = {.pictures = &picture, .picture_count = 1};
    struct od_outputs_list list = {.count = 1};
    struct od_output_tensor *t = &list.items[0];
    bool rows = strcmp(o->word, "yolo5") == 0;
    size_t count = (size_t)model[0];
    size_t width = (size_t)model[1] + (rows ? 5 : 4);
    asked.model.out.score_min = (float)model[4];
    asked.model.out.nms_iou = (float)model[5];
    *t =
        (struct od_output_tensor){.name = "output0",
                                  .dtype = OD_DTYPE_FP32,
                                  .rank = 3,
                                  .dims = {1, rows ? count : width, rows ? width : count},
                                  .count = count * width};
    assert_int_equal(o->count, t->count);
    t->values = od_xcalloc(t->count, sizeof(float));
    for (size_t i = 0; i < t->count; i++) {
        t->values[i] = (float)o->numbers[i];
    }
    od_answer_init(out);
    assert_int_equal(od_outputs_to_answer(&asked, &list, out, NULL), 0);
    od_outputs_release(&list);
}

static void yolo(void **state)
{
    (void)state;
    struct oracle *o = oracle_open("tests/golden/models/formats.txt");
    struct od_answer answer;
    double model[6] = {0};
    size_t checked = 0;
    od_answer_init(&answer);
    while (oracle_next(o)) {
        if (strcmp(o->word, "model") == 0) {
            for (size_t i = 0; i < 6; i++) {
                model[i] = o->numbers[i];
            }
        } else if (strncmp(o->word, "yolo", 4) == 0) {
            decode(o, model, &answer);
        } else if (strcmp(o->word, "boxes") == 0) {
            check_boxes(o, &answer.images[0]);
            od_answer_release(&answer);
            checked++;
        }
    }
    assert_int_equal(checked, 4);
    oracle_close(o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),
        cmocka_unit_test(yolo),
    };
    return cmocka_run_group_tests_name("models against scipy", tests, NULL, NULL);
}
