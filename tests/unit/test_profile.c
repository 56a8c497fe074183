/* Profiles of web services: presets, files, and what is wrong with files. */
#include "protocol/profile.h"

#include "protocol/profile_spec.h"
#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void presets(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum od_payload payload;
    } all[] = {
        {"tfs-od-tf1", OD_PAYLOAD_JSON},   {"tfs-od-tf2", OD_PAYLOAD_JSON},
        {"tfs-od-jpeg", OD_PAYLOAD_B64},   {"torchserve-od", OD_PAYLOAD_JPEG},
        {"yolov5-flask", OD_PAYLOAD_JPEG}, {"fastapi-columns", OD_PAYLOAD_JPEG},
        {"deepstack", OD_PAYLOAD_JPEG},    {"hf", OD_PAYLOAD_JPEG},
        {"ovms-rows7", OD_PAYLOAD_JSON},   {"oip-tf-names", OD_PAYLOAD_JSON},
    };
    size_t count = sizeof all / sizeof all[0];
    for (size_t i = 0; i < count; i++) {
        const struct od_profile *preset = od_profile_at(i);
        struct od_err err = {0};
        assert_string_equal(od_profile_name(preset), all[i].name);
        assert_ptr_equal(od_profile_find(all[i].name), preset);
        assert_int_equal(od_profile_payload(preset), all[i].payload);
        assert_int_equal(od_profile_check(preset, &err), 0);
    }
    assert_null(od_profile_at(count));
    assert_null(od_profile_find("yolo"));
    assert_ptr_equal(od_profile_default(), od_profile_find("fastapi-columns"));
}

static void same_profile(const struct od_profile *a, const struct od_profile *b)
{
    const struct od_profile_ask *x = &a->request;
    const struct od_profile_ask *y = &b->request;
    const struct od_profile_tell *v = &a->response;
    const struct od_profile_tell *w = &b->response;
    const char *const texts[][2] = {
        {a->name, b->name},
        {x->method, y->method},
        {x->path, y->path},
        {x->type, y->type},
        {x->field, y->field},
        {x->filename, y->filename},
        {x->part_type, y->part_type},
        {x->pointer, y->pointer},
        {x->text, y->text},
        {x->ready, y->ready},
        {v->list, w->list},
        {v->box[0], w->box[0]},
        {v->score, w->score},
        {v->class_number, w->class_number},
        {v->label, w->label},
        {v->count, w->count},
        {v->ok, w->ok},
        {v->error, w->error},
        {v->server_time, w->server_time},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_string_equal(texts[i][0], texts[i][1]);
    }
    assert_int_equal(x->body, y->body);
    assert_int_equal(x->header_count + x->extra_count, y->header_count + y->extra_count);
    assert_int_equal(x->data_uri, y->data_uri);
    assert_int_equal(v->layout, w->layout);
    assert_int_equal(v->box_count, w->box_count);
    for (size_t i = 1; i < v->box_count; i++) {
        assert_string_equal(v->box[i], w->box[i]);
    }
    assert_int_equal(v->order, w->order);
    assert_int_equal(v->units, w->units);
    assert_int_equal(v->class_base, w->class_base);
    assert_true(v->score_scale == w->score_scale);
    assert_ptr_equal(v->labels, w->labels);
    assert_true(v->server_time_ns == w->server_time_ns);
}

/* The next example of the manual behind *page, as the reader of the page sees it; NULL
 * behind the last. Owned by the caller. */
static char *next_example(const char **page)
{
    static const char begin[] = ".Bd -literal";
    const char *at = strstr(*page, begin);
    if (at == NULL) {
        return NULL;
    }
    at = strchr(at, '\n') + 1;
    const char *end = strstr(at, ".Ed");
    struct od_buf text;
    od_buf_init(&text, 0);
    for (const char *p = at; p < end; p++) {
        od_buf_putc(&text, *p);
        p += p[0] == '\\' && p[1] == 'e';
    }
    *page = end;
    char *plain = od_buf_steal(&text);
    od_buf_release(&text);
    return plain;
}

