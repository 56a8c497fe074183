/* What the clients of others send to web services and to TorchServe, byte for byte
 * (tests/wire/web/make.py): our server reads it, our client sends the same. */
#include "protocol/tfs.h"
#include "protocol/torchserve.h"
#include "protocol/web.h"

#include "base/alloc.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FOLDER "tests/wire/web/"

static struct od_buf jpeg;
static const uint8_t pixels[] = {1, 20, 255, 0, 128, 7};

static struct od_buf read_file(const char *path)
{
    struct od_buf out;
    struct od_err err = {0};
    od_buf_init(&out, 1 << 20);
    (void)(od_file_read(path, &out, &err) == 0);
    assert_string_equal(err.msg, "");
    return out;
}

static int setup(void **state)
{
    (void)state;
    jpeg = read_file("tests/data/baseline.jpg");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    od_buf_release(&jpeg);
    return 0;
}

/* A request as it was caught. The message borrows from text. */
struct caught {
    struct od_buf text;
    struct od_message message;
    const char *body;
    size_t len;
};

static void caught_read(const char *name, struct caught *out)
{
    char *path = od_xasprintf(FOLDER "%s.http", name);
    *out = (struct caught){.text = read_file(path)};
    free(path);
    char *end = strstr(out->text.data, "\r\n\r\n");
    assert_non_null(end);
    out->body = end + 4;
    out->len = out->text.len - (size_t)(out->body - out->text.data);
    *end = '\0';
    char *space = strchr(out->text.data, ' ');
    char *behind = strchr(space + 1, ' ');
    out->message.verb = "POST";
    out->message.path = od_xstrndup(space + 1, (size_t)(behind - space - 1));
    for (char *line = strstr(behind, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        char *colon = strchr(line, ':');
        char *header = od_xstrndup(line, (size_t)(colon - line));
        char *value = od_xstrndup(colon + 2, strcspn(colon + 2, "\r"));
        od_headers_add(&out->message.headers, header, value);
        free(header);
        free(value);
    }
    od_message_borrow(&out->message, out->body, out->len);
}

static void caught_release(struct caught *caught)
{
    od_message_release(&caught->message);
    od_buf_release(&caught->text);
}

static const char *boundary_of(const struct od_headers *headers)
{
    const char *type = od_headers_get(headers, "content-type");
    const char *mark = type != NULL ? strstr(type, "boundary=") : NULL;
    return mark != NULL ? mark + strlen("boundary=") : NULL;
}

/* The body without what two writers may choose: boundaries, and blanks in JSON. */
static struct od_buf plain(const char *body, size_t len, const struct od_headers *headers)
{
    const char *boundary = boundary_of(headers);
    const char *type = od_headers_get(headers, "content-type");
    bool json = type != NULL && strcmp(type, "application/json") == 0;
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < len; i++) {
        size_t size = boundary != NULL ? strlen(boundary) : 0;
        if (size > 0 && len - i >= size && memcmp(body + i, boundary, size) == 0) {
            od_buf_puts(&out, "BOUNDARY");
            i += size - 1;
        } else if (!json || body[i] != ' ') {
            od_buf_putc(&out, body[i]);
        }
    }
    return out;
}

static void same_message(const struct caught *caught, const struct od_message *ours)
{
    struct od_buf body;
    od_buf_init(&body, 0);
    od_message_flatten(ours, &body);
    assert_string_equal(ours->path, caught->message.path);
    struct od_buf a = plain(body.data, body.len, &ours->headers);
    struct od_buf b = plain(caught->body, caught->len, &caught->message.headers);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.data, b.data, a.len);
    const char *type = od_headers_get(&caught->message.headers, "content-type");
    const char *own = od_headers_get(&ours->headers, "content-type");
    assert_int_equal(strcspn(type, ";"), strcspn(own, ";"));
    assert_memory_equal(type, own, strcspn(type, ";"));
    od_buf_release(&a);
    od_buf_release(&b);
    od_buf_release(&body);
}

static struct od_picture picture_of(enum od_payload payload)
{
    return payload == OD_PAYLOAD_JSON
               ? (struct od_picture){.data = pixels,
                                     .len = sizeof pixels,
                                     .width = 2,
                                     .height = 1}
               : (struct od_picture){.data = (const uint8_t *)jpeg.data, .len = jpeg.len};
}

