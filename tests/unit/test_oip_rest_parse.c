/* Requests of the Open Inference Protocol over REST that a server must take, and those
 * that it must refuse. */
#include "oip_rest.h"

#define FRONT  "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,2,3],\"datatype\":\"UINT8\""
#define DATA   "\"data\":[236,227,232,0,10,255]"
#define PIXELS "\xEC\xE3\xE8\x00\x0A\xFF"

static const uint8_t pixels[] = {236, 227, 232, 0, 10, 255};

/* Spellings of one image that mean the same (odbench-wire(7), OIP bodies). */
static void spellings(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        FRONT "," DATA "}]}",
        " { \"inputs\" : [ { \"data\" : [236 , 227,\n232, 0,10, 255 ] ,\"shape\":[ 1, 1 "
        ",2,3]"
        ",\"datatype\":\"uint8\", \"name\":\"x\" } ] } \n",
        FRONT ",\"data\":[[[[236,227,232],[0,10,255]]]]}]}",
        FRONT ",\"data\":[[236,227],[232, 0],[10,255]]}],\"id\":\"\"}",
        "{\"other\":{\"inputs\":[1,NaN,{\"a\":[]}]},\"parameters\":{\"timeout\":5},"
        "\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,2,3],\"datatype\":\"UINT8\","
        "\"parameters\":{\"content_type\":\"np\",\"a\":{}}," DATA "}]}",
        "{\"inputs\":[{\"n\\u0061me\":\"\\u0078\",\"shape\":[1,1,2,3],\"datatype\":"
        "\"UINT8\"," DATA "}]}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct od_request got;
        struct od_err err = {0};
        const struct incoming in = incoming_json(bodies[i]);
        int rc = incoming_parse(OD_DIALECT_TRITON, &in, &got, &err);
        assert_string_equal(err.msg, "");
        assert_int_equal(rc, 0);
        assert_int_equal(got.payload, OD_PAYLOAD_JSON);
        assert_string_equal(got.model.name, "m");
        assert_string_equal(got.model.input, "x");
        assert_int_equal(got.picture_count, 1);
        assert_int_equal(got.pictures[0].width, 2);
        assert_int_equal(got.pictures[0].height, 1);
        assert_int_equal(got.pictures[0].dtype, OD_DTYPE_NONE);
        assert_memory_equal(got.pictures[0].data, pixels, sizeof pixels);
        od_request_release(&got);
    }
}

