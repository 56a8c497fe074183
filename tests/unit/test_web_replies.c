/* Replies of real services to web clients: the shapes that they send, and their errors.
 */
#include "protocol/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct od_picture picture = {.width = 640, .height = 480};

/* Decodes a body as the profile's service would send it. */
static int decode(const struct od_profile *profile, int status, const char *body,
                  struct od_answer *out, struct od_err *err)
{
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .model = {.name = "m"},
                                     .profile = profile,
                                     .pictures = &picture,
                                     .picture_count = 1};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = status;
    od_buf_puts(&reply.body, body);
    int rc = od_web.decode(&asked, &reply, out, err);
    od_reply_release(&reply);
    return rc;
}

static struct od_profile *own(const char *response)
{
    char text[500];
    struct od_profile *profile = NULL;
    struct od_err err = {0};
    (void)snprintf(text, sizeof text, "{\"response\":%s}", response);
    (void)(od_profile_parse(text, strlen(text), "own.json", &profile, &err) == 0);
    assert_string_equal(err.msg, "");
    return profile;
}

/* A dog (18) over the left upper quarter, with score 0.5. */
static void is_dog(const struct od_box *box)
{
    assert_int_equal(box->label, 18);
    assert_true(box->x0 == 0 && box->y0 == 0 && box->x1 == 0.5F && box->y1 == 0.5F);
    assert_true(box->score == 0.5F);
}

