/* What detectors put out, by the shape of it, as boxes. */
#include "engine/heads.h"

#include "engine/model_files.h"

#include <stdbool.h>

static bool counts(const struct od_engine_job *job, float score)
{
    return score > 0 && (double)score >= job->limits->score_min;
}

/* Most scores do not count, so the label is found after the test. */
static void add(struct od_engine_job *job, struct od_box *box, size_t class,
                size_t classes)
{
    if (counts(job, box->score)) {
        box->label = od_label_of_class(class, classes);
        od_boxes_add(job->boxes, box);
    }
}

/* From the middle and the size. */
static struct od_box centred(float x, float y, float w, float h)
{
    return (struct od_box){
        .x0 = x - w / 2, .y0 = y - h / 2, .x1 = x + w / 2, .y1 = y + h / 2};
}

static void add_region(const struct od_tensor *tensor, size_t classes,
                       struct od_engine_job *job)
{
    size_t width = 5 + classes;
    for (size_t i = 0; i + width <= tensor->count; i += width) {
        const float *row = tensor->data + i;
        struct od_box box = centred(row[0], row[1], row[2], row[3]);
        for (size_t k = 0; k < classes; k++) {
            box.score = row[5 + k]; /* already multiplied by the objectness */
            add(job, &box, k, classes);
        }
    }
}

int od_head_region(const struct od_outputs *in, size_t classes, struct od_engine_job *job,
                   struct od_err *err)
{
    for (size_t i = 0; i < in->count; i++) {
        const struct od_tensor *tensor = &in->items[i];
        if (tensor->dims < 1 || (size_t)tensor->shape[tensor->dims - 1] != 5 + classes) {
            return od_fail(err, OD_EINPUT, "output %s is not in rows of %zu numbers",
                           tensor->name, 5 + classes);
        }
        add_region(tensor, classes, job);
    }
    return 0;
}

/* "1x25200x85 and 1x2": the shapes for a message. */
static void describe(const struct od_outputs *in, struct od_buf *out)
{
    for (size_t i = 0; i < in->count; i++) {
        od_buf_puts(out, i > 0 ? " and " : "");
        for (int k = 0; k < in->items[i].dims; k++) {
            od_buf_printf(out, "%s%d", k > 0 ? "x" : "", in->items[i].shape[k]);
        }
    }
}

static int find_single(const struct od_tensor *t, struct od_head *out)
{
    const int *shape = t->shape;
    if (t->dims == 4 && shape[0] == 1 && shape[1] == 1 && shape[3] == 7) {
        out->kind = OD_HEAD_DETECTIONS;
    } else if (t->dims == 3 && shape[0] == 1 && shape[2] > 5 && shape[2] < shape[1]) {
        out->kind = OD_HEAD_ROWS;
        out->classes = (size_t)shape[2] - 5;
    } else if (t->dims == 3 && shape[0] == 1 && shape[1] > 4 && shape[1] < shape[2]) {
        out->kind = OD_HEAD_COLUMNS;
        out->classes = (size_t)shape[1] - 4;
    } else {
        return -1;
    }
    return 0;
}

static bool is_list(const struct od_tensor *t)
{
    return t->dims == 3 && t->shape[0] == 1 && t->shape[2] >= 2;
}

static int find_pair(const struct od_outputs *in, struct od_head *out)
{
    const struct od_tensor *a = &in->items[0];
    const struct od_tensor *b = &in->items[1];
    if (!is_list(a) || !is_list(b) || a->shape[1] != b->shape[1] ||
        (a->shape[2] == 4) == (b->shape[2] == 4)) {
        return -1;
    }
    out->kind = OD_HEAD_PAIR;
    out->boxes = a->shape[2] == 4 ? 0 : 1;
    out->scores = 1 - out->boxes;
    out->classes = (size_t)in->items[out->scores].shape[2];
    return 0;
}