/* Every type of number: what JSON says of it, and its bytes. */
static void types(void **state)
{
    (void)state;
    static const struct {
        const char *datatype;
        const char *data;
        const char *bytes;
        size_t size;
    } cases[] = {
        {"BOOL", "true,0,1", "\1\0\1", 1},
        {"INT8", "-128,127,-1", "\x80\x7F\xFF", 1},
        {"UINT16", "1,65535,256", "\1\0\xFF\xFF\0\1", 2},
        {"INT16", "-2,32767,0", "\xFE\xFF\xFF\x7F\0\0", 2},
        {"UINT32", "4294967295,0,1", "\xFF\xFF\xFF\xFF\0\0\0\0\1\0\0\0", 4},
        {"INT32", "-2147483648,0,1", "\0\0\0\x80\0\0\0\0\1\0\0\0", 4},
        {"INT64", "-9223372036854775808,9223372036854775807,1",
         "\0\0\0\0\0\0\0\x80\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\1\0\0\0\0\0\0\0", 8},
        {"UINT64", "18446744073709551615,0,1",
         "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 8},
        {"FP32", "1,-0.5,1e2", "\0\0\x80\x3F\0\0\0\xBF\0\0\xC8\x42", 4},
        {"FP64", "1,-0.5,1e2",
         "\0\0\0\0\0\0\xF0\x3F\0\0\0\0\0\0\xE0\xBF\0\0\0\0\0\0\x59\x40", 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_request got;
        struct od_err err = {0};
        char *body = od_xasprintf("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,3],"
                                  "\"datatype\":\"%s\",\"data\":[%s]}]}",
                                  cases[i].datatype, cases[i].data);
        const struct incoming in = incoming_json(body);
        assert_int_equal(incoming_parse(OD_DIALECT_KSERVE, &in, &got, &err), 0);
        assert_true(got.model.in.no_batch);
        assert_int_equal(got.pictures[0].dtype,
                         od_dtype_of(cases[i].datatype, strlen(cases[i].datatype)));
        assert_int_equal(got.pictures[0].len, 3 * cases[i].size);
        assert_memory_equal(got.pictures[0].data, cases[i].bytes, 3 * cases[i].size);
        od_request_release(&got);
        free(body);
    }
}

static void refused(const struct incoming *in, enum od_dialect dialect, const char *text)
{
    struct od_request got;
    struct od_err err = {0};
    if (incoming_parse(dialect, in, &got, &err) == 0) {
        fail_msg("taken: %.200s", (const char *)in->body);
    }
    assert_int_equal(got.picture_count, 0);
    if (strstr(err.msg, text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, err.msg);
    }
    od_request_release(&got);
}

/* Wrong bodies, and what the error must name. */
static const struct {
    const char *body;
    const char *text;
} wrong[] = {
    {"", "JSON Parse error"},
    {"[]", "object belongs"},
    {"{}", "has 1 input, the request 0"},
    {"{\"inputs\":{}}", "are arrays"},
    {"{\"inputs\":[3]}", "object belongs"},
    {FRONT "," DATA "}]} x", "bytes behind the object"},
    {FRONT "," DATA "}", "JSON Parse error"},
    {FRONT "," DATA "},{\"name\":\"y\"}]}", "has 1 input, the request 2"},
    {FRONT "}]}", "neither data"},
    {FRONT ",\"data\":[1,2,3,4,5]}]}", "hold 5 elements, not 6"},
    {FRONT ",\"data\":[1,2,3,4,5,6,7]}]}", "more than 6"},
    {FRONT ",\"data\":[1,2,3,4,5,256]}]}", "no UINT8"},
    {FRONT ",\"data\":[1,2,3,4,5,-1]}]}", "no UINT8"},
    {FRONT ",\"data\":[1,2,3,4,5,1.0]}]}", "no UINT8"},
    {FRONT ",\"data\":[1,2,3,4,5,\"6\"]}]}", "no UINT8"},
    {FRONT ",\"data\":[1,2,3,4,5,]}]}", "no UINT8"},
    {FRONT ",\"data\":[1,2,3,4 5,6]}]}", "comma"},
    {FRONT ",\"data\":7,\"more\":\"0123456789\"}]}", "array belongs"},
    {FRONT "," DATA ",\"parameters\":{\"binary_data_size\":6}}]}", "data and binary"},
    {FRONT ",\"parameters\":{\"binary_data_size\":6}}]}", "0 bytes follow"},
    {FRONT ",\"parameters\":{\"binary_data_size\":-1}}]}", "no whole number"},
    {FRONT ",\"parameters\":{\"binary_data_size\":\"6\"}}]}", "no whole number"},
    {FRONT "," DATA "}],\"outputs\":[{\"name\":\"boxes\"}]}", "no output 'boxes'"},
    {FRONT "," DATA "}],\"outputs\":[{\"name\":\"num_detections\"},"
           "{\"name\":\"num_detections\"}]}",
     "asked twice"},
    {FRONT "," DATA "}],\"id\":7}", "no string"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,2,3],\"datatype\":\"UINT9\"," DATA
     "}]}",
     "datatype 'UINT9'"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1,2,3],\"datatype\":\"FP16\"," DATA "}]}",
     "no numbers in JSON"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[6],\"datatype\":\"UINT8\"," DATA "}]}",
     "have the shape"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1,-1,2,3],\"datatype\":\"UINT8\"," DATA
     "}]}",
     "dimension of -1"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1,1000000,1000000,3],\"datatype\":"
     "\"UINT8\"," DATA "}]}",
     "more than"},
    {"{\"inputs\":[{\"shape\":[1,1,2,3],\"datatype\":\"UINT8\"," DATA "}]}",
     "needs name, shape and datatype"},
    {"{\"inputs\":[{\"name\":\"x\",\"datatype\":\"UINT8\"," DATA "}]}",
     "needs name, shape and datatype"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"BYTES\","
     "\"data\":[\"?\"]}]}",
     "no base64"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\","
     "\"data\":[\"7A==\"]}]}",
     "1 elements, not 2"},
    {"{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"BYTES\","
     "\"data\":[7]}]}",
     "no string"},
};

static void refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct incoming in = incoming_json(wrong[i].body);
        refused(&in, OD_DIALECT_TRITON, wrong[i].text);
    }
}

#define BINARY FRONT ",\"parameters\":{\"binary_data_size\":6}}]}"

/* The binary tensor extension: the bytes behind the JSON are the tensor, no more and no
 * fewer. */
