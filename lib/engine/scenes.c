/* The project's own models: how they are read stands in datasets/models/DECODE.md. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "engine/crop.h"
#include "engine/engine_class.h"
#include "engine/model_files.h"
#include "engine/onnx_file.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>

enum {
    LABELS = 8,
    SIDE = 224, /* of the first net's input */
    CELLS = 28, /* of its output, along x and y */
    CROP_SIDE = 64,
    CROP_VALUES = 1 + LABELS + 4,
    PROPOSALS = 100
};

/* The user's smallest score plays no part here: it must not change how much is looked at.
 */
static const double proposal_score = 0.3;
static const double proposal_iou = 0.5;
static const double enlarge = 1.25;

struct scenes {
    struct od_dnn *grid; /* the one-stage net, or the one of the proposals */
    struct od_dnn *crop; /* NULL for the one-stage model */
    char *grid_path;
    char *crop_path;
    struct od_labels labels;
    int64_t bytes; /* of both nets; -1: not known */
};

static bool is_ssd(const char *source)
{
    return strcmp(source, "scenes-ssd") == 0;
}

static bool is_rcnn(const char *source)
{
    return strcmp(source, "scenes-rcnn") == 0;
}

static void close_scenes(void *state)
{
    struct scenes *s = state;
    od_dnn_free(s->grid);
    od_dnn_free(s->crop);
    free(s->grid_path);
    free(s->crop_path);
    od_labels_release(&s->labels);
    free(s);
}

/* Runs a net and checks that its only output holds what its reader expects. */
static int run(struct od_dnn *net, const char *path, size_t expected, const float **out,
               struct od_err *err)
{
    struct od_outputs got;
    if (od_dnn_forward(net, &got, err) != 0) {
        od_err_context(err, "%s", path);
        return -1;
    }
    if (got.count != 1 || got.items[0].count != expected) {
        (void)od_fail(err, OD_EINPUT,
                      "%s: %zu outputs with %zu numbers in the first, not one of %zu",
                      path, got.count, got.count > 0 ? got.items[0].count : 0, expected);
        return -1;
    }
    *out = got.items[0].data;
    return 0;
}

static int run_grid(struct scenes *s, size_t classes, const float **out,
                    struct od_err *err)
{
    return run(s->grid, s->grid_path, (classes + 4) * CELLS * CELLS, out, err);
}

static int run_crop(struct scenes *s, const float *pixels, const float **out,
                    struct od_err *err)
{
    struct od_tensor tensor = {.data = pixels,
                               .count = (size_t)3 * CROP_SIDE * CROP_SIDE,
                               .dims = 4,
                               .shape = {1, 3, CROP_SIDE, CROP_SIDE}};
    if (od_dnn_set_tensor(s->crop, &tensor, err) != 0) {
        return -1;
    }
    return run(s->crop, s->crop_path, CROP_VALUES, out, err);
}

static int feed_grid(struct scenes *s, const struct od_image *image, struct od_err *err)
{
    struct od_dnn_input input = {.width = SIDE, .height = SIDE, .scale = 1};
    return od_dnn_set_image(s->grid, image, &input, err);
}

static float cut(double value)
{
    return (float)(value < 0 ? 0 : value > 1 ? 1 : value);
}

/* Every class of every cell with the score is a candidate. */
static void add_grid(const float *grid, size_t classes, double score_min,
                     struct od_boxes *out)
{
    const size_t plane = (size_t)CELLS * CELLS;
    const float *sides = grid + classes * plane;
    for (size_t i = 0; i < classes * plane; i++) {
        if (!((double)grid[i] >= score_min)) {
            continue;
        }
        size_t cell = i % plane;
        size_t row = cell / CELLS;
        double x = (double)(cell % CELLS) + 0.5;
        double y = (double)row + 0.5;
        struct od_box box = {.x0 = cut((x - (double)sides[cell]) / CELLS),
                             .y0 = cut((y - (double)sides[cell + plane]) / CELLS),
                             .x1 = cut((x + (double)sides[cell + 2 * plane]) / CELLS),
                             .y1 = cut((y + (double)sides[cell + 3 * plane]) / CELLS),
                             .score = grid[i],
                             .label = (int)(i / plane) + 1};
        od_boxes_add(out, &box);
    }
}

