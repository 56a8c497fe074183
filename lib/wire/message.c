/* Messages and replies. */
#include "wire/message.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <strings.h>

const char *od_transport_name(enum od_transport transport)
{
    switch (transport) {
    case OD_HTTP:
        return "http";
    case OD_GRPC:
        return "grpc";
    }
    return "";
}

void od_headers_add(struct od_headers *headers, const char *name, const char *value)
{
    headers->items = od_xgrow(headers->items, headers->count, &headers->capacity,
                              sizeof *headers->items);
    headers->items[headers->count++] =
        (struct od_header){.name = od_xstrdup(name), .value = od_xstrdup(value)};
}

const char *od_headers_get(const struct od_headers *headers, const char *name)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (strcasecmp(headers->items[i].name, name) == 0) {
            return headers->items[i].value;
        }
    }
    return NULL;
}

bool od_header_frames(const char *name)
{
    static const char *const names[] = {
        "connection",        "content-length",   "expect", "host",
        "keep-alive",        "proxy-connection", "te",     "trailer",
        "transfer-encoding", "upgrade"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

void od_headers_drop(struct od_headers *headers, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < headers->count; i++) {
        struct od_header *header = &headers->items[i];
        if (strcasecmp(header->name, name) == 0) {
            free(header->name);
            free(header->value);
        } else {
            headers->items[kept++] = *header;
        }
    }
    headers->count = kept;
}

void od_headers_release(struct od_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        free(headers->items[i].name);
        free(headers->items[i].value);
    }
    free(headers->items);
    *headers = (struct od_headers){0};
}

static void add(struct od_message *message, struct od_segment segment)
{
    message->segments = od_xgrow(message->segments, message->segment_count,
                                 &message->segment_capacity, sizeof segment);
    message->segments[message->segment_count++] = segment;
}

void od_message_borrow(struct od_message *message, const void *data, size_t len)
{
    add(message, (struct od_segment){.data = data, .len = len});
}

void od_message_own(struct od_message *message, void *data, size_t len)
{
    add(message, (struct od_segment){.data = data, .len = len, .owned = data});
}

void od_message_release(struct od_message *message)
{
    for (size_t i = 0; i < message->segment_count; i++) {
        free(message->segments[i].owned);
    }
    free(message->segments);
    free(message->path);
    od_headers_release(&message->headers);
    *message = (struct od_message){0};
}

size_t od_message_bytes(const struct od_message *message)
{
    size_t bytes = 0;
    for (size_t i = 0; i < message->segment_count; i++) {
        bytes += message->segments[i].len;
    }
    return bytes;
}

void od_message_flatten(const struct od_message *message, struct od_buf *out)
{
    for (size_t i = 0; i < message->segment_count; i++) {
        od_buf_add(out, message->segments[i].data, message->segments[i].len);
    }
}

void od_reply_init(struct od_reply *reply, size_t body_max)
{
    *reply = (struct od_reply){0};
    od_buf_init(&reply->body, body_max);
}

void od_reply_reset(struct od_reply *reply)
{
    reply->code = 0;
    free(reply->text);
    reply->text = NULL;
    od_headers_release(&reply->headers);
    od_buf_reset(&reply->body);
}

void od_reply_release(struct od_reply *reply)
{
    od_reply_reset(reply);
    od_buf_release(&reply->body);
}
