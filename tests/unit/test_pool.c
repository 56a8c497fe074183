/* The worker pool with the calibration engine: order, bounds, deadlines, stop. */
#include "server/pool.h"

#include "base/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t second_ns = INT64_C(1000000000);

static struct od_pool *open_pool(const char *source, int workers, int queue_max)
{
    const struct od_pool_config config = {.spec = {.name = "ruler",
                                                   .source = source,
                                                   .models_dir = "/nowhere",
                                                   .seed = 1,
                                                   .max_boxes = 100},
                                          .workers = workers,
                                          .queue_max = queue_max,
                                          .pixels_max = 1000000};
    struct od_pool *pool = NULL;
    struct od_err err = {0};
    if (od_pool_open(&config, &pool, &err) != 0) {
        fail_msg("%s", err.msg);
    }
    return pool;
}

struct call {
    struct od_pool *pool;
    struct od_request request;
    struct od_picture picture;
    struct od_work work;
    struct od_answer answer;
    pthread_t thread;
};

static const uint8_t pixel[3] = {0};

static void call_init(struct call *call, struct od_pool *pool)
{
    *call = (struct call){.pool = pool};
    call->picture = (struct od_picture){.data = pixel, .len = 3, .width = 1, .height = 1};
    call->request = (struct od_request){.kind = OD_PREDICT,
                                        .payload = OD_PAYLOAD_TENSOR,
                                        .pictures = &call->picture,
                                        .picture_count = 1};
    call->work = (struct od_work){.request = &call->request, .received_ns = od_now_ns()};
    od_answer_init(&call->answer);
}

static void *run(void *arg)
{
    struct call *call = arg;
    od_pool_run(call->pool, &call->work, &call->answer);
    return NULL;
}

/* One call on this thread; the code it ends with. */
static enum od_canonical run_once(struct od_pool *pool, int64_t deadline_ns)
{
    struct call call;
    call_init(&call, pool);
    call.work.deadline_ns = deadline_ns;
    (void)run(&call);
    enum od_canonical code = call.answer.code;
    od_answer_release(&call.answer);
    return code;
}

static void test_unbounded_holds_from_the_last_byte(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:20ms", 0, 0);
    struct call call;
    call_init(&call, pool);
    (void)run(&call);
    assert_int_equal(call.answer.code, OD_CODE_OK);
    assert_int_equal(call.work.held.due_ns - call.work.received_ns, 20000000);
    assert_int_equal(call.answer.image_count, 1);
    assert_true(call.answer.images[0].count > 0);
    assert_int_equal(call.answer.server.queue_ns, 0);
    assert_string_equal(od_pool_weights(pool), "fixed");
    od_answer_release(&call.answer);
    od_pool_close(pool);
}

static void test_one_worker_takes_all_in_turn(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:100us", 1, 100);
    struct call calls[20];
    for (size_t i = 0; i < 20; i++) {
        call_init(&calls[i], pool);
        assert_int_equal(pthread_create(&calls[i].thread, NULL, run, &calls[i]), 0);
    }
    for (size_t i = 0; i < 20; i++) {
        pthread_join(calls[i].thread, NULL);
        assert_int_equal(calls[i].answer.code, OD_CODE_OK);
        assert_true(calls[i].work.held.due_ns >= calls[i].work.received_ns + 100000);
        assert_true(calls[i].answer.server.queue_ns >= 0);
        od_answer_release(&calls[i].answer);
    }
    od_pool_close(pool);
}

static void *run_until_taken(void *arg)
{
    struct call *call = arg;
    do {
        od_answer_release(&call->answer);
        od_answer_init(&call->answer);
        (void)run(call);
    } while (call->answer.code == OD_CODE_RESOURCE_EXHAUSTED);
    return NULL;
}

/* A pool without room to wait, whose only worker is busy for an hour. */
static struct od_pool *open_busy(struct call *busy)
{
    struct od_pool *pool = open_pool("fixed:1h", 1, 0);
    call_init(busy, pool);
    assert_int_equal(pthread_create(&busy->thread, NULL, run_until_taken, busy), 0);
    int64_t until_ns = od_now_ns() + 20 * second_ns;
    /* A deadline that is past never starts anything, so this only looks. */
    while (run_once(pool, 1) != OD_CODE_RESOURCE_EXHAUSTED) {
        assert_true(od_now_ns() < until_ns);
        od_sleep_until_ns(od_now_ns() + 100000);
    }
    return pool;
}

static void test_full_queue_refuses(void **state)
{
    (void)state;
    struct call busy;
    struct od_pool *pool = open_busy(&busy);
    assert_int_equal(run_once(pool, 0), OD_CODE_RESOURCE_EXHAUSTED);
    od_pool_stop(pool);
    pthread_join(busy.thread, NULL);
    /* Taken and cut short, or not even taken yet. */
    assert_true(busy.answer.code == OD_CODE_OK ||
                busy.answer.code == OD_CODE_UNAVAILABLE);
    od_answer_release(&busy.answer);
    od_pool_close(pool);
}

