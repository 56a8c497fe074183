/* What the servers of the Open Inference Protocol do each in their own way: codes of
 * errors, health, and the form of replies (odbench-wire(7), OIP dialects and errors). */
#include "oip_rest.h"

enum { LOADING = 20, AVAILABLE = 30 };

#define FRONT "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,2,3],\"datatype\":\"UINT8\""
#define DATA  "\"data\":[236,227,232,0,10,255]"
#define GOOD  FRONT "," DATA "}]}"

/* One error, or one state, and the status of each dialect; 0: not asked there. */
struct row {
    const char *what;
    struct incoming in;
    enum od_canonical code; /* of the answer, when the request itself is good */
    int state;
    int http[5];            /* triton, ovms, mlserver, kserve, torchserve */
    enum od_canonical read; /* what triton's becomes again */
};

static const struct row rows[] = {
    {"unknown model",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_NOT_FOUND,
     0,
     {404, 404, 404, 404, 404},
     OD_CODE_NOT_FOUND},
    {"loading",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_UNAVAILABLE,
     LOADING,
     {503, 404, 400, 503, 503},
     OD_CODE_UNAVAILABLE},
    {"overloaded",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_UNAVAILABLE,
     AVAILABLE,
     {503, 503, 503, 503, 503},
     OD_CODE_UNAVAILABLE},
    {"wrong shape",
     {"POST", INFER, NULL, FRONT ",\"data\":[1]}]}", sizeof FRONT + 13},
     OD_CODE_OK,
     AVAILABLE,
     {400, 400, 400, 400, 400},
     OD_CODE_INVALID_ARGUMENT},
    {"bad JSON",
     {"POST", INFER, NULL, "{", 1},
     OD_CODE_OK,
     AVAILABLE,
     {400, 412, 400, 400, 400},
     OD_CODE_INVALID_ARGUMENT},
    {"schema",
     {"POST", INFER, NULL, "{\"inputs\":7}", 12},
     OD_CODE_OK,
     AVAILABLE,
     {400, 400, 422, 400, 400},
     OD_CODE_INVALID_ARGUMENT},
    {"unsupported",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_UNIMPLEMENTED,
     AVAILABLE,
     {501, 400, 501, 501, 501},
     OD_CODE_UNIMPLEMENTED},
    {"a version",
     {"POST", "/v2/models/m/versions/1/infer", NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_OK,
     AVAILABLE,
     {200, 200, 200, 501, 200},
     OD_CODE_OK},
    {"internal",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_INTERNAL,
     AVAILABLE,
     {500, 500, 500, 500, 500},
     OD_CODE_INTERNAL},
    {"cancelled",
     {"POST", INFER, NULL, GOOD, sizeof GOOD - 1},
     OD_CODE_CANCELLED,
     AVAILABLE,
     {400, 499, 499, 499, 499},
     OD_CODE_INVALID_ARGUMENT},
    {"wrong method",
     {"GET", INFER, NULL, "", 0},
     OD_CODE_OK,
     AVAILABLE,
     {405, 406, 405, 405, 405},
     OD_CODE_UNIMPLEMENTED},
    {"wrong path",
     {"GET", "/v2/models/m/nothing", NULL, "", 0},
     OD_CODE_OK,
     AVAILABLE,
     {404, 400, 404, 404, 404},
     OD_CODE_NOT_FOUND},
    {"index",
     {"POST", "/v2/repository/index", NULL, "{}", 2},
     OD_CODE_OK,
     AVAILABLE,
     {200, 400, 200, 404, 404},
     OD_CODE_OK},
    {"models",
     {"GET", "/v2/models", NULL, "", 0},
     OD_CODE_OK,
     AVAILABLE,
     {404, 400, 404, 200, 404},
     OD_CODE_NOT_FOUND},
    {"ready",
     {"GET", "/v2/models/m/ready", NULL, "", 0},
     OD_CODE_OK,
     AVAILABLE,
     {200, 200, 200, 200, 200},
     OD_CODE_OK},
    {"not ready",
     {"GET", "/v2/models/m/ready", NULL, "", 0},
     OD_CODE_OK,
     LOADING,
     {400, 404, 400, 503, 503},
     OD_CODE_OK},
    {"server not ready",
     {"GET", "/v2/health/ready", NULL, "", 0},
     OD_CODE_OK,
     AVAILABLE,
     {400, 503, 400, 503, 503},
     OD_CODE_OK},
};

static void answer_of(const struct row *row, struct od_answer *out)
{
    od_answer_init(out);
    if (row->code != OD_CODE_OK) {
        od_answer_fail(out, row->code, "because of %s", row->what);
    } else if (strstr(row->in.path, "/infer") != NULL) {
        out->images = od_xcalloc(1, sizeof *out->images);
        out->image_count = 1;
    }
    out->model.state = row->state;
}

/* The member that a dialect has for the text of an error. */
static void error_member(const struct row *row, enum od_dialect dialect,
                         const struct od_reply *reply)
{
    bool fastapi = dialect == OD_DIALECT_MLSERVER || dialect == OD_DIALECT_KSERVE;
    bool routed = row->code == OD_CODE_OK && (reply->code == 404 || reply->code == 405);
    const char *member = fastapi && routed ? "{\"detail\":\"" : "{\"error\":\"";
    assert_int_equal(strncmp(reply->body.data, member, strlen(member)), 0);
    assert_string_equal(od_headers_get(&reply->headers, "content-type"),
                        "application/json");
}

/* Every row of the table of errors: the status that the server sends, and the text. */
static void status_of_row(const struct row *row, enum od_dialect dialect)
{
    struct od_answer answer;
    struct od_reply reply;
    answer_of(row, &answer);
    incoming_reply(dialect, &row->in, &answer, &reply);
    if (reply.code != row->http[dialect]) {
        fail_msg("%s, dialect %d: %d, not %d", row->what, (int)dialect, reply.code,
                 row->http[dialect]);
    }
    if (reply.code >= 400 && strstr(row->what, "ready") == NULL) {
        error_member(row, dialect, &reply);
    }
    od_reply_release(&reply);
    od_answer_release(&answer);
}

static void statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int dialect = 0; dialect < 5; dialect++) {
            status_of_row(&rows[i], (enum od_dialect)dialect);
        }
    }
}