static int detect_ssd(void *state, struct od_engine_job *job, struct od_err *err)
{
    struct scenes *s = state;
    const float *grid;
    int64_t start = od_now_ns();
    if (feed_grid(s, job->image, err) != 0) {
        return -1;
    }
    int64_t fed = od_now_ns();
    if (run_grid(s, LABELS, &grid, err) != 0) {
        return -1;
    }
    int64_t done = od_now_ns();
    add_grid(grid, LABELS, job->limits->score_min, job->boxes);
    od_boxes_suppress(job->boxes, job->limits->nms_iou, job->limits->max_boxes);
    job->times->preprocess_ns = fed - start;
    job->times->infer_ns = done - fed;
    job->times->postprocess_ns = od_now_ns() - done;
    return 0;
}

/* The proposal in pixels, enlarged around its middle. */
static struct od_window window_of(const struct od_box *box, const struct od_image *image)
{
    double x = ((double)box->x0 + (double)box->x1) / 2 * image->width;
    double y = ((double)box->y0 + (double)box->y1) / 2 * image->height;
    double w = ((double)box->x1 - (double)box->x0) * image->width * enlarge;
    double h = ((double)box->y1 - (double)box->y0) * image->height * enlarge;
    return (struct od_window){x - w / 2, y - h / 2, x + w / 2, y + h / 2};
}

/* values: the probability of nothing, of each label, then the box within the window. */
static void add_crop(const float *values, const struct od_window *in,
                     struct od_engine_job *job)
{
    const float *edges = values + 1 + LABELS;
    double width = job->image->width;
    double height = job->image->height;
    double w = in->x1 - in->x0;
    double h = in->y1 - in->y0;
    struct od_box box = {.x0 = cut((in->x0 + (double)edges[0] * w) / width),
                         .y0 = cut((in->y0 + (double)edges[1] * h) / height),
                         .x1 = cut((in->x0 + (double)edges[2] * w) / width),
                         .y1 = cut((in->y0 + (double)edges[3] * h) / height)};
    for (int label = 1; label <= LABELS; label++) {
        box.score = values[label];
        box.label = label;
        if ((double)box.score >= job->limits->score_min) {
            od_boxes_add(job->boxes, &box);
        }
    }
}

/* One call of the small net a proposal: batches gain nothing on a CPU. */
static int look_at(struct scenes *s, const struct od_boxes *proposals,
                   struct od_engine_job *job, struct od_err *err)
{
    float pixels[3 * CROP_SIDE * CROP_SIDE];
    for (size_t i = 0; i < proposals->count; i++) {
        const float *values;
        int64_t start = od_now_ns();
        struct od_window window = window_of(&proposals->items[i], job->image);
        od_crop_sample(job->image, &window, CROP_SIDE, pixels);
        int64_t fed = od_now_ns();
        if (run_crop(s, pixels, &values, err) != 0) {
            return -1;
        }
        int64_t done = od_now_ns();
        add_crop(values, &window, job);
        job->times->preprocess_ns += fed - start;
        job->times->infer_ns += done - fed;
        job->times->postprocess_ns += od_now_ns() - done;
    }
    return 0;
}

