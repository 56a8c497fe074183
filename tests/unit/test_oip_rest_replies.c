/* Replies of the Open Inference Protocol over REST that a client must take, and those
 * that it must refuse. */
#include "oip_rest.h"

#define BOXES "{\"name\":\"boxes\",\"datatype\":\"FP32\",\"shape\":[2,4],"
#define SCORES                                                                           \
    "{\"name\":\"scores\",\"datatype\":\"FP64\",\"shape\":[2],\"data\":[0.75,0.25]}"
#define LABELS                                                                           \
    "{\"name\":\"labels\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[1,90]}"
#define REST "," SCORES "," LABELS "]}"
#define FLAT "\"data\":[64,48,320,240,0,0,640,480]}"

/* With a header of that value, or none. */
static int decode(const char *header, const char *length, const void *body, size_t len,
                  struct od_answer *out, struct od_err *err)
{
    const struct od_picture picture = {.width = 640, .height = 480};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .model = {.name = "m"},
                                     .id = "7",
                                     .pictures = &picture,
                                     .picture_count = 1};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_add(&reply.body, body, len);
    if (length != NULL) {
        od_headers_add(&reply.headers, header, length);
    }
    int rc = od_oip_rest.decode(&asked, &reply, out, err);
    od_reply_release(&reply);
    return rc;
}

static void same_boxes(const struct od_answer *got)
{
    assert_int_equal(got->image_count, 1);
    assert_int_equal(got->images[0].count, 2);
    const struct od_box *box = &got->images[0].items[0];
    assert_float_equal(box->x0, 0.1F, 1e-6);
    assert_float_equal(box->y0, 0.1F, 1e-6);
    assert_float_equal(box->x1, 0.5F, 1e-6);
    assert_float_equal(box->y1, 0.5F, 1e-6);
    assert_float_equal(box->score, 0.75F, 0);
    assert_int_equal(box->label, 1);
    assert_int_equal(got->images[0].items[1].label, 90);
}

/* Spellings that mean the same boxes. */
static void spellings(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{\"id\":\"7\",\"model_name\":\"m\",\"outputs\":[" BOXES FLAT REST,
        "{\"outputs\":[" BOXES "\"data\":[[64,48,320,240],[0,0,640,480]]}" REST,
        "{\"outputs\":[" BOXES "\"data\":[[64.0,48e0,3.2e2,240],[[0],[0,640],480]]}" REST,
        "{\"parameters\":{},\"outputs\":[{\"shape\":[1],\"datatype\":\"BYTES\",\"name\":"
        "\"texts\",\"data\":[\"a\"]}," BOXES "\"parameters\":null," FLAT REST,
        "{\"outputs\":[{\"shape\":[1],\"datatype\":\"STRING\",\"name\":\"odd\"}," BOXES
            FLAT REST,
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct od_answer got;
        struct od_err err = {0};
        int rc = decode("", NULL, bodies[i], strlen(bodies[i]), &got, &err);
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        same_boxes(&got);
        od_answer_release(&got);
    }
}

#define BINARY                                                                           \
    "{\"outputs\":[" BOXES                                                               \
    "\"parameters\":{\"binary_data_size\":32}},{\"name\":\"scores\","                    \
    "\"datatype\":\"FP32\",\"shape\":[2],\"parameters\":{\"binary_data_size\":8}}"       \
    "," LABELS "]}"

