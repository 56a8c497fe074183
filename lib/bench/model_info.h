/* What the user knows of the models: no server tells it, and tables print it. */
#ifndef OD_BENCH_MODEL_INFO_H
#define OD_BENCH_MODEL_INFO_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Texts are owned; what was not given is NULL, -1 or NaN. */
struct od_model_info {
    char *model;
    char *variant;   /* "quantized" */
    int64_t bytes;   /* of the files */
    double accuracy; /* 0 .. 1 */
    char *source;    /* who says so */
};

/* A zeroed one is empty. */
struct od_model_infos {
    struct od_model_info *items;
    size_t count;
};

/*
 * "NAME,variant=TEXT,bytes=SIZE,accuracy=SHARE,source=TEXT", in any order and each at
 * most once; source takes the rest of the text, commas included. Appends. Fails with
 * OD_EINPUT quoting text: no such key, nothing said, a model for the second time.
 */
int od_model_infos_add(struct od_model_infos *infos, const char *text,
                       struct od_err *err) OD_MUST_CHECK;
void od_model_infos_release(struct od_model_infos *infos);

/* NULL when nothing was said of that model. Borrowed. */
const struct od_model_info *od_model_infos_find(const struct od_model_infos *infos,
                                                const char *model);

#endif