/* Reads what was caught, and sends the same. */
static void both_ways(const struct od_protocol *protocol, const char *name,
                      const struct od_request *request, bool exact)
{
    const struct od_style style = {.profile = request->profile};
    struct caught caught;
    struct od_request parsed;
    struct od_message message;
    struct od_err err = {0};
    enum od_kind kind;
    caught_read(name, &caught);
    assert_true(protocol->route(&style, &caught.message, &kind));
    assert_int_equal(kind, OD_PREDICT);
    (void)(protocol->parse(&style, &caught.message, &parsed, &err) == 0);
    assert_string_equal(err.msg, "");
    assert_int_equal(parsed.payload, request->payload);
    assert_int_equal(parsed.picture_count, 1);
    assert_int_equal(parsed.pictures[0].len, request->pictures[0].len);
    assert_memory_equal(parsed.pictures[0].data, request->pictures[0].data,
                        parsed.pictures[0].len);
    assert_int_equal(protocol->encode(request, &message, &err), 0);
    if (exact) {
        same_message(&caught, &message);
    }
    od_message_release(&message);
    od_request_release(&parsed);
    caught_release(&caught);
}

static void presets(void **state)
{
    (void)state;
    for (size_t i = 0; od_profile_at(i) != NULL; i++) {
        const struct od_profile *profile = od_profile_at(i);
        enum od_payload payload = od_profile_payload(profile);
        struct od_picture picture = picture_of(payload);
        const struct od_request request = {.kind = OD_PREDICT,
                                           .payload = payload,
                                           .model = {.name = "m"},
                                           .profile = profile,
                                           .pictures = &picture,
                                           .picture_count = 1};
        both_ways(&od_web, od_profile_name(profile), &request, true);
    }
}

static void own_profiles(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *request;
        bool exact;
    } cases[] = {
        {"extra", "\"field\":\"image\",\"extra\":{\"min_confidence\":0.4}", true},
        /* requests leaves the type out when it was not told one. */
        {"no-type", "\"field\":\"image\",\"part_type\":\"\"", true},
        {"text", "\"body\":\"base64\"", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[300];
        struct od_profile *profile = NULL;
        (void)snprintf(text, sizeof text,
                       "{\"request\":{\"path\":\"/detect\",%s},"
                       "\"response\":{\"class\":\"/class\"}}",
                       cases[i].request);
        struct od_err err = {0};
        (void)(od_profile_parse(text, strlen(text), "x", &profile, &err) == 0);
        assert_string_equal(err.msg, "");
        enum od_payload payload = od_profile_payload(profile);
        struct od_picture picture = picture_of(payload);
        const struct od_request request = {.kind = OD_PREDICT,
                                           .payload = payload,
                                           .profile = profile,
                                           .pictures = &picture,
                                           .picture_count = 1};
        both_ways(&od_web, cases[i].name, &request, cases[i].exact);
        od_profile_free(profile);
    }
}

static void torchserve_rest(void **state)
{
    (void)state;
    struct od_picture picture = picture_of(OD_PAYLOAD_JPEG);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JPEG,
                                 .model = {.name = "m"},
                                 .pictures = &picture,
                                 .picture_count = 1};
    both_ways(&od_torchserve_rest, "torchserve-od", &request, true);
    request.payload = OD_PAYLOAD_B64;
    both_ways(&od_torchserve_rest, "torchserve-b64", &request, true);
    request.payload = OD_PAYLOAD_JPEG;
    request.form = OD_FORM_COLUMN;
    (void)snprintf(request.model.version_label, OD_NAME_MAX, "2.0");
    both_ways(&od_torchserve_rest, "torchserve-form", &request, true);
}

/* TensorFlow Serving's REST has no client of its own: what requests sends as its manual
 * asks for, by row, by column, and as a file. */
static void tfs_rest(void **state)
{
    (void)state;
    struct od_picture picture = picture_of(OD_PAYLOAD_JSON);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JSON,
                                 .model = {.name = "m"},
                                 .pictures = &picture,
                                 .picture_count = 1};
    both_ways(&od_tfs_rest, "tfs-od-tf1", &request, true);
    request.form = OD_FORM_COLUMN;
    (void)snprintf(request.model.input, OD_NAME_MAX, "input_tensor");
    both_ways(&od_tfs_rest, "tfs-od-tf2", &request, true);
    picture = picture_of(OD_PAYLOAD_B64);
    request = (struct od_request){.kind = OD_PREDICT,
                                  .payload = OD_PAYLOAD_B64,
                                  .model = {.name = "m"},
                                  .pictures = &picture,
                                  .picture_count = 1};
    both_ways(&od_tfs_rest, "tfs-od-jpeg", &request, true);
}

