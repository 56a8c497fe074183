/* TorchServe: the two protocols of its inference ports, and what their files share. */
#ifndef OD_PROTOCOL_TORCHSERVE_H
#define OD_PROTOCOL_TORCHSERVE_H

#include "base/buf.h"
#include "base/err.h"
#include "protocol/protocol.h"
#include "service/answer.h"
#include "service/request.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

extern const struct od_protocol od_torchserve_grpc;
extern const struct od_protocol od_torchserve_rest;

/* Can this request be encoded: one picture of a model, or a ping? Fails with OD_EINPUT or
 * OD_EUNSUPPORTED. */
int od_torchserve_check(const struct od_protocol *protocol, const struct od_request *in,
                        struct od_err *err) OD_MUST_CHECK;

/* The name under which the picture goes: the model's input, else "data". Borrowed. */
const char *od_torchserve_input(const struct od_model *model);
/* The version's text: its label, else its number, else "". */
void od_torchserve_version(const struct od_model *model, char out[OD_NAME_MAX]);
/* A version's text into the model: digits as a number, anything else as a label. Fails
 * with OD_EINPUT when it is too long. */
int od_torchserve_version_read(const char *text, struct od_model *model,
                               struct od_err *err) OD_MUST_CHECK;

/* What the object detector's handler answers, as JSON text: boxes under their labels; and
 * back, into the one image of *out. Fails with OD_EDECODE and the text's beginning. */
int od_torchserve_boxes(const struct od_request *asked, const char *text, size_t len,
                        struct od_answer *out, struct od_err *err) OD_MUST_CHECK;
int od_torchserve_put_boxes(const struct od_request *asked, const struct od_answer *in,
                            struct od_buf *out, struct od_err *err) OD_MUST_CHECK;

/* Appends a document, which it takes, as TorchServe lays JSON out. */
void od_torchserve_put(json_t *document, struct od_buf *out);
/* {"status": "Healthy"}, or "Unhealthy"; and whether it says so. */
void od_torchserve_put_health(bool ready, struct od_buf *out);
bool od_torchserve_health(const char *text, size_t len);

/*
 * An error as TorchServe words it: the text, borrowed or in the buffer of size, and the
 * code, which is NOT_FOUND for a label of a version too, since TorchServe's versions are
 * texts.
 */
const char *od_torchserve_text(const struct od_request *asked, const struct od_answer *in,
                               enum od_canonical *code, char *buffer, size_t size);

#endif
