/* REST requests that a server must take, and those that it must refuse. */
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

static int parse(const char *verb, const char *path, const char *body,
                 struct od_request *out, struct od_err *err)
{
    struct od_message message = {.verb = verb, .path = od_xstrdup(path)};
    od_message_borrow(&message, body, strlen(body));
    int rc = rest()->parse(&od_style_default, &message, out, err);
    od_message_release(&message);
    return rc;
}

#define PREDICT "/v1/models/m:predict"
#define PIXELS  "[[[236,227,232],[0,10,255]]]"

/* Spellings of one image that mean the same (odbench-wire(7), Bodies). */
static void spellings(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *input;
        size_t images;
        bool b64;
    } cases[] = {
        {"{\"instances\":[" PIXELS "]}", "", 1, false},
        {" {\"instances\" : [\n" PIXELS ", " PIXELS "\t] } trailing", "", 2, false},
        {"{\"instances\":[{\"x\":" PIXELS "}]}", "x", 1, false},
        {"{\"instances\":[{\"x\":" PIXELS "},{\"x\":" PIXELS "}]}", "x", 2, false},
        {"{\"inputs\":[" PIXELS "]}", "", 1, false},
        {"{\"inputs\":{\"x\":[" PIXELS "]}}", "x", 1, false},
        {"{\"inputs\":{\"x\":[1],\"inputs\":[" PIXELS "]}}", NULL, 0, false},
        {"{\"inputs\":{\"k\":2,\"inputs\":[" PIXELS "],\"z\":[]}}", "inputs", 1, false},
        {"{\"inputs\":{\"a\":[" PIXELS "," PIXELS "],\"inputs\":[" PIXELS "]}}", "inputs",
         1, false},
        {"{\"other\":{\"a\":[NaN,-Infinity,1e5]},\"instances\":[" PIXELS "]}", "", 1,
         false},
        {"{\"instances\":[" PIXELS "],\"instances\":3}", "", 1, false},
        {"{\"in\\u0073tances\":[" PIXELS "]}", "", 1, false},
        {"{\"instances\":[{\"b64\":\"7OPoAAr/\"}]}", "", 1, true},
        {"{\"instances\":[{\"b64\" : \"7OPoAAr\\/\"} , {\"b64\":\"7OPoAAr/\"}]}", "", 2,
         true},
        {"{\"instances\":[{\"x\":{\"b64\":\"7OPoAAr/\"}}]}", "x", 1, true},
        {"{\"inputs\":[{\"b64\":\"7OPoAAr/\"}]}", "", 1, true},
        {"{\"inputs\":{\"x\":[{\"b64\":\"7OPoAAr/\"}]}}", "x", 1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_request request;
        struct od_err err = {0};
        int rc = parse("POST", PREDICT, cases[i].body, &request, &err);
        if (cases[i].input == NULL) {
            assert_int_equal(rc, -1);
            od_request_release(&request);
            continue;
        }
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        assert_string_equal(request.model.input, cases[i].input);
        assert_int_equal(request.payload,
                         cases[i].b64 ? OD_PAYLOAD_B64 : OD_PAYLOAD_JSON);
        assert_int_equal(request.picture_count, cases[i].images);
        for (size_t k = 0; k < cases[i].images; k++) {
            assert_int_equal(request.pictures[k].len, 6);
            assert_memory_equal(request.pictures[k].data, pixels, 6);
            assert_int_equal(request.pictures[k].width, cases[i].b64 ? 0 : 2);
        }
        od_request_release(&request);
    }
}