static void binary(void **state)
{
    (void)state;
    char length[16];
    (void)snprintf(length, sizeof length, "%zu", strlen(BINARY));
    struct incoming in = {"POST", INFER, length, BINARY PIXELS, strlen(BINARY) + 6};
    struct od_request got;
    struct od_err err = {0};
    assert_int_equal(incoming_parse(OD_DIALECT_TRITON, &in, &got, &err), 0);
    assert_int_equal(got.payload, OD_PAYLOAD_TENSOR);
    assert_ptr_equal(got.pictures[0].data, (const char *)in.body + strlen(BINARY));
    assert_memory_equal(got.pictures[0].data, pixels, 6);
    od_request_release(&got);

    in.len -= 1;
    refused(&in, OD_DIALECT_TRITON, "5 bytes follow");
    in = (struct incoming){"POST", INFER, length, BINARY PIXELS "!", strlen(BINARY) + 7};
    refused(&in, OD_DIALECT_TRITON, "7 bytes follow");
    in.length = "9999";
    refused(&in, OD_DIALECT_TRITON, OD_OIP_LENGTH_HEADER " is 9999");
    in.length = "x";
    refused(&in, OD_DIALECT_TRITON, OD_OIP_LENGTH_HEADER " is x");
    /* A server without the extension does not know the header. */
    in.length = length;
    refused(&in, OD_DIALECT_MLSERVER, "bytes behind the object");
    refused(&in, OD_DIALECT_TORCHSERVE, "bytes behind the object");
}

/* OpenVINO's server knows the size of the only tensor without being told. */
static void derived_size(void **state)
{
    (void)state;
    static const char body[] = FRONT "}]}" PIXELS;
    char length[16];
    (void)snprintf(length, sizeof length, "%zu", sizeof body - 7);
    const struct incoming in = {"POST", INFER, length, body, sizeof body - 1};
    struct od_request got;
    struct od_err err = {0};
    assert_int_equal(incoming_parse(OD_DIALECT_OVMS, &in, &got, &err), 0);
    assert_memory_equal(got.pictures[0].data, pixels, 6);
    od_request_release(&got);
    refused(&in, OD_DIALECT_TRITON, "binary_data_size is -1");
}

static void files(void **state)
{
    (void)state;
    static const char json[] =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,1],\"datatype\":"
        "\"BYTES\",\"data\":[[\"7OPo\"],[\"\"]]}]}";
    struct incoming in = incoming_json(json);
    struct od_request got;
    struct od_err err = {0};
    assert_int_equal(incoming_parse(OD_DIALECT_MLSERVER, &in, &got, &err), 0);
    assert_int_equal(got.payload, OD_PAYLOAD_B64);
    assert_int_equal(got.picture_count, 2);
    assert_int_equal(got.pictures[0].len, 3);
    assert_memory_equal(got.pictures[0].data, pixels, 3);
    assert_int_equal(got.pictures[1].len, 0);
    od_request_release(&got);

    static const char head[] = "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":"
                               "\"BYTES\",\"parameters\":{\"binary_data_size\":11}}]}";
    char length[16];
    char body[sizeof head + 11];
    (void)snprintf(length, sizeof length, "%zu", sizeof head - 1);
    memcpy(body, head, sizeof head);
    memcpy(body + sizeof head - 1, "\2\0\0\0ab\1\0\0\0c", 11);
    in = (struct incoming){"POST", INFER, length, body, sizeof head - 1 + 11};
    assert_int_equal(incoming_parse(OD_DIALECT_TRITON, &in, &got, &err), 0);
    assert_int_equal(got.payload, OD_PAYLOAD_JPEG);
    assert_int_equal(got.pictures[0].len, 2);
    assert_memory_equal(got.pictures[0].data, "ab", 2);
    assert_memory_equal(got.pictures[1].data, "c", 1);
    od_request_release(&got);
    body[sizeof head - 1] = '\3';
    refused(&in, OD_DIALECT_TRITON, "end within an element");
    body[sizeof head - 1] = '\1';
    refused(&in, OD_DIALECT_TRITON, "end within an element");
}

/* Triton's raw form: a header of 0, and the body is a file. */
static void raw_form(void **state)
{
    (void)state;
    struct incoming in = {"POST", INFER, "0", "\xFF\xD8x", 3};
    struct od_request got;
    struct od_err err = {0};
    assert_int_equal(incoming_parse(OD_DIALECT_TRITON, &in, &got, &err), 0);
    assert_int_equal(got.payload, OD_PAYLOAD_JPEG);
    assert_int_equal(got.picture_count, 1);
    assert_int_equal(got.pictures[0].len, 3);
    assert_true(od_oip_is_binary(od_oip_asked_of(&got), "detection_boxes"));
    od_request_release(&got);
    refused(&in, OD_DIALECT_KSERVE, "JSON Parse error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),    cmocka_unit_test(types),
        cmocka_unit_test(refusals),     cmocka_unit_test(binary),
        cmocka_unit_test(derived_size), cmocka_unit_test(files),
        cmocka_unit_test(raw_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
