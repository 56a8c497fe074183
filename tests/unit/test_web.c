/* Web services: every preset reads back the requests and answers that it writes. */
#include "protocol/web.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "random_name.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 200 };

static void random_request(struct od_rng *rng, const struct od_profile *profile,
                           uint8_t *bytes, struct od_picture *picture,
                           struct od_request *out)
{
    int width = 1 + (int)od_rng_below(rng, 13);
    int height = 1 + (int)od_rng_below(rng, 11);
    *out = (struct od_request){.kind = OD_PREDICT,
                               .payload = od_profile_payload(profile),
                               .profile = profile,
                               .pictures = picture,
                               .picture_count = 1};
    bool raw = out->payload == OD_PAYLOAD_JSON;
    *picture = (struct od_picture){.data = bytes,
                                   .len = raw ? (size_t)(width * height * 3)
                                              : od_rng_below(rng, 400),
                                   .width = raw ? width : 0,
                                   .height = raw ? height : 0};
    for (size_t i = 0; i < picture->len; i++) {
        bytes[i] = (uint8_t)od_rng_next(rng);
    }
    random_name(rng, out->model.name, "m");
    random_name(rng, out->model.input, "");
}

static void request_there_and_back(const struct od_request *request)
{
    const struct od_profile *profile = request->profile;
    const struct od_style style = {.profile = profile};
    struct od_message message;
    struct od_request parsed;
    struct od_err err = {0};
    enum od_kind kind;
    int rc = od_web.encode(request, &message, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_true(od_web.route(&style, &message, &kind));
    assert_int_equal(kind, OD_PREDICT);
    rc = od_web.parse(&style, &message, &parsed, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    assert_int_equal(parsed.payload, request->payload);
    assert_ptr_equal(parsed.profile, profile);
    assert_string_equal(
        parsed.model.name,
        strstr(profile->request.path, "{model}") != NULL ? request->model.name : "");
    if (profile->request.body == OD_WEB_TEMPLATE) {
        assert_string_equal(parsed.model.input, od_model_input(&request->model));
    }
    assert_int_equal(parsed.picture_count, 1);
    assert_int_equal(parsed.pictures[0].width, request->pictures[0].width);
    assert_int_equal(parsed.pictures[0].height, request->pictures[0].height);
    assert_int_equal(parsed.pictures[0].len, request->pictures[0].len);
    assert_memory_equal(parsed.pictures[0].data, request->pictures[0].data,
                        request->pictures[0].len);
    od_request_release(&parsed);
    od_message_release(&message);
}

static void requests(void **state)
{
    (void)state;
    uint8_t bytes[13 * 11 * 3];
    for (size_t p = 0; od_profile_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 1, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_picture picture;
            struct od_request request;
            random_request(&rng, od_profile_at(p), bytes, &picture, &request);
            request_there_and_back(&request);
        }
    }
}

static float random_float(struct od_rng *rng)
{
    switch (od_rng_below(rng, 4)) {
    case 0:
        return (float)od_rng_unit(rng);
    case 1:
        return (float)od_rng_below(rng, 3);
    case 2:
        return (float)(od_rng_normal(rng) * 1e-7);
    default:
        return (float)(od_rng_normal(rng) * 1e12);
    }
}

static void random_answer(struct od_rng *rng, struct od_answer *out)
{
    od_answer_init(out);
    out->server.total_ns = (int64_t)od_rng_below(rng, 10000000000);
    out->images = od_xcalloc(1, sizeof *out->images);
    out->image_count = 1;
    size_t count = od_rng_below(rng, 3) == 0 ? 0 : od_rng_below(rng, 20);
    for (size_t k = 0; k < count; k++) {
        uint64_t most = od_rng_below(rng, 2) == 0 ? 95 : 16777000;
        struct od_box box = {random_float(rng), random_float(rng),
                             random_float(rng), random_float(rng),
                             random_float(rng), 1 + (int)od_rng_below(rng, most)};
        od_boxes_add(&out->images[0], &box);
    }
}

/* Rendered and decoded; err tells what decode said. */
static int answer_there_and_back(const struct od_profile *profile,
                                 const struct od_answer *answer,
                                 struct od_answer *decoded, struct od_err *err)
{
    const struct od_style style = {.profile = profile};
    const struct od_picture picture = {.width = 617, .height = 479};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .model = {.name = "m"},
                                     .profile = profile,
                                     .pictures = &picture,
                                     .picture_count = 1};
    struct od_reply reply;
    od_reply_init(&reply, 1 << 20);
    assert_int_equal(od_web.render(&style, &asked, answer, &reply, err), 0);
    int rc = od_web.decode(&asked, &reply, decoded, err);
    od_reply_release(&reply);
    return rc;
}

