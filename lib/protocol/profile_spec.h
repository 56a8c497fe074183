/* What a profile holds; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_PROFILE_SPEC_H
#define OD_PROTOCOL_PROFILE_SPEC_H

#include "protocol/profile.h"
#include "service/labels.h"
#include "service/model_forms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How the picture stands in the body of a request. */
enum od_web_body {
    OD_WEB_MULTIPART,   /* a file part of multipart/form-data */
    OD_WEB_RAW,         /* the file's bytes alone */
    OD_WEB_BASE64,      /* their base64 alone */
    OD_WEB_JSON_BASE64, /* base64 as a string in JSON */
    OD_WEB_JSON_PIXELS, /* nested numbers in JSON */
    OD_WEB_TEMPLATE,    /* a text with {{b64}} or {{pixels}} in it */
};

/* How boxes stand in a reply. */
enum od_web_layout {
    OD_WEB_OBJECTS,   /* an array with an object a box */
    OD_WEB_COLUMNS,   /* arrays of boxes, scores, classes */
    OD_WEB_LABEL_KEY, /* objects whose one key beside the score is the label */
    OD_WEB_ROWS7,     /* rows of 7: image, class, score, corners */
    OD_WEB_TENSORS,   /* columns as tensors with name, datatype, shape and data */
};

#define OD_PROFILE_PAIRS 8

/* A header, or a field that a form or a JSON object has besides the picture. */
struct od_profile_pair {
    const char *name;
    const char *value; /* as text */
    bool bare;         /* no string in JSON: a number, true, false or null */
};

/* Texts are never NULL in a whole profile; pointers are JSON pointers (RFC 6901) whose
 * token "@name=x" picks the member of an array whose "name" is x. */
struct od_profile_ask {
    const char *method;
    const char *path; /* with {model} and {version} */
    struct od_profile_pair headers[OD_PROFILE_PAIRS];
    size_t header_count;
    enum od_web_body body;
    const char *type; /* Content-Type of the body; "" as the body has it */
    const char *field;
    const char *filename;
    const char *part_type;
    struct od_profile_pair extra[OD_PROFILE_PAIRS];
    size_t extra_count;
    const char *pointer;
    bool data_uri;
    const char *text;  /* of a template */
    const char *ready; /* "": GET / and any answer below 500 */
};

struct od_profile_tell {
    enum od_web_layout layout;
    const char *list;
    const char *box[4]; /* one pointer or four */
    size_t box_count;
    enum od_box_order order; /* never AUTO in a whole profile */
    enum od_box_units units; /* never AUTO in a whole profile */
    const char *score;
    const char *class_number; /* "": none */
    const char *label;        /* "": none */
    int class_base;
    double score_scale;
    const struct od_label_map *labels; /* NULL: none */
    const char *count;                 /* "": none, as below */
    const char *ok;
    const char *error;
    const char *server_time;
    double server_time_ns; /* nanoseconds of one unit */
};

struct od_profile {
    const char *name;
    struct od_profile_ask request;
    struct od_profile_tell response;
    struct od_profile_memory *memory; /* what parse made; NULL for a preset */
};

/* A profile with every text and the defaults of the manual. */
extern const struct od_profile od_profile_blank;

/* What makes a profile one that can be used; fails with OD_EINPUT, naming the key. */
int od_profile_check(const struct od_profile *profile, struct od_err *err) OD_MUST_CHECK;

/* The words of a file for the values of the enums: "" and false when there is none. */
enum od_word_kind { OD_WORD_BODY, OD_WORD_LAYOUT, OD_WORD_ORDER, OD_WORD_UNITS };
const char *od_profile_word(enum od_word_kind kind, int value);
bool od_profile_word_read(enum od_word_kind kind, const char *name, int *value);
/* "s", "ms", "us", "ns" for so many nanoseconds, and back. */
const char *od_profile_unit(double ns);
bool od_profile_unit_read(const char *name, double *ns);

#endif
