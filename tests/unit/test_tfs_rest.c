/* TensorFlow Serving over REST: golden texts, and replies good and bad. */
#include "protocol/protocol.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct od_protocol *rest(void)
{
    return od_protocol_find("rest");
}

static const uint8_t pixels[] = {236, 227, 232, 0, 10, 255};

static void check_body(const struct od_request *request, const char *path,
                       const char *expected)
{
    struct od_message message;
    struct od_err err = {0};
    assert_int_equal(rest()->encode(request, &message, &err), 0);
    assert_string_equal(message.path, path);
    struct od_buf body;
    od_buf_init(&body, 0);
    od_message_flatten(&message, &body);
    assert_string_equal(body.data, expected);
    od_buf_release(&body);
    od_message_release(&message);
}

/* odbench-wire(7): The study's text, and Bodies for the others. */
static void request_texts(void **state)
{
    (void)state;
    struct od_picture picture = {.data = pixels, .len = 6, .width = 2, .height = 1};
    struct od_picture file = {.data = (const uint8_t *)"\xff\xd8\xff\xe0", .len = 4};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JSON,
                                 .model = {.name = "rfcn"},
                                 .spaced = true,
                                 .pictures = &picture,
                                 .picture_count = 1};
    const char *path = "/v1/models/rfcn:predict";
    check_body(&request, path, "{\"instances\" : [[[[236, 227, 232], [0, 10, 255]]]]}");
    request.spaced = false;
    check_body(&request, path, "{\"instances\":[[[[236,227,232],[0,10,255]]]]}");
    request.form = OD_FORM_COLUMN;
    check_body(&request, path, "{\"inputs\":[[[[236,227,232],[0,10,255]]]]}");
    request.payload = OD_PAYLOAD_B64;
    request.pictures = &file;
    check_body(&request, path, "{\"inputs\":[{\"b64\":\"/9j/4A==\"}]}");
    request.form = OD_FORM_ROW;
    check_body(&request, path, "{\"instances\":[{\"b64\":\"/9j/4A==\"}]}");
    (void)strcpy(request.model.input, "img");
    (void)strcpy(request.model.signature, "sig");
    request.model.version = 3;
    check_body(
        &request, "/v1/models/rfcn/versions/3:predict",
        "{\"signature_name\":\"sig\",\"instances\":[{\"img\":{\"b64\":\"/9j/4A==\"}}]}");
}

static void header_rules(void **state)
{
    (void)state;
    struct od_picture picture = {.data = pixels, .len = 6, .width = 2, .height = 1};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JSON,
                                 .model = {.name = "m"},
                                 .pictures = &picture,
                                 .picture_count = 1};
    for (int spaced = 0; spaced < 2; spaced++) {
        struct od_message message;
        request.spaced = spaced == 1;
        assert_int_equal(rest()->encode(&request, &message, NULL), 0);
        assert_string_equal(message.verb, "POST");
        const char *type = od_headers_get(&message.headers, "content-type");
        if (spaced) {
            assert_null(type);
        } else {
            assert_string_equal(type, "application/json");
        }
        od_message_release(&message);
    }
}

static void rendered(const struct od_request *asked, const struct od_answer *answer,
                     int code, const char *expected)
{
    struct od_reply reply;
    od_reply_init(&reply, 0);
    assert_int_equal(rest()->render(&od_style_default, asked, answer, &reply, NULL), 0);
    assert_int_equal(reply.code, code);
    assert_string_equal(od_headers_get(&reply.headers, "Content-Type"),
                        "application/json");
    assert_string_equal(reply.body.data, expected);
    od_reply_release(&reply);
}

