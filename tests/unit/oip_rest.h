/* Requests and replies over REST for the tests of the Open Inference Protocol. */
#ifndef OD_TESTS_OIP_REST_H
#define OD_TESTS_OIP_REST_H

#include "protocol/oip.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define INFER "/v2/models/m/infer"

/* A request as it comes in; length NULL: without the header. */
struct incoming {
    const char *verb;
    const char *path;
    const char *length;
    const void *body;
    size_t len;
};

static inline struct incoming incoming_json(const char *body)
{
    return (struct incoming){"POST", INFER, NULL, body, strlen(body)};
}

/* Parses in a dialect; the pictures borrow from in->body. */
static inline int incoming_parse(enum od_dialect dialect, const struct incoming *in,
                                 struct od_request *out, struct od_err *err)
{
    const struct od_style style = {.dialect = dialect};
    struct od_message message = {.verb = in->verb, .path = od_xstrdup(in->path)};
    od_message_borrow(&message, in->body, in->len);
    if (in->length != NULL) {
        od_headers_add(&message.headers, OD_OIP_LENGTH_HEADER, in->length);
    }
    int rc = od_oip_rest.parse(&style, &message, out, err);
    od_message_release(&message);
    return rc;
}

/* Parses, and renders what the server would say: the error, or the answer. */
static inline void incoming_reply(enum od_dialect dialect, const struct incoming *in,
                                  const struct od_answer *answer, struct od_reply *reply)
{
    const struct od_style style = {.dialect = dialect};
    struct od_request request;
    struct od_err err = {0};
    struct od_answer failed;
    od_answer_init(&failed);
    od_reply_init(reply, 0);
    if (incoming_parse(dialect, in, &request, &err) != 0) {
        od_answer_fail_err(&failed, &err);
        answer = &failed;
    }
    assert_int_equal(od_oip_rest.render(&style, &request, answer, reply, NULL), 0);
    od_answer_release(&failed);
    od_request_release(&request);
}

#endif