/* The tensors behind the JSON: some outputs binary, some not, the header in any case. */
static void binary(void **state)
{
    (void)state;
    static const float tail[] = {64, 48, 320, 240, 0, 0, 640, 480, 0.75F, 0.25F};
    static const char *const headers[] = {"Inference-Header-Content-Length",
                                          "inference-header-content-length"};
    char body[sizeof BINARY - 1 + sizeof tail + 1] = {0};
    char length[16];
    (void)snprintf(length, sizeof length, "%zu", sizeof BINARY - 1);
    memcpy(body, BINARY, sizeof BINARY - 1);
    memcpy(body + sizeof BINARY - 1, tail, sizeof tail);
    for (size_t i = 0; i < 2; i++) {
        struct od_answer got;
        assert_int_equal(decode(headers[i], length, body, sizeof body - 1, &got, NULL),
                         0);
        same_boxes(&got);
        od_answer_release(&got);
    }
    static const struct {
        size_t len;
        const char *length;
        const char *text;
    } wrong[] = {
        {sizeof body - 2, NULL, "output scores: binary_data_size is 8, 7 bytes are left"},
        {sizeof body, NULL, "1 bytes of binary tensors belong to no output"},
        {sizeof BINARY - 1, NULL, "output boxes: binary_data_size is 32, 0 bytes"},
        {sizeof body - 1, "99999", "Inference-Header-Content-Length is 99999"},
        {sizeof body - 1, "-1", "Inference-Header-Content-Length is -1"},
        {sizeof body - 1, "5", "JSON Parse error"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct od_answer got;
        struct od_err err = {0};
        const char *told = wrong[i].length != NULL ? wrong[i].length : length;
        assert_int_equal(decode(headers[0], told, body, wrong[i].len, &got, &err), -1);
        assert_int_equal(err.code, OD_EDECODE);
        if (strstr(err.msg, wrong[i].text) == NULL) {
            fail_msg("'%s' is not in '%s'", wrong[i].text, err.msg);
        }
        od_answer_release(&got);
    }
}

static const struct {
    const char *body;
    const char *text;
} wrong[] = {
    {"", "JSON Parse error"},
    {"[]", "no outputs"},
    {"{\"outputs\":{}}", "no outputs"},
    {"{\"error\":\"late\"}", "reply has no outputs: late"},
    {"<p>It works!</p>", "at offset: 0: It works!"},
    {"{\"outputs\":[7]}", "without a shape"},
    {"{\"id\":\"8\",\"outputs\":[" BOXES FLAT REST, "for the request '8', not '7'"},
    {"{\"outputs\":[" BOXES "\"data\":[1,2,3]}" REST, "output boxes: data hold"},
    {"{\"outputs\":[" BOXES "\"data\":[1,2,3,4,5,6,7,8,9]}" REST, "more than 8 numbers"},
    {"{\"outputs\":[" BOXES "\"data\":[1,2,3,4,5,6,7,\"8\"]}" REST, "no number"},
    {"{\"outputs\":[" BOXES "\"data\":[1,2,3,4,5,6,7,[]]}" REST, "hold 7 numbers, not 8"},
    {"{\"outputs\":[" BOXES "\"data\":8}" REST, "neither data"},
    {"{\"outputs\":[" BOXES "\"parameters\":{\"binary_data_size\":\"x\"}}" REST,
     "no whole number"},
    {"{\"outputs\":[" BOXES "\"parameters\":{\"binary_data_size\":-4}}" REST,
     "binary_data_size is -4"},
    {"{\"outputs\":[{\"name\":\"boxes\",\"datatype\":\"FP32\",\"shape\":[-1,4],\"data\":["
     "]}" REST,
     "dimension of -1"},
    {"{\"outputs\":[{\"name\":\"boxes\",\"datatype\":\"FP32\",\"shape\":[99999,99999],"
     "\"data\":[]}" REST,
     "more than"},
    {"{\"outputs\":[{\"name\":\"boxes\",\"datatype\":\"FP32\",\"shape\":[2.5],\"data\":[]"
     "}" REST,
     "no whole number"},
};

static void refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct od_answer got;
        struct od_err err = {0};
        if (decode("", NULL, wrong[i].body, strlen(wrong[i].body), &got, &err) == 0) {
            fail_msg("taken: %s", wrong[i].body);
        }
        assert_int_equal(err.code, OD_EDECODE);
        if (strstr(err.msg, wrong[i].text) == NULL) {
            fail_msg("'%s' is not in '%s'", wrong[i].text, err.msg);
        }
        od_answer_release(&got);
    }
}

/* Lists of models in the forms of the servers, and what is none. */
static void lists(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t names; /* 9: none */
    } cases[] = {
        {"[{\"name\":\"m\",\"version\":\"1\"},{\"name\":\"m\"},{\"name\":\"n\"}]", 2},
        {"[]", 0},
        {"{\"models\":[\"m\",\"n\"]}", 2},
        {"{\"models\":[{\"name\":\"m\"},{},7]}", 1},
        {"{\"models\":7}", 9},
        {"\"m\"", 9},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct od_request asked = {.kind = OD_LIST};
        struct od_reply reply;
        struct od_answer got;
        od_reply_init(&reply, 0);
        reply.code = 200;
        od_buf_puts(&reply.body, cases[i].body);
        int rc = od_oip_rest.decode(&asked, &reply, &got, NULL);
        assert_int_equal(rc, cases[i].names == 9 ? -1 : 0);
        assert_int_equal(got.name_count, rc == 0 ? cases[i].names : 0);
        if (rc == 0 && got.name_count > 0) {
            assert_string_equal(got.names[0], "m");
        }
        od_answer_release(&got);
        od_reply_release(&reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),
        cmocka_unit_test(binary),
        cmocka_unit_test(refusals),
        cmocka_unit_test(lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
