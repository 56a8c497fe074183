/* Protobuf helpers of the gRPC protocol; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_TFS_SPEC_H
#define OD_PROTOCOL_TFS_SPEC_H

#include "base/buf.h"
#include "base/err.h"
#include "service/request.h"
#include "wire/message.h"

#include "tfs.pb-c.h"

#include <stdint.h>

/* A ModelSpec with the memory that it borrows. */
struct od_tfs_spec {
    Tensorflow__Serving__ModelSpec spec;
    Tensorflow__Serving__Int64Value version;
};

/* Fills a ModelSpec that borrows the strings of *model: name, version or label, and
 * signature (NULL: none is sent). *out must not move afterwards. */
void od_tfs_spec_make(const struct od_model *model, const char *signature,
                      struct od_tfs_spec *out);

/* Reads a ModelSpec of a request. Fails with OD_EINPUT when it or its name is missing. */
int od_tfs_spec_read(const Tensorflow__Serving__ModelSpec *spec, struct od_model *out,
                     struct od_err *err) OD_MUST_CHECK;

/* Appends a packed message. */
void od_tfs_pack(const ProtobufCMessage *message, struct od_buf *out);
/* Appends a packed message as an owned segment. */
void od_tfs_pack_segment(const ProtobufCMessage *message, struct od_message *out);

/* A string that protobuf-c wants without const, though it only reads it. */
char *od_tfs_unconst(const char *text);

#endif
