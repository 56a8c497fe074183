/* Models by name. */
#include "server/core.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int open_core(const char *a, const char *b, struct od_core **out,
                     struct od_err *err)
{
    const struct od_engine_spec specs[] = {
        {.name = a, .source = "fixed:0", .models_dir = "/nowhere", .max_boxes = 1},
        {.name = b, .source = "fixed:5ms", .models_dir = "/nowhere", .max_boxes = 2},
    };
    const struct od_server_config config = {.models = specs, .model_count = 2};
    return od_core_open(&config, out, err);
}

static void ask(struct od_core *core, const char *name, struct od_work *work,
                struct od_answer *answer)
{
    static const uint8_t pixel[3] = {0};
    const struct od_picture picture = {.data = pixel, .len = 3, .width = 1, .height = 1};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_TENSOR,
                                 .pictures = &picture,
                                 .picture_count = 1};
    (void)strcpy(request.model.name, name);
    *work = (struct od_work){.request = &request, .received_ns = od_now_ns()};
    od_answer_init(answer);
    od_core_answer(core, OD_GRPC, work, answer);
    work->request = NULL;
}

static void test_each_model_answers(void **state)
{
    (void)state;
    struct od_core *core = NULL;
    struct od_work work;
    struct od_answer answer;
    assert_int_equal(open_core("a", "b", &core, NULL), 0);
    ask(core, "a", &work, &answer);
    assert_int_equal(answer.code, OD_CODE_OK);
    assert_int_equal(work.held.due_ns, 0);
    assert_int_equal(answer.images[0].count, 1);
    assert_string_equal(answer.model.name, "a");
    assert_int_equal(answer.model.version, 1);
    od_answer_release(&answer);
    ask(core, "b", &work, &answer);
    assert_int_equal(work.held.due_ns - work.received_ns, 5000000);
    assert_int_equal(answer.images[0].count, 2);
    assert_true(od_core_hold(core, work.held.due_ns));
    assert_true(od_now_ns() >= work.held.due_ns);
    od_answer_release(&answer);
    ask(core, "c", &work, &answer);
    assert_int_equal(answer.code, OD_CODE_NOT_FOUND);
    od_answer_release(&answer);
    od_core_stop(core);
    ask(core, "a", &work, &answer);
    assert_int_equal(answer.code, OD_CODE_UNAVAILABLE);
    od_answer_release(&answer);
    assert_false(od_core_hold(core, INT64_MAX));
    od_core_close(core);
    od_core_close(NULL);
}

static void test_names(void **state)
{
    (void)state;
    char longest[OD_NAME_MAX + 1];
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const bad[] = {"", "a", "x/y", "x:predict", longest};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_core *core = NULL;
        struct od_err err = {0};
        assert_int_equal(open_core("a", bad[i], &core, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_null(core);
    }
    struct od_core *core = NULL;
    assert_int_equal(open_core("a", longest + 1, &core, NULL), 0);
    od_core_close(core);
    const struct od_server_config nothing = {0};
    assert_int_equal(od_core_open(&nothing, &core, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_model_answers),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
