/* A server in this process, and the project's own client to ask it. */
#ifndef TESTS_SERVER_CLIENT_H
#define TESTS_SERVER_CLIENT_H

#include "server/server.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "image/image.h"
#include "net/conn.h"
#include "protocol/protocol.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const int64_t second_ns = INT64_C(1000000000);

static const struct od_server_config defaults = {
    .listen = "127.0.0.1", .queue_max = 8, .timeout_ns = INT64_C(60000000000)};

static inline struct od_server *open_server(const char *source,
                                            struct od_server_config config)
{
    const struct od_engine_spec spec = {
        .name = "ruler", .source = source, .models_dir = "/nowhere", .max_boxes = 100};
    struct od_server *server = NULL;
    config.models = &spec;
    config.model_count = 1;
    assert_int_equal(od_server_open(&config, &server, NULL), 0);
    return server;
}

static inline struct od_conn *connect_to(const struct od_server *server,
                                         enum od_transport transport)
{
    const int port = od_server_port(server, transport);
    const struct od_endpoint endpoint = {
        .transport = transport, .host = "127.0.0.1", .port = port};
    struct od_conn *conn = NULL;
    assert_int_equal(od_conn_open(&endpoint, &conn, NULL), 0);
    return conn;
}

/* A picture, raw and as a JPEG. */
static const uint8_t pixels[4 * 2 * 3] = {1, 20, 255};
static struct od_buf jpeg;

static inline int make_pictures(void **state)
{
    (void)state;
    struct od_image image;
    od_image_init(&image, 4, 2);
    od_buf_init(&jpeg, 0);
    int rc = od_jpeg_encode(&image, 90, &jpeg, NULL);
    od_image_release(&image);
    return rc != 0 || od_net_init(OD_GRPC, NULL) != 0 || od_net_init(OD_HTTP, NULL) != 0;
}

static inline int drop_pictures(void **state)
{
    (void)state;
    od_buf_release(&jpeg);
    od_net_shutdown(OD_GRPC);
    od_net_shutdown(OD_HTTP);
    return 0;
}

static inline struct od_picture picture_of(enum od_payload payload)
{
    if (payload == OD_PAYLOAD_JPEG || payload == OD_PAYLOAD_B64) {
        return (struct od_picture){
            .data = (const uint8_t *)jpeg.data, .len = jpeg.len, .width = 4, .height = 2};
    }
    return (struct od_picture){
        .data = pixels, .len = sizeof pixels, .width = 4, .height = 2};
}

/* Does it carry batches, every payload of its list, and facts of models? */
static inline bool carries_all(const struct od_protocol *protocol)
{
    return strncmp(protocol->name, "torchserve-", 11) != 0 &&
           strcmp(protocol->name, "web") != 0;
}

/* One request over the wire. 0, or -1 with *err; the answer is the caller's. */
static inline int ask(const struct od_protocol *protocol, struct od_conn *conn,
                      const struct od_request *request, struct od_answer *answer,
                      struct od_err *err)
{
    struct od_message message = {0};
    struct od_reply reply;
    struct od_stamps stamps;
    od_reply_init(&reply, 0);
    assert_int_equal(protocol->encode(request, &message, NULL), 0);
    const struct od_call call = {
        .message = &message, .id = "id-7", .timeout_ns = 60 * second_ns};
    int rc = od_conn_exchange(conn, &call, &reply, &stamps, err);
    if (rc == 0) {
        rc = protocol->decode(request, &reply, answer, err);
    } else {
        od_answer_init(answer);
    }
    od_reply_release(&reply);
    od_message_release(&message);
    return rc;
}

/* A predict request of the ruler by each transport; what it ends with. */
struct client {
    const struct od_protocol *protocol;
    struct od_server *server;
    pthread_t thread;
    int rounds;
    int ok;
    atomic_int *ended;      /* or NULL */
    enum od_canonical code; /* of the last answer */
    char text[256];         /* why the last exchange failed */
};

static inline void *client_main(void *arg)
{
    struct client *client = arg;
    enum od_payload payload = client->protocol->default_payload;
    const struct od_picture picture = picture_of(payload);
    const struct od_request request = {.kind = OD_PREDICT,
                                       .payload = payload,
                                       .model = {.name = "ruler"},
                                       .pictures = &picture,
                                       .picture_count = 1};
    struct od_conn *conn = connect_to(client->server, client->protocol->transport);
    for (int i = 0; i < client->rounds; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        if (ask(client->protocol, conn, &request, &answer, &err) == 0) {
            client->ok++;
        }
        client->code = answer.code;
        (void)snprintf(client->text, sizeof client->text, "%s", err.msg);
        od_answer_release(&answer);
    }
    od_conn_close(conn);
    if (client->ended != NULL) {
        atomic_fetch_add(client->ended, 1);
    }
    return NULL;
}

#endif