static const struct {
    const char *body;
    const char *text; /* what the error must hold */
} bad_cases[] = {
    {"", "JSON Parse error: The document is empty"},
    {"nonsense", "JSON Parse error: Invalid value. at offset: 0"},
    {"[1,2]", "Request is no JSON object"},
    {"{", "Missing a name for object member"},
    {"{}", "Missing 'inputs' or 'instances' key"},
    {"{\"signature_name\":\"a\"}", "Missing 'inputs' or 'instances' key"},
    {"{\"signature_name\":7,\"instances\":[]}", "must be a string value"},
    {"{\"instances\"}", "Missing a colon"},
    {"{\"instances\":[" PIXELS "],\"inputs\":1}", "Only one of"},
    {"{\"inputs\":[" PIXELS "],\"instances\":1}", "Only one of"},
    {"{\"instances\":[]}", "instances holds no values"},
    {"{\"instances\":7}", "instances is no array"},
    {"{\"instances\":\"x", "Missing a closing quotation mark"},
    {"{\"instances\":[7]}", "unexpected level"},
    {"{\"instances\":[[[7]]]}", "unexpected level"},
    {"{\"instances\":[[[[[7]]]]]}", "not of expected type: uint8"},
    {"{\"instances\":[[[[]]]]}", "unexpected size"},
    {"{\"instances\":[[[[1,2]]]]}", "unexpected size"},
    {"{\"instances\":[[[[1,2,3,4]]]]}", "unexpected size"},
    {"{\"instances\":[[[[1,2,256]]]]}", "JSON Value: 256 at offset 21 is not"},
    {"{\"instances\":[[[[1,2,-1]]]]}", "JSON Value: -1 "},
    {"{\"instances\":[[[[1,236.0,3]]]]}", "JSON Value: 236.0 "},
    {"{\"instances\":[[[[1,2e1,3]]]]}", "JSON Value: 2e1 "},
    {"{\"instances\":[[[[1,1000,3]]]]}", "JSON Value: 1000 "},
    {"{\"instances\":[[[[1,NaN,3]]]]}", "JSON Value: NaN "},
    {"{\"instances\":[[[[1,\"2\",3]]]]}", "JSON Value: \"2\" "},
    {"{\"instances\":[[[[1,01,3]]]]}", "JSON Parse error: Invalid value."},
    {"{\"instances\":[[[[1,,3]]]]}", "JSON Parse error: Invalid value."},
    {"{\"instances\":[[[[1,2,3]", "Missing a comma or ]"},
    {"{\"instances\":[[[[1,2,3]]]", "Missing a comma or ]"},
    {"{\"instances\":[[[[1,2,3]]]]", "Missing a comma or }"},
    {"{\"instances\":[[[[1,2,3],]]]}", "JSON Parse error"},
    {"{\"instances\":[[[[1,2,3]],[[1,2,3],[1,2,3]]]]}",
     "unexpected size: 2 pixels in a row"},
    {"{\"instances\":[[[[1,2,3]]],[[[1,2,3]],[[1,2,3]]]]}", "unexpected size: 2 rows"},
    {"{\"instances\":[[[[1,2,3]]],{\"b64\":\"aGk=\"}]}", "pixels and b64 in one batch"},
    {"{\"instances\":[{\"b64\":\"a\"}]}", "not formatted correctly for base64"},
    {"{\"instances\":[{\"b64\":\"a*==\"}]}", "not formatted correctly for base64"},
    {"{\"instances\":[{\"b64\":\"aGk=\",\"x\":1}]}", "b64 is not the only key"},
    {"{\"instances\":[{\"x\":[[[1,2,3]]],\"y\":1}]}", "several inputs"},
    {"{\"instances\":[{\"x\":[[[1,2,3]]]},{\"y\":[[[1,2,3]]]}]}", "different inputs"},
    {"{\"instances\":[{\"x\":{\"y\":1}}]}", "an object where an image belongs"},
    {"{\"inputs\":{\"b64\":\"aGk=\"}}", "inputs has rank 0"},
    {"{\"inputs\":{\"x\":{\"b64\":\"aGk=\"}}}", "inputs holds no image"},
    {"{\"inputs\":[{\"x\":[[[1,2,3]]]}]}", "an object where an image belongs"},
};

static void bad_bodies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
        struct od_request request;
        struct od_err err = {0};
        assert_int_equal(parse("POST", PREDICT, bad_cases[i].body, &request, &err), -1);
        if (strstr(err.msg, bad_cases[i].text) == NULL) {
            fail_msg("%s: \"%s\" lacks \"%s\"", bad_cases[i].body, err.msg,
                     bad_cases[i].text);
        }
        assert_int_equal(od_canonical_of(err.code), OD_CODE_INVALID_ARGUMENT);
        assert_int_equal(request.picture_count, 0);
        od_request_release(&request);
    }
}

