/* The list of engines, and what they have in common. */
#include "engine/engine.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "engine/engine_class.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

struct od_engine {
    const struct od_engine_class *class;
    void *state;
    struct od_engine_spec limits; /* numbers only, no text */
};

/* The first that matches opens the source; so the special names come before files. */
static const struct od_engine_class *const classes[] = {
    &od_engine_fixed,      &od_engine_scenes_ssd, &od_engine_scenes_rcnn,
    &od_engine_topology,   &od_engine_darknet,    &od_engine_onnx,
    &od_engine_tensorflow, &od_engine_caffe,
};

enum { CLASS_COUNT = sizeof classes / sizeof classes[0] };

static const struct od_engine_class *class_of(const char *source)
{
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        if (classes[i]->matches(source)) {
            return classes[i];
        }
    }
    return NULL;
}

/* The first forward of a net plans its memory and costs more than all later ones. */
static int warm_up(struct od_engine *engine, const char *source, struct od_err *err)
{
    struct od_image image;
    struct od_boxes boxes = {0};
    struct od_engine_times times;
    od_image_init(&image, 160, 160);
    int rc = od_engine_detect(engine, &image, &boxes, &times, err);
    if (rc != 0) {
        od_err_context(err, "%s", source);
    }
    od_boxes_release(&boxes);
    od_image_release(&image);
    return rc;
}

static int check_spec(const struct od_engine_spec *spec, struct od_err *err)
{
    if (spec->name == NULL || spec->name[0] == '\0') {
        return od_fail(err, OD_EINPUT, "model without a name");
    }
    if (spec->source == NULL || spec->source[0] == '\0') {
        return od_fail(err, OD_EINPUT, "%s: model without a source", spec->name);
    }
    if (!(spec->score_min >= 0 && spec->score_min <= 1)) {
        return od_fail(err, OD_EINPUT, "%s: smallest score %g is not within 0 to 1",
                       spec->name, spec->score_min);
    }
    if (!(spec->nms_iou >= 0 && spec->nms_iou <= 1)) {
        return od_fail(err, OD_EINPUT, "%s: overlap %g is not within 0 to 1", spec->name,
                       spec->nms_iou);
    }
    return 0;
}

int od_engine_open(const struct od_engine_spec *spec, struct od_engine **out,
                   struct od_err *err)
{
    *out = NULL;
    if (check_spec(spec, err) != 0) {
        return -1;
    }
    const struct od_engine_class *class = class_of(spec->source);
    if (class == NULL) {
        return od_fail(
            err, OD_EINPUT,
            "%s: \"%s\" is no model: not a known name and not a file ending in "
            ".weights, .cfg, .onnx, .pb, .pbtxt, .caffemodel or .prototxt",
            spec->name, spec->source);
    }
    struct od_engine *engine = od_xcalloc(1, sizeof *engine);
    engine->class = class;
    engine->limits = (struct od_engine_spec){.seed = spec->seed,
                                             .score_min = spec->score_min,
                                             .nms_iou = spec->nms_iou,
                                             .max_boxes = spec->max_boxes};
    if (class->open(spec, &engine->state, err) != 0 ||
        (class->needs_pixels && warm_up(engine, spec->source, err) != 0)) {
        od_err_context(err, "%s", spec->name);
        od_engine_close(engine);
        return -1;
    }
    *out = engine;
    return 0;
}

void od_engine_close(struct od_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    if (engine->state != NULL) {
        engine->class->close(engine->state);
    }
    free(engine);
}

const char *od_engine_weights(const struct od_engine *engine)
{
    return engine->class->weights;
}

int64_t od_engine_model_bytes(const struct od_engine *engine)
{
    return engine->class->bytes != NULL ? engine->class->bytes(engine->state) : -1;
}

bool od_engine_needs_pixels(const struct od_engine *engine)
{
    return engine->class->needs_pixels;
}

/* Drops what is below the smallest score or no number; sorts; cuts. */
static void tidy(struct od_boxes *boxes, const struct od_engine_spec *limits)
{
    size_t kept = 0;
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *b = &boxes->items[i];
        bool finite = isfinite(b->x0) && isfinite(b->y0) && isfinite(b->x1) &&
                      isfinite(b->y1) && isfinite(b->score);
        if (finite && (double)b->score >= limits->score_min) {
            boxes->items[kept++] = *b;
        }
    }
    boxes->count = kept;
    od_boxes_sort(boxes);
    if (boxes->count > limits->max_boxes) {
        boxes->count = limits->max_boxes;
    }
}

int od_engine_detect(struct od_engine *engine, const struct od_image *image,
                     struct od_boxes *out, struct od_engine_times *times,
                     struct od_err *err)
{
    /* An engine that looks at nothing has no stages; the others add to theirs. */
    int64_t none = engine->class->needs_pixels ? 0 : -1;
    out->count = 0;
    *times = (struct od_engine_times){none, none, none, -1};
    if (engine->class->needs_pixels && (image == NULL || image->pixels == NULL ||
                                        image->width < 1 || image->height < 1)) {
        return od_fail(err, OD_EINPUT, "a detection without an image");
    }
    struct od_engine_job job = {
        .image = image, .limits = &engine->limits, .boxes = out, .times = times};
    if (engine->class->detect(engine->state, &job, err) != 0) {
        out->count = 0;
        return -1;
    }
    tidy(out, &engine->limits);
    return 0;
}

int64_t od_engine_hold_ns(struct od_engine *engine)
{
    return engine->class->hold_ns != NULL ? engine->class->hold_ns(engine->state) : 0;
}

const struct od_ruler *od_engine_ruler(const struct od_engine *engine)
{
    return engine->class->ruler != NULL ? engine->class->ruler(engine->state) : NULL;
}

const char *od_engine_label(const struct od_engine *engine, int label)
{
    return engine->class->label != NULL ? engine->class->label(engine->state, label)
                                        : NULL;
}

int od_engine_run(struct od_dnn *net, const struct od_dnn_input *input,
                  struct od_engine_job *job, struct od_outputs *out, struct od_err *err)
{
    int64_t start = od_now_ns();
    if (od_dnn_set_image(net, job->image, input, err) != 0) {
        return -1;
    }
    int64_t fed = od_now_ns();
    if (od_dnn_forward(net, out, err) != 0) {
        return -1;
    }
    job->times->preprocess_ns += fed - start;
    job->times->infer_ns += od_now_ns() - fed;
    return 0;
}
