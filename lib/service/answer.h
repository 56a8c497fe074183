/* What a detection server answers, whatever the protocol. */
#ifndef OD_SERVICE_ANSWER_H
#define OD_SERVICE_ANSWER_H

#include "base/err.h"
#include "image/box.h"
#include "service/canonical.h"
#include "service/request.h"
#include "service/server_facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OD_SIGNATURE_INPUTS  4
#define OD_SIGNATURE_OUTPUTS 12
#define OD_MODEL_SIGNATURES  4

/* A tensor of a signature, as model metadata tells it. dtype is a TensorFlow DataType
 * number. */
struct od_tensor_info {
    char name[OD_NAME_MAX];  /* alias: "inputs" */
    char graph[OD_NAME_MAX]; /* graph node: "image_tensor:0" */
    int dtype;
    int64_t shape[8]; /* -1: any */
    int rank;         /* 0 .. 8; -1: unknown */
};
/* What is beyond these sizes in a foreign server's metadata is left out. */
struct od_signature {
    char name[OD_NAME_MAX];
    struct od_tensor_info inputs[OD_SIGNATURE_INPUTS];
    size_t input_count;
    struct od_tensor_info outputs[OD_SIGNATURE_OUTPUTS];
    size_t output_count;
};
struct od_model_facts {
    char name[OD_NAME_MAX];
    int64_t version;
    int state; /* of ModelVersionStatus: 30 AVAILABLE */
    struct od_signature
        signatures[OD_MODEL_SIGNATURES]; /* no more of them are set than */
    size_t signature_count;
};
/* One more signature, empty; NULL: no room. Facts are large, and every answer has them:
 * that of a prediction clears none. */
struct od_signature *od_model_add_signature(struct od_model_facts *facts);

/* What a server answers: boxes (PREDICT), facts (METADATA, STATUS), or a code and a text.
 */
struct od_answer {
    enum od_canonical code;
    char *text;              /* owned; NULL when code is OK */
    struct od_boxes *images; /* owned, one list an image of the batch */
    size_t image_count;
    struct od_model_facts model; /* METADATA, STATUS */
    char (*names)[OD_NAME_MAX];  /* LIST: owned */
    size_t name_count;
    bool ready;                    /* READY; STATUS has model.state */
    char server_name[OD_NAME_MAX]; /* SERVER */
    char server_version[OD_NAME_MAX];
    struct od_server_facts server;
};
void od_answer_init(struct od_answer *answer);
void od_answer_release(struct od_answer *answer);
/* Makes it an error: code and a formatted text. */
void od_answer_fail(struct od_answer *answer, enum od_canonical code, const char *fmt,
                    ...) OD_PRINTF(3, 4);
/* The same for a failed call of ours: the code of od_canonical_of and the text of *err.
 */
void od_answer_fail_err(struct od_answer *answer, const struct od_err *err);
/* What TensorFlow Serving answers when it has no such model or version (NOT_FOUND,
 * "Servable not found for request: Latest(NAME)" or "Specific(NAME, V)"), no such version
 * label (INVALID_ARGUMENT) or signature (FAILED_PRECONDITION; HTTP 400). odbench-wire(7),
 * Errors over gRPC. */
void od_answer_no_model(struct od_answer *answer, const struct od_model *model);
void od_answer_no_label(struct od_answer *answer, const struct od_model *model);
void od_answer_no_signature(struct od_answer *answer, const struct od_model *model);

#endif
