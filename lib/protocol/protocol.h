/* Protocols as sets of pure functions: requests to bytes and back, in both directions. */
#ifndef OD_PROTOCOL_PROTOCOL_H
#define OD_PROTOCOL_PROTOCOL_H

#include "base/err.h"
#include "image/box.h"
#include "wire/message.h"

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

/* Canonical gRPC codes, which the answers of every protocol use (WIRE.md F maps them to
 * HTTP). */
enum od_canonical {
    OD_CODE_OK = 0,
    OD_CODE_CANCELLED = 1,
    OD_CODE_UNKNOWN = 2,
    OD_CODE_INVALID_ARGUMENT = 3,
    OD_CODE_DEADLINE_EXCEEDED = 4,
    OD_CODE_NOT_FOUND = 5,
    OD_CODE_RESOURCE_EXHAUSTED = 8,
    OD_CODE_FAILED_PRECONDITION = 9,
    OD_CODE_UNIMPLEMENTED = 12,
    OD_CODE_INTERNAL = 13,
    OD_CODE_UNAVAILABLE = 14,
};

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
    bool spaced;       /* REST json: the study's text, with its spaces (WIRE.md G) */
    unsigned outputs;  /* set of od_output; encode sends a filter unless ALL (or 0) */
    const struct od_picture *pictures; /* all of one size and payload */
    size_t picture_count;
    void *storage; /* what parse allocated behind the pictures; NULL in a client */
};
/* Frees what parse made; a client's request, whose parts are borrowed, needs no release.
 */
void od_request_release(struct od_request *request);

/* The server's own account of a request; -1 (times) or "" (texts) when it did not say. */
struct od_server_facts {
    int64_t total_ns; /* last request byte read to reply ready */
    int64_t decode_ns;
    int64_t queue_ns;
    int64_t preprocess_ns;
    int64_t infer_ns;
    int64_t postprocess_ns;
    int64_t proposals;
    char weights[16]; /* "trained", "random", "fixed", "user" */
    char source[24];  /* "server-timing", ... */
};
void od_server_facts_init(struct od_server_facts *facts);
/*
 * To and from the headers (HTTP) or trailing metadata (gRPC) "server-timing" (W3C Server
 * Timing, durations in milliseconds with six decimals, so that whole nanoseconds
 * survive), "odbench-proposals" and "odbench-weights". Unknown entries are ignored; a
 * foreign server's Server-Timing is read as far as its names are ours.
 */
void od_server_facts_write(const struct od_server_facts *facts, struct od_headers *out);
void od_server_facts_read(const struct od_headers *in, struct od_server_facts *facts);

/* A tensor of a signature, as model metadata tells it. dtype is a TensorFlow DataType
 * number. */
struct od_tensor_info {
    char name[OD_NAME_MAX];  /* alias: "inputs" */
    char graph[OD_NAME_MAX]; /* graph node: "image_tensor:0" */
    int dtype;
    int64_t shape[8]; /* -1: any */
    int rank;
};
struct od_signature {
    char name[OD_NAME_MAX];
    struct od_tensor_info inputs[4];
    size_t input_count;
    struct od_tensor_info outputs[12];
    size_t output_count;
};
struct od_model_facts {
    char name[OD_NAME_MAX];
    int64_t version;
    int state; /* of ModelVersionStatus: 30 AVAILABLE */
    struct od_signature signatures[4];
    size_t signature_count;
};

/* What a server answers: boxes (PREDICT), facts (METADATA, STATUS), or a code and a text.
 */
struct od_answer {
    enum od_canonical code;
    char *text;              /* owned; NULL when code is OK */
    struct od_boxes *images; /* owned, one list an image of the batch */
    size_t image_count;
    struct od_model_facts model;
    struct od_server_facts server;
};
void od_answer_init(struct od_answer *answer);
void od_answer_release(struct od_answer *answer);
/* Makes it an error: code and a formatted text. */
void od_answer_fail(struct od_answer *answer, enum od_canonical code, const char *fmt,
                    ...) OD_PRINTF(3, 4);

struct od_protocol {
    const char
        *name; /* "tfs-grpc": in --protocol, in the protocol column, in the manual */
    const char *alias;   /* "grpc": the short name, or NULL */
    const char *summary; /* one line for --list-protocols */
    enum od_transport transport;
    unsigned payloads; /* set of od_payload */
    enum od_payload default_payload;
    /*
     * Client. Pure: no I/O, no clock, no globals; any thread. On failure *out is left
     * empty. encode borrows the pictures' bytes: they must outlive *out.
     */
    int (*encode)(const struct od_request *in, struct od_message *out,
                  struct od_err *err);
    /*
     * A reply with an error code is OD_ESERVER with the server's text; bytes that are not
     * what the protocol says are OD_EDECODE. *out is initialised by decode (the caller
     * releases it in either case), and holds the server's own times in either case.
     */
    int (*decode)(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err);
    /* Reference server: the same formats read the other way. */
    bool (*route)(const struct od_message *in, enum od_kind *kind);
    int (*parse)(const struct od_message *in, struct od_request *out, struct od_err *err);
    int (*render)(const struct od_request *asked, const struct od_answer *in,
                  struct od_reply *out, struct od_err *err);
};

/* The protocol of that name or short name ("grpc", "rest"), or NULL. */
const struct od_protocol *od_protocol_find(const char *name);
/* The i-th protocol in the order of the manual, NULL behind the last. */
const struct od_protocol *od_protocol_at(size_t i);

#endif
