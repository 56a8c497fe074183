/* The Open Inference Protocol (KServe v2): the two protocols, and what their files share.
 */
#ifndef OD_PROTOCOL_OIP_H
#define OD_PROTOCOL_OIP_H

#include "base/err.h"
#include "protocol/protocol.h"
#include "service/dtype.h"
#include "service/outputs.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern const struct od_protocol od_oip_grpc;
extern const struct od_protocol od_oip_torchserve; /* in TorchServe's own package */
extern const struct od_protocol od_oip_rest;

/* Most pictures of one parsed request, and most elements of its tensor. */
#define OD_OIP_BATCH_MAX    4096
#define OD_OIP_ELEMENTS_MAX ((size_t)300000000)

/* The header that tells how long the JSON in front of binary tensors is. */
#define OD_OIP_LENGTH_HEADER "Inference-Header-Content-Length"

/* The input tensor of a request as it travels. */
struct od_oip_tensor {
    enum od_dtype dtype;
    size_t rank;
    int64_t dims[OD_OUTPUT_RANK_MAX];
    size_t elements; /* product of dims */
};
/* Of a request that is to be sent: pixels [images, height, width, 3] or [images, 3,
 * height, width], without the first dimension if the model has no batches; files BYTES
 * [images]. */
void od_oip_tensor_of(const struct od_request *in, struct od_oip_tensor *out);
/* The bytes of all its pictures one behind the other: borrowed from the only one, or
 * copied to *own, which is initialised here and released by the caller in either case. */
const uint8_t *od_oip_whole(const struct od_request *in, struct od_buf *own, size_t *len);
/* Fills elements; fails with OD_EINPUT for negative dimensions and a tensor of more than
 * max elements. */
int od_oip_tensor_count(struct od_oip_tensor *tensor, size_t max,
                        struct od_err *err) OD_MUST_CHECK;

/*
 * The server's way back: the pictures of a numeric tensor from its bytes (borrowed), or
 * from the elements of a BYTES tensor, each behind its length (uint32, little-endian).
 * Appends them to *out and sets its payload. Fails with OD_EINPUT, naming model and
 * input, and with OD_ELIMIT for a batch that is too large.
 */
int od_oip_pixels_read(const struct od_oip_tensor *tensor, const uint8_t *bytes,
                       size_t len, struct od_request *out,
                       struct od_err *err) OD_MUST_CHECK;
int od_oip_files_read(const struct od_oip_tensor *tensor, const uint8_t *bytes,
                      size_t len, struct od_request *out,
                      struct od_err *err) OD_MUST_CHECK;
/* Is that the shape of that many files: [N] or [N, 1]? Fails as od_oip_files_read does.
 */
int od_oip_files_check(const struct od_oip_tensor *tensor, const struct od_request *asked,
                       struct od_err *err) OD_MUST_CHECK;

/* Can this request be encoded? Fails with OD_EINPUT or OD_EUNSUPPORTED. */
int od_oip_check(const struct od_protocol *protocol, const struct od_request *in,
                 struct od_err *err) OD_MUST_CHECK;
/* The names of the outputs that a request is limited to; returns how many, 0: all. */
size_t od_oip_outputs(unsigned outputs, const char *names[4]);

/* A version as it travels: digits, a label, or "" for the newest. */
#define OD_OIP_VERSION_MAX OD_NAME_MAX
void od_oip_version_of(const struct od_model *model, char out[OD_OIP_VERSION_MAX]);
/* And back: what is no positive whole number is a label. */
int od_oip_version_read(struct od_model *model, const char *text, size_t len,
                        struct od_err *err) OD_MUST_CHECK;
/* Copies a text of len bytes; fails with OD_EINPUT, naming what, when it does not fit or
 * holds a NUL. */
int od_oip_text(char *to, size_t size, const char *from, size_t len, const char *what,
                struct od_err *err) OD_MUST_CHECK;
/* Notes one version text of a model in the facts: the highest number stays. */
void od_oip_version_add(struct od_model_facts *facts, const char *text);

/* Fails with OD_EDECODE when a reply carries the id of another request. */
int od_oip_id_check(const struct od_request *asked, const char *id,
                    struct od_err *err) OD_MUST_CHECK;
/* An answer that is an error: *out gets code and text, *err status, model and text.
 * Always -1. */
int od_oip_refused(const struct od_request *asked, const char *status,
                   enum od_canonical code, const char *text, struct od_answer *out,
                   struct od_err *err);
/* An error's code as the dialect has it, over both transports (odbench-wire(7), OIP
 * errors). */
enum od_canonical od_oip_code(enum od_dialect dialect, const struct od_answer *in);

/* Appends a name to the answer's list unless it stands there. */
void od_oip_name_add(struct od_answer *out, const char *name, size_t *capacity);
/* The i-th extension that a server of that dialect tells of; NULL: no more. */
const char *od_oip_extension(enum od_dialect dialect, size_t i);

/* An output that a request names, and whether it is to come as binary. */
struct od_oip_wanted {
    char name[OD_NAME_MAX];
    bool told; /* binary was said of this very output */
    bool binary;
};
/* What render must know of a parsed request beyond it; zeros for a client's. */
struct od_oip_asked {
    int http;    /* the status that parse found; 0: that of the code */
    bool detail; /* the error stands under "detail" */
    bool live;   /* READY: by the name of live */
    bool raw;    /* the input was raw or binary */
    bool binary; /* outputs are to come as binary unless told otherwise */
    struct od_oip_wanted wanted[OD_OUTPUTS_MAX];
    size_t wanted_count;
};
struct od_oip_asked *od_oip_asked_make(struct od_request *request);
const struct od_oip_asked *od_oip_asked_of(const struct od_request *request);
/* Adds a wanted output and its bit to request->outputs (0 at the beginning). Fails with
 * OD_EINPUT for one that is given twice, or that the model does not have. */
int od_oip_want(const struct od_style *style, struct od_request *request,
                const struct od_oip_wanted *wanted, struct od_err *err) OD_MUST_CHECK;
/* The outputs that render has to write. Fails with OD_EINPUT when one was asked for that
 * there is not. */
int od_oip_outputs_from_answer(const struct od_style *style,
                               const struct od_request *asked, const struct od_answer *in,
                               struct od_outputs_list *out,
                               struct od_err *err) OD_MUST_CHECK;
/* Is this output to come as binary? */
bool od_oip_is_binary(const struct od_oip_asked *asked, const char *name);

#endif
