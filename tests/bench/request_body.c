/*
 * The body that odbench-run would send for an image, for the tools it is compared with.
 * usage: request_body PROTOCOL PAYLOAD MODEL IMAGE FILE. Over gRPC FILE gets the message
 * alone, and FILE.frame the message behind its five bytes of frame.
 */
#include "base/alloc.h"
#include "base/file.h"
#include "image/image.h"
#include "protocol/protocol.h"

#include <stdio.h>
#include <stdlib.h>

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
    struct od_buf frame;
    char *name = od_xasprintf("%s.frame", path);
    od_buf_init(&frame, 0);
    od_buf_add(&frame,
               (const char[]){0, (char)(len >> 24), (char)(len >> 16), (char)(len >> 8),
                              (char)len},
               5);
    od_buf_add(&frame, body->data, len);
    int rc = od_file_write(name, frame.data, frame.len, err);
    od_buf_release(&frame);
    free(name);
    return rc;
}

static int run(char **argv, struct od_err *err)
{
    const struct od_protocol *protocol = od_protocol_find(argv[1]);
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = od_payload_of(argv[2]),
                                 .outputs = OD_OUTPUT_ALL,
                                 .picture_count = 1};
    struct od_buf file;
    struct od_buf body;
    struct od_image image = {0};
    struct od_message message = {0};
    int rc = -1;
    od_buf_init(&file, FILE_MAX);
    od_buf_init(&body, 0);
    (void)snprintf(request.model.name, sizeof request.model.name, "%s", argv[3]);
    if (protocol == NULL || (protocol->payloads & request.payload) == 0) {
        od_fail(err, OD_EINPUT, "no protocol %s with payload %s", argv[1], argv[2]);
        goto out;
    }
    if (od_file_read(argv[4], &file, err) != 0 ||
        od_jpeg_decode(file.data, file.len, OD_IMAGE_MAX_PIXELS, &image, err) != 0) {
        goto out;
    }
    struct od_picture picture = {(const uint8_t *)file.data, file.len, image.width,
                                 image.height};
    if (request.payload == OD_PAYLOAD_TENSOR || request.payload == OD_PAYLOAD_JSON) {
        picture.data = image.pixels;
        picture.len = od_image_bytes(&image);
    }
    request.pictures = &picture;
    if (protocol->encode(&request, &message, err) != 0) {
        goto out;
    }
    od_message_flatten(&message, &body);
    rc = write_body(protocol, argv[5], &body, err);
out:
    od_message_release(&message);
    od_buf_release(&body);
    od_image_release(&image);
    od_buf_release(&file);
    return rc;
}

int main(int argc, char **argv)
{
    struct od_err err = {0};
    if (argc != 6) {
        (void)fprintf(stderr, "usage: request_body PROTOCOL PAYLOAD MODEL IMAGE FILE\n");
        return 2;
    }
    if (run(argv, &err) != 0) {
        (void)fprintf(stderr, "request_body: %s\n", err.msg);
        return 1;
    }
    return 0;
}
