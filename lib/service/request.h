/* What is asked of a detection server, whatever the protocol. */
#ifndef OD_SERVICE_REQUEST_H
#define OD_SERVICE_REQUEST_H

#include "base/err.h"
#include "service/dtype.h"
#include "service/model_forms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_profile; /* protocol/profile.h */

/*
 * What is asked. A protocol may lack some: encode then fails with OD_EUNSUPPORTED, and
 * route never tells them.
 */
enum od_kind {
    OD_PREDICT,
    OD_METADATA, /* of a model: its tensors */
    OD_STATUS,   /* of a model: can it be asked? */
    OD_READY,    /* of the server: does it take requests? */
    OD_LIST,     /* the names of the server's models */
    OD_SERVER,   /* the server's name, version and extensions */
};

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
#define OD_ID_MAX   64

/* Sets a name from a text of any length; cuts what does not fit. */
void od_name_set(char to[OD_NAME_MAX], const char *from);

/* Which model, and under which names its tensors go. Empty strings mean the protocol's
 * default. */
struct od_model {
    char name[OD_NAME_MAX];
    int64_t version; /* 0: newest */
    char version_label[OD_NAME_MAX];
    char signature[OD_NAME_MAX]; /* "" means serving_default */
    char input[OD_NAME_MAX];     /* "" means inputs */
    struct od_input_format in;
    struct od_output_format out;
};

/* The names that go over the wire: the model's own, or "serving_default" and "inputs"
 * when those are empty. Borrowed from the model. */
const char *od_model_signature(const struct od_model *model);
const char *od_model_input(const struct od_model *model);

/* Where the whole picture lies in what was sent, relative to that; zeros: everywhere. */
struct od_area {
    float x0, y0, x1, y1;
};

/*
 * One image of a batch, borrowed. For tensor and json: width * height * 3 elements of
 * dtype (NONE: UINT8 in RGB; else little-endian, in the model's channel order), row by
 * row, or channel by channel when it is planar. For jpeg and b64: the file's bytes (a
 * parsed request leaves width and height 0 then, and a client gives the picture's size,
 * by which replies in pixels are read).
 */
struct od_picture {
    const uint8_t *data;
    size_t len;
    int width;
    int height;
    enum od_dtype dtype;
    bool planar;
    struct od_area area;
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
    const struct od_profile *profile; /* web only; NULL: the default one */
    char id[OD_ID_MAX];               /* "" none; OIP: sent and expected back */

    const struct od_picture *pictures; /* all of one size and payload */
    size_t picture_count;
    void *storage; /* what parse allocated behind the pictures; NULL in a client */
};
/*
 * Can this request be encoded by a protocol of that name with these payloads: a model
 * where one is asked about, its version, a payload, and pictures of one size and type
 * with as many bytes as their pixels take? Fails with OD_EINPUT or OD_EUNSUPPORTED.
 */
int od_request_check(const struct od_request *in, const char *protocol, unsigned payloads,
                     struct od_err *err) OD_MUST_CHECK;

/* Frees what parse made; a client's request, whose parts are borrowed, needs no release.
 */
void od_request_release(struct od_request *request);

#endif
