/* Rows from what happened: stages add up, nothing unmeasured is zero, statuses. */
#include "bench/fill.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct od_plan plan = {.client = "me", .fresh = true};
static const struct od_target target = {.name = (char *)(uintptr_t) "edge"};
static const struct od_model model = {.name = "rfcn"};
static const struct od_protocol protocol = {.name = "tfs-grpc", .transport = OD_GRPC};
static const struct od_cell cell = {.id = "c001",
                                    .version = "1",
                                    .target = &target,
                                    .model = &model,
                                    .protocol = &protocol,
                                    .payload = OD_PAYLOAD_TENSOR,
                                    .concurrency = 2};
static const struct od_sample sample = {.file_name = "a.jpg",
                                        .image_id = 7,
                                        .file_bytes = 1234,
                                        .width = 64,
                                        .height = 48,
                                        .object_count = -1};

static struct od_attempt attempt_of(bool warmup)
{
    return (struct od_attempt){.plan = &plan,
                               .cell = &cell,
                               .sample = &sample,
                               .run_id = "r",
                               .rep = 2,
                               .seq = 9,
                               .number = 3,
                               .rate_per_s = 12.5,
                               .warmup = warmup,
                               .start_ns = 1000,
                               .start_unix_ns = 5,
                               .sched_ns = 2000};
}

static int64_t or_zero(int64_t value)
{
    return value == OD_NONE ? 0 : value;
}

static int64_t sum_of_stages(const struct od_record *r)
{
    return or_zero(r->dns_ns) + or_zero(r->connect_ns) + or_zero(r->tls_ns) +
           or_zero(r->upload_ns) + or_zero(r->wait_ns) + or_zero(r->download_ns) +
           or_zero(r->remainder_ns);
}

static void identity(void **state)
{
    (void)state;
    struct od_attempt attempt = attempt_of(true);
    struct od_record r;
    od_fill_attempt(&r, &attempt);
    assert_string_equal(r.phase, "warmup");
    assert_string_equal(r.placement, "remote");
    assert_string_equal(r.connection, "new");
    assert_string_equal(r.payload, "tensor");
    assert_int_equal(r.rep, 2);
    assert_int_equal(r.seq, 9);
    assert_int_equal(r.sched_ns, 1000);
    assert_true(r.gt_objects == OD_NONE);
    assert_true(r.service_ns == OD_NONE);
    assert_true(isnan(r.max_score));
    assert_int_equal(r.attempt, 3);
    assert_true(r.pair == OD_NONE);
    attempt.pair = 7;
    od_fill_attempt(&r, &attempt);
    assert_int_equal(r.pair, 7);
    assert_true(r.rate >= 12.5 && r.rate <= 12.5);
}

/* Every subset of the stamps that an exchange may reach. */
static void stages_add_up(void **state)
{
    (void)state;
    for (unsigned set = 0; set < 128; set++) {
        struct od_attempt attempt = attempt_of(false);
        struct od_stamps s;
        struct od_record r;
        od_stamps_init(&s);
        s.send_ns = 2100;
        s.end_ns = 9000;
        s.dns_ns = (set & 1) != 0 ? 100 : -1;
        s.connect_ns = (set & 2) != 0 ? 200 : -1;
        s.tls_ns = (set & 4) != 0 ? 0 : -1;
        s.written_ns = (set & 8) != 0 ? 5000 : -1;
        s.first_ns = (set & 16) != 0 ? 8000 : -1;
        s.last_ns = (set & 64) != 0 ? 8700 : -1;
        s.acked_ns = (set & 32) != 0 ? 6000 : -1;
        s.handed_ns = (set & 64) != 0 ? 9300 : 9000;
        od_fill_attempt(&r, &attempt);
        od_fill_stamps(&r, &attempt, &s);
        assert_int_equal(r.unpack_ns, (set & 64) != 0 ? 300 : OD_NONE);
        assert_int_equal(r.service_ns, 6900);
        assert_int_equal(r.response_ns, 7000);
        assert_int_equal(r.queue_ns, 100);
        assert_int_equal(sum_of_stages(&r), r.service_ns);
        assert_int_equal(r.dns_ns == OD_NONE, (set & 1) == 0);
        assert_int_equal(r.tls_ns == OD_NONE, (set & 4) == 0);
        assert_int_equal(r.upload_ns == OD_NONE, (set & 8) == 0);
        assert_int_equal(r.wait_ns == OD_NONE, (set & 24) != 24);
        assert_int_equal(r.download_ns, (set & 80) == 80 ? 700 : OD_NONE);
        assert_int_equal(r.upload_acked_ns, (set & 32) != 0 ? 3900 : OD_NONE);
    }
}

/* Whatever part of an answer is another makes its hash another; the same one, the same.
 */
static void hash_of_everything(void **state)
{
    (void)state;
    enum { KINDS = 10 };
    char hashes[KINDS][24];
    for (int kind = 0; kind < KINDS; kind++) {
        struct od_box items[] = {{0.1F, 0.2F, 0.3F, 0.4F, 0.75F, 3},
                                 {0.5F, 0.6F, 0.7F, 0.8F, 0.25F, 1}};
        float *numbers[] = {&items[1].x0, &items[1].y0, &items[1].x1, &items[1].y1,
                            &items[1].score};
        struct od_boxes images[2] = {{.items = items, .count = 2}, {.count = 0}};
        char again[24];
        if (kind < 5) {
            *numbers[kind] = nextafterf(*numbers[kind], 1.0F);
        } else if (kind == 5) {
            items[1].label = 2;
        } else if (kind == 6) {
            struct od_box first = items[0];
            items[0] = items[1];
            items[1] = first;
        } else if (kind == 7) {
            images[0].count = 1;
        } else if (kind == 8) {
            images[0].count = 1;
            images[1] = (struct od_boxes){.items = &items[1], .count = 1};
        }
        od_result_hash(images, 2, hashes[kind]);
        od_result_hash(images, 2, again);
        assert_string_equal(hashes[kind], again);
        assert_int_equal(strlen(again), 16);
        for (int other = 0; other < kind; other++) {
            assert_string_not_equal(hashes[kind], hashes[other]);
        }
    }
}

