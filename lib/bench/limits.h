/* Errors about sizes, with the sizes and what would help. */
#ifndef OD_BENCH_LIMITS_H
#define OD_BENCH_LIMITS_H

#include "base/err.h"
#include "protocol/protocol.h"

#include <stddef.h>
#include <stdint.h>

/* A reply beyond this is refused unless --max-reply says otherwise: boxes of one image
 * take some kilobytes, the raw tensors of TensorFlow 2 exports 18 MB. */
#define OD_REPLY_MAX_TEXT "256MiB"

/*
 * When *err is that a server refused a request for its size (HTTP 413; gRPC core's
 * RESOURCE_EXHAUSTED, "larger than max"), or that a reply was larger than accepted: puts
 * the size and the option that would help into its text. Else leaves it alone.
 */
void od_limits_explain(enum od_transport transport, int code, size_t sent_bytes,
                       struct od_err *err);

#endif
