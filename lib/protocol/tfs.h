/* TensorFlow Serving: the two protocols, and what their files share. */
#ifndef OD_PROTOCOL_TFS_H
#define OD_PROTOCOL_TFS_H

#include "base/err.h"
#include "protocol/protocol.h"
#include "service/detections.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const struct od_protocol od_tfs_grpc;
extern const struct od_protocol od_tfs_rest;

/* Most pictures of one parsed request. */
#define OD_BATCH_MAX 4096

/* An output of a detection model as a tensor: [images, each] and, for boxes, 4 more. */
struct od_tfs_output {
    unsigned output; /* one of enum od_output */
    size_t rank;     /* with the batch dimension */
};
/* The four outputs, in the order in which we write them. */
#define OD_TFS_OUTPUTS 4
extern const struct od_tfs_output od_tfs_outputs[OD_TFS_OUTPUTS];

/* The member of *detections that holds an output. */
float **od_tfs_values(struct od_detections *detections, unsigned output);
/*
 * Notes the dimensions of an output that was read: all outputs must agree on images and
 * boxes (fails with OD_EDECODE). Each of them is called once; images and each are
 * SIZE_MAX before the first call.
 */
int od_tfs_agree(struct od_detections *detections, const struct od_tfs_output *output,
                 const size_t dims[3], struct od_err *err) OD_MUST_CHECK;

/* Whether nothing was said of how to read the outputs: the four are what they are. */
bool od_tfs_plain(const struct od_request *asked);

/* Can this request be encoded: a model, pictures of one size and the payload's length?
 * Fails with OD_EINPUT or OD_EUNSUPPORTED. */
int od_tfs_check(const struct od_protocol *protocol, const struct od_request *in,
                 struct od_err *err) OD_MUST_CHECK;

/* Copies a name of len bytes; fails with OD_EINPUT, naming what, when it is too long or
 * holds a NUL. */
int od_tfs_name(char to[OD_NAME_MAX], const char *from, size_t len, const char *what,
                struct od_err *err) OD_MUST_CHECK;
/* The same for a model's name: one that is too long names no model (OD_ENOENT). */
int od_tfs_model_name(struct od_model *model, const char *from, size_t len,
                      struct od_err *err) OD_MUST_CHECK;
/* A version that was asked for by number; fails with OD_ENOENT below 1. */
int od_tfs_version(struct od_model *model, int64_t version,
                   struct od_err *err) OD_MUST_CHECK;

/* The TensorFlow DataType numbers that a picture has. */
enum { OD_TFS_UINT8 = 4, OD_TFS_STRING = 7 };

/* "DT_UINT8"; "DT_INVALID" for a number outside the list. And back; 0 when unknown. */
const char *od_tfs_dtype_name(int dtype);
int od_tfs_dtype_of(const char *name, size_t len);
/* "AVAILABLE"; "UNKNOWN" for a number outside the list. And back; 0 when unknown. */
const char *od_tfs_state_name(int state);
int od_tfs_state_of(const char *name, size_t len);

/* Notes one version of a status reply: of several, the newest that is available stays,
 * else the newest. */
void od_tfs_status_add(struct od_model_facts *facts, bool first, int64_t version,
                       int state);

/* GetModelMetadata and GetModelStatus over gRPC, both ways (tfs_model_pb.c). */
void od_tfs_pb_ask(const struct od_request *in, struct od_message *out);
int od_tfs_pb_asked(enum od_kind kind, const void *body, size_t len,
                    struct od_request *out, struct od_err *err) OD_MUST_CHECK;
int od_tfs_pb_facts(const struct od_request *asked, const struct od_reply *in,
                    struct od_answer *out, struct od_err *err) OD_MUST_CHECK;
void od_tfs_pb_render(enum od_kind kind, const struct od_answer *in, struct od_buf *out);

#endif