/* A server that answers while the request is still being sent. */
static void early_answer(void **state)
{
    (void)state;
    struct od_attempt attempt = attempt_of(false);
    struct od_stamps s;
    struct od_record r;
    od_stamps_init(&s);
    s.send_ns = 2100;
    s.first_ns = 4000;
    s.written_ns = 5000;
    s.end_ns = 9000;
    od_fill_attempt(&r, &attempt);
    od_fill_stamps(&r, &attempt, &s);
    assert_int_equal(r.upload_ns, 2900);
    assert_true(r.wait_ns == OD_NONE);
    assert_true(r.download_ns == OD_NONE);
    assert_int_equal(r.remainder_ns, 4000);
}

static void answers(void **state)
{
    (void)state;
    struct od_attempt attempt = attempt_of(false);
    struct od_record r;
    struct od_answer answer;
    od_answer_init(&answer);
    od_fill_attempt(&r, &attempt);
    od_fill_answer(&r, &answer);
    assert_true(r.detections == OD_NONE);
    assert_true(r.srv_infer_ns == OD_NONE);
    assert_null(r.weights);
    struct od_box boxes[] = {
        {0, 0, 1, 1, 0.75F, 3}, {0, 0, 1, 1, 0.5F, 1}, {0, 0, 1, 1, 0.25F, 1}};
    struct od_boxes list = {.items = boxes, .count = 3};
    answer.images = &list;
    answer.image_count = 1;
    answer.server.infer_ns = 0;
    memcpy(answer.server.weights, "random", 7);
    od_fill_answer(&r, &answer);
    assert_int_equal(r.detections, 2);
    assert_true(r.max_score == 0.75);
    assert_int_equal(r.srv_infer_ns, 0);
    assert_string_equal(r.weights, "random");
    char first[24];
    memcpy(first, r.result_hash, sizeof first);
    boxes[2].x0 = 0.001F;
    od_fill_answer(&r, &answer);
    assert_string_not_equal(first, r.result_hash);
    answer.images = NULL; /* ours */
    answer.image_count = 0;
    od_answer_release(&answer);
}

static void outcomes(void **state)
{
    (void)state;
    static const struct {
        enum od_errcode code;
        enum od_transport transport;
        const char *status;
    } rows[] = {
        {OD_ESERVER, OD_GRPC, "grpc_error"},   {OD_ESERVER, OD_HTTP, "http_error"},
        {OD_ETIMEOUT, OD_HTTP, "timeout"},     {OD_ECONNECT, OD_HTTP, "connect"},
        {OD_ERESET, OD_GRPC, "reset"},         {OD_EDECODE, OD_GRPC, "decode"},
        {OD_ECANCELLED, OD_GRPC, "cancelled"}, {OD_EINPUT, OD_HTTP, "invalid"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_err err = {0};
        struct od_record r;
        od_record_init(&r);
        (void)od_fail(&err, rows[i].code, "why");
        od_fill_outcome(&r, rows[i].transport, &err);
        assert_string_equal(r.status, rows[i].status);
        assert_string_equal(r.error, "why");
        if (rows[i].code == OD_ECANCELLED) {
            assert_string_equal(r.phase, "drain");
        } else {
            assert_null(r.phase);
        }
    }
    struct od_err none = {0};
    struct od_record r;
    od_record_init(&r);
    od_fill_outcome(&r, OD_HTTP, &none);
    assert_string_equal(r.status, "ok");
    assert_string_equal(r.error, "");
}

static void error_texts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *column;
    } rows[] = {
        {"a\r\n\tb\x7F", "a   b "}, {"\xC3\xA4 \xE2\x82\xAC", "\xC3\xA4 \xE2\x82\xAC"},
        {"caf\xE9", "caf?"},        {"\xC0\xAFx", "??x"},
        {"\xED\xA0\x80", "???"},    {"\xF0\x9F\x98\x80\xF0\x9F", "\xF0\x9F\x98\x80??"}};
    struct od_record r;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_err err = {.code = OD_ESERVER};
        memcpy(err.msg, rows[i].text, strlen(rows[i].text) + 1);
        od_record_init(&r);
        od_fill_outcome(&r, OD_HTTP, &err);
        assert_string_equal(r.error, rows[i].column);
    }
    struct od_err err = {.code = OD_ESERVER};
    memset(err.msg, 'x', sizeof r.error - 2);
    memcpy(err.msg + sizeof r.error - 2, "\xC3\xA4", 3);
    od_fill_outcome(&r, OD_HTTP, &err);
    assert_int_equal(strlen(r.error), sizeof r.error - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_of_everything), cmocka_unit_test(identity),
        cmocka_unit_test(stages_add_up),      cmocka_unit_test(answers),
        cmocka_unit_test(outcomes),           cmocka_unit_test(early_answer),
        cmocka_unit_test(error_texts),
    };
    return cmocka_run_group_tests_name("fill", tests, NULL, NULL);
}
