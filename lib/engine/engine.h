/* Detection engines of the reference server behind one interface. */
#ifndef OD_ENGINE_ENGINE_H
#define OD_ENGINE_ENGINE_H

#include "base/err.h"
#include "image/box.h"
#include "image/image.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One model in one worker's hands: not thread safe, one engine a worker; engines of
 * several threads run in parallel. Each holds a copy of the weights. Computes on the
 * calling thread only. No fork() once one is open.
 */
struct od_engine;

/*
 * What a detection cost, in nanoseconds; -1 from an engine that looks at nothing.
 * proposals is how many regions a second stage looked at, -1 for one-stage models.
 */
struct od_engine_times {
    int64_t preprocess_ns;
    int64_t infer_ns;
    int64_t postprocess_ns;
    int64_t proposals;
};

/*
 * What to open. source is one of
 *
 * scenes-ssd, scenes-rcnn: the project's own models; files in models_dir, read as its
 *   DECODE.md says.
 * FILE[,CONFIG]: a user's model. Two files may come in either order; of one alone the
 *   neighbour with the same name and the other ending is taken.
 *   .weights + .cfg (Darknet): the net's own [yolo] or [region] layers.
 *   .onnx: one input 1 x 3 x height x width. .pb + .pbtxt (TensorFlow), .caffemodel +
 *   .prototxt (Caffe). Outputs as engine/heads.h lists them, so no suppression in ONNX.
 *   What these do not say of themselves (input size, scale, mean, order of channels) a
 *   STEM.conf beside them may say: engine/model_conf.h.
 *   STEM.names (else coco.names) beside a model holds the names of its classes, one a
 *   line. A model of exactly 80 classes answers with COCO's category ids (1 to 90 with
 *   gaps), every other one with the class's place, from 1.
 * topology:ssd-mobilenet-v1, topology:rfcn-resnet101, topology:yolov4: the layers of
 *   those models with random weights from seed.
 * fixed:DELAY: the calibration engine, od_engine_hold_ns and od_engine_ruler below;
 *   engine/ruler.h has the forms of DELAY.
 *
 * Pictures are stretched to the net's input without keeping their aspect.
 */
struct od_engine_spec {
    const char *name; /* the model's name on the wire */
    const char *source;
    const char *models_dir; /* where the project's own models are */
    uint64_t seed; /* of random weights and delays: with several workers, each its own for
                      delays, all the same one for weights */
    double score_min; /* boxes below are not returned; 0..1 */
    double nms_iou;   /* boxes of one class that overlap more are one; 0..1 */
    size_t max_boxes;
};

/*
 * Checks the source and loads it. Fails with OD_EINPUT, OD_ENOENT (naming the file),
 * OD_EUNSUPPORTED or OD_ELIMIT; texts begin with the model's name. Everything that costs
 * time at the first call happens here (a warm-up detection included).
 */
int od_engine_open(const struct od_engine_spec *spec, struct od_engine **out,
                   struct od_err *err) OD_MUST_CHECK;
void od_engine_close(struct od_engine *engine);

/* "trained", "random", "fixed" or "user" (weights from a user's file). */
const char *od_engine_weights(const struct od_engine *engine);

/* Bytes of the files that hold the model's weights; -1 for an engine without such files.
 */
int64_t od_engine_model_bytes(const struct od_engine *engine);

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
 * last request byte read to the first reply byte written, stalls not counted; 0 for every
 * other engine. "fixed:20ms" is constant; other forms are drawn from seed, and each call
 * draws the next one.
 */
int64_t od_engine_hold_ns(struct od_engine *engine);

/* The calibration engine's rules, of which stalls and failures are for its caller to
 * keep: they concern all requests of a model. NULL for every other engine. Borrowed. */
struct od_ruler;
const struct od_ruler *od_engine_ruler(const struct od_engine *engine);

/* The model's label names, 1-based: NULL when unknown. Borrowed. */
const char *od_engine_label(const struct od_engine *engine, int label);

#endif