static void test_waiting_ends_at_deadline_and_stop(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:1h", 1, 2);
    struct call busy, waits;
    call_init(&busy, pool);
    assert_int_equal(pthread_create(&busy.thread, NULL, run, &busy), 0);
    /* Whether the worker is still free or busy by now, this one cannot be served. */
    enum od_canonical code = run_once(pool, od_now_ns() + 5000000);
    assert_int_equal(code, OD_CODE_DEADLINE_EXCEEDED);
    call_init(&waits, pool);
    assert_int_equal(pthread_create(&waits.thread, NULL, run, &waits), 0);
    od_pool_stop(pool);
    pthread_join(busy.thread, NULL);
    pthread_join(waits.thread, NULL);
    bool taken = busy.answer.code == OD_CODE_OK;
    bool late = busy.answer.code == OD_CODE_UNAVAILABLE;
    assert_true(taken || late);
    assert_true(waits.answer.code == OD_CODE_UNAVAILABLE ||
                waits.answer.code == OD_CODE_OK);
    assert_int_equal(run_once(pool, 0), OD_CODE_UNAVAILABLE);
    od_answer_release(&busy.answer);
    od_answer_release(&waits.answer);
    od_pool_close(pool);
}

static void test_answer_after_the_deadline_is_late(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:20ms", 0, 0);
    struct call call;
    call_init(&call, pool);
    call.work.deadline_ns = call.work.received_ns + 10000000;
    (void)run(&call);
    assert_int_equal(call.answer.code, OD_CODE_DEADLINE_EXCEEDED);
    /* Told at the deadline, neither before nor when the hold would end. */
    assert_int_equal(call.work.held.due_ns, call.work.deadline_ns);
    od_answer_release(&call.answer);
    od_pool_close(pool);
}

static void test_workers_draw_different_delays(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:exp:1ms", 0, 0);
    struct call a, b;
    call_init(&a, pool);
    call_init(&b, pool);
    (void)run(&a);
    (void)run(&b);
    assert_true(a.work.held.due_ns - a.work.received_ns !=
                b.work.held.due_ns - b.work.received_ns);
    od_answer_release(&a.answer);
    od_answer_release(&b.answer);
    od_pool_close(pool);
}

/* One call that came in at a given time; what it was held for. */
static struct od_held held_at(struct od_pool *pool, int64_t received_ns,
                              enum od_canonical *code)
{
    struct call call;
    call_init(&call, pool);
    call.work.received_ns = received_ns;
    (void)run(&call);
    *code = call.answer.code;
    od_answer_release(&call.answer);
    return call.work.held;
}

/* Stalls are counted from the model's first request on. */
static void test_stalls_follow_the_first_request(void **state)
{
    (void)state;
    struct od_pool *pool = open_pool("fixed:20ms,stall=1s/10s", 0, 0);
    enum od_canonical code = OD_CODE_OK;
    int64_t epoch_ns = od_now_ns();
    struct od_held first = held_at(pool, epoch_ns, &code);
    assert_int_equal(first.epoch_ns, epoch_ns);
    assert_int_equal(first.stall_ns, 0);
    assert_int_equal(first.due_ns, epoch_ns + 20000000);
    struct od_held stalled = held_at(pool, epoch_ns + 10 * second_ns + 400000000, &code);
    assert_int_equal(code, OD_CODE_OK);
    assert_int_equal(stalled.epoch_ns, epoch_ns);
    assert_int_equal(stalled.draw_ns, 20000000);
    assert_int_equal(stalled.stall_ns, 600000000);
    assert_int_equal(stalled.due_ns, epoch_ns + 11 * second_ns + 20000000);
    od_pool_close(pool);
}

/* One in three fails, after its time, with workers and without. */
static void test_failures_are_counted(void **state)
{
    (void)state;
    for (int workers = 0; workers < 3; workers++) {
        struct od_pool *pool = open_pool("fixed:1us,fail=1/3", workers, 10);
        for (int i = 1; i <= 7; i++) {
            enum od_canonical code = OD_CODE_OK;
            struct od_held held = held_at(pool, od_now_ns(), &code);
            assert_int_equal(code, i % 3 == 0 ? OD_CODE_UNAVAILABLE : OD_CODE_OK);
            assert_int_equal(held.draw_ns, 1000);
            assert_true(held.due_ns != 0);
        }
        od_pool_close(pool);
    }
}

static void test_bad_source_is_reported(void **state)
{
    (void)state;
    static const char *const sources[] = {"fixed:20", "scenes-ssd", "no-such-file.onnx"};
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        for (int workers = 0; workers < 3; workers++) {
            const struct od_pool_config config = {
                .spec = {.name = "m", .source = sources[i], .models_dir = "/nowhere"},
                .workers = workers};
            struct od_pool *pool = NULL;
            struct od_err err = {0};
            assert_int_equal(od_pool_open(&config, &pool, &err), -1);
            assert_null(pool);
            assert_true(err.code == OD_EINPUT || err.code == OD_ENOENT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unbounded_holds_from_the_last_byte),
        cmocka_unit_test(test_one_worker_takes_all_in_turn),
        cmocka_unit_test(test_full_queue_refuses),
        cmocka_unit_test(test_waiting_ends_at_deadline_and_stop),
        cmocka_unit_test(test_answer_after_the_deadline_is_late),
        cmocka_unit_test(test_workers_draw_different_delays),
        cmocka_unit_test(test_stalls_follow_the_first_request),
        cmocka_unit_test(test_failures_are_counted),
        cmocka_unit_test(test_bad_source_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