static void presets(void **state)
{
    (void)state;
    static const struct {
        const char *preset;
        const char *body;
    } cases[] = {
        {"yolov5-flask", "[{\"xmin\":0.0,\"ymin\":0.0,\"xmax\":320.0,\"ymax\":240.0,"
                         "\"confidence\":0.5,\"class\":16,\"name\":\"dog\"}]"},
        {"fastapi-columns",
         "{\"scores\":[0.5],\"boxes\":[[0,0,320,240]],\"classes\":[16]}"},
        {"deepstack", "{\"success\":true,\"predictions\":[{\"confidence\":0.5,"
                      "\"label\":\"dog\",\"y_min\":0,\"x_min\":0,\"y_max\":240,"
                      "\"x_max\":320}],\"duration\":0}"},
        {"hf", "[{\"score\":0.5,\"label\":\"dog\",\"box\":{\"xmin\":0,\"ymin\":0,"
               "\"xmax\":320,\"ymax\":240}}]"},
        {"torchserve-od", "[{\"dog\":[0.0,0.0,320.0,240.0],\"score\":0.5}]"},
        {"tfs-od-tf1", "{\"predictions\":[{\"detection_classes\":[18.0,1.0],"
                       "\"num_detections\":1.0,\"detection_scores\":[0.5,0.0],"
                       "\"detection_boxes\":[[0.0,0.0,0.5,0.5],[0,0,0,0]]}]}"},
        {"tfs-od-tf2", "{\"outputs\":{\"detection_classes\":[[18.0]],"
                       "\"num_detections\":[1.0],\"detection_scores\":[[0.5]],"
                       "\"detection_boxes\":[[[0.0,0.0,0.5,0.5]]],"
                       "\"raw_detection_boxes\":[[[1,2,3,4],[1,2,3,4]]]}}"},
        {"ovms-rows7", "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"out\",\"shape\":"
                       "[1,1,3,7],\"datatype\":\"FP32\",\"data\":[0,18,0.5,0,0,0.5,0.5,"
                       "-1,0,0,0,0,0,0, 0,1,1,0,0,1,1]}]}"},
        {"oip-tf-names",
         "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"num_detections\",\"shape\":[1],"
         "\"datatype\":\"FP32\",\"data\":[1.0]},{\"name\":\"detection_classes\","
         "\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[18.0,1.0]},"
         "{\"name\":\"detection_boxes\",\"shape\":[1,2,4],\"datatype\":\"FP32\","
         "\"data\":[0,0,0.5,0.5,0,0,0,0]},{\"name\":\"detection_scores\",\"shape\":[1,2],"
         "\"datatype\":\"FP32\",\"data\":[0.5,0.0]}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        const struct od_profile *profile = od_profile_find(cases[i].preset);
        (void)(decode(profile, 200, cases[i].body, &answer, &err) == 0);
        assert_string_equal(err.msg, "");
        assert_int_equal(answer.image_count, 1);
        assert_int_equal(answer.images[0].count, 1);
        is_dog(&answer.images[0].items[0]);
        od_answer_release(&answer);
    }
}

/* Services without a preset, by profiles as a user writes them. */
static void own_services(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        const char *body;
        int64_t time_ns;
    } cases[] = {
        /* Centre and size, a share of a hundred, the time in seconds. */
        {"{\"list\":\"/predictions\",\"box\":[\"/x\",\"/y\",\"/width\",\"/height\"],"
         "\"box_order\":\"cxcywh\",\"score\":\"/confidence\",\"score_scale\":100,"
         "\"label\":\"/class\",\"server_time\":\"/time\"}",
         "{\"time\":0.025,\"image\":{\"width\":640,\"height\":480},\"predictions\":"
         "[{\"x\":160,\"y\":120,\"width\":320,\"height\":240,\"confidence\":50,"
         "\"class\":\"DOG\",\"class_id\":1}]}",
         25000000},
        /* Pairs of x and y, shares of the picture. */
        {"{\"layout\":\"columns\",\"list\":\"/predictions/0\",\"box\":\"/bboxes\","
         "\"box_order\":\"xxyy\",\"box_units\":\"norm\",\"score\":\"/confidences\","
         "\"label\":\"/displayNames\"}",
         "{\"predictions\":[{\"ids\":[\"7\"],\"displayNames\":[\"dog\"],"
         "\"confidences\":[0.5],\"bboxes\":[[0,0.5,0,0.5]]}]}",
         -1},
        {"{\"list\":\"/result\",\"box\":\"/bbox\",\"box_order\":\"xywh\","
         "\"class\":\"/category_id\"}",
         "{\"result\":[{\"bbox\":[0,0,320,240],\"category_id\":18,\"score\":0.5}]}", -1},
        {"{\"list\":\"/d\",\"label\":\"/label\",\"label_map\":{\"18\":\"Hund\"}}",
         "{\"d\":[{\"box\":[0,0,320,240],\"label\":\"hund\",\"score\":0.5}]}", -1},
        {"{\"list\":\"/d\",\"label\":\"/label\"}",
         "{\"d\":[{\"box\":[[0,0],[320,240]],\"label\":18,\"score\":0.5}]}", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        struct od_profile *profile = own(cases[i].response);
        (void)(decode(profile, 200, cases[i].body, &answer, &err) == 0);
        assert_string_equal(err.msg, "");
        assert_int_equal(answer.images[0].count, 1);
        is_dog(&answer.images[0].items[0]);
        assert_int_equal(answer.server.total_ns, cases[i].time_ns);
        assert_string_equal(answer.server.source, cases[i].time_ns >= 0 ? "body" : "");
        od_answer_release(&answer);
        od_profile_free(profile);
    }
}

static void nothing_found(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"hf", "[]"},
        {"deepstack", "{\"success\":true,\"predictions\":[]}"},
        {"deepstack", "{\"success\":true,\"predictions\":null}"},
        {"fastapi-columns", "{\"boxes\":[],\"classes\":[],\"scores\":[]}"},
        {"ovms-rows7", "{\"outputs\":[{\"data\":[]}]}"},
        {"ovms-rows7", "{\"outputs\":[{\"data\":[-1,0,0,0,0,0,0]}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        (void)(decode(od_profile_find(cases[i][0]), 200, cases[i][1], &answer, &err) ==
               0);
        assert_string_equal(err.msg, "");
        assert_int_equal(answer.image_count, 1);
        assert_int_equal(answer.images[0].count, 0);
        od_answer_release(&answer);
    }
}

