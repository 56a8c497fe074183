/* What a kind of engine has to offer; inside lib/engine only. */
#ifndef OD_ENGINE_ENGINE_CLASS_H
#define OD_ENGINE_ENGINE_CLASS_H

#include "engine/dnn.h"
#include "engine/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* One detection: what to look at, and where the answer goes. */
struct od_engine_job {
    const struct od_image *image;        /* NULL when no pixels are needed */
    const struct od_engine_spec *limits; /* score_min, nms_iou and max_boxes */
    struct od_boxes *boxes; /* empty; any number in any order: the caller tidies up */
    struct od_engine_times *times; /* zeros; proposals -1 */
};

/*
 * One kind of engine. A new one is a file with such a table, a line here and an entry in
 * engine.c's list. state is the engine's own, made by open and ended by close.
 */
struct od_engine_class {
    const char *name;
    const char *weights; /* as od_engine_weights */
    bool needs_pixels;
    /* Whether this kind reads such a source; asked in the order of the list. */
    bool (*matches)(const char *source);
    /* spec is borrowed for the call. */
    int (*open)(const struct od_engine_spec *spec, void **state, struct od_err *err);
    void (*close)(void *state);
    /* Fills job's boxes and times. */
    int (*detect)(void *state, struct od_engine_job *job, struct od_err *err);
    int64_t (*hold_ns)(void *state);                    /* may be NULL */
    const struct od_ruler *(*ruler)(const void *state); /* may be NULL */
    const char *(*label)(const void *state, int label); /* may be NULL */
    int64_t (*bytes)(const void *state);                /* may be NULL: no files */
};

extern const struct od_engine_class od_engine_fixed;
extern const struct od_engine_class od_engine_scenes_ssd;
extern const struct od_engine_class od_engine_scenes_rcnn;
extern const struct od_engine_class od_engine_topology;
extern const struct od_engine_class od_engine_darknet;
extern const struct od_engine_class od_engine_onnx;
extern const struct od_engine_class od_engine_tensorflow;
extern const struct od_engine_class od_engine_caffe;

/* Feeds job's image to the net and runs it; adds to job's times. Fails as dnn.h says. */
int od_engine_run(struct od_dnn *net, const struct od_dnn_input *input,
                  struct od_engine_job *job, struct od_outputs *out,
                  struct od_err *err) OD_MUST_CHECK;

#endif
