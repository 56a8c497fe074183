/* Where the time of one request goes, for the table and the figure of stages. */
#ifndef OD_TABLE_STAGE_SPLIT_H
#define OD_TABLE_STAGE_SPLIT_H

#include "record/rows.h"

#include <stdbool.h>
#include <stdint.h>

/* In the order of time. Whatever no other stage holds is in REMAINDER, and whatever of
 * the wait the server does not explain in OTHER: they add up to the service time. */
enum od_stage {
    OD_STAGE_CONNECT, /* with name resolution and TLS */
    OD_STAGE_UPLOAD,
    OD_STAGE_QUEUE,
    OD_STAGE_PREPROCESS,
    OD_STAGE_INFERENCE,
    OD_STAGE_POSTPROCESS,
    OD_STAGE_OTHER,
    OD_STAGE_DOWNLOAD,
    OD_STAGE_REMAINDER,
    OD_STAGES
};

struct od_stage_split {
    int64_t ns[OD_STAGES]; /* -1: not measured */
    bool overlap;          /* the stages are longer than the service time: none is used */
    bool outside; /* the server's times are longer than the wait: that is not split */
};

/* Of a row of a request that succeeded. */
struct od_stage_split od_stage_split(const struct od_rows *rows, size_t row);

#endif
