/* One request of any protocol. */
#include "server/exchange.h"

#include "base/clock.h"
#include "server/token.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const struct od_style *style_of(const struct od_exchange *exchange)
{
    return exchange->style != NULL ? exchange->style : &od_style_default;
}

void od_exchange_route(struct od_exchange *exchange)
{
    size_t count = 0;
    while (od_protocol_at(count) != NULL) {
        count++;
    }
    exchange->protocol = NULL;
    /* Backwards: the more particular a protocol's paths are, the later it stands. */
    while (exchange->protocol == NULL && count > 0) {
        const struct od_protocol *protocol = od_protocol_at(--count);
        if (protocol->transport == exchange->transport &&
            protocol->route(style_of(exchange), exchange->message, &exchange->kind)) {
            exchange->protocol = protocol;
        }
    }
}

static void render(struct od_exchange *exchange, const struct od_request *request,
                   const struct od_answer *answer, struct od_reply *reply)
{
    struct od_err err = {0};
    exchange->code = answer->code;
    if (exchange->protocol == NULL) {
        /* Of no protocol: the bare code. */
        reply->code = exchange->transport == OD_HTTP ? od_canonical_http(answer->code)
                                                     : (int)answer->code;
        return;
    }
    if (exchange->protocol->render(style_of(exchange), request, answer, reply, &err) ==
        0) {
        return;
    }
    struct od_answer failed;
    od_answer_init(&failed);
    od_answer_fail(&failed, OD_CODE_INTERNAL, "cannot write the answer: %s", err.msg);
    od_reply_reset(reply);
    exchange->code = failed.code;
    if (exchange->protocol->render(style_of(exchange), request, &failed, reply, NULL) !=
        0) {
        /* Not even the error could be written: the bare code has to do. */
        od_reply_reset(reply);
        reply->code = exchange->transport == OD_HTTP ? 500 : OD_CODE_INTERNAL;
    }
    od_answer_release(&failed);
}

static bool allowed(const struct od_exchange *exchange)
{
    return exchange->token == NULL ||
           od_token_matches(exchange->token,
                            od_headers_get(&exchange->message->headers, "authorization"));
}

static void refuse(struct od_exchange *exchange, struct od_reply *reply)
{
    od_exchange_fail(exchange, OD_CODE_UNAUTHENTICATED,
                     "the request does not carry this server's token", reply);
    if (exchange->transport == OD_HTTP) {
        /* RFC 9110, section 11.6.1: a 401 names a scheme. */
        od_headers_add(&reply->headers, "WWW-Authenticate", "Bearer");
    }
}

bool od_exchange_page(struct od_core *core, struct od_exchange *exchange,
                      struct od_reply *reply)
{
    if (!od_counts_page(od_core_counts(core), exchange->transport, exchange->message,
                        reply)) {
        return false;
    }
    if (!allowed(exchange)) {
        refuse(exchange, reply);
    }
    exchange->code = exchange->transport == OD_HTTP ? od_canonical_of_http(reply->code)
                                                    : (enum od_canonical)reply->code;
    return true;
}

void od_exchange_run(struct od_core *core, struct od_exchange *exchange,
                     struct od_reply *reply)
{
    exchange->held = (struct od_held){0};
    od_exchange_route(exchange);
    if (exchange->protocol == NULL ||
        (exchange->protocol->preflight != NULL &&
         exchange->protocol->preflight(exchange->message, reply))) {
        return;
    }
    if (!allowed(exchange)) {
        refuse(exchange, reply);
        return;
    }
    struct od_request request = {0};
    struct od_answer answer;
    struct od_err err = {0};
    od_answer_init(&answer);
    if (exchange->protocol->parse(style_of(exchange), exchange->message, &request,
                                  &err) == 0) {
        od_core_name(core, &request);
        struct od_work work = {.request = &request,
                               .received_ns = exchange->received_ns,
                               .deadline_ns = exchange->deadline_ns};
        od_core_answer(core, exchange->transport, &work, &answer);
        exchange->held = work.held;
    } else {
        od_answer_fail_err(&answer, &err);
    }
    int64_t ready_ns = exchange->held.due_ns != 0 ? exchange->held.due_ns : od_now_ns();
    answer.server.total_ns = ready_ns - exchange->received_ns;
    if (request.kind == OD_PREDICT && answer.code == OD_CODE_OK) {
        od_counts_add(od_core_counts(core), request.model.name, exchange->transport,
                      &answer.server);
    }
    render(exchange, &request, &answer, reply);
    od_answer_release(&answer);
    od_request_release(&request);
}

void od_exchange_fail(struct od_exchange *exchange, enum od_canonical code,
                      const char *text, struct od_reply *reply)
{
    struct od_request request = {.kind = exchange->kind};
    if (exchange->style == NULL) {
        exchange->style = &od_style_default;
    }
    struct od_answer answer;
    od_answer_init(&answer);
    od_answer_fail(&answer, code, "%s", text);
    /* The header tells a client that a server spoke, and not its own library. */
    answer.server.total_ns = od_now_ns() - exchange->received_ns;
    od_reply_reset(reply);
    render(exchange, &request, &answer, reply);
    od_answer_release(&answer);
}

void od_exchange_too_large(struct od_exchange *exchange, int64_t max_bytes,
                           struct od_reply *reply)
{
    char text[128];
    (void)snprintf(text, sizeof text,
                   "the request body is larger than this server takes: %" PRId64
                   " bytes, see --max-body",
                   max_bytes);
    od_exchange_fail(exchange, OD_CODE_RESOURCE_EXHAUSTED, text, reply);
}