static int detect_rcnn(void *state, struct od_engine_job *job, struct od_err *err)
{
    struct scenes *s = state;
    struct od_boxes proposals = {0};
    const float *grid;
    int rc = -1;
    int64_t start = od_now_ns();
    if (feed_grid(s, job->image, err) != 0) {
        return -1;
    }
    int64_t fed = od_now_ns();
    if (run_grid(s, 1, &grid, err) != 0) {
        return -1;
    }
    int64_t done = od_now_ns();
    add_grid(grid, 1, proposal_score, &proposals);
    od_boxes_suppress(&proposals, (double)proposal_iou, PROPOSALS);
    job->times->preprocess_ns = fed - start;
    job->times->infer_ns = done - fed;
    job->times->postprocess_ns = od_now_ns() - done;
    job->times->proposals = (int64_t)proposals.count;
    rc = look_at(s, &proposals, job, err);
    int64_t last = od_now_ns();
    od_boxes_suppress(job->boxes, job->limits->nms_iou, job->limits->max_boxes);
    job->times->postprocess_ns += od_now_ns() - last;
    od_boxes_release(&proposals);
    return rc;
}

/* Every net runs once: a wrong file is found here, and the first run costs the most. */
static int try_out(struct scenes *s, size_t classes, struct od_err *err)
{
    struct od_image black;
    const float *values;
    od_image_init(&black, SIDE, SIDE);
    int rc = feed_grid(s, &black, err) != 0 || run_grid(s, classes, &values, err) != 0
                 ? -1
                 : 0;
    od_image_release(&black);
    if (rc == 0 && s->crop != NULL) {
        float *pixels = od_xcalloc((size_t)3 * CROP_SIDE * CROP_SIDE, sizeof *pixels);
        rc = run_crop(s, pixels, &values, err);
        free(pixels);
    }
    return rc;
}

/* path may be NULL. */
static int64_t add_bytes(int64_t bytes, const char *path)
{
    int64_t more = path != NULL ? od_model_bytes(path) : 0;
    return bytes >= 0 && more >= 0 ? bytes + more : -1;
}

static int open_scenes(const struct od_engine_spec *spec, const char *grid,
                       const char *crop, void **state, struct od_err *err)
{
    struct od_onnx_facts facts;
    struct scenes *s = od_xcalloc(1, sizeof *s);
    char *names = od_path_join(spec->models_dir, "scenes.names");
    int rc = -1;
    s->grid_path = od_path_join(spec->models_dir, grid);
    if (od_onnx_open(s->grid_path, &facts, &s->grid, err) != 0) {
        goto out;
    }
    if (crop != NULL) {
        s->crop_path = od_path_join(spec->models_dir, crop);
        if (od_onnx_open(s->crop_path, &facts, &s->crop, err) != 0) {
            goto out;
        }
    }
    od_labels_find(names, LABELS, &s->labels);
    if (s->labels.count == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: not there, or not %d names", names, LABELS);
        goto out;
    }
    s->bytes = add_bytes(od_model_bytes(s->grid_path), s->crop_path);
    rc = try_out(s, crop != NULL ? 1 : LABELS, err);
out:
    free(names);
    if (rc == 0) {
        *state = s;
    } else {
        close_scenes(s);
    }
    return rc;
}

static int open_ssd(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    return open_scenes(spec, "scenes-ssd.onnx", NULL, state, err);
}

static int open_rcnn(const struct od_engine_spec *spec, void **state, struct od_err *err)
{
    return open_scenes(spec, "scenes-rcnn-proposal.onnx", "scenes-rcnn-crop.onnx", state,
                       err);
}

static const char *label_of(const void *state, int label)
{
    const struct scenes *s = state;
    return od_labels_name(&s->labels, label, LABELS);
}

static int64_t bytes_of(const void *state)
{
    const struct scenes *s = state;
    return s->bytes;
}

const struct od_engine_class od_engine_scenes_ssd = {
    .name = "scenes-ssd",
    .weights = "trained",
    .needs_pixels = true,
    .matches = is_ssd,
    .open = open_ssd,
    .close = close_scenes,
    .detect = detect_ssd,
    .label = label_of,
    .bytes = bytes_of,
};

const struct od_engine_class od_engine_scenes_rcnn = {
    .name = "scenes-rcnn",
    .weights = "trained",
    .needs_pixels = true,
    .matches = is_rcnn,
    .open = open_rcnn,
    .close = close_scenes,
    .detect = detect_rcnn,
    .label = label_of,
    .bytes = bytes_of,
};
