/* The parts of the Open Inference Protocol over gRPC; for the files of lib/protocol only.
 */
#ifndef OD_PROTOCOL_OIP_GRPC_H
#define OD_PROTOCOL_OIP_GRPC_H

#include "protocol/oip.h"

/* Reads a ModelInferRequest into *out, which keeps the unpacked message
 * (oip_grpc_parse.c). */
int od_oip_pb_infer(const struct od_style *style, const void *body, size_t len,
                    struct od_request *out, struct od_err *err) OD_MUST_CHECK;

/* Questions about model and server, both ways (oip_model_pb.c). */
void od_oip_pb_ask(const struct od_request *in, struct od_message *out);
int od_oip_pb_asked(const void *body, size_t len, struct od_request *out,
                    struct od_err *err) OD_MUST_CHECK;
int od_oip_pb_facts(const struct od_request *asked, const struct od_reply *in,
                    struct od_answer *out, struct od_err *err) OD_MUST_CHECK;
void od_oip_pb_render(const struct od_style *style, enum od_kind kind,
                      const struct od_answer *in, struct od_buf *out);

/* od_protocol.decode and .render (oip_grpc_reply.c). */
int od_oip_grpc_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err);
int od_oip_grpc_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err);

#endif
