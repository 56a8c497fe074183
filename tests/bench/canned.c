/*
 * Bytes that odbench-run sends and servers answer, for the tools and the lean servers
 * that it is compared with. usage: canned request PROTOCOL PAYLOAD MODEL IMAGE FILE what
 * odbench-run sends canned reply PROTOCOL MODEL BOXES FILE              an answer with so
 * many boxes canned metadata MODEL FILE    over gRPC: the input is one text Over gRPC
 * FILE gets the message alone, and FILE.frame the message behind its five bytes of frame.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "image/image.h"
#include "protocol/protocol.h"
#include "protocol/tfs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)64 << 20)

static int write_body(const struct od_protocol *protocol, const char *path,
                      const struct od_buf *body, struct od_err *err)
{
    if (od_file_write(path, body->data, body->len, err) != 0) {
        return -1;
    }
    if (protocol->transport != OD_GRPC) {
        return 0;
    }
    const size_t len = body->len;
    const char prefix[] = {0, (char)(len >> 24), (char)(len >> 16), (char)(len >> 8),
                           (char)len};
    struct od_buf frame;
    char *name = od_xasprintf("%s.frame", path);
    od_buf_init(&frame, 0);
    od_buf_add(&frame, prefix, sizeof prefix);
    od_buf_add(&frame, body->data, len);
    int rc = od_file_write(name, frame.data, frame.len, err);
    od_buf_release(&frame);
    free(name);
    return rc;
}

static const struct od_protocol *find(const char *name, struct od_err *err)
{
    const struct od_protocol *protocol = od_protocol_find(name);
    if (protocol == NULL) {
        (void)!od_fail(err, OD_EINPUT, "no protocol '%s'", name);
    }
    return protocol;
}

static int set_model(struct od_model *model, const char *name, struct od_err *err)
{
    if (strlen(name) >= sizeof model->name) {
        return od_fail(err, OD_EINPUT, "name of a model: '%s'", name);
    }
    memcpy(model->name, name, strlen(name) + 1);
    return 0;
}

static int write_request(const struct od_protocol *protocol, struct od_request *request,
                         const char *path, struct od_err *err)
{
    struct od_message message = {0};
    struct od_buf body;
    od_buf_init(&body, 0);
    int rc = protocol->encode(request, &message, err);
    if (rc == 0) {
        od_message_flatten(&message, &body);
        rc = write_body(protocol, path, &body, err);
    }
    od_message_release(&message);
    od_buf_release(&body);
    return rc;
}

/* PROTOCOL PAYLOAD MODEL IMAGE FILE */
static int make_request(char **args, struct od_err *err)
{
    const struct od_protocol *protocol = find(args[0], err);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = od_payload_of(args[1]),
                                 .outputs = OD_OUTPUT_ALL,
                                 .picture_count = 1};
    struct od_buf file;
    struct od_image image = {0};
    int rc = -1;
    od_buf_init(&file, FILE_MAX);
    if (protocol == NULL || set_model(&request.model, args[2], err) != 0 ||
        od_file_read(args[3], &file, err) != 0 ||
        od_jpeg_decode(file.data, file.len, OD_IMAGE_MAX_PIXELS, &image, err) != 0) {
        goto out;
    }
    struct od_picture picture = {.data = (const uint8_t *)file.data,
                                 .len = file.len,
                                 .width = image.width,
                                 .height = image.height};
    if (request.payload == OD_PAYLOAD_TENSOR || request.payload == OD_PAYLOAD_JSON) {
        picture.data = image.pixels;
        picture.len = od_image_bytes(&image);
    }
    request.pictures = &picture;
    rc = write_request(protocol, &request, args[4], err);
out:
    od_image_release(&image);
    od_buf_release(&file);
    return rc;
}

static int write_answer(const struct od_protocol *protocol,
                        const struct od_request *request, const struct od_answer *answer,
                        const char *path, struct od_err *err)
{
    struct od_reply reply;
    od_reply_init(&reply, 0);
    int rc = protocol->render(&od_style_default, request, answer, &reply, err);
    if (rc == 0) {
        rc = write_body(protocol, path, &reply.body, err);
    }
    od_reply_release(&reply);
    return rc;
}

/* PROTOCOL MODEL BOXES FILE */
static int make_reply(char **args, struct od_err *err)
{
    const struct od_protocol *protocol = find(args[0], err);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_TENSOR,
                                 .outputs = OD_OUTPUT_ALL,
                                 .picture_count = 1};
    struct od_answer answer;
    int64_t boxes = 0;
    if (protocol == NULL || set_model(&request.model, args[1], err) != 0 ||
        od_parse_i64(args[2], 0, 1000, &boxes, err) != 0) {
        return -1;
    }
    od_answer_init(&answer);
    answer.images = od_xcalloc(1, sizeof *answer.images);
    answer.image_count = 1;
    for (int64_t i = 0; i < boxes; i++) {
        float at = (float)i / 1000;
        struct od_box box = {at, at, at + 0.25F, at + 0.5F, 1 - at, 1 + (int)(i % 90)};
        od_boxes_add(answer.images, &box);
    }
    int rc = write_answer(protocol, &request, &answer, args[3], err);
    od_answer_release(&answer);
    return rc;
}

/* MODEL FILE: as of a model whose input is the bytes of a file, for perf_analyzer, which
 * asks for it first and sends such an input as one text. */
static int make_metadata(char **args, struct od_err *err)
{
    const struct od_protocol *protocol = find("tfs-grpc", err);
    struct od_request request = {.kind = OD_METADATA};
    struct od_answer answer;
    if (protocol == NULL || set_model(&request.model, args[0], err) != 0) {
        return -1;
    }
    od_answer_init(&answer);
    struct od_model_facts *facts = &answer.model;
    memcpy(facts->name, request.model.name, sizeof facts->name);
    facts->version = 1;
    facts->state = 30;
    facts->signature_count = 1;
    facts->signatures[0] = (struct od_signature){
        .name = "serving_default",
        .inputs = {{"inputs", "image_bytes:0", OD_TFS_STRING, {-1}, 1}},
        .input_count = 1,
        .outputs = {{"num_detections", "num_detections:0", 1, {-1}, 1}},
        .output_count = 1,
    };
    int rc = write_answer(protocol, &request, &answer, args[1], err);
    od_answer_release(&answer);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int args;
        int (*make)(char **args, struct od_err *err);
    } commands[] = {
        {"request", 5, make_request},
        {"reply", 4, make_reply},
        {"metadata", 2, make_metadata},
    };
    struct od_err err = {0};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (argc == commands[i].args + 2 && strcmp(argv[1], commands[i].name) == 0) {
            if (commands[i].make(argv + 2, &err) == 0) {
                return 0;
            }
            (void)fprintf(stderr, "canned: %s\n", err.msg);
            return od_code_exit(err.code);
        }
    }
    (void)fprintf(stderr, "usage: canned request PROTOCOL PAYLOAD MODEL IMAGE FILE\n"
                          "       canned reply PROTOCOL MODEL BOXES FILE\n"
                          "       canned metadata MODEL FILE\n");
    return 2;
}
