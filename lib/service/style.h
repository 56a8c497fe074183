/* What servers may choose in how they answer: the reference server's switches. */
#ifndef OD_SERVICE_STYLE_H
#define OD_SERVICE_STYLE_H

#include "service/request.h"

#include <stdbool.h>

struct od_profile; /* protocol/profile.h */

/* Whose habits the Open Inference Protocol follows (odbench-wire(7), OIP). */
enum od_dialect {
    OD_DIALECT_TRITON, /* binary extension, raw outputs */
    OD_DIALECT_OVMS,
    OD_DIALECT_MLSERVER, /* no binary extension over REST; raw outputs for raw inputs */
    OD_DIALECT_KSERVE,
    OD_DIALECT_TORCHSERVE, /* JSON data and typed contents only */
};

/* Zeros are the defaults. Borrowed by the protocols for each call. */
struct od_style {
    enum od_dialect dialect;
    enum od_output_layout layout; /* OD_LAYOUT_AUTO: the four tensors */
    bool tensor_content;          /* tfs-grpc: outputs as tensor_content */
    bool
        floats; /* tfs-rest: pictures may be floats or planar, some model wants them so */
    const struct od_profile *profile; /* web; NULL: od_profile_default() */
};
extern const struct od_style od_style_default;

/* The dialect of a name of odbench-serve --dialect; TRITON when there is none. */
enum od_dialect od_dialect_of(const char *name);

#endif