static void bad_replies(void **state)
{
    (void)state;
    static const struct {
        const char *preset;
        const char *body;
        const char *message;
    } cases[] = {
        {"hf", "", "hf service: JSON Parse error"},
        {"hf", "<html><body>Loading</body></html>", ": Loading"},
        {"hf", "{\"x\":1}", "hf service: no list of detections at ''"},
        {"hf", "[{\"score\":1,\"label\":\"dog\"}]",
         "detection 0 has no box at /box/xmin"},
        {"hf",
         "[{\"label\":\"dog\",\"box\":{\"xmin\":0,\"ymin\":0,\"xmax\":1,\"ymax\":1}}]",
         "detection 0 has no score at /score"},
        {"hf", "[{\"score\":1,\"box\":{\"xmin\":0,\"ymin\":0,\"xmax\":1,\"ymax\":1}}]",
         "a box has no label"},
        {"hf",
         "[{\"score\":NaN,\"label\":\"dog\",\"box\":{\"xmin\":0,\"ymin\":0,\"xmax\":1,"
         "\"ymax\":1}}]",
         "a score is no number"},
        {"hf",
         "[{\"score\":1,\"label\":\"wolf\",\"box\":{\"xmin\":0,\"ymin\":0,\"xmax\":1,"
         "\"ymax\":1}}]",
         "the label 'wolf' is not in the label map (label_map of the profile)"},
        {"fastapi-columns", "{\"boxes\":[[1,2,3]],\"classes\":[1],\"scores\":[1]}",
         "3 corners, 1 scores and 1 classes do not go together"},
        {"fastapi-columns", "{\"boxes\":[[1,2,3,4]],\"classes\":[1],\"scores\":[]}",
         "4 corners, 0 scores and 1 classes do not go together"},
        {"fastapi-columns", "{\"boxes\":[[1,2,3,null]],\"classes\":[1],\"scores\":[1]}",
         "box 0 is not made of numbers"},
        {"fastapi-columns", "{\"boxes\":[[1,2,3,4]],\"classes\":[1e9],\"scores\":[1]}",
         "a box has no class"},
        {"fastapi-columns", "{\"classes\":[1],\"scores\":[1]}",
         "reply has nothing at /boxes"},
        {"fastapi-columns", "{\"boxes\":{\"a\":1},\"classes\":[1],\"scores\":[1]}",
         "an object among the values at /boxes"},
        {"ovms-rows7", "{\"outputs\":[{\"data\":[1,2,3]}]}",
         "3 numbers are no rows of 7"},
        {"ovms-rows7", "{\"outputs\":[{\"data\":[0,1,2,3,4,5,\"x\"]}]}",
         "row 0 is not made of numbers"},
        {"tfs-od-tf1",
         "{\"predictions\":[{\"detection_classes\":[],\"num_detections\":\"x\","
         "\"detection_scores\":[],\"detection_boxes\":[]}]}",
         "no count at /predictions/0/num_detections"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        assert_int_equal(
            decode(od_profile_find(cases[i].preset), 200, cases[i].body, &answer, &err),
            -1);
        assert_int_equal(err.code, OD_EDECODE);
        assert_int_equal(answer.code, OD_CODE_OK);
        if (strstr(err.msg, cases[i].message) == NULL) {
            fail_msg("%s: %s", cases[i].body, err.msg);
        }
        od_answer_release(&answer);
    }
}

/* What frameworks send when it goes wrong, by status and by body. */
static const struct {
    const char *preset;
    int status;
    const char *body;
    enum od_canonical code;
    const char *text;
} failures[] = {
    {"fastapi-columns", 422,
     "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"file\"],\"msg\":\"Field "
     "required\",\"input\":null}]}",
     OD_CODE_INVALID_ARGUMENT, "body.file: Field required"},
    {"fastapi-columns", 404, "{\"detail\":\"Not Found\"}", OD_CODE_NOT_FOUND,
     "Not Found"},
    {"fastapi-columns", 500, "Internal Server Error", OD_CODE_INTERNAL,
     "Internal Server Error"},
    {"yolov5-flask", 400,
     "<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n"
     "<style>p { color: red }</style>\n<h1>Bad Request</h1>\n<p>The browser (or "
     "proxy) sent a request that this server could not understand.</p>\n",
     OD_CODE_INVALID_ARGUMENT,
     "400 Bad Request The browser (or proxy) sent a request that this "
     "server could not understand."},
    {"yolov5-flask", 413, "<h1>Request Entity Too Large &amp; more</h1>",
     OD_CODE_RESOURCE_EXHAUSTED, "Request Entity Too Large & more"},
    {"hf", 503, "{\"error\":\"Model is loading\",\"estimated_time\":20.0}",
     OD_CODE_UNAVAILABLE, "Model is loading"},
    {"hf", 200, "{\"error\":\"Model is loading\"}", OD_CODE_UNKNOWN, "Model is loading"},
    {"deepstack", 200, "{\"success\":false,\"error\":\"No valid image file found\"}",
     OD_CODE_UNKNOWN, "No valid image file found"},
    {"deepstack", 200, "{\"success\":false,\"error\":\"busy\",\"code\":503}",
     OD_CODE_UNAVAILABLE, "busy"},
    {"deepstack", 200, "{\"success\":false}", OD_CODE_UNKNOWN, "{\"success\":false}"},
    {"fastapi-columns", 502, "", OD_CODE_UNAVAILABLE,
     "a body of 0 bytes without error text"},
    {"fastapi-columns", 302, "moved", OD_CODE_UNKNOWN, "moved"},
    {"fastapi-columns", 400, "{\"image\":[\"No file was submitted.\"]}",
     OD_CODE_INVALID_ARGUMENT, "{\"image\":[\"No file was submitted.\"]}"},
    {"fastapi-columns", 400, "{\"error\":{\"message\":\"deep\",\"type\":\"x\"}}",
     OD_CODE_INVALID_ARGUMENT, "deep"},
    {"fastapi-columns", 400, "<script>if (a</b>) { x }</script>text<br",
     OD_CODE_INVALID_ARGUMENT, "text"},
};

static void errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        char wanted[256];
        assert_int_equal(decode(od_profile_find(failures[i].preset), failures[i].status,
                                failures[i].body, &answer, &err),
                         -1);
        assert_int_equal(err.code, OD_ESERVER);
        assert_int_equal(answer.code, failures[i].code);
        assert_string_equal(answer.text, failures[i].text);
        (void)snprintf(wanted, sizeof wanted,
                       "%s service, model m: HTTP %d: ", failures[i].preset,
                       failures[i].status);
        assert_memory_equal(err.msg, wanted, strlen(wanted));
        od_answer_release(&answer);
    }
}

