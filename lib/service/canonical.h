/* The codes of answers, and what HTTP and our own errors are among them. */
#ifndef OD_SERVICE_CANONICAL_H
#define OD_SERVICE_CANONICAL_H

#include "base/err.h"

/*
 * Canonical gRPC codes, which the answers of every protocol use, and the HTTP status that
 * stands for each (odbench-wire(7), CODES). One list makes the enum, the names and the
 * map.
 */
#define OD_CODES(X)                                                                      \
    X(OK, 0, 200)                                                                        \
    X(CANCELLED, 1, 499)                                                                 \
    X(UNKNOWN, 2, 500)                                                                   \
    X(INVALID_ARGUMENT, 3, 400)                                                          \
    X(DEADLINE_EXCEEDED, 4, 504)                                                         \
    X(NOT_FOUND, 5, 404)                                                                 \
    X(ALREADY_EXISTS, 6, 409)                                                            \
    X(PERMISSION_DENIED, 7, 403)                                                         \
    X(RESOURCE_EXHAUSTED, 8, 429)                                                        \
    X(FAILED_PRECONDITION, 9, 400)                                                       \
    X(ABORTED, 10, 409)                                                                  \
    X(OUT_OF_RANGE, 11, 400)                                                             \
    X(UNIMPLEMENTED, 12, 501)                                                            \
    X(INTERNAL, 13, 500)                                                                 \
    X(UNAVAILABLE, 14, 503)                                                              \
    X(DATA_LOSS, 15, 500)                                                                \
    X(UNAUTHENTICATED, 16, 401)

enum od_canonical {
#define OD_CODE_ENUM(name, number, http) OD_CODE_##name = (number),
    OD_CODES(OD_CODE_ENUM)
#undef OD_CODE_ENUM
};

/* "NOT_FOUND"; "UNKNOWN" for a number outside the list. */
const char *od_canonical_name(enum od_canonical code);
/* The HTTP status of a code; 500 for a number outside the list. */
int od_canonical_http(enum od_canonical code);
/* The code of an HTTP status, where several share one the commonest: 400 is
 * INVALID_ARGUMENT, 500 INTERNAL, 409 ABORTED; any other 2xx OK, the rest UNKNOWN. */
enum od_canonical od_canonical_of_http(int status);
/* The code of a gRPC status that is no success; UNKNOWN for a number outside the list. */
enum od_canonical od_canonical_of_grpc(int status);
/* The code with which a server answers when one of our own calls failed so, above all
 * od_protocol.parse: EINPUT is INVALID_ARGUMENT, ENOENT NOT_FOUND, ELIMIT
 * RESOURCE_EXHAUSTED, EUNSUPPORTED UNIMPLEMENTED, ... */
enum od_canonical od_canonical_of(enum od_errcode code);

#endif
