/* Users' models from files: ONNX, TensorFlow's frozen graphs and Caffe, through OpenCV.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "engine/dnn.h"
#include "engine/engine_class.h"
#include "engine/heads.h"
#include "engine/model_conf.h"
#include "engine/model_files.h"
#include "engine/onnx_file.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>

struct user_net {
    struct od_dnn *net;
    char *path; /* for messages */
    struct od_dnn_input input;
    struct od_head head;
    struct od_labels labels;
    size_t label_count;
    int64_t bytes; /* of path */
};

static void close_net(void *state)
{
    struct user_net *u = state;
    od_dnn_free(u->net);
    od_labels_release(&u->labels);
    free(u->path);
    free(u);
}

/* Which boxes come out shows only in a run; which pixels go in depends on that too. */
static int try_out(struct user_net *u, struct od_err *err)
{
    struct od_image black;
    struct od_outputs got;
    od_image_init(&black, u->input.width, u->input.height);
    int rc = -1;
    if (od_dnn_set_image(u->net, &black, &u->input, err) == 0 &&
        od_dnn_forward(u->net, &got, err) == 0) {
        rc = od_head_find(&got, &u->head, err);
    }
    u->head.width = u->input.width;
    u->head.height = u->input.height;
    od_image_release(&black);
    return rc;
}

static void find_labels(struct user_net *u)
{
    /* The first class of a pair is "nothing" and has no name. */
    u->label_count = u->head.classes - (u->head.kind == OD_HEAD_PAIR ? 1 : 0);
    if (u->head.classes > 0) {
        od_labels_find(u->path, u->label_count, &u->labels);
    }
}

/* Takes over u. */
static int finish(struct user_net *u, int rc, void **state, struct od_err *err)
{
    if (rc != 0) {
        close_net(u);
        return -1;
    }
    (void)err;
    find_labels(u);
    u->bytes = od_model_bytes(u->path);
    *state = u;
    return 0;
}

/* What the exporters of such heads expect; a .conf beside the model says otherwise. */
static void set_scale(struct user_net *u)
{
    switch (u->head.kind) {
    case OD_HEAD_ROWS:
    case OD_HEAD_COLUMNS:
        u->input.scale = 1 / 255.0;
        break;
    case OD_HEAD_DETECTIONS:
    case OD_HEAD_PAIR:
        u->input.scale = 1 / 128.0;
        for (int i = 0; i < 3; i++) {
            u->input.mean[i] = 127;
        }
        break;
    }
}

static int load_onnx(struct user_net *u, struct od_err *err)
{
    struct od_onnx_facts facts;
    if (od_onnx_open(u->path, &facts, &u->net, err) != 0) {
        return -1;
    }
    u->input.scale = 1;
    if (facts.dims == 4) {
        u->input.height = facts.shape[2];
        u->input.width = facts.shape[3];
    }
    if (od_model_conf_read(u->path, &u->input, err) != 0) {
        return -1;
    }
    if (facts.dims != 4 || (facts.shape[1] != 3 && facts.shape[1] != 0)) {
        return od_fail(err, OD_EUNSUPPORTED,
                       "%s: its input \"%s\" is not 1 x 3 x height x width", u->path,
                       facts.input);
    }
    if (u->input.width < 1 || u->input.height < 1 || u->input.width > 16384 ||
        u->input.height > 16384) {
        return od_fail(
            err, OD_EINPUT,
            "%s: leaves the size of its input open: give width and height in a "
            ".conf file beside it",
            u->path);
    }
    if (try_out(u, err) != 0) {
        od_err_context(err, "%s", u->path);
        return -1;
    }
    set_scale(u);
    return od_model_conf_read(u->path, &u->input, err);
}

static bool is_onnx(const char *source)
{
    return od_model_is(source, ".onnx", ".onnx");
}

static int open_onnx(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    struct user_net *u = od_xcalloc(1, sizeof *u);
    u->path = od_xstrdup(spec->source);
    return finish(u, load_onnx(u, err), state, err);
}

static int detect(void *state, struct od_engine_job *job, struct od_err *err)
{
    struct user_net *u = state;
    struct od_outputs got;
    if (od_engine_run(u->net, &u->input, job, &got, err) != 0) {
        return -1;
    }
    int64_t start = od_now_ns();
    int rc = od_head_decode(&u->head, &got, job, err);
    od_boxes_suppress(job->boxes, job->limits->nms_iou, job->limits->max_boxes);
    job->times->postprocess_ns = od_now_ns() - start;
    return rc;
}

/*
 * Whether braces close and no byte is binary: protobuf's own reader of text would also
 * print to standard error. Quoted parts and comments count as text.
 */