/* The manual's examples are profiles, and one for each preset is that preset. */
static void manual(void **state)
{
    (void)state;
    char *text = scratch_read("man/odbench-profile.5");
    const char *page = text;
    char *example = NULL;
    size_t examples = 0;
    size_t presets = 0;
    while ((example = next_example(&page)) != NULL) {
        /* The first one names a file that is not there. */
        char *file = strstr(example, "\"labels.txt\"");
        if (file != NULL) {
            memcpy(file, "\"coco80\"    ", strlen("\"labels.txt\""));
        }
        struct od_profile *profile = NULL;
        struct od_err err = {0};
        (void)(od_profile_parse(example, strlen(example), "x", &profile, &err) == 0);
        assert_string_equal(err.msg, "");
        const struct od_profile *preset = od_profile_find(od_profile_name(profile));
        if (preset != NULL) {
            same_profile(preset, profile);
            assert_ptr_equal(od_profile_at(presets), preset);
            presets++;
        }
        examples++;
        od_profile_free(profile);
        free(example);
    }
    assert_null(od_profile_at(presets));
    assert_int_equal(examples, presets + 3);
    free(text);
}

static struct od_profile *parsed(const char *text)
{
    struct od_profile *profile = NULL;
    struct od_err err = {0};
    int rc = od_profile_parse(text, strlen(text), "dir/mine.json", &profile, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    return profile;
}

static void every_key(void **state)
{
    (void)state;
    struct od_profile *profile = parsed(
        "{\"name\":\"own\",\"request\":{\"method\":\"PUT\",\"path\":\"/{model}/x\","
        "\"headers\":{\"X-Key\":\"k\"},\"body\":\"multipart\",\"content_type\":\"\","
        "\"field\":\"img\",\"filename\":\"a.jpg\",\"part_type\":\"image/jpg\","
        "\"extra\":{\"conf\":0.25,\"half\":true,\"name\":\"n\"},\"pointer\":\"/a\","
        "\"data_uri\":true,\"ready\":\"/up\"},"
        "\"response\":{\"layout\":\"columns\",\"list\":\"/r\",\"box\":[\"/a\",\"/b\","
        "\"/c\",\"/d\"],\"box_order\":\"cxcywh\",\"box_units\":\"norm\",\"score\":\"/s\","
        "\"class\":\"/k\",\"label\":\"/n\",\"class_base\":-2,\"score_scale\":100,"
        "\"label_map\":{\"3\":\"three\"},\"count\":\"/n2\",\"ok\":\"/ok\","
        "\"error\":\"/err\",\"server_time\":\"/t\",\"server_time_unit\":\"us\"}}");
    const struct od_profile_ask *ask = &profile->request;
    const struct od_profile_tell *tell = &profile->response;
    assert_string_equal(od_profile_name(profile), "own");
    assert_string_equal(ask->method, "PUT");
    assert_string_equal(ask->path, "/{model}/x");
    assert_int_equal(ask->header_count, 1);
    assert_string_equal(ask->headers[0].value, "k");
    assert_string_equal(ask->field, "img");
    assert_string_equal(ask->filename, "a.jpg");
    assert_string_equal(ask->part_type, "image/jpg");
    assert_int_equal(ask->extra_count, 3);
    assert_string_equal(ask->extra[0].value, "0.25");
    assert_true(ask->extra[0].bare);
    assert_string_equal(ask->extra[1].value, "true");
    assert_false(ask->extra[2].bare);
    assert_true(ask->data_uri);
    assert_string_equal(ask->ready, "/up");
    assert_int_equal(tell->layout, OD_WEB_COLUMNS);
    assert_int_equal(tell->box_count, 4);
    assert_string_equal(tell->box[3], "/d");
    assert_int_equal(tell->order, OD_ORDER_CXCYWH);
    assert_int_equal(tell->units, OD_UNITS_RELATIVE);
    assert_int_equal(tell->class_base, -2);
    assert_true(tell->score_scale == 100);
    assert_string_equal(od_label_map_name(tell->labels, 3), "three");
    assert_string_equal(tell->error, "/err");
    assert_true(tell->server_time_ns == 1e3);
    od_profile_free(profile);
}

static void from_a_preset(void **state)
{
    (void)state;
    struct od_profile *profile =
        parsed("{\"preset\":\"deepstack\",\"request\":{\"path\":\"/other\"},"
               "\"response\":{\"label_map\":[\"cat\",\"dog\"]}}");
    assert_string_equal(od_profile_name(profile), "mine");
    assert_string_equal(profile->request.field, "image");
    assert_string_equal(profile->request.path, "/other");
    assert_string_equal(profile->response.ok, "/success");
    assert_string_equal(od_label_map_name(profile->response.labels, 2), "dog");
    od_profile_free(profile);
}

/* Reads a profile that is written for it; NULL and *err when it is none. */
static struct od_profile *read_back(const char *dir, const char *text, struct od_err *err)
{
    char *path = scratch_file(dir, "p.json", text);
    struct od_profile *profile = NULL;
    (void)(od_profile_read(path, &profile, err) == 0);
    free(path);
    return profile;
}

static void files(void **state)
{
    (void)state;
    char *dir = scratch_new();
    struct od_err err = {0};
    free(scratch_file(dir, "names.txt", "person\nred square\n"));
    free(scratch_file(dir, "names.json", "{\"7\": \"seven\"}"));
    struct od_profile *profile = read_back(
        dir, "{\"preset\":\"hf\",\"response\":{\"label_map\":\"names.txt\"}}", &err);
    assert_non_null(profile);
    assert_string_equal(od_profile_name(profile), "p");
    assert_string_equal(od_label_map_name(profile->response.labels, 2), "red square");
    od_profile_free(profile);
    profile = read_back(
        dir, "{\"preset\":\"hf\",\"response\":{\"label_map\":\"names.json\"}}", &err);
    assert_non_null(profile);
    assert_string_equal(od_label_map_name(profile->response.labels, 7), "seven");
    od_profile_free(profile);
    assert_null(read_back(
        dir, "{\"preset\":\"hf\",\"response\":{\"label_map\":\"none\"}}", &err));
    assert_int_equal(err.code, OD_ENOENT);
    assert_non_null(strstr(err.msg, "p.json: response: label_map: "));
    od_err_clear(&err);
    assert_int_equal(od_profile_read("/nothing/x.json", &profile, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    scratch_free(dir);
}

#define PRESETS                                                                          \
    "tfs-od-tf1, tfs-od-tf2, tfs-od-jpeg, torchserve-od, yolov5-flask, "                 \
    "fastapi-columns, "                                                                  \
    "deepstack, hf, ovms-rows7, oip-tf-names"

/* A preset, else a file; a name that is neither gets the presets told, a path not. */
static void loaded(void **state)
{
    const struct od_profile *profile = NULL;
    struct od_profile *own = NULL;
    struct od_err err = {0};
    (void)state;
    assert_int_equal(od_profile_load("hf", &profile, &own, &err), 0);
    assert_ptr_equal(profile, od_profile_find("hf"));
    assert_null(own);
    char *dir = scratch_new();
    char *path = scratch_file(dir, "p.json", "{\"preset\":\"hf\",\"name\":\"mine\"}");
    assert_int_equal(od_profile_load(path, &profile, &own, &err), 0);
    assert_ptr_equal(profile, own);
    assert_string_equal(od_profile_name(profile), "mine");
    od_profile_free(own);
    free(path);
    static const char *const wrong[][2] = {
        {"no-such-profile", "'no-such-profile' is neither a file nor one of " PRESETS},
        {"./no-such", "./no-such: No such file or directory"},
        {"no-such.json", "no-such.json: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        od_err_clear(&err);
        assert_int_equal(od_profile_load(wrong[i][0], &profile, &own, &err), -1);
        assert_int_equal(err.code, OD_ENOENT);
        assert_string_equal(err.msg, wrong[i][1]);
        assert_null(own);
    }
    /* A file that is none says what is wrong with it. */
    path = scratch_file(dir, "p.json", "{");
    od_err_clear(&err);
    assert_int_equal(od_profile_load(path, &profile, &own, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    free(path);
    scratch_free(dir);
}

static const struct {
    const char *text;
    const char *message;
} faults[] = {
    {"{", "x.json:1:1: "},
    {"[]", "x.json: a profile is an object"},
    {"{\"nme\":\"x\"}", "x.json: a profile has no key 'nme'"},
    {"{\"name\":1}", "x.json: name is no text"},
    {"{\"preset\":\"yolo\"}", "x.json: there is no preset 'yolo', but " PRESETS},
    {"{\"request\":1}", "x.json: request is no object"},
    {"{\"request\":{\"bdy\":1}}", "x.json: request has no key 'bdy'"},
    {"{\"request\":{\"body\":\"blob\"}}", "x.json: request: body: no such word: 'blob'"},
    {"{\"request\":{\"method\":\"GET\"}}", "method: 'GET' is neither POST nor PUT"},
    {"{\"request\":{\"path\":\"x\"}}", "path: 'x' begins with no slash"},
    {"{\"request\":{\"path\":\"/{mdl}\"}}", "braces hold other than model or version"},
    {"{\"request\":{\"path\":\"/{model}{version}\"}}",
     "a name goes on with other text: {version}"},
    {"{\"request\":{\"path\":\"/{model}.jpg\"}}", "goes on with other text: .jpg"},
    {"{\"request\":{\"path\":\"/a b\"}}", "a character that no path has"},
    {"{\"request\":{\"headers\":{\"a\":\"b\\r\\nc\"}}}", "no header has"},
    {"{\"request\":{\"headers\":{\"a\":{}}}}", "a is neither text nor number"},
    {"{\"request\":{\"headers\":{\"Transfer-encoding\":\"chunked\"}}}",
     "transport's own"},
    {"{\"request\":{\"headers\":{\"Expect\":\"100-continue\"}}}", "transport's own"},
    {"{\"request\":{\"body\":\"raw\",\"extra\":{\"a\":1}}}", "has no place for extra"},
    {"{\"request\":{\"body\":\"json-base64\",\"pointer\":\"a\"}}",
     "request: pointer: no JSON pointer: 'a'"},
    {"{\"request\":{\"body\":\"json-base64\",\"pointer\":\"/a/1\"}}",
     "only the element 0 of an array"},
    {"{\"request\":{\"body\":\"json-base64\",\"pointer\":\"/"
     "0\",\"extra\":{\"a\":1}}}",
     "extra needs an object around the picture"},
    {"{\"request\":{\"body\":\"template\",\"template\":\"x\"}}",
     "{{b64}} and {{pixels}}"},
    {"{\"request\":{\"body\":\"template\",\"template\":\"{{jpg}}\"}}",
     "template: no such word: {{jpg}}"},
    {"{\"request\":{\"data_uri\":1}}", "data_uri is true or false"},
    {"{\"response\":{\"box\":[1]}}", "box is one pointer, or an array of four"},
    {"{\"response\":{\"score\":\"/~2\"}}", "response: no JSON pointer: '/~2'"},
    {"{\"response\":{\"score\":\"\"}}", "response: score: where are the scores?"},
    {"{\"response\":{}}", "response: class or label is needed"},
    {"{\"response\":{\"class_base\":0.5}}", "class_base is a whole number"},
    {"{\"response\":{\"score_scale\":0}}", "score_scale is a number above 0"},
    {"{\"response\":{\"label_map\":3}}", "label_map is a name, a file, or the names"},
    {"{\"response\":{\"label_map\":{\"a\":\"b\"}}}", "label_map: a is no number"},
    {"{\"response\":{\"server_time_unit\":\"h\"}}", "one of s, ms, us, ns"},
    {"{\"name\":\"a\",\"name\":\"b\"}", "duplicate"},
};

static void wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct od_profile *profile = NULL;
        struct od_err err = {0};
        const char *text = faults[i].text;
        assert_int_equal(od_profile_parse(text, strlen(text), "x.json", &profile, &err),
                         -1);
        assert_null(profile);
        assert_int_equal(err.code, OD_EINPUT);
        if (strstr(err.msg, faults[i].message) == NULL) {
            fail_msg("%s: %s", text, err.msg);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets),   cmocka_unit_test(manual),
        cmocka_unit_test(every_key), cmocka_unit_test(from_a_preset),
        cmocka_unit_test(files),     cmocka_unit_test(wrong),
        cmocka_unit_test(loaded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