static void deep_bodies(void **state)
{
    (void)state;
    static const char *const begins[] = {"{\"x\":", "{\"instances\":", "{\"inputs\":"};
    for (size_t i = 0; i < 3; i++) {
        struct od_buf body;
        od_buf_init(&body, 0);
        od_buf_puts(&body, begins[i]);
        for (int k = 0; k < 100000; k++) {
            od_buf_puts(&body, "[");
        }
        struct od_request request;
        struct od_err err = {0};
        assert_int_equal(parse("POST", PREDICT, body.data, &request, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        od_request_release(&request);
        od_buf_release(&body);
    }
}

struct path_case {
    const char *verb;
    const char *path;
    int code;
    const char *text; /* of the error, or the name of the model */
    int64_t version;
    const char *label;
    enum od_kind kind;
};

static void paths(void **state)
{
    (void)state;
    static const struct path_case cases[] = {
        {"POST", "/v1/models/m:predict", 200, "m", 0, "", OD_PREDICT},
        {"POST", "/V1/Models/m:PREDICT", 200, "m", 0, "", OD_PREDICT},
        {"POST", "/v1/models/a%20%2Fb%zz:predict", 200, "a /b%zz", 0, "", OD_PREDICT},
        {"POST", "/v1/models/m/versions/12:predict", 200, "m", 12, "", OD_PREDICT},
        {"POST", "/v1/models/m/labels/ca%6eary:predict", 200, "m", 0, "canary",
         OD_PREDICT},
        {"GET", "/v1/models/m", 200, "m", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/versions/2", 200, "m", 2, "", OD_STATUS},
        {"GET", "/v1/models/m?x=1", 200, "m?x=1", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/metadata", 200, "m", 0, "", OD_METADATA},
        {"GET", "/v1/models/m/versions/2/metadata", 200, "m", 2, "", OD_METADATA},
        {"GET", "/v1/models/m/labels/l/METADATA", 200, "m", 0, "l", OD_METADATA},
        {"POST", "/v1/models/m:predict?x=1", 400,
         "Malformed request: POST /v1/models/m:predict?x=1", 0, "", OD_PREDICT},
        {"GET", "/v1/models/m:predict", 400,
         "Malformed request: GET /v1/models/m:predict", 0, "", OD_PREDICT},
        {"POST", "/v1/models/m", 400, "Malformed request: POST", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/labels/l", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/models/", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/nothing", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/versions/x", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/versions/", 400, "Malformed request", 0, "", OD_STATUS},
        {"GET", "/v1/models/m/versions/99999999999999999999", 400, "is not", 0, "",
         OD_STATUS},
        {"GET", "/v1/models/m/versions/0", 404,
         "Servable not found for request: Specific(m, 0)", 0, "", OD_STATUS},
        {"DELETE", "/v1/models/m", 400, "Malformed request: DELETE", 0, "", OD_STATUS},
        {"POST", "/v1/models/m:classify", 501, "classify", 0, "", OD_PREDICT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct path_case *c = &cases[i];
        struct od_request request;
        struct od_err err = {0};
        int rc = parse(c->verb, c->path, "{\"instances\":[" PIXELS "]}", &request, &err);
        assert_int_equal(od_canonical_http(od_canonical_of(err.code)), c->code);
        assert_int_equal(rc, c->code == 200 ? 0 : -1);
        if (rc != 0) {
            assert_non_null(strstr(err.msg, c->text));
        } else {
            assert_int_equal(request.kind, c->kind);
            assert_string_equal(request.model.name, c->text);
            assert_int_equal(request.model.version, c->version);
            assert_string_equal(request.model.version_label, c->label);
        }
        od_request_release(&request);
    }
}

static void routes(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool ours;
    } cases[] = {
        {"/v1/models/m", true}, {"/v1/x", true},         {"/V1/", true}, {"/v1", false},
        {"/", false},           {"/v2/models/m", false}, {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_message message = {.path = od_xstrdup(cases[i].path)};
        enum od_kind kind;
        assert_int_equal(rest()->route(&od_style_default, &message, &kind),
                         cases[i].ours);
        od_message_release(&message);
    }
}

static void preflights(void **state)
{
    (void)state;
    static const struct {
        const char *verb;
        const char *origin;
        int code; /* 0: no preflight */
    } cases[] = {
        {"OPTIONS", "http://a.example", 200}, {"OPTIONS", "https://a.example", 200},
        {"OPTIONS", "file:///x", 400},        {"OPTIONS", NULL, 400},
        {"GET", "http://a.example", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_message message = {.verb = cases[i].verb,
                                     .path = od_xstrdup("/v1/models/m:predict")};
        struct od_reply reply;
        od_reply_init(&reply, 0);
        if (cases[i].origin != NULL) {
            od_headers_add(&message.headers, "Origin", cases[i].origin);
        }
        assert_int_equal(rest()->preflight(&message, &reply), cases[i].code != 0);
        assert_int_equal(reply.code, cases[i].code);
        od_reply_release(&reply);
        od_message_release(&message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),   cmocka_unit_test(bad_bodies),
        cmocka_unit_test(deep_bodies), cmocka_unit_test(paths),
        cmocka_unit_test(routes),      cmocka_unit_test(preflights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
