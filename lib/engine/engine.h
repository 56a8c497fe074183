/* Detection engines of the reference server behind one interface. */
#ifndef OD_ENGINE_ENGINE_H
#define OD_ENGINE_ENGINE_H

#include "base/err.h"
#include "image/box.h"
#include "image/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One model in one worker's hands: not thread safe, one engine a worker. */
struct od_engine;

/* What a detection cost, in nanoseconds; proposals is -1 for one-stage models. */
struct od_engine_times {
    int64_t preprocess_ns;
    int64_t infer_ns;
    int64_t postprocess_ns;
    int64_t proposals;
};

struct od_engine_spec {
    const char *name; /* the model's name on the wire */
    /*
     * "scenes-ssd" or "scenes-rcnn" (files in models_dir); FILE[,CONFIG] (ONNX, Darknet
     * weights
     * + cfg, TensorFlow frozen graph + pbtxt, Caffe); "topology:ssd-mobilenet-v1",
     * "topology:rfcn-resnet101", "topology:yolov4" (random weights from seed);
     * "fixed:DELAY".
     */
    const char *source;
    const char *models_dir; /* where the project's own models are */
    uint64_t seed;          /* of random weights and delays */
    double score_min;       /* boxes below are not returned */
    double nms_iou;         /* class-wise */
    size_t max_boxes;
};

/*
 * Checks the source and loads it. Fails with OD_EINPUT, OD_ENOENT (naming the file) or
 * OD_ELIMIT. Everything that costs time at the first call happens here (a warm-up
 * detection included).
 */
int od_engine_open(const struct od_engine_spec *spec, struct od_engine **out,
                   struct od_err *err) OD_MUST_CHECK;
void od_engine_close(struct od_engine *engine);

/* "trained", "random", "fixed" or "user" (weights from a user's file). */
const char *od_engine_weights(const struct od_engine *engine);

/* Whether detect looks at pixels: a server need not decode the image for one that does
 * not. */
bool od_engine_needs_pixels(const struct od_engine *engine);

/*
 * Detects. image may be NULL when needs_pixels is false. *out is emptied first; boxes are
 * relative to the image, highest score first, labels 1-based. Fails with OD_EBUG or
 * OD_EINPUT.
 */
int od_engine_detect(struct od_engine *engine, const struct od_image *image,
                     struct od_boxes *out, struct od_engine_times *times,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * The calibration engine: how long the next answer must be held, in nanoseconds from the
 * last request byte read to the first reply byte written; 0 for every other engine.
 * "fixed:20ms" is constant, "fixed:20ms~5ms" normal with that standard deviation (cut at
 * 0), "fixed:exp:20ms" exponential; drawn from seed. Each call draws the next one.
 */
int64_t od_engine_hold_ns(struct od_engine *engine);

/* The model's label names, 1-based: NULL when unknown. Borrowed. */
const char *od_engine_label(const struct od_engine *engine, int label);

#endif