static int check_text(const char *path, const struct od_buf *text, struct od_err *err)
{
    int depth = 0;
    unsigned char quote = 0;
    size_t line = 1;
    for (size_t i = 0; i < text->len && depth >= 0; i++) {
        unsigned char c = (unsigned char)text->data[i];
        line += c == '\n';
        if ((c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 127) {
            return od_fail(err, OD_EINPUT, "%s:%zu: not a text file", path, line);
        }
        if (quote != 0) {
            i += c == '\\';
            quote = (unsigned char)(c == quote || c == '\n' ? 0 : quote);
        } else if (c == '#') {
            i += strcspn(text->data + i, "\n") - 1;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else {
            depth += (c == '{') - (c == '}');
        }
    }
    return depth == 0 && text->len > 0
               ? 0
               : od_fail(err, OD_EINPUT, "%s:%zu: braces do not match, or no text", path,
                         line);
}

static int load_pair(struct user_net *u, const char *config, enum od_dnn_format format,
                     struct od_err *err)
{
    struct od_buf model;
    struct od_buf text;
    od_buf_init(&model, OD_MODEL_MAX_BYTES);
    od_buf_init(&text, OD_MODEL_MAX_TEXT);
    int rc = -1;
    if (od_file_read(u->path, &model, err) == 0 &&
        od_file_read(config, &text, err) == 0 && check_text(config, &text, err) == 0) {
        struct od_dnn_files files = {.format = format,
                                     .model = model.data,
                                     .model_len = model.len,
                                     .config = text.data,
                                     .config_len = text.len};
        rc = od_dnn_read(&files, &u->net, err);
        if (rc != 0) {
            od_err_context(err, "%s with %s", u->path, config);
        }
    }
    od_buf_release(&text);
    od_buf_release(&model);
    return rc;
}

/* The endings of the two files, and how pictures are fed by default. */
struct pair_kind {
    enum od_dnn_format format;
    const char *model_end;
    const char *config_end;
    struct od_dnn_input input;
};

static int open_pair(const struct od_engine_spec *spec, const struct pair_kind *kind,
                     void **state, struct od_err *err)
{
    struct od_model_files files;
    if (od_model_files_find(spec->source, kind->model_end, kind->config_end, &files,
                            err) != 0) {
        return -1;
    }
    struct user_net *u = od_xcalloc(1, sizeof *u);
    u->path = od_xstrdup(files.model);
    u->input = kind->input;
    int rc = load_pair(u, files.config, kind->format, err);
    if (rc == 0) {
        rc = od_model_conf_read(u->path, &u->input, err);
    }
    if (rc == 0 && try_out(u, err) != 0) {
        od_err_context(err, "%s", u->path);
        rc = -1;
    }
    od_model_files_release(&files);
    return finish(u, rc, state, err);
}

/* TensorFlow's detection graphs hold the normalisation themselves. */
static const struct pair_kind tensorflow = {
    .format = OD_DNN_TENSORFLOW,
    .model_end = ".pb",
    .config_end = ".pbtxt",
    .input = {.width = 300, .height = 300, .scale = 1},
};

/* As the Caffe models of the SSD family were trained: blue first, about -1 to 1. */
static const struct pair_kind caffe = {
    .format = OD_DNN_CAFFE,
    .model_end = ".caffemodel",
    .config_end = ".prototxt",
    .input = {.width = 300,
              .height = 300,
              .scale = 1 / 127.5,
              .mean = {127.5, 127.5, 127.5},
              .bgr = true},
};

static bool is_tensorflow(const char *source)
{
    return od_model_is(source, tensorflow.model_end, tensorflow.config_end);
}

static bool is_caffe(const char *source)
{
    return od_model_is(source, caffe.model_end, caffe.config_end);
}

static int open_tensorflow(const struct od_engine_spec *spec, void **state,
                           struct od_err *err)
{
    return open_pair(spec, &tensorflow, state, err);
}

static int open_caffe(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    return open_pair(spec, &caffe, state, err);
}

static const char *label_of(const void *state, int label)
{
    const struct user_net *u = state;
    return od_labels_name(&u->labels, label, u->label_count);
}

static int64_t bytes_of(const void *state)
{
    const struct user_net *u = state;
    return u->bytes;
}

const struct od_engine_class od_engine_onnx = {
    .name = "onnx",
    .weights = "user",
    .needs_pixels = true,
    .matches = is_onnx,
    .open = open_onnx,
    .close = close_net,
    .detect = detect,
    .label = label_of,
    .bytes = bytes_of,
};

const struct od_engine_class od_engine_tensorflow = {
    .name = "tensorflow",
    .weights = "user",
    .needs_pixels = true,
    .matches = is_tensorflow,
    .open = open_tensorflow,
    .close = close_net,
    .detect = detect,
    .label = label_of,
    .bytes = bytes_of,
};

const struct od_engine_class od_engine_caffe = {
    .name = "caffe",
    .weights = "user",
    .needs_pixels = true,
    .matches = is_caffe,
    .open = open_caffe,
    .close = close_net,
    .detect = detect,
    .label = label_of,
    .bytes = bytes_of,
};
