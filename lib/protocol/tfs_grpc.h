/* The parts of the gRPC protocol; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_TFS_GRPC_H
#define OD_PROTOCOL_TFS_GRPC_H

#include "base/err.h"
#include "service/answer.h"
#include "service/request.h"
#include "service/style.h"
#include "wire/message.h"

#include <stddef.h>

/* Reads a PredictRequest into *out, which keeps the unpacked message (tfs_grpc_parse.c).
 */
int od_tfs_pb_predict(const void *body, size_t len, struct od_request *out,
                      struct od_err *err) OD_MUST_CHECK;

/* od_protocol.decode and .render (tfs_grpc_reply.c). */
int od_tfs_grpc_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err);
int od_tfs_grpc_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err);

#endif