int od_head_find(const struct od_outputs *in, struct od_head *out, struct od_err *err)
{
    *out = (struct od_head){0};
    if ((in->count == 1 && find_single(&in->items[0], out) == 0) ||
        (in->count == 2 && find_pair(in, out) == 0)) {
        return 0;
    }
    struct od_buf shapes;
    od_buf_init(&shapes, 160);
    describe(in, &shapes);
    int rc = od_fail(err, OD_EUNSUPPORTED,
                     "cannot read outputs of shape %s (known: 1xNx(5+classes), "
                     "1x(4+classes)xN, 1x1xNx7, 1xNx4 with 1xNxclasses)",
                     shapes.data);
    od_buf_release(&shapes);
    return rc;
}

static void add_rows(const struct od_head *head, const struct od_tensor *t,
                     struct od_engine_job *job)
{
    size_t width = 5 + head->classes;
    for (size_t i = 0; i + width <= t->count; i += width) {
        const float *row = t->data + i;
        struct od_box box =
            centred(row[0] / (float)head->width, row[1] / (float)head->height,
                    row[2] / (float)head->width, row[3] / (float)head->height);
        for (size_t k = 0; k < head->classes; k++) {
            box.score = row[4] * row[5 + k];
            add(job, &box, k, head->classes);
        }
    }
}

static void add_columns(const struct od_head *head, const struct od_tensor *t,
                        struct od_engine_job *job)
{
    size_t n = (size_t)t->shape[2];
    for (size_t i = 0; i < n; i++) {
        const float *at = t->data + i;
        struct od_box box =
            centred(at[0] / (float)head->width, at[n] / (float)head->height,
                    at[2 * n] / (float)head->width, at[3 * n] / (float)head->height);
        for (size_t k = 0; k < head->classes; k++) {
            box.score = at[(4 + k) * n];
            add(job, &box, k, head->classes);
        }
    }
}

static void add_detections(const struct od_tensor *t, struct od_engine_job *job)
{
    for (size_t i = 0; i + 7 <= t->count; i += 7) {
        const float *row = t->data + i;
        /* A row of zeros or of image -1 stands for nothing at all. */
        if (row[0] >= 0 && row[1] >= 1 && row[1] < 1e6F && counts(job, row[2])) {
            struct od_box box = {.x0 = row[3],
                                 .y0 = row[4],
                                 .x1 = row[5],
                                 .y1 = row[6],
                                 .score = row[2],
                                 .label = (int)row[1]};
            od_boxes_add(job->boxes, &box);
        }
    }
}

static void add_pair(const struct od_head *head, const struct od_outputs *in,
                     struct od_engine_job *job)
{
    const float *corners = in->items[head->boxes].data;
    const float *scores = in->items[head->scores].data;
    size_t n = (size_t)in->items[head->boxes].shape[1];
    for (size_t i = 0; i < n; i++) {
        const float *c = corners + 4 * i;
        for (size_t k = 1; k < head->classes; k++) {
            struct od_box box = {.x0 = c[0],
                                 .y0 = c[1],
                                 .x1 = c[2],
                                 .y1 = c[3],
                                 .score = scores[i * head->classes + k]};
            add(job, &box, k - 1, head->classes - 1);
        }
    }
}

int od_head_decode(const struct od_head *head, const struct od_outputs *in,
                   struct od_engine_job *job, struct od_err *err)
{
    struct od_head now;
    if (od_head_find(in, &now, err) != 0) {
        return -1;
    }
    if (now.kind != head->kind || now.classes != head->classes) {
        return od_fail(err, OD_EINPUT, "the outputs have changed their shape");
    }
    switch (head->kind) {
    case OD_HEAD_ROWS:
        add_rows(head, &in->items[0], job);
        break;
    case OD_HEAD_COLUMNS:
        add_columns(head, &in->items[0], job);
        break;
    case OD_HEAD_DETECTIONS:
        add_detections(&in->items[0], job);
        break;
    case OD_HEAD_PAIR:
        add_pair(head, in, job);
        break;
    }
    return 0;
}