/* The layout of odbench-wire(7), Replies. */
static void reply_texts(void **state)
{
    (void)state;
    struct od_request asked = {.kind = OD_PREDICT, .picture_count = 1};
    struct od_answer answer;
    od_answer_init(&answer);
    struct od_model model = {.name = "half"};
    od_answer_no_model(&answer, &model);
    rendered(&asked, &answer, 404,
             "{\n    \"error\": \"Servable not found for request: Latest(half)\"\n}");
    model.version = 7;
    od_answer_no_model(&answer, &model);
    rendered(
        &asked, &answer, 404,
        "{\n    \"error\": \"Servable not found for request: Specific(half, 7)\"\n}");
    od_answer_release(&answer);

    answer.images = od_xcalloc(1, sizeof *answer.images);
    answer.image_count = 1;
    const struct od_box boxes[] = {{0.3F, 0.12F, 0.71F, 0.88F, 0.93F, 1},
                                   {0.0F, 0.1F, 1.0F, 1e-7F, 0.41F, 62}};
    od_boxes_add(&answer.images[0], &boxes[0]);
    od_boxes_add(&answer.images[0], &boxes[1]);
    rendered(&asked, &answer, 200,
             "{\n"
             "    \"predictions\": [\n"
             "        {\n"
             "            \"num_detections\": 2.0,\n"
             "            \"detection_scores\": [0.93, 0.41],\n"
             "            \"detection_classes\": [1.0, 62.0],\n"
             "            \"detection_boxes\": [[0.12, 0.3, 0.88, 0.71], [0.1, 0.0, "
             "1e-07, 1.0]]\n"
             "        }\n"
             "    ]\n"
             "}");
    asked.form = OD_FORM_COLUMN;
    rendered(&asked, &answer, 200,
             "{\n"
             "    \"outputs\": {\n"
             "        \"num_detections\": [2.0],\n"
             "        \"detection_scores\": [[0.93, 0.41]],\n"
             "        \"detection_classes\": [[1.0, 62.0]],\n"
             "        \"detection_boxes\": [[[0.12, 0.3, 0.88, 0.71], [0.1, 0.0, 1e-07, "
             "1.0]]]\n"
             "    }\n"
             "}");
    od_answer_release(&answer);
    asked.kind = OD_STATUS;
    answer.model = (struct od_model_facts){.name = "m", .version = 1, .state = 30};
    rendered(&asked, &answer, 200,
             "{\n"
             "    \"model_version_status\": [\n"
             "        {\n"
             "            \"version\": \"1\",\n"
             "            \"state\": \"AVAILABLE\",\n"
             "            \"status\": {\n"
             "                \"error_code\": \"OK\",\n"
             "                \"error_message\": \"\"\n"
             "            }\n"
             "        }\n"
             "    ]\n"
             "}");
}

#define FOUR(scores, classes, boxes, count)                                              \
    "{\"detection_scores\":" scores ",\"detection_classes\":" classes                    \
    ",\"detection_boxes\":" boxes ",\"num_detections\":" count "}"
#define ROWS(...) "{\"predictions\":[" FOUR(__VA_ARGS__) "]}"