static void answers(void **state)
{
    (void)state;
    for (size_t p = 0; od_profile_at(p) != NULL; p++) {
        struct od_rng rng;
        od_rng_init(&rng, 3, p);
        for (int i = 0; i < ROUNDS; i++) {
            struct od_answer answer;
            struct od_answer decoded;
            struct od_err err = {0};
            random_answer(&rng, &answer);
            int rc = answer_there_and_back(od_profile_at(p), &answer, &decoded, &err);
            assert_string_equal(err.msg, "");
            assert_int_equal(rc, 0);
            assert_int_equal(decoded.image_count, 1);
            assert_int_equal(decoded.images[0].count, answer.images[0].count);
            assert_int_equal(decoded.server.total_ns, answer.server.total_ns);
            for (size_t k = 0; k < answer.images[0].count; k++) {
                assert_memory_equal(&decoded.images[0].items[k],
                                    &answer.images[0].items[k], sizeof(struct od_box));
            }
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

static void errors(void **state)
{
    (void)state;
    static const enum od_canonical codes[] = {
        OD_CODE_CANCELLED,       OD_CODE_INVALID_ARGUMENT,  OD_CODE_DEADLINE_EXCEEDED,
        OD_CODE_NOT_FOUND,       OD_CODE_PERMISSION_DENIED, OD_CODE_RESOURCE_EXHAUSTED,
        OD_CODE_UNIMPLEMENTED,   OD_CODE_INTERNAL,          OD_CODE_UNAVAILABLE,
        OD_CODE_UNAUTHENTICATED,
    };
    for (size_t p = 0; od_profile_at(p) != NULL; p++) {
        for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
            struct od_answer answer;
            struct od_answer decoded;
            struct od_err err = {0};
            od_answer_init(&answer);
            od_answer_fail(&answer, codes[i], "no \"%s\" \\ \t here", "x");
            assert_int_equal(
                answer_there_and_back(od_profile_at(p), &answer, &decoded, &err), -1);
            assert_int_equal(err.code, OD_ESERVER);
            assert_int_equal(decoded.code, codes[i]);
            assert_string_equal(decoded.text, "no \"x\" \\ \t here");
            assert_non_null(strstr(err.msg, od_profile_name(od_profile_at(p))));
            assert_non_null(strstr(err.msg, "model m"));
            od_answer_release(&answer);
            od_answer_release(&decoded);
        }
    }
}

static void ready(void **state)
{
    (void)state;
    for (size_t p = 0; od_profile_at(p) != NULL; p++) {
        const struct od_style style = {.profile = od_profile_at(p)};
        for (int up = 0; up < 2; up++) {
            struct od_request asked = {
                .kind = OD_READY, .model = {.name = "m"}, .profile = od_profile_at(p)};
            struct od_request parsed;
            struct od_message message;
            struct od_reply reply;
            struct od_answer answer;
            enum od_kind kind;
            od_answer_init(&answer);
            answer.ready = up == 1;
            assert_int_equal(od_web.encode(&asked, &message, NULL), 0);
            assert_string_equal(message.verb, "GET");
            assert_true(od_web.route(&style, &message, &kind));
            assert_int_equal(kind, OD_READY);
            assert_int_equal(od_web.parse(&style, &message, &parsed, NULL), 0);
            od_reply_init(&reply, 0);
            assert_int_equal(od_web.render(&style, &parsed, &answer, &reply, NULL), 0);
            od_answer_release(&answer);
            assert_int_equal(od_web.decode(&asked, &reply, &answer, NULL), 0);
            assert_int_equal(answer.ready, up == 1);
            od_reply_release(&reply);
            od_request_release(&parsed);
            od_message_release(&message);
            od_answer_release(&answer);
        }
    }
}

/* Profiles of one's own: every layout with every order, to what a subtraction loses. */
static void orders(void **state)
{
    (void)state;
    static const char *const order[] = {"xyxy", "yxyx", "xxyy", "xywh", "cxcywh"};
    static const char *const layouts[] = {
        "{\"layout\":\"objects\",\"list\":\"/a/1/b\",\"box\":[\"/w/0\",\"/w/1\",\"/w/2\","
        "\"/w/3\"],\"score\":\"/s\",\"class\":\"/c\",\"score_scale\":100",
        "{\"layout\":\"objects\",\"list\":\"/x\",\"box\":\"/box\",\"score\":\"/s\","
        "\"label\":\"/l\",\"box_units\":\"norm\"",
        "{\"layout\":\"columns\",\"list\":\"/0\",\"box\":[\"/a\",\"/b\",\"/c\",\"/d\"],"
        "\"score\":\"/s\",\"label\":\"/l\",\"count\":\"/n\"",
        "{\"layout\":\"tensors\",\"list\":\"/o\",\"box\":\"/1/data\",\"score\":\"/0/"
        "data\","
        "\"class\":\"/2/data\",\"class_base\":5",
    };
    for (size_t i = 0; i < 20; i++) {
        char text[600];
        struct od_profile *profile = NULL;
        struct od_err err = {0};
        struct od_answer answer;
        struct od_answer decoded;
        struct od_box box = {0.125F, 0.3F, 0.777F, 0.9F, 0.625F, 17};
        (void)snprintf(text, sizeof text, "{\"response\":%s,\"box_order\":\"%s\"}}",
                       layouts[i / 5], order[i % 5]);
        int rc = od_profile_parse(text, strlen(text), "own.json", &profile, &err);
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        od_answer_init(&answer);
        answer.images = od_xcalloc(1, sizeof *answer.images);
        answer.image_count = 1;
        od_boxes_add(&answer.images[0], &box);
        rc = answer_there_and_back(profile, &answer, &decoded, &err);
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        assert_int_equal(decoded.images[0].count, 1);
        const struct od_box *back = &decoded.images[0].items[0];
        assert_true(fabsf(back->x0 - box.x0) < 1e-7F && fabsf(back->y0 - box.y0) < 1e-7F);
        assert_true(fabsf(back->x1 - box.x1) < 1e-7F && fabsf(back->y1 - box.y1) < 1e-7F);
        assert_true(back->score == box.score);
        assert_int_equal(back->label, 17);
        od_answer_release(&answer);
        od_answer_release(&decoded);
        od_profile_free(profile);
    }
}

static void unsupported(void **state)
{
    (void)state;
    const struct od_picture picture = {.data = (const uint8_t *)"x", .len = 1};
    const struct od_request base = {.kind = OD_PREDICT,
                                    .payload = OD_PAYLOAD_JPEG,
                                    .model = {.name = "m"},
                                    .pictures = &picture,
                                    .picture_count = 1};
    struct od_request cases[5] = {base, base, base, base, base};
    static const char *const messages[] = {
        "profile fastapi-columns sends a body 'multipart': jpeg, not 'tensor'",
        "web: a request has one picture, not 2",
        "profile fastapi-columns has no place for a model's version: /predict",
        "web: a plain web service tells nothing of its models",
        "profile tfs-od-jpeg sends a body 'json-base64': b64, not 'jpeg'",
    };
    cases[0].payload = OD_PAYLOAD_TENSOR;
    cases[1].picture_count = 2;
    cases[2].model.version = 1;
    cases[3].kind = OD_METADATA;
    cases[4].profile = od_profile_find("tfs-od-jpeg");
    for (size_t i = 0; i < 5; i++) {
        struct od_message message;
        struct od_err err = {0};
        assert_int_equal(od_web.encode(&cases[i], &message, &err), -1);
        assert_int_equal(err.code, OD_EUNSUPPORTED);
        assert_string_equal(err.msg, messages[i]);
        assert_null(message.path);
    }
}

/* Files are sent from where they lie. */
static void no_copy(void **state)
{
    (void)state;
    static const uint8_t file[] = "not looked at";
    static const char *const names[] = {"fastapi-columns", "hf"};
    for (size_t i = 0; i < 2; i++) {
        const struct od_picture picture = {.data = file, .len = sizeof file};
        const struct od_request request = {.kind = OD_PREDICT,
                                           .payload = OD_PAYLOAD_JPEG,
                                           .model = {.name = "m"},
                                           .profile = od_profile_find(names[i]),
                                           .pictures = &picture,
                                           .picture_count = 1};
        struct od_message message;
        assert_int_equal(od_web.encode(&request, &message, NULL), 0);
        assert_int_equal(message.segment_count, i == 0 ? 3 : 1);
        const struct od_segment *segment = &message.segments[i == 0 ? 1 : 0];
        assert_ptr_equal(segment->data, file);
        assert_null(segment->owned);
        od_message_release(&message);
    }
}

/* A request of such a profile for a model "a\"b" of that version, whose body is text. */
static void assert_body(const char *request, int64_t version, const char *wanted)
{
    char text[300];
    struct od_profile *profile = NULL;
    struct od_message message;
    struct od_err err = {0};
    struct od_buf body;
    (void)snprintf(text, sizeof text,
                   "{\"request\":{\"path\":\"/detect\",%s},"
                   "\"response\":{\"class\":\"/class\"}}",
                   request);
    (void)(od_profile_parse(text, strlen(text), "x", &profile, &err) == 0);
    assert_string_equal(err.msg, "");
    const struct od_picture picture = {.data = (const uint8_t *)"jpeg", .len = 4};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .payload = od_profile_payload(profile),
                                     .model = {.name = "a\"b", .version = version},
                                     .profile = profile,
                                     .pictures = &picture,
                                     .picture_count = 1};
    if (od_web.encode(&asked, &message, &err) == 0) {
        od_buf_init(&body, 0);
        od_message_flatten(&message, &body);
        if (strstr(body.data, wanted) == NULL) {
            fail_msg("%s: %s", request, body.data);
        }
        od_buf_release(&body);
        od_message_release(&message);
    } else {
        assert_string_equal(err.msg, wanted);
    }
    od_profile_free(profile);
}

/* The names in the fields beside the picture: filled in as in headers. */
static void extra_names(void **state)
{
    (void)state;
    assert_body("\"extra\":{\"model\":\"{model}\",\"n\":1}", 0,
                "name=\"model\"\r\n\r\na\"b\r\n");
    assert_body("\"extra\":{\"m\":\"x/{model}/{version}\"}", 7,
                "name=\"m\"\r\n\r\nx/a\"b/7\r\n");
    assert_body("\"body\":\"json-base64\",\"pointer\":\"/image\","
                "\"extra\":{\"{model}\":\"{model}\",\"n\":0.5,\"on\":true}",
                0, "{\"{model}\":\"a\\\"b\",\"n\":0.5,\"on\":true,\"image\":\"");
    assert_body("\"extra\":{\"m\":\"{version}\"}", 0,
                "extra m: {version} needs the model's name and version");
    assert_body("\"body\":\"json-base64\",\"pointer\":\"/image\","
                "\"extra\":{\"m\":\"{version}\"}",
                0, "extra m: {version} needs the model's name and version");
    assert_body("\"extra\":{\"m\":\"{model}\"}", 7,
                "profile x has no place for a model's version: /detect");
    assert_body("\"headers\":{\"v\":\"{version}\"}", 7, "jpeg");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests), cmocka_unit_test(answers),
        cmocka_unit_test(errors),   cmocka_unit_test(ready),
        cmocka_unit_test(orders),   cmocka_unit_test(unsupported),
        cmocka_unit_test(no_copy),  cmocka_unit_test(extra_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