/* And what the client makes of it: a code, and a text that names status, model and cause.
 */
static void read_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_request asked = {.kind = OD_PREDICT, .model = {.name = "m"}};
        struct od_answer answer;
        struct od_answer got;
        struct od_reply reply;
        struct od_err err = {0};
        char status[16];
        answer_of(&rows[i], &answer);
        incoming_reply(OD_DIALECT_TRITON, &rows[i].in, &answer, &reply);
        bool health = strstr(rows[i].what, "ready") != NULL;
        if (reply.code != 200 && !health) {
            assert_int_equal(od_oip_rest.decode(&asked, &reply, &got, &err), -1);
            assert_int_equal(err.code, OD_ESERVER);
            assert_int_equal(got.code, rows[i].read);
            (void)snprintf(status, sizeof status, "HTTP %d: ", reply.code);
            assert_int_equal(strncmp(err.msg, status, strlen(status)), 0);
            assert_non_null(strstr(err.msg, "model m: "));
            assert_non_null(strstr(err.msg, got.text));
            assert_true(rows[i].code == OD_CODE_OK ||
                        strstr(got.text, rows[i].what) != NULL);
            od_answer_release(&got);
        }
        od_reply_release(&reply);
        od_answer_release(&answer);
    }
}

/* Bodies of foreign servers' errors, and their statuses. */
static void foreign_errors(void **state)
{
    (void)state;
    static const struct {
        int http;
        const char *body;
        enum od_canonical code;
        const char *text;
    } cases[] = {
        {404, "{\"error\":\"Request for unknown model\"}", OD_CODE_NOT_FOUND,
         "Request for unknown model"},
        {405, "{\"detail\":\"Method Not Allowed\"}", OD_CODE_UNIMPLEMENTED,
         "Method Not Allowed"},
        {406, "", OD_CODE_UNIMPLEMENTED, "a body of 0 bytes without error text"},
        {412, "{\"error\":\"Invalid JSON\"}", OD_CODE_FAILED_PRECONDITION,
         "Invalid JSON"},
        {422, "{\"error\":\"field required\"}", OD_CODE_FAILED_PRECONDITION,
         "field required"},
        {503, "{\"code\":503,\"type\":\"T\",\"message\":\"no worker\"}",
         OD_CODE_UNAVAILABLE, "no worker"},
        {500, "<html>", OD_CODE_INTERNAL, "a body of 6 bytes without error text"},
        {502, "<html><h1>Bad Gateway</h1></html>", OD_CODE_UNAVAILABLE, "Bad Gateway"},
        {422, "{\"detail\":[{\"loc\":[\"body\",\"inputs\"],\"msg\":\"required\"}]}",
         OD_CODE_FAILED_PRECONDITION, "body.inputs: required"},
        {413, "", OD_CODE_RESOURCE_EXHAUSTED, "a body of 0 bytes without error text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_request asked = {.kind = OD_METADATA, .model = {.name = "rfcn"}};
        struct od_answer got;
        struct od_reply reply;
        struct od_err err = {0};
        od_reply_init(&reply, 0);
        reply.code = cases[i].http;
        od_buf_puts(&reply.body, cases[i].body);
        assert_int_equal(od_oip_rest.decode(&asked, &reply, &got, &err), -1);
        assert_int_equal(err.code, OD_ESERVER);
        assert_int_equal(got.code, cases[i].code);
        assert_string_equal(got.text, cases[i].text);
        assert_non_null(strstr(err.msg, "model rfcn: "));
        od_answer_release(&got);
        od_reply_release(&reply);
    }
}

/* Over gRPC the dialects differ in one code; a loading model is told from a full queue.
 */
static void grpc_codes(void **state)
{
    (void)state;
    static const struct {
        enum od_dialect dialect;
        int state;
        enum od_canonical code;
    } cases[] = {
        {OD_DIALECT_TRITON, LOADING, OD_CODE_UNAVAILABLE},
        {OD_DIALECT_OVMS, LOADING, OD_CODE_UNAVAILABLE},
        {OD_DIALECT_MLSERVER, LOADING, OD_CODE_INVALID_ARGUMENT},
        {OD_DIALECT_MLSERVER, AVAILABLE, OD_CODE_UNAVAILABLE},
        {OD_DIALECT_KSERVE, LOADING, OD_CODE_UNAVAILABLE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_request asked = {.kind = OD_PREDICT, .model = {.name = "m"}};
        const struct od_style style = {.dialect = cases[i].dialect};
        struct od_answer answer;
        struct od_answer got;
        struct od_reply reply;
        struct od_err err = {0};
        od_answer_init(&answer);
        od_answer_fail(&answer, OD_CODE_UNAVAILABLE, "not now");
        answer.model.state = cases[i].state;
        od_reply_init(&reply, 0);
        assert_int_equal(od_oip_grpc.render(&style, &asked, &answer, &reply, NULL), 0);
        assert_int_equal(reply.code, cases[i].code);
        assert_int_equal(od_oip_grpc.decode(&asked, &reply, &got, &err), -1);
        assert_int_equal(got.code, cases[i].code);
        char *text =
            od_xasprintf("%s: model m: not now", od_canonical_name(cases[i].code));
        assert_string_equal(err.msg, text);
        free(text);
        od_answer_release(&got);
        od_answer_release(&answer);
        od_reply_release(&reply);
    }
}

/* What health says in its body, and the server's name. */
static void bodies(void **state)
{
    (void)state;
    static const char two_extensions[] =
        "{\"name\":\"s\",\"version\":\"1\",\"extensions\":[\"model_repository\","
        "\"binary_tensor_data\"]}";
    static const struct {
        const char *path;
        const char *body[5];
    } cases[] = {
        {"/v2/health/live", {"", "", "", "{\"live\":true}", "{\"live\":true}"}},
        {"/v2/health/ready", {"", "", "", "{\"ready\":true}", "{\"ready\":true}"}},
        {"/v2/models/m/ready",
         {"", "", "", "{\"name\":\"m\",\"ready\":true}",
          "{\"name\":\"m\",\"ready\":true}"}},
        {"/v2",
         {two_extensions, "{\"name\":\"s\",\"version\":\"1\"}",
          "{\"name\":\"s\",\"version\":\"1\",\"extensions\":[\"model_repository\"]}",
          "{\"name\":\"s\",\"version\":\"1\",\"extensions\":[\"binary_tensor_data\"]}",
          "{\"name\":\"s\",\"version\":\"1\",\"extenstion\":[]}"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int dialect = 0; dialect < 5; dialect++) {
            const struct incoming in = {"GET", cases[i].path, NULL, "", 0};
            struct od_answer answer;
            struct od_reply reply;
            od_answer_init(&answer);
            answer.ready = true;
            answer.model.state = AVAILABLE;
            (void)strcpy(answer.model.name, "m");
            (void)strcpy(answer.server_name, "s");
            (void)strcpy(answer.server_version, "1");
            incoming_reply((enum od_dialect)dialect, &in, &answer, &reply);
            assert_int_equal(reply.code, 200);
            assert_string_equal(reply.body.data, cases[i].body[dialect]);
            od_reply_release(&reply);
            od_answer_release(&answer);
        }
    }
}

#define ASKING(more) FRONT "," DATA "}]" more "}"

/* Which outputs come as binary: the request's word, the output's own, the dialect's. */
static void binary_outputs(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum od_dialect dialect;
        size_t binary; /* how many outputs */
        const char *content_type;
    } cases[] = {
        {ASKING(""), OD_DIALECT_TRITON, 0, "application/json"},
        {ASKING(",\"parameters\":{\"binary_data_output\":true}"), OD_DIALECT_TRITON, 4,
         "application/octet-stream"},
        {ASKING(",\"parameters\":{\"binary_data_output\":true}"), OD_DIALECT_OVMS, 4,
         "application/json"},
        {ASKING(",\"parameters\":{\"binary_data_output\":true}"), OD_DIALECT_MLSERVER, 0,
         "application/json"},
        {ASKING(",\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":"
                "\"num_detections\",\"parameters\":{\"binary_data\":false}},{\"name\":"
                "\"detection_scores\"}]"),
         OD_DIALECT_KSERVE, 1, "application/octet-stream"},
        {ASKING(",\"outputs\":[{\"parameters\":{\"binary_data\":true},\"name\":"
                "\"num_detections\"},{\"name\":\"detection_boxes\"}]"),
         OD_DIALECT_TRITON, 1, "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct incoming in = incoming_json(cases[i].body);
        struct od_answer answer;
        struct od_reply reply;
        od_answer_init(&answer);
        answer.images = od_xcalloc(1, sizeof *answer.images);
        answer.image_count = 1;
        incoming_reply(cases[i].dialect, &in, &answer, &reply);
        size_t binary = 0;
        for (const char *p = reply.body.data; (p = strstr(p, "binary_data_size")) != NULL;
             p++) {
            binary++;
        }
        assert_int_equal(binary, cases[i].binary);
        assert_string_equal(od_headers_get(&reply.headers, "content-type"),
                            cases[i].content_type);
        const char *length = od_headers_get(&reply.headers, OD_OIP_LENGTH_HEADER);
        assert_int_equal(length != NULL, binary > 0);
        od_reply_release(&reply);
        od_answer_release(&answer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses),       cmocka_unit_test(read_again),
        cmocka_unit_test(foreign_errors), cmocka_unit_test(grpc_codes),
        cmocka_unit_test(bodies),         cmocka_unit_test(binary_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