static const struct {
    int code;
    const char *body;
    const char *text; /* NULL: fine */
    size_t count;
} reply_cases[] = {
    {200, ROWS("[0.5]", "[1]", "[[0,0.1,1,1]]", "1"), NULL, 1},
    {200, ROWS("[0.5,0]", "[1,0]", "[[0,0.1,1,1],[0,0,0,0]]", "1.0"), NULL, 1},
    {200, ROWS("[0.5,0]", "[1,0]", "[[0,0.1,1,NaN],[0,0,0,0]]", "100"), NULL, 2},
    {200, ROWS("[]", "[]", "[]", "0.0"), NULL, 0},
    {200, "{\"outputs\":" FOUR("[[0.5]]", "[[1]]", "[[[0,0,1,1]]]", "[1]") "}", NULL, 1},
    {200, "{\"outputs\":" FOUR("[[]]", "[[]]", "[[]]", "[0]") "} more", NULL, 0},
    {200, ROWS("[NaN]", "[1]", "[[0,0,1,1]]", "1"), "detection_scores holds NaN", 0},
    {200, ROWS("[0.5]", "[1e30]", "[[0,0,1,1]]", "1"), "detection_classes holds", 0},
    {200, ROWS("[0.5]", "[1]", "[[0,0,1,1]]", "-1"), "num_detections is -1", 0},
    {200, ROWS("[0.5]", "[1]", "[[0,0,1,1]]", "Infinity"), "num_detections is inf", 0},
    {200, ROWS("[0.5]", "[1,2]", "[[0,0,1,1]]", "1"), "holds 2 boxes, not 1", 0},
    {200, ROWS("[0.5]", "[1]", "[[0,0,1]]", "1"), "3 numbers a box", 0},
    {200, ROWS("[0.5,1]", "[1,1]", "[[0,0,1,1],[0,0,1]]", "1"), "of one shape", 0},
    {200, ROWS("[\"a\"]", "[1]", "[[0,0,1,1]]", "1"), "no array of numbers", 0},
    {200, ROWS("7", "[1]", "[[0,0,1,1]]", "1"), "dimensions", 0},
    {200, ROWS("[0.5]", "[1]", "[[0,0,1,1]]", "[1]"), "no array of numbers", 0},
    {200, "{\"predictions\":[]}", "0 predictions, not 1", 0},
    {200, "{\"predictions\":[1]}", "cannot tell what the outputs mean", 0},
    {200, "{\"predictions\":{}}", "0 predictions", 0},
    {200, "{\"outputs\":[]}", "cannot tell what", 0},
    {200, "{\"x\":1}", "neither predictions nor outputs", 0},
    {200, "7", "neither predictions nor outputs", 0},
    {200, "{\"error\":\"late\"}", "reply has neither predictions nor outputs: late", 0},
    {200, "<p>It works!</p>", "at offset: 0: It works!", 0},
    {200, "", "JSON Parse error", 0},
    {200, "<html>", "JSON Parse error", 0},
    {404, "<html>", "HTTP 404: a body of 6 bytes", 0},
    {413, "<html><body><h1>413 Too Large</h1><hr>nginx</body></html>",
     "HTTP 413: 413 Too Large nginx", 0},
    {503, "{\"detail\":\"no worker\"}", "HTTP 503: no worker", 0},
    {404, "{\"error\":\"no such model\"}", "HTTP 404: no such model", 0},
    {500, "", "HTTP 500: a body of 0 bytes", 0},
    {200, "{\"predictions\":[[[[[[[[", "JSON Parse error", 0},
};

/* Replies of other servers and of broken ones. */
static void replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reply_cases / sizeof reply_cases[0]; i++) {
        struct od_request asked = {.kind = OD_PREDICT, .picture_count = 1};
        struct od_reply reply;
        struct od_answer answer;
        struct od_err err = {0};
        od_reply_init(&reply, 0);
        reply.code = reply_cases[i].code;
        od_buf_puts(&reply.body, reply_cases[i].body);
        int rc = rest()->decode(&asked, &reply, &answer, &err);
        if (reply_cases[i].text == NULL) {
            assert_string_equal(err.msg, "");
            assert_int_equal(rc, 0);
            assert_int_equal(answer.images[0].count, reply_cases[i].count);
        } else {
            assert_int_equal(rc, -1);
            if (strstr(err.msg, reply_cases[i].text) == NULL) {
                fail_msg("%s: \"%s\" lacks \"%s\"", reply_cases[i].body, err.msg,
                         reply_cases[i].text);
            }
            assert_int_equal(err.code,
                             reply_cases[i].code == 200 ? OD_EDECODE : OD_ESERVER);
            for (size_t k = 0; k < answer.image_count; k++) { /* none half read */
                assert_int_equal(answer.images[k].count, 0);
            }
        }
        od_answer_release(&answer);
        od_reply_release(&reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_texts),
        cmocka_unit_test(header_rules),
        cmocka_unit_test(reply_texts),
        cmocka_unit_test(replies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
