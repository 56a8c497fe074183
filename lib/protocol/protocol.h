/* Protocols as sets of pure functions: requests to bytes and back, in both directions. */
#ifndef OD_PROTOCOL_PROTOCOL_H
#define OD_PROTOCOL_PROTOCOL_H

#include "base/err.h"
#include "service/answer.h"
#include "service/canonical.h"
#include "service/request.h"
#include "service/server_facts.h"
#include "service/style.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>

struct od_protocol {
    const char
        *name; /* "tfs-grpc": in --protocol, in the protocol column, in the manual */
    const char *alias;   /* "grpc": the short name, or NULL */
    const char *summary; /* one line for --list-protocols */
    enum od_transport transport;
    unsigned payloads; /* set of od_payload */
    enum od_payload default_payload;
    /*
     * Client. Pure: no I/O, no clock, no globals; any thread. On failure *out is left
     * empty. encode borrows the pictures' bytes: they must outlive *out.
     */
    int (*encode)(const struct od_request *in, struct od_message *out,
                  struct od_err *err);
    /*
     * A reply with an error code is OD_ESERVER with the server's text; bytes that are not
     * what the protocol says are OD_EDECODE. *out is initialised by decode (the caller
     * releases it in either case), and holds the server's own times in either case.
     */
    int (*decode)(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err);
    /*
     * Reference server: the same formats read the other way, as the style has them.
     * route: is this message this protocol's, and of which kind as far as its path tells?
     * A true answer does not promise that parse succeeds.
     */
    bool (*route)(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind);
    /*
     * *out is initialised by parse and released by od_request_release, in either case;
     * its pictures may borrow from the message, which must outlive it. On failure the
     * answer is od_canonical_of(err->code) with the text of *err, rendered with *out.
     */
    int (*parse)(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err);
    /*
     * out was initialised by the caller (od_reply_init) and is reset here. Errors in *in
     * are rendered like any answer; asked may then hold nothing but zeros. Fails only
     * when the reply would be larger than its body may be (OD_ELIMIT).
     */
    int (*render)(const struct od_style *style, const struct od_request *asked,
                  const struct od_answer *in, struct od_reply *out, struct od_err *err);
    /*
     * Requests that never reach a model and have no od_kind (HTTP's OPTIONS): fills *out,
     * initialised by the caller, and returns true; false: not such a request. NULL when
     * the protocol has none. To be asked before parse.
     */
    bool (*preflight)(const struct od_message *in, struct od_reply *out);
};

/* The protocol of that name or short name ("grpc", "rest"), or NULL. */
const struct od_protocol *od_protocol_find(const char *name);
/* The i-th protocol in the order of the manual, NULL behind the last. */
const struct od_protocol *od_protocol_at(size_t i);

#endif
