/* Darknet models: a .cfg and its .weights, through OpenCV. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "engine/darknet_cfg.h"
#include "engine/dnn.h"
#include "engine/engine_class.h"
#include "engine/heads.h"
#include "engine/model_files.h"
#include "image/candidates.h"

#include <stdlib.h>

struct darknet {
    struct od_dnn *net;
    struct od_darknet_facts facts;
    struct od_labels labels;
    int64_t bytes;
};

static bool matches(const char *source)
{
    return od_model_is(source, ".weights", ".cfg");
}

static void close_darknet(void *state)
{
    struct darknet *d = state;
    od_dnn_free(d->net);
    od_labels_release(&d->labels);
    free(d);
}

static int load(struct darknet *d, const struct od_model_files *files, double thresh,
                struct od_err *err)
{
    struct od_buf cfg;
    struct od_buf patched;
    struct od_buf weights;
    int rc = -1;
    od_buf_init(&cfg, OD_MODEL_MAX_TEXT);
    od_buf_init(&patched, 0);
    od_buf_init(&weights, OD_MODEL_MAX_BYTES);
    if (od_file_read(files->config, &cfg, err) != 0 ||
        od_darknet_read_cfg(files->config, cfg.data, &d->facts, err) != 0 ||
        od_file_read(files->model, &weights, err) != 0 ||
        od_darknet_check_weights(files->model, weights.data, weights.len,
                                 d->facts.weight_count, err) != 0) {
        goto out;
    }
    od_darknet_set_thresh(cfg.data, thresh, &patched);
    struct od_dnn_files bytes = {.format = OD_DNN_DARKNET,
                                 .model = weights.data,
                                 .model_len = weights.len,
                                 .config = patched.data,
                                 .config_len = patched.len};
    rc = od_dnn_read(&bytes, &d->net, err);
    if (rc != 0) {
        od_err_context(err, "%s", files->config);
    }
out:
    od_buf_release(&weights);
    od_buf_release(&patched);
    od_buf_release(&cfg);
    return rc;
}

static int open_darknet(const struct od_engine_spec *spec, void **state,
                        struct od_err *err)
{
    struct od_model_files files;
    if (od_model_files_find(spec->source, ".weights", ".cfg", &files, err) != 0) {
        return -1;
    }
    struct darknet *d = od_xcalloc(1, sizeof *d);
    int rc = load(d, &files, spec->score_min, err);
    d->bytes = od_model_bytes(files.model);
    if (rc == 0) {
        od_labels_find(files.model, (size_t)d->facts.classes, &d->labels);
        *state = d;
    } else {
        close_darknet(d);
    }
    od_model_files_release(&files);
    return rc;
}

static int detect(void *state, struct od_engine_job *job, struct od_err *err)
{
    struct darknet *d = state;
    struct od_dnn_input input = {
        .width = d->facts.width, .height = d->facts.height, .scale = 1 / 255.0};
    struct od_outputs got;
    if (od_engine_run(d->net, &input, job, &got, err) != 0) {
        return -1;
    }
    int64_t start = od_now_ns();
    int rc = od_head_region(&got, (size_t)d->facts.classes, job, err);
    od_boxes_suppress(job->boxes, job->limits->nms_iou, job->limits->max_boxes);
    job->times->postprocess_ns = od_now_ns() - start;
    return rc;
}

static const char *label_of(const void *state, int label)
{
    const struct darknet *d = state;
    return od_labels_name(&d->labels, label, (size_t)d->facts.classes);
}

static int64_t bytes_of(const void *state)
{
    const struct darknet *d = state;
    return d->bytes;
}

const struct od_engine_class od_engine_darknet = {
    .name = "darknet",
    .weights = "user",
    .needs_pixels = true,
    .matches = matches,
    .open = open_darknet,
    .close = close_darknet,
    .detect = detect,
    .label = label_of,
    .bytes = bytes_of,
};