/* A page of any length is a line of some. */
static void long_pages(void **state)
{
    (void)state;
    static char body[4000];
    struct od_answer answer;
    memset(body, 'x', sizeof body - 1);
    for (size_t i = 0; i < sizeof body - 1; i += 10) {
        body[i] = i % 20 == 0 ? '\n' : '\t';
    }
    assert_int_equal(decode(od_profile_default(), 500, body, &answer, NULL), -1);
    assert_true(strlen(answer.text) <= 301);
    assert_null(strpbrk(answer.text, "\n\t"));
    od_answer_release(&answer);
}

/* Whether a service is up, by its own page, or by any answer at all. */
static void readiness(void **state)
{
    (void)state;
    static const struct {
        const char *preset;
        int status;
        int rc;
        bool ready;
    } cases[] = {
        {"torchserve-od", 200, 0, true},    {"torchserve-od", 503, 0, false},
        {"torchserve-od", 401, -1, false},  {"torchserve-od", 404, -1, false},
        {"fastapi-columns", 200, 0, true},  {"fastapi-columns", 404, 0, true},
        {"fastapi-columns", 500, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct od_request asked = {.kind = OD_READY,
                                         .profile = od_profile_find(cases[i].preset)};
        struct od_answer answer;
        struct od_reply reply;
        od_reply_init(&reply, 0);
        reply.code = cases[i].status;
        assert_int_equal(od_web.decode(&asked, &reply, &answer, NULL), cases[i].rc);
        assert_int_equal(answer.ready, cases[i].ready);
        assert_int_equal(answer.code, cases[i].rc == 0
                                          ? OD_CODE_OK
                                          : od_canonical_of_http(cases[i].status));
        od_answer_release(&answer);
        od_reply_release(&reply);
    }
}

/* A picture between grey bars: boxes of what was sent become boxes of the picture. */
static void letterbox(void **state)
{
    (void)state;
    const struct od_picture fitted = {
        .width = 400, .height = 400, .area = {.y0 = 0.125F, .x1 = 1, .y1 = 0.875F}};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .profile = od_profile_find("hf"),
                                     .pictures = &fitted,
                                     .picture_count = 1};
    struct od_answer answer;
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_puts(&reply.body, "[{\"score\":0.5,\"label\":\"dog\",\"box\":{\"xmin\":0,"
                             "\"ymin\":50,\"xmax\":200,\"ymax\":200}}]");
    assert_int_equal(od_web.decode(&asked, &reply, &answer, NULL), 0);
    is_dog(&answer.images[0].items[0]);
    od_reply_release(&reply);
    od_answer_release(&answer);
}

static void unknown_size(void **state)
{
    (void)state;
    const struct od_request asked = {.kind = OD_PREDICT};
    struct od_answer answer;
    struct od_err err = {0};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_puts(&reply.body, "{\"boxes\":[],\"classes\":[],\"scores\":[]}");
    assert_int_equal(od_web.decode(&asked, &reply, &answer, &err), -1);
    assert_int_equal(err.code, OD_EDECODE);
    assert_non_null(strstr(err.msg, "whose size is unknown"));
    od_reply_release(&reply);
    od_answer_release(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets),       cmocka_unit_test(own_services),
        cmocka_unit_test(nothing_found), cmocka_unit_test(bad_replies),
        cmocka_unit_test(errors),        cmocka_unit_test(long_pages),
        cmocka_unit_test(unknown_size),  cmocka_unit_test(letterbox),
        cmocka_unit_test(readiness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
