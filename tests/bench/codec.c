/*
 * What the protocols themselves take, without any wire: one picture of 640 x 480 pixels
 * there, 100 boxes back. usage: codec ROUNDS
 * A line a protocol and payload: its name, the payload, the fastest of ROUNDS, which take
 * them in turn, in microseconds of encode, parse, render and decode, and the request's
 * bytes.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/parse.h"
#include "base/rng.h"
#include "protocol/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 480, BOXES = 100, LANES = 16 };

struct times {
    int64_t encode_ns;
    int64_t parse_ns;
    int64_t render_ns;
    int64_t decode_ns;
};

static void least(int64_t *best, int64_t begin_ns)
{
    int64_t took = od_now_ns() - begin_ns;
    *best = took < *best ? took : *best;
}

/* What a server has of a message: one piece. */
static void received(const struct od_message *sent, struct od_buf *body,
                     struct od_message *out)
{
    *out = (struct od_message){.verb = sent->verb, .path = od_xstrdup(sent->path)};
    for (size_t i = 0; i < sent->headers.count; i++) {
        od_headers_add(&out->headers, sent->headers.items[i].name,
                       sent->headers.items[i].value);
    }
    od_buf_reset(body);
    od_message_flatten(sent, body);
    od_message_borrow(out, body->data, body->len);
}

static int server(const struct od_protocol *protocol, const struct od_message *message,
                  const struct od_answer *answer, struct times *times,
                  struct od_reply *reply)
{
    struct od_request got;
    int64_t begin = od_now_ns();
    int rc = protocol->parse(&od_style_default, message, &got, NULL);
    least(&times->parse_ns, begin);
    if (rc == 0) {
        begin = od_now_ns();
        rc = protocol->render(&od_style_default, &got, answer, reply, NULL);
        least(&times->render_ns, begin);
    }
    od_request_release(&got);
    return rc;
}

static int round_trip(const struct od_protocol *protocol,
                      const struct od_request *request, const struct od_answer *answer,
                      struct od_buf *body, struct times *times)
{
    struct od_message sent = {0};
    struct od_message message = {0};
    struct od_reply reply;
    struct od_answer got;
    od_reply_init(&reply, 0);
    int64_t begin = od_now_ns();
    int rc = protocol->encode(request, &sent, NULL);
    least(&times->encode_ns, begin);
    if (rc == 0) {
        received(&sent, body, &message);
        rc = server(protocol, &message, answer, times, &reply);
    }
    if (rc == 0) {
        begin = od_now_ns();
        rc = protocol->decode(request, &reply, &got, NULL);
        least(&times->decode_ns, begin);
        od_answer_release(&got);
    }
    od_reply_release(&reply);
    od_message_release(&message);
    od_message_release(&sent);
    return rc;
}

static void make_boxes(struct od_answer *out)
{
    od_answer_init(out);
    out->images = od_xcalloc(1, sizeof *out->images);
    out->image_count = 1;
    for (int i = 0; i < BOXES; i++) {
        float at = (float)i / 1000;
        struct od_box box = {at, at, at + 0.25F, at + 0.5F, 1 - at, 1 + i % 90};
        od_boxes_add(out->images, &box);
    }
}

/* One protocol with one payload: what it asks, and the fastest of its rounds. */
struct lane {
    const struct od_protocol *protocol;
    struct od_request request;
    struct times times;
    size_t bytes;
};

static size_t make_lanes(enum od_payload payload, const struct od_picture *picture,
                         struct lane out[LANES])
{
    const struct od_protocol *protocol = NULL;
    size_t count = 0;
    for (size_t p = 0; count < LANES && (protocol = od_protocol_at(p)) != NULL; p++) {
        if (strncmp(protocol->name, "web", 3) == 0 ||
            (protocol->payloads & (unsigned)payload) == 0) {
            continue;
        }
        out[count++] =
            (struct lane){.protocol = protocol,
                          .request = {.kind = OD_PREDICT,
                                      .payload = payload,
                                      .model = {.name = "ruler"},
                                      .outputs = OD_OUTPUT_ALL,
                                      .pictures = picture,
                                      .picture_count = 1},
                          .times = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}};
    }
    return count;
}

/* Every round goes through all lanes of a payload, so that a slow moment is none of one
 * lane's. */
static int race(struct lane *lanes, size_t count, const struct od_answer *answer,
                int64_t rounds)
{
    struct od_buf body;
    int rc = 0;
    od_buf_init(&body, 0);
    for (int64_t i = 0; i < rounds && rc == 0; i++) {
        for (size_t k = 0; k < count && rc == 0; k++) {
            struct lane *lane = &lanes[k];
            rc = round_trip(lane->protocol, &lane->request, answer, &body, &lane->times);
            lane->bytes = body.len;
            if (rc != 0) {
                (void)fprintf(stderr, "codec: %s failed\n", lane->protocol->name);
            }
        }
    }
    od_buf_release(&body);
    return rc;
}

static void print(const struct lane *lane)
{
    const struct times *t = &lane->times;
    (void)printf("%s %s %.3f %.3f %.3f %.3f %zu\n", lane->protocol->name,
                 od_payload_name(lane->request.payload), (double)t->encode_ns / 1e3,
                 (double)t->parse_ns / 1e3, (double)t->render_ns / 1e3,
                 (double)t->decode_ns / 1e3, lane->bytes);
}

int main(int argc, char **argv)
{
    static uint8_t pixels[WIDTH * HEIGHT * 3];
    const struct od_picture picture = {
        .data = pixels, .len = sizeof pixels, .width = WIDTH, .height = HEIGHT};
    static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON};
    struct od_answer answer;
    struct od_rng rng;
    int64_t rounds = 0;
    if (argc != 2 || od_parse_i64(argv[1], 1, 100000, &rounds, NULL) != 0) {
        return 2;
    }
    od_rng_init(&rng, 1, 0);
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)od_rng_next(&rng);
    }
    make_boxes(&answer);
    int rc = 0;
    for (size_t k = 0; k < 2 && rc == 0; k++) {
        struct lane lanes[LANES];
        size_t count = make_lanes(payloads[k], &picture, lanes);
        rc = race(lanes, count, &answer, rounds);
        for (size_t i = 0; i < count && rc == 0; i++) {
            print(&lanes[i]);
        }
    }
    od_answer_release(&answer);
    return rc == 0 ? 0 : 1;
}
