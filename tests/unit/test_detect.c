/* Pictures through an engine: which are decoded, which are refused, and how. */
#include "server/detect.h"

#include "base/buf.h"
#include "image/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct od_engine *engine;
static struct od_buf jpeg;

static int setup(void **state)
{
    (void)state;
    const struct od_engine_spec spec = {
        .name = "m", .source = "fixed:0", .models_dir = "/nowhere", .max_boxes = 100};
    struct od_image image;
    od_image_init(&image, 8, 8);
    od_buf_init(&jpeg, 0);
    int rc = od_jpeg_encode(&image, 90, &jpeg, NULL);
    od_image_release(&image);
    return rc != 0 || od_engine_open(&spec, &engine, NULL) != 0;
}

static int teardown(void **state)
{
    (void)state;
    od_engine_close(engine);
    od_buf_release(&jpeg);
    return 0;
}

static void run(enum od_payload payload, const struct od_picture *pictures, size_t count,
                int64_t deadline_ns, struct od_answer *answer)
{
    const struct od_request request = {.kind = OD_PREDICT,
                                       .payload = payload,
                                       .pictures = pictures,
                                       .picture_count = count};
    od_answer_init(answer);
    const struct od_detect detect = {.engine = engine,
                                     .request = &request,
                                     .pixels_max = 1000,
                                     .deadline_ns = deadline_ns};
    od_detect_pictures(&detect, answer);
}

static void test_a_list_for_every_picture(void **state)
{
    (void)state;
    static const uint8_t pixel[3] = {0};
    const struct od_picture one = {.data = pixel, .len = 3, .width = 1, .height = 1};
    const struct od_picture pictures[] = {one, one, one};
    struct od_answer answer;
    run(OD_PAYLOAD_TENSOR, pictures, 3, 0, &answer);
    assert_int_equal(answer.code, OD_CODE_OK);
    assert_int_equal(answer.image_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(answer.images[i].count, 2);
    }
    /* Nothing was decoded, so there is no time of it. */
    assert_int_equal(answer.server.decode_ns, -1);
    od_answer_release(&answer);
}

static void test_bytes_that_are_no_jpeg(void **state)
{
    (void)state;
    const struct od_picture pictures[] = {
        {.data = (const uint8_t *)jpeg.data, .len = jpeg.len},
        {.data = (const uint8_t *)"GIF89a", .len = 6},
    };
    struct od_answer answer;
    run(OD_PAYLOAD_JPEG, pictures, 1, 0, &answer);
    assert_int_equal(answer.code, OD_CODE_OK);
    od_answer_release(&answer);
    run(OD_PAYLOAD_B64, pictures, 2, 0, &answer);
    assert_int_equal(answer.code, OD_CODE_INVALID_ARGUMENT);
    assert_non_null(strstr(answer.text, "image 2 of 2"));
    assert_int_equal(answer.image_count, 0);
    od_answer_release(&answer);
}

static void test_deadline_between_pictures(void **state)
{
    (void)state;
    static const uint8_t pixel[3] = {0};
    const struct od_picture one = {.data = pixel, .len = 3, .width = 1, .height = 1};
    struct od_answer answer;
    run(OD_PAYLOAD_TENSOR, &one, 1, 1, &answer);
    assert_int_equal(answer.code, OD_CODE_DEADLINE_EXCEEDED);
    assert_string_equal(answer.text, "deadline passed after 0 of 1 images");
    od_answer_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_for_every_picture),
        cmocka_unit_test(test_bytes_that_are_no_jpeg),
        cmocka_unit_test(test_deadline_between_pictures),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
