/* What is asked of a detection server, whatever the protocol. */
#ifndef OD_PROTOCOL_REQUEST_H
#define OD_PROTOCOL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_kind { OD_PREDICT, OD_METADATA, OD_STATUS };

/* How the image travels; a set is an or of these. */
enum od_payload {
    OD_PAYLOAD_NONE = 0,
    OD_PAYLOAD_TENSOR = 1, /* raw pixels */
    OD_PAYLOAD_JSON = 2,   /* nested numbers */
    OD_PAYLOAD_JPEG = 4,   /* file bytes */
    OD_PAYLOAD_B64 = 8,    /* file bytes, base64 in JSON */
};

/* "tensor", "json", "jpeg", "b64"; "" for NONE. */
const char *od_payload_name(enum od_payload payload);
/* The payload of that name; NONE when there is none. */
enum od_payload od_payload_of(const char *name);

#define OD_NAME_MAX 128

/* Which model, and under which names its tensors go. Empty strings mean the protocol's
 * default. */
struct od_model {
    char name[OD_NAME_MAX];
    int64_t version; /* 0: newest */
    char version_label[OD_NAME_MAX];
    char signature[OD_NAME_MAX]; /* "" means serving_default */
    char input[OD_NAME_MAX];     /* "" means inputs */
};

/* The names that go over the wire: the model's own, or "serving_default" and "inputs"
 * when those are empty. Borrowed from the model. */
const char *od_model_signature(const struct od_model *model);
const char *od_model_input(const struct od_model *model);

/*
 * One image of a batch, borrowed. For tensor and json: width * height * 3 bytes of RGB.
 * For jpeg and b64: the file's bytes (a parsed request leaves width and height 0 then).
 */
struct od_picture {
    const uint8_t *data;
    size_t len;
    int width;
    int height;
};

/* REST bodies come by row ("instances") or by column ("inputs"). */
enum od_form { OD_FORM_ROW, OD_FORM_COLUMN };

/* The four outputs of a detection model, as a set: what a request asks for. */
enum od_output {
    OD_OUTPUT_BOXES = 1,
    OD_OUTPUT_SCORES = 2,
    OD_OUTPUT_CLASSES = 4,
    OD_OUTPUT_COUNT = 8,
    OD_OUTPUT_ALL = 15,
};

struct od_request {
    enum od_kind kind;
    enum od_payload payload; /* of a PREDICT */
    struct od_model model;
    enum od_form form; /* REST only */
    bool spaced;      /* REST json: the study's text, with its spaces (odbench-wire(7)) */
    unsigned outputs; /* set of od_output; encode sends a filter unless ALL (or 0) */
    const struct od_picture *pictures; /* all of one size and payload */
    size_t picture_count;
    void *storage; /* what parse allocated behind the pictures; NULL in a client */
};
/* Frees what parse made; a client's request, whose parts are borrowed, needs no release.
 */
void od_request_release(struct od_request *request);

#endif