static struct od_reply reply_of(const char *path)
{
    struct od_reply reply;
    od_reply_init(&reply, 0);
    struct od_buf bytes = read_file(path);
    od_buf_add(&reply.body, bytes.data, bytes.len);
    od_buf_release(&bytes);
    return reply;
}

static void torchserve_grpc(void **state)
{
    (void)state;
    struct od_picture picture = picture_of(OD_PAYLOAD_JPEG);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JPEG,
                                 .model = {.name = "m", .version_label = "2.0"},
                                 .pictures = &picture,
                                 .picture_count = 1};
    struct od_buf wanted = read_file(FOLDER "torchserve-ask.pb");
    struct od_message message;
    struct od_request parsed;
    struct od_buf body;
    od_buf_init(&body, 0);
    assert_int_equal(od_torchserve_grpc.encode(&request, &message, NULL), 0);
    od_message_flatten(&message, &body);
    assert_int_equal(body.len, wanted.len);
    assert_memory_equal(body.data, wanted.data, wanted.len);
    assert_int_equal(od_torchserve_grpc.parse(&od_style_default, &message, &parsed, NULL),
                     0);
    assert_string_equal(parsed.model.version_label, "2.0");
    assert_int_equal(parsed.pictures[0].len, jpeg.len);
    od_request_release(&parsed);
    od_message_release(&message);
    od_buf_release(&body);
    od_buf_release(&wanted);
}

/* Replies: their bytes are read, and are what we send. */
static void torchserve_grpc_replies(void **state)
{
    (void)state;
    struct od_picture picture = {.width = 64, .height = 32};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .model = {.name = "m"},
                                     .pictures = &picture,
                                     .picture_count = 1};
    const struct od_request ping = {.kind = OD_READY};
    struct od_answer answer;
    struct od_err err = {0};
    struct od_reply ours;
    struct od_reply reply = reply_of(FOLDER "torchserve-reply.pb");
    od_reply_init(&ours, 0);
    assert_int_equal(od_torchserve_grpc.decode(&asked, &reply, &answer, &err), 0);
    assert_int_equal(answer.images[0].count, 1);
    const struct od_box *box = &answer.images[0].items[0];
    assert_true(box->x0 == 0.25F && box->y0 == 0.25F && box->x1 == 0.5F &&
                box->y1 == 0.75F && box->score == 0.75F && box->label == 1);
    assert_int_equal(
        od_torchserve_grpc.render(&od_style_default, &asked, &answer, &ours, &err), 0);
    assert_int_equal(ours.body.len, reply.body.len);
    assert_memory_equal(ours.body.data, reply.body.data, ours.body.len);
    od_answer_release(&answer);
    od_reply_release(&reply);

    reply = reply_of(FOLDER "torchserve-failed.pb");
    assert_int_equal(od_torchserve_grpc.decode(&asked, &reply, &answer, &err), -1);
    assert_int_equal(answer.code, OD_CODE_INVALID_ARGUMENT);
    assert_string_equal(err.msg, "TorchServe, model m: INVALID_ARGUMENT: no image");
    od_answer_release(&answer);
    od_reply_release(&reply);

    reply = reply_of(FOLDER "torchserve-health.pb");
    assert_int_equal(od_torchserve_grpc.decode(&ping, &reply, &answer, &err), 0);
    assert_true(answer.ready);
    assert_int_equal(
        od_torchserve_grpc.render(&od_style_default, &ping, &answer, &ours, NULL), 0);
    assert_int_equal(ours.body.len, reply.body.len);
    assert_memory_equal(ours.body.data, reply.body.data, ours.body.len);
    od_answer_release(&answer);
    od_reply_release(&reply);
    od_reply_release(&ours);
}

/* TorchServe answers 200 with some of its workers as well. */
static void health_in_part(void **state)
{
    (void)state;
    const struct od_request ping = {.kind = OD_READY};
    struct od_answer answer;
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = 200;
    od_buf_puts(&reply.body, "{\"status\":\"Partial Healthy\"}");
    assert_int_equal(od_torchserve_rest.decode(&ping, &reply, &answer, NULL), 0);
    assert_true(answer.ready);
    od_answer_release(&answer);
    od_reply_release(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets),         cmocka_unit_test(own_profiles),
        cmocka_unit_test(torchserve_rest), cmocka_unit_test(tfs_rest),
        cmocka_unit_test(torchserve_grpc), cmocka_unit_test(torchserve_grpc_replies),
        cmocka_unit_test(health_in_part),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
